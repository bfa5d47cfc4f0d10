import type { Test } from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { Ask } from '../../src/domain/correction.ts'
import { decimal } from '../../src/domain/decimal.ts'
import type { Entry } from '../../src/domain/entry.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import type { InvoiceIdentity, Sealed } from '../../src/domain/invoice.ts'
import type { Reading, Receipt } from '../../src/domain/receipt.ts'
import type { Result } from '../../src/domain/result.ts'
import type { Shop } from '../../src/domain/shop.ts'
import { type Instant, instant } from '../../src/domain/time.ts'
import { clerk, papersOf } from '../../src/issue/clerk.ts'
import { correctionDesk } from '../../src/issue/corrections/desk.ts'
import { nextBuyers } from '../../src/issue/next-buyer.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { fakeBoard, fakeClock, fakeLog, NOON } from '../delivery/fake.ts'
import { folder } from '../folder.ts'
import { shop as cafe, frame, nothingToRead, R17, R18, spoken } from './world.ts'

export const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.values)}`)
  return result.value
}
export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code)

/** A paper with these items: name, pieces, price. */
export const paper = (
  number: number | string,
  items: readonly (readonly [name: string, pieces: bigint, price: bigint])[],
  over: Partial<Receipt> = {},
  kind: Reading['kind'] = 'sale',
): Reading => {
  const lines = items.map(([name, pieces, price]) => ({
    name,
    qty: decimal(pieces),
    unitPrice: price,
    amount: pieces * price,
  }))
  const total = lines.reduce((sum, { amount }) => sum + amount, 0n)
  const receipt: Receipt = { receiptNo: String(number), lines, total, ...over }
  return { kind, outcome: 'ready', textLines: [], proofs: [], receipt }
}

export const TOLD = { channel: 'in-shop', note: 'đã báo khách tại quán' } as const
export const SLIP = { channel: 'return-slip', note: 'phiếu trả hàng' } as const

/** A shop on the real ledger, with the desk where its invoices are corrected. */
export async function shopOn(t: Test, over: Partial<Shop> = {}, start: Instant = NOON) {
  const clock = fakeClock(start)
  const log = fakeLog()
  const shop: Shop = { ...cafe, office: { code: '10100', name: 'Thuế thành phố Hà Nội' }, place: 'Hà Nội', ...over }
  const ledger = must(
    await openLedger({ dir: folder(t), clock, taxCode: shop.taxCode, build: '0', config: 'a'.repeat(64), reserveBytes: 0, log }),
  )
  const registers = new Map([R17, R18].map((register) => [register.id, { register, driver: spoken }]))
  const nextBuyer = nextBuyers(clock)
  const parts = { ledger, books: ledger.books, country: vietnam, shop, registers, reader: nothingToRead, nextBuyer, clock, log }
  const worker = clerk({ ...parts, board: fakeBoard() })
  const deskParts = { ...parts, registers: [R17, R18], papers: papersOf(parts) }
  const desk = correctionDesk(deskParts)
  await worker.start()
  t.teardown(async () => {
    await worker.stop(instant(clock.now() + 1_000))
    await ledger.close()
  })

  const settled = async (id: EntryId): Promise<Entry> => {
    const entry = await ledger.settled(id, AbortSignal.timeout(10_000))
    if (!entry) throw new Error(`${id} is not settled`)
    return entry
  }
  const hear = async (reading: Reading, register = R17): Promise<Entry> => {
    const bytes = frame(reading)
    return settled(must(await ledger.capture(register.id, { bytes, discarded: 0, torn: false })))
  }
  const sealedOf = async (id: EntryId): Promise<Sealed> => {
    const entry = await settled(id)
    if (!('sealed' in entry)) throw new Error(`${id} is ${entry.state}: ${'fault' in entry ? JSON.stringify(entry.fault) : ''}`)
    return entry.sealed
  }
  const sell = async (reading: Reading, register = R17): Promise<Sealed> => sealedOf((await hear(reading, register)).id)
  let names = 0
  const order = async (ask: Ask, name = `ask ${++names}`) => {
    clock.step(1_000)
    return desk.order(ask, name, 'owner-1')
  }
  /** Ordered and issued. */
  const correct = async (ask: Ask): Promise<Sealed> => {
    const { entry } = must(await order(ask))
    if (!entry) throw new Error('no entry')
    return sealedOf(entry)
  }
  const worth = async (invoice: InvoiceIdentity): Promise<bigint> => must(await desk.chain(invoice)).worth
  return { clock, ledger, desk, shop, nextBuyer, parts: deskParts, hear, sell, settled, sealedOf, order, correct, worth, log }
}
