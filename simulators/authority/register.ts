import type { Kept } from './book.ts'
import type { Amounts } from './sheet.ts'

/** What an invoice is now, with all that was done to it. */
export interface Standing extends Kept {
  /** Id of the message that brought it. */
  readonly message: string
  /** Identity of the invoice that took its place. */
  readonly replacedBy?: string
  /** How many adjustments name it. */
  readonly adjustments: number
  /** What it comes to with them, in the short form; absent before the first. */
  readonly left?: string
}

/** The numbers accepted in a series, a day at a time. */
interface Span {
  readonly low: number
  readonly high: number
}

/** All invoices the authority knows, by what can be used only once. A fork sees its parent and changes nothing there. */
export interface Register {
  find(identity: string): Standing | undefined
  /** Identity under which this code was accepted. */
  holder(code: string): string | undefined
  /** Highest number seen in a series, 0 for none. */
  highest(series: string): number
  /** A day among accepted invoices that this number of this day would contradict: days never go back as numbers rise. */
  outOfOrder(series: string, number: number, date: string): string | undefined
  put(invoice: Kept, message: string): void
  fork(): Register
  accepted(): IterableIterator<Standing>
}

export const identityOf = (invoice: { seller: string; form: number | string; symbol: string; number: number | string }): string =>
  `${invoice.seller}/${invoice.form}${invoice.symbol}/${invoice.number}`
export const seriesOf = (invoice: Pick<Kept, 'seller' | 'form' | 'symbol'>): string =>
  `${invoice.seller}/${invoice.form}${invoice.symbol}`

export function register(parent?: Register & { days(series: string): ReadonlyMap<string, Span> }): Register & {
  days(series: string): ReadonlyMap<string, Span>
} {
  const known = new Map<string, Standing>()
  const codes = new Map<string, string>()
  const highest = new Map<string, number>()
  const spans = new Map<string, Map<string, Span>>()

  const self = {
    find: (identity: string) => known.get(identity) ?? parent?.find(identity),
    holder: (code: string) => codes.get(code) ?? parent?.holder(code),
    highest: (series: string) => highest.get(series) ?? parent?.highest(series) ?? 0,
    days: (series: string): ReadonlyMap<string, Span> => spans.get(series) ?? parent?.days(series) ?? new Map<string, Span>(),
    outOfOrder: (series: string, number: number, date: string) => {
      for (const [day, { low, high }] of self.days(series))
        if ((day > date && low < number) || (day < date && high > number)) return day
      return undefined
    },
    put: (invoice: Kept, message: string) => {
      const [identity, series] = [identityOf(invoice), seriesOf(invoice)]
      highest.set(series, Math.max(self.highest(series), invoice.number))
      // What was accepted stays as it is; a message told again says nothing new.
      if (self.find(identity)?.verdict === 'accepted') return
      const refused = invoice.verdict === 'rejected'
      // One that was refused before is newly known: last in the order of acceptance.
      known.delete(identity)
      known.set(identity, { ...invoice, message, adjustments: 0 })
      if (refused) return
      if (invoice.code) codes.set(invoice.code, identity)
      if (invoice.date) {
        const days = new Map(self.days(series))
        const { low, high } = days.get(invoice.date) ?? { low: invoice.number, high: invoice.number }
        days.set(invoice.date, { low: Math.min(low, invoice.number), high: Math.max(high, invoice.number) })
        spans.set(series, days)
      }
      const original = invoice.corrects && self.find(invoice.corrects.identity)
      if (!original || !invoice.corrects) return
      known.set(identityOf(original), corrected(original, invoice.corrects.how, identity, invoice.amounts))
    },
    fork: () => register(self),
    accepted: function* () {
      for (const one of known.values()) if (one.verdict === 'accepted') yield one
    },
  }
  return self
}

function corrected(original: Standing, how: 'replace' | 'adjust', by: string, amounts: string | undefined): Standing {
  if (how === 'replace') return { ...original, replacedBy: by }
  const adjustments = original.adjustments + 1
  const left = leftOf(original)
  if (!left || amounts === undefined) return { ...original, adjustments }
  return { ...original, adjustments, left: written(added(left, read(amounts))) }
}

/** What an invoice comes to with its adjustments; undefined where an older memory did not write the amounts down. */
export function leftOf({ left, amounts }: Standing): Amounts | undefined {
  const text = left ?? amounts
  return text === undefined ? undefined : read(text)
}

/** Both together, rate by rate. */
export function added(one: Amounts, other: Amounts): Amounts {
  const rates = new Map(one.rates.map((row) => [row.rate, row]))
  for (const { rate, net, tax } of other.rates) {
    const before = rates.get(rate) ?? { rate, net: 0n, tax: 0n }
    rates.set(rate, { rate, net: before.net + net, tax: before.tax + tax })
  }
  return { pay: one.pay + other.pay, rates: [...rates.values()] }
}

/** Short, since there is one for each invoice: `157500000000 8%=100000000000=8000000000`. */
export const written = ({ pay, rates }: Amounts): string =>
  [String(pay), ...rates.map(({ rate, net, tax }) => `${rate}=${net}=${tax}`)].join(' ')

function read(text: string): Amounts {
  const [pay = '0', ...rows] = text.split(' ')
  return {
    pay: BigInt(pay),
    rates: rows.map((row) => {
      const [rate = '', net = '0', tax = '0'] = row.split('=')
      return { rate, net: BigInt(net), tax: BigInt(tax) }
    }),
  }
}
