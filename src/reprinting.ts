import type { Driver } from './domain/driver.ts'
import { fault } from './domain/fault.ts'
import type { EntryId, RegisterId } from './domain/ids.ts'
import type { InvoiceIdentity } from './domain/invoice.ts'
import type { View } from './domain/ledger.ts'
import { readOrder } from './domain/order.ts'
import type { Page } from './domain/page.ts'
import type { Reports } from './domain/reports.ts'
import { failed, ok, type Result } from './domain/result.ts'
import type { Intake } from './intake/intake.ts'

export interface ReprintingParts {
  readonly view: View
  readonly reports: Pick<Reports, 'copy'>
  readonly driverOf: (register: RegisterId) => Driver
  readonly print: Intake['print']
}

/** Newest documents of a register that are looked at for the letters and the settings of its printer. */
const RECENT = 8
/** Of a printer nothing is known of: what fits any paper, in letters that any printer has. */
const PLAIN: Page = {
  ...{ columns: 32, encoding: 'ascii', rows: [], barcodes: [], qrs: [], pictures: [] },
  ...{ boundary: 'quiet', unknown: 0, desync: false },
}

/**
 * A copy of an invoice on the printer of its register. `count` is asked once the printer is there and nobody prints:
 * it writes the copy down and says which one it is; what could not be counted is not printed. Faults: REPORT_NO_INVOICE,
 * REPRINT_NO_PRINTER, PRINTER_GONE, REPRINT_BUSY (nothing was printed or counted), REPRINT_BROKEN (counted), those of `count`.
 */
export const reprinting =
  ({ view, reports, driverOf, print }: ReprintingParts) =>
  async (invoice: InvoiceIdentity, count: () => Promise<Result<number>>): Promise<Result<number>> => {
    const entry = await view.invoice(invoice)
    const words = entry && (await reports.copy?.(invoice))
    if (!entry || !words) return failed(fault('REPORT_NO_INVOICE'))
    if (!words.ok) return words
    const { register } = entry
    const { copy, ...driver } = driverOf(register)
    if (!copy) return failed(fault('REPRINT_NO_PRINTER', { register }))
    let printed = 0
    const done = await print(register, async () => {
      const { page, cut } = await paperOf(view, driver, register, entry.id)
      const number = await count()
      if (!number.ok) return number
      printed = number.value
      return ok(new Uint8Array(Buffer.concat([copy(words.value(printed), page), cut])))
    })
    return done.ok ? ok(printed) : done
  }

/**
 * How the printer of a register is written to: in the letters of the invoice's own receipt, put back afterwards to how the
 * newest document left it, and cut as the register cuts.
 */
async function paperOf(view: View, driver: Pick<Driver, 'framer' | 'read'>, register: RegisterId, own: EntryId) {
  const read = async (id: EntryId): Promise<{ readonly page: Page; readonly cut: Uint8Array } | undefined> => {
    const bytes = await view.frame(id)
    // What a person ordered or a program posted never was on paper.
    if (!bytes || readOrder(bytes)) return undefined
    const made = driver.read(bytes)
    return made.ok && made.value.kind === 'page' ? { page: made.value.page, cut: cutOf(driver, bytes) } : undefined
  }
  const { rows } = await view.entries({ register, limit: RECENT })
  let last: Awaited<ReturnType<typeof read>>
  for (const { id } of rows) if ((last = await read(id))) break
  const letters = (await read(own))?.page ?? last?.page ?? PLAIN
  const left = last?.page.printer?.resume
  return {
    page: letters.printer && left ? { ...letters, printer: { ...letters.printer, resume: left } } : letters,
    cut: last?.cut ?? new Uint8Array(),
  }
}

/** The end mark as the register sends it: its own cut, which its printer knows. */
function cutOf(driver: Pick<Driver, 'framer'>, bytes: Uint8Array): Uint8Array {
  const framer = driver.framer()
  const [frame] = [...framer.push(bytes).frames, ...framer.close(false).frames]
  return frame ? frame.bytes.subarray(frame.tail) : new Uint8Array()
}
