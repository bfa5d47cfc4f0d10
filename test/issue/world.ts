import { vietnam } from '../../src/countries/vn/index.ts'
import { decimal } from '../../src/domain/decimal.ts'
import type { Driver } from '../../src/domain/driver.ts'
import { fault } from '../../src/domain/fault.ts'
import { type EntryId, registerId } from '../../src/domain/ids.ts'
import type { Reader } from '../../src/domain/reader.ts'
import type { Reading, Receipt } from '../../src/domain/receipt.ts'
import { failed, ok } from '../../src/domain/result.ts'
import type { Register, Shop } from '../../src/domain/shop.ts'
import { clerk } from '../../src/issue/clerk.ts'
import { fakeBoard, fakeClock, fakeLedger, fakeLog } from '../delivery/fake.ts'

export const shop: Shop = {
  taxCode: '0199999014',
  name: 'QUÁN PHỞ MINH ANH',
  address: '12 Nguyễn Trãi, Hà Nội',
  form: 1,
  codeBlock: 'A1B2C',
  accepted: { notice: '103-1', from: '2026-01-01' as never },
  prices: 'inclusive',
  rates: { default: '8%', items: [] },
  lookupUrl: 'https://hoadondientu.gdt.gov.vn',
  qr: 'invoice',
}
export const R17: Register = { id: registerId('R017'), index: 17, symbol: 'C26MAA' }
export const R18: Register = { id: registerId('R018'), index: 18, symbol: 'C26MAB' }

/** A structured source: each frame is a reading, money as text with an `n`. */
export const spoken: Driver = {
  id: 'spoken',
  framer: () => {
    throw new Error('not used here')
  },
  read: (frame) => {
    const text = Buffer.from(frame).toString()
    if (text === 'boom') throw new Error('template gone wild')
    if (text === 'garbled') return failed(fault('DRIVER_BAD_CHECKSUM'))
    const reading = JSON.parse(text, (_, value: unknown) =>
      typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
    ) as Reading
    return ok({ kind: 'reading', reading })
  },
}
export const nothingToRead: Reader = {
  read: () => {
    throw new Error('no page here')
  },
}
export const frame = (reading: unknown): Uint8Array =>
  Buffer.from(JSON.stringify(reading, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
export const bill = (number: number | undefined, over: Partial<Receipt> = {}): Reading => {
  const receipt: Receipt = {
    ...(number === undefined ? {} : { receiptNo: String(number) }),
    lines: [{ name: `Món ${number ?? ''}`, qty: decimal(1n), unitPrice: 29_000n, amount: 29_000n }],
    total: 29_000n,
    ...over,
  }
  return { kind: 'sale', outcome: 'ready', textLines: [], proofs: [], receipt }
}

export function world() {
  const clock = fakeClock()
  const ledger = fakeLedger(clock)
  const board = fakeBoard()
  const log = fakeLog()
  /** What the last draft of each series was made of; the country itself has tests of its own. */
  const drafts: { readonly entry: number; readonly at: number }[] = []
  const country = {
    ...vietnam,
    draft: (...[sale, of, register, at]: Parameters<typeof vietnam.draft>) => {
      const made = vietnam.draft(sale, of, register, at)
      if (made.ok) drafts.push({ entry: Number(sale.receiptNo), at })
      return made
    },
  }
  const open = (over: Partial<Parameters<typeof clerk>[0]> = {}) =>
    clerk({
      ledger,
      country,
      shop,
      registers: new Map([R17, R18].map((register) => [register.id, { register, driver: spoken }])),
      reader: nothingToRead,
      board,
      clock,
      log,
      ...over,
    })
  const hear = async (reading: Reading | string, register = R17): Promise<EntryId> => {
    const bytes = typeof reading === 'string' ? Buffer.from(reading) : frame(reading)
    const heard = await ledger.capture(register.id, { bytes, discarded: 0, torn: false })
    if (!heard.ok) throw new Error(heard.fault.code)
    return heard.value
  }
  const state = (id: EntryId) => ledger.rows.get(id)?.entry
  const numberOf = (id: EntryId): number | undefined => {
    const entry = state(id)
    return entry && 'sealed' in entry ? entry.sealed.identity.number : undefined
  }
  const idle = (ms = 2_000) => clock.run(() => false, ms)
  return { clock, ledger, board, log, drafts, open, hear, state, numberOf, idle }
}
