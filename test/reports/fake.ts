import { join } from 'node:path'
import { vietnamWith } from '../../src/countries/vn/index.ts'
import { BUILT_IN } from '../../src/countries/vn/rules.ts'
import { decimal } from '../../src/domain/decimal.ts'
import { type EntryId, entryId, type RegisterId } from '../../src/domain/ids.ts'
import type { Stamp } from '../../src/domain/invoice.ts'
import type { AsideRow, Books, ClosingRow, EntryRow, ExchangeRow, IssuedRow, View } from '../../src/domain/ledger.ts'
import { orderBytes } from '../../src/domain/order.ts'
import type { Sale, SaleLine } from '../../src/domain/sale.ts'
import type { Register, Shop } from '../../src/domain/shop.ts'
import { type CivilDate, civilDate, type Instant, instant, readTime } from '../../src/domain/time.ts'
import { reportLaw } from '../../src/report-law.ts'
import type { ReportsParts } from '../../src/reports/parts.ts'
import { readWords } from '../../src/words.ts'

export const day = (text: string): CivilDate => text as CivilDate
export const at = (text: string): Instant => readTime(text)

export const line = (name: string, count: bigint, price: bigint, more: Partial<SaleLine> = {}): SaleLine => ({
  name,
  unit: 'phần',
  quantity: decimal(count),
  unitPrice: price,
  discount: 0n,
  amount: count * price - (more.discount ?? 0n),
  ...more,
})

export const sold = (lines: readonly SaleLine[], more: Partial<Sale> = {}): Sale => ({
  lines,
  discount: 0n,
  charges: [],
  total: lines.reduce((sum, one) => sum + one.amount, 0n),
  rounding: 0n,
  payments: [],
  prices: 'inclusive',
  printed: { taxCode: false, rates: false, time: false, seller: false },
  ...more,
})

export const enterprise: Shop = {
  taxCode: '0199999014',
  name: 'QUÁN PHỞ MINH ANH',
  address: '12 Nguyễn Trãi, phường Thanh Xuân, Hà Nội',
  form: 1,
  codeBlock: 'A1B2C',
  accepted: { notice: '103-1', from: '2026-01-01' as CivilDate },
  prices: 'inclusive',
  rates: { default: '8%', items: [{ match: 'bia*', rate: '10%' }] },
  lookupUrl: 'https://hoadondientu.gdt.gov.vn',
  qr: 'invoice',
}

/** A household with a stall and a kitchen. */
export const household: Shop = {
  ...enterprise,
  taxCode: '001099000018',
  name: 'HỘ KINH DOANH MINH ANH',
  form: 2,
  industry: 'production',
  cut: 'off',
}

export const registerOf = (id: string, index: number, symbol: string, more: Partial<Register> = {}): Register => ({
  id: id as RegisterId,
  index,
  symbol,
  ...more,
})

/**
 * A book in memory behind the seams, whose invoices are drafted and sealed by the true law: what the reports read from
 * documents is what they read in a shop. Pages are short, so that paging is walked.
 */
export function fakeBooks(shop: Shop, registers: readonly Register[]) {
  const country = vietnamWith({})
  const rows: (IssuedRow & { readonly bytes: Uint8Array; readonly stamp: Stamp })[] = []
  const entries: EntryRow[] = []
  const closings: ClosingRow[] = []
  const asides: AsideRow[] = []
  const exchanges: ExchangeRow[] = []
  const papers = new Map<EntryId, bigint>()
  const frames = new Map<EntryId, Uint8Array>()
  const numbers = new Map<string, number>()
  const missing: { form: number; symbol: string; number: number; cause?: string }[] = []
  let count = 0
  const within = (moment: Instant, from: CivilDate, to: CivilDate): boolean =>
    from <= civilDate(moment) && civilDate(moment) <= to

  /** `why`: of a correction a person ordered. */
  const sell = async (
    sale: Sale,
    moment: string,
    register = registers[0],
    state: IssuedRow['state'] = 'acknowledged',
    why?: string,
  ) => {
    if (!register) throw new Error('a shop has a register')
    const drafted = country.draft(sale, shop, register, at(moment))
    if (!drafted.ok) throw new Error(JSON.stringify(drafted.fault))
    const draft = drafted.value
    const number = (numbers.get(draft.series.symbol) ?? 0) + 1
    numbers.set(draft.series.symbol, number)
    const sealed = await draft.seal(number)
    if (!sealed.ok) throw new Error(sealed.fault.code)
    const { identity, authorityCode, pay, rates, tender, corrects, offline, bytes, stamp } = sealed.value
    const entry = entryId(register.id, ++count)
    if (why !== undefined) frames.set(entry, orderBytes({ version: 1, sale, who: 'P01', why }))
    const later = (seconds: number): Instant => instant(at(moment) + seconds * 1000)
    const row = {
      entry,
      register: register.id,
      identity,
      ...(authorityCode === undefined ? {} : { code: authorityCode }),
      at: draft.at,
      due: draft.due,
      pay,
      rates,
      ...(tender ? { tender } : {}),
      ...(corrects ? { corrects } : {}),
      ...(offline ? { offline } : {}),
      state,
      sentAt: later(5),
      ...(state === 'acknowledged' ? { acceptedAt: later(42) } : {}),
      bytes,
      stamp,
    }
    if (corrects?.how === 'replace') {
      const old = rows.findIndex(
        (one) => one.identity.number === corrects.invoice.number && one.identity.symbol === corrects.invoice.symbol,
      )
      const before = rows[old]
      if (before) rows[old] = { ...before, replacedBy: identity }
    }
    rows.push(row)
    return row
  }
  const bare = ({ bytes: _, stamp: __, ...row }: (typeof rows)[number]): IssuedRow => row
  const books: Books = {
    async issued({ from, to, register, after, limit = 3 }) {
      const found = rows.filter((row) => within(row.at, from, to) && (register === undefined || row.register === register))
      const start = after === undefined ? 0 : Number(after)
      const size = Math.min(limit, 3)
      return {
        rows: found.slice(start, start + size).map(bare),
        ...(start + size < found.length ? { next: String(start + size) } : {}),
      }
    },
    async chain({ symbol, number }) {
      const mine = (one: { symbol: string; number: number }): boolean => one.symbol === symbol && one.number === number
      const asked = rows.find(({ identity }) => mine(identity))
      const root = asked?.corrects?.invoice ?? asked?.identity
      const found = rows.filter(
        ({ identity, corrects }) =>
          identity.number === root?.number ||
          (corrects?.invoice.number === root?.number && corrects?.invoice.symbol === root?.symbol),
      )
      return { invoices: found.map((row) => ({ ...bare(row), digest: '' })), notices: [] }
    },
    closings: async (from, to) => closings.filter((closing) => within(closing.at, from, to)),
    reconciled: async () => undefined,
    async revenue(year) {
      const counted = rows.filter((row) => !row.replacedBy && civilDate(row.at).startsWith(String(year)))
      return counted.map((row) => ({
        month: Number(civilDate(row.at).slice(5, 7)),
        register: row.register,
        invoices: 1,
        pay: row.pay,
      }))
    },
    gaps: async () =>
      missing.map(({ form, symbol, number, cause }) => ({
        series: { form, symbol },
        from: number,
        to: number,
        ...(cause === undefined ? {} : { cause }),
      })),
    asides: async (from, to) => asides.filter((aside) => from <= aside.day && aside.day <= to),
    exchanges: async (from, to) => exchanges.filter((one) => within(one.at, from, to)),
    incidents: async () => [],
    proof: async () => ({ ok: false, fault: { code: 'INCIDENT_UNKNOWN' } }),
  }
  const view = {
    async entries({ state, day: on, after, limit = 2 }: Parameters<View['entries']>[0]) {
      const found = entries.filter((row) => row.state === state && (on === undefined || civilDate(row.heard) === on))
      const start = after === undefined ? 0 : Number(after)
      const size = Math.min(limit, 2)
      return { rows: found.slice(start, start + size), ...(start + size < found.length ? { next: String(start + size) } : {}) }
    },
    frame: async (entry: EntryId) => frames.get(entry),
    sealed: async (entry: EntryId) => rows.find((row) => row.entry === entry)?.bytes,
    async invoice({ form, symbol, number }: Parameters<View['invoice']>[0]) {
      const row = rows.find(({ identity }) => identity.form === form && identity.symbol === symbol && identity.number === number)
      if (!row) return undefined
      const { entry: id, register, state, at: heard, due, pay } = row
      return {
        id,
        register,
        state,
        heard,
        since: heard,
        facts: [],
        issued: { series: row.identity, number, at: heard, due, pay },
      }
    },
  } as Pick<View, 'entries' | 'frame' | 'sealed' | 'invoice'> as View
  const parts: ReportsParts = {
    books,
    view,
    shop,
    registers,
    clock: {
      now: () => at('2026-11-21T23:00:00'),
      up: () => 0,
      sleep: (_, signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    },
    log: { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} },
    words: readWords(),
    invoiceView: country.view,
    buyerOf: (bytes) => country.buyer?.(bytes),
    paperTotal: async (entry) => papers.get(entry),
    stamp: async (entry) => rows.find((row) => row.entry === entry)?.stamp,
    ...reportLaw(() => BUILT_IN, shop),
    fonts: join(import.meta.dirname, '../../node_modules/dejavu-fonts-ttf/ttf'),
  }
  /** A paper that is no invoice. */
  const paper = (state: EntryRow['state'], moment: string, total: bigint, more: Partial<EntryRow> = {}): EntryId => {
    const id = entryId(registers[0]?.id ?? '', ++count)
    entries.push({ id, register: registers[0]?.id ?? ('' as RegisterId), state, heard: at(moment), since: at(moment), ...more })
    papers.set(id, total)
    return id
  }
  const close = (moment: string, totals: ClosingRow['totals'], register = registers[0]): void => {
    if (register) closings.push({ register: register.id, entry: entryId(register.id, ++count), at: at(moment), totals })
  }
  return { parts, rows, sell, paper, close, asides, exchanges, missing }
}
