import { type Preview, previewRules } from './countries/vn/preview.ts'
import type { Rules } from './countries/vn/rules.ts'
import { type Dong, showDong } from './domain/dong.ts'
import type { Driver } from './domain/driver.ts'
import type { EntryId, RegisterId } from './domain/ids.ts'
import type { Books } from './domain/ledger.ts'
import { readOrder } from './domain/order.ts'
import type { Reader } from './domain/reader.ts'
import type { Shop } from './domain/shop.ts'
import { type CivilDate, civilDate, dayStart, instant } from './domain/time.ts'
import { understand } from './issue/understand.ts'

export interface PreviewParts {
  readonly books: Pick<Books, 'issued'>
  frame(entry: EntryId): Promise<Uint8Array | undefined>
  /** Undefined: a register that is no longer configured; its papers cannot be read. */
  driverOf(register: RegisterId): Driver | undefined
  readerOf(register: RegisterId): Reader
  readonly shop: Shop
  readonly rules: Rules
}

export interface RangePreview extends Preview {
  readonly from: CivilDate
  readonly to: CivilDate
  readonly on: CivilDate
  /** What it comes to, for people: what was looked at, then the sums; screen and command say the same. */
  readonly summary: readonly Saying[]
}

/** A text of the catalogue with what fills its places. */
export interface Saying {
  readonly key: string
  readonly values: Readonly<Record<string, string>>
}

const DAY = 86_400_000

/** The last thirty days up to `today`. */
export const lastMonth = (today: CivilDate): { from: CivilDate; to: CivilDate } => ({
  from: civilDate(instant(dayStart(today) - 29 * DAY)),
  to: today,
})

/**
 * The sales of these days, read again from their frames, under the rules of the day `on`. Corrections are left out: they bear
 * the rates of what they correct. Nothing is written.
 */
export async function previewSales(
  { books, frame, driverOf, readerOf, shop, rules }: PreviewParts,
  { from, to, on }: Pick<RangePreview, 'from' | 'to' | 'on'>,
): Promise<RangePreview> {
  const preview = previewRules(shop, rules, on)
  for (let after: string | undefined, more = true; more; ) {
    const page = await books.issued({ from, to, ...(after === undefined ? {} : { after }) })
    for (const { entry, register, at, pay, rates, corrects, replacedBy } of page.rows) {
      if (corrects || replacedBy) continue
      const [bytes, driver] = [await frame(entry), driverOf(register)]
      if (!bytes || !driver || readOrder(bytes)) continue
      const read = understand(bytes, driver, readerOf(register), true)
      if (read.kind === 'sale') preview.add({ sale: read.sale, day: civilDate(at), pay, rates })
    }
    after = page.next
    more = after !== undefined
  }
  const seen = preview.result()
  return { from, to, on, ...seen, summary: summaryOf(seen, { from, to, on }) }
}

/** Form 1: the tax in what buyers pay; a household: what its cut takes off. */
function summaryOf(
  { sales, changed, kept, unclear, now, later, laterSameNet, cut }: Preview,
  { from, to, on }: Pick<RangePreview, 'from' | 'to' | 'on'>,
): readonly Saying[] {
  const days = { from: shown(from), to: shown(to), date: shown(on) }
  const counts = { sales: String(sales), changed: String(changed), kept: String(kept), unclear: String(unclear) }
  if (cut) {
    const paid = (key: string, pay: Dong, off: Dong): Saying => ({ key, values: { pay: showDong(pay), cut: showDong(off) } })
    return [
      { key: 'rules.preview.cut.head', values: { ...days, ...counts } },
      paid('rules.preview.cut.now', now.pay, cut.now),
      paid('rules.preview.cut.later', later.pay, cut.later),
      paid('rules.preview.cut.same', laterSameNet.pay, cut.later),
    ]
  }
  const taxed = (key: string, { pay, tax }: Preview['now']): Saying => ({
    key,
    values: { pay: showDong(pay), tax: showDong(tax) },
  })
  return [
    { key: 'rules.preview.head', values: { ...days, ...counts } },
    taxed('rules.preview.now', now),
    taxed('rules.preview.later', later),
    taxed('rules.preview.same', laterSameNet),
  ]
}

const shown = (day: CivilDate): string => day.split('-').reverse().join('/')
