import { createHash } from 'node:crypto'
import type { Clock } from '../../src/domain/clock.ts'
import type { InvoiceView } from '../../src/domain/country.ts'
import { ARROWS, type Entry, type EntryState } from '../../src/domain/entry.ts'
import { type Fault, fault } from '../../src/domain/fault.ts'
import { type EntryId, entryId, messageId, registerId } from '../../src/domain/ids.ts'
import type { EntryDetail, EntryRow, Fact, Ledger, Step, View } from '../../src/domain/ledger.ts'
import type { Log } from '../../src/domain/log.ts'
import type { Aside } from '../../src/domain/receipt.ts'
import { ok } from '../../src/domain/result.ts'
import { civilDate, civilTime, dayEnd, factTime, type Instant, instant, issueTime } from '../../src/domain/time.ts'

/** A book in memory behind the two seams the screen reads, and a shop that sells into it. */
export interface FakeShop {
  readonly ledger: Ledger
  readonly view: View
  readonly steps: Step[]
  sell(pay: bigint, register?: string): EntryId
  hear(register?: string): EntryId
  hold(entry: EntryId, why: Fault): void
  aside(entry: EntryId, why: Aside): void
  push(entry: EntryId): void
  accept(entry: EntryId): void
  reject(entry: EntryId, why: Fault): void
  /** Moves the time of what happens next, to draw a day that has gone by. */
  at: Instant | undefined
}

const SYMBOLS: Readonly<Record<string, string>> = { R017: 'C26MAA', R018: 'C26MAB' }

export function fakeShop(clock: Clock): FakeShop {
  const facts: Fact[] = []
  const rows = new Map<EntryId, EntryRow>()
  const sealed = new Map<EntryId, Uint8Array>()
  const numbers = new Map<string, number>()
  const counts = new Map<string, number>()
  const steps: Step[] = []
  const waiting = new Set<() => void>()
  const now = (): Instant => shop.at ?? clock.now()

  const note = (kind: string, body: Record<string, unknown>): Fact => {
    const at = now()
    const n = facts.length
    const line = JSON.stringify({
      at: factTime(at),
      body,
      kind,
      n,
      prev: facts.at(-1)?.hash ?? '0'.repeat(64),
      run: 1,
      up: clock.up(),
      v: 1,
    })
    const fact = { n, kind, at, line, hash: createHash('sha256').update(`\0${line}`).digest('hex') }
    facts.push(fact)
    for (const wake of [...waiting]) wake()
    return fact
  }
  const row = (id: EntryId): EntryRow => {
    const found = rows.get(id)
    if (!found) throw new Error(`no entry ${id}`)
    return found
  }
  const move = (id: EntryId, state: EntryState, more: Partial<EntryRow> = {}): void => {
    const before = row(id)
    if (!ARROWS[before.state].includes(state)) throw new Error(`${before.state} -> ${state} is no arrow`)
    rows.set(id, { ...before, ...more, state, since: now() })
  }
  const identity = (id: EntryId): readonly [number, string, number] => {
    const issued = row(id).issued
    if (!issued) throw new Error(`${id} has no invoice`)
    return [issued.series.form, issued.series.symbol, issued.number]
  }
  const named = (id: EntryId): { form: number; symbol: string; number: number } => {
    const [form, symbol, number] = identity(id)
    return { form, symbol, number }
  }
  const asEntry = ({ id, register, since, state, fault: why }: EntryRow): Entry =>
    ({ id, register, since, state, ...(why ? { fault: why } : {}) }) as Entry
  const all = (): EntryRow[] => [...rows.values()].sort((a, b) => b.heard - a.heard || (a.id < b.id ? 1 : -1))
  const issue = (id: EntryId, pay: bigint): void => {
    const symbol = SYMBOLS[row(id).register] ?? 'C26MAZ'
    const number = (numbers.get(symbol) ?? 0) + 1
    numbers.set(symbol, number)
    const at = now()
    const due = dayEnd(civilDate(at))
    const code = `M1-26-A1B2C-${row(id).register.slice(1)}${String(number).padStart(8, '0')}`
    move(id, 'queued', { issued: { series: { form: 1, symbol }, number, code, at, due, pay } })
    sealed.set(id, Buffer.from(`<HDon><SHDon>${number}</SHDon></HDon>`))
    note('invoice.issued', {
      code,
      due: factTime(due),
      entry: id,
      form: 1,
      masked: { c: '0'.repeat(64), size: 600 },
      number,
      pay: String(pay),
      register: row(id).register,
      symbol,
      time: issueTime(at),
    })
  }

  const ledger: Ledger = {
    capture: async () => ok(shop.hear()),
    frame: async () => undefined,
    issue: async () => ({ ok: false, fault: fault('LEDGER_READ_ONLY') }),
    async record(step) {
      steps.push(step)
      if (step.kind === 'released') {
        move(step.entry, 'held')
        note('entry.released', { entry: step.entry, who: step.who, why: step.why })
      }
      if (step.kind === 'aside') shop.aside(step.entry, step.why)
      if (step.kind === 'retry') move(step.entry, 'queued')
      if (step.kind === 'entered') note('person.entered', { who: step.who, role: step.role })
      return ok(undefined)
    },
    entry: async (id) => (rows.has(id) ? asEntry(row(id)) : undefined),
    list: async (state) =>
      all()
        .filter((r) => r.state === state)
        .map(asEntry),
    unfinished: async () => [],
    outages: async () => [],
    settled: async () => undefined,
    async *follow(from, signal) {
      for (let n = from; !signal.aborted; ) {
        const fact = facts[n]
        if (fact) {
          n++
          yield fact
          continue
        }
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake)
            signal.removeEventListener('abort', wake)
            resolve()
          }
          waiting.add(wake)
          signal.addEventListener('abort', wake)
        })
      }
    },
    end: () => facts.length,
    cursor: async () => undefined,
    health: () => ({ capture: ok(undefined), issue: ok(undefined) }),
  }

  const detail = (r: EntryRow): EntryDetail => ({
    ...r,
    facts: facts.filter((fact) => speaksOf(fact, r)),
    digest: createHash('sha256')
      .update(sealed.get(r.id) ?? '')
      .digest('hex'),
  })
  const view: View = {
    async day(day) {
      const today = all().filter((r) => civilDate(r.heard) === day)
      const issued = today.flatMap((r) => (r.issued ? [r.issued] : []))
      const pay = issued.reduce((sum, i) => sum + i.pay, 0n)
      const hours = [...new Set(issued.map((i) => Number(civilTime(i.at).slice(11, 13))))].sort((a, b) => a - b)
      const whys = [...new Set(today.flatMap((r) => (r.why ? [r.why] : [])))]
      return {
        day,
        sales: issued.length + today.filter((r) => r.state === 'held').length,
        invoices: issued.length,
        pay,
        rates:
          issued.length === 0
            ? []
            : [
                { rate: '8%', net: (pay * 83n) / 100n, tax: (pay * 7n) / 100n },
                { rate: '10%', net: (pay * 9n) / 100n, tax: pay / 100n },
              ],
        hours: hours.map((hour) => {
          const mine = issued.filter((i) => Number(civilTime(i.at).slice(11, 13)) === hour)
          return { hour, count: mine.length, pay: mine.reduce((sum, i) => sum + i.pay, 0n) }
        }),
        asides: whys.map((why) => ({ why, count: today.filter((r) => r.why === why).length })),
        held: today.filter((r) => r.state === 'held').length,
        rejected: today.filter((r) => r.state === 'rejected').length,
        registers: Object.keys(SYMBOLS).map((id) => ({
          register: registerId(id),
          frames: today.filter((r) => r.register === id).length,
        })),
      }
    },
    async queue() {
      const is = (...states: EntryState[]): EntryRow[] => all().filter((r) => states.includes(r.state))
      const unsent = is('queued', 'pushed', 'in-doubt').flatMap((r) => (r.issued ? [r.issued] : []))
      return {
        unsent: is('queued', 'pushed').length,
        ...(unsent.length > 0
          ? { oldest: instant(Math.min(...unsent.map((i) => i.at))), due: instant(Math.min(...unsent.map((i) => i.due))) }
          : {}),
        doubt: is('in-doubt').length,
        rejected: is('rejected').length,
        parked: is('parked').length,
        held: is('held').length,
      }
    },
    async entries({ state, register, day, q, after, limit = 50 }) {
      const found = all().filter(
        (r) =>
          (!state || r.state === state) &&
          (!register || r.register === register) &&
          (!day || civilDate(r.heard) === day) &&
          (!q || String(r.issued?.number) === q || r.id.includes(q) || String(r.issued?.pay).startsWith(q)),
      )
      const from = after ? found.findIndex((r) => r.id === after) + 1 : 0
      const page = found.slice(from, from + limit)
      const last = page.at(-1)
      return { rows: page, ...(last && from + limit < found.length ? { next: last.id } : {}) }
    },
    entry: async (id) => (rows.has(id) ? detail(row(id)) : undefined),
    async invoice({ seller, form, symbol, number }) {
      const found = all().find(
        (r) => r.issued?.series.form === form && r.issued.series.symbol === symbol && r.issued.number === number,
      )
      return seller === '0199999014' && found ? detail(found) : undefined
    },
    sealed: async (id) => sealed.get(id),
    frame: async () => undefined,
    facts: async (after, limit) => facts.slice(after + 1, after + 1 + limit),
  }

  const shop: FakeShop = {
    ledger,
    view,
    steps,
    at: undefined,
    hear(register = 'R017') {
      const count = (counts.get(register) ?? 0) + 1
      counts.set(register, count)
      const id = entryId(register, count)
      rows.set(id, { id, register: registerId(register), state: 'captured', heard: now(), since: now() })
      note('frame.captured', { discarded: 0, doc: { c: '0'.repeat(64), size: 600 }, entry: id, register })
      return id
    },
    sell(pay, register) {
      const id = shop.hear(register)
      issue(id, pay)
      note('invoice.stamped', { ...named(id), how: 'before-cut' })
      return id
    },
    hold(id, why) {
      move(id, 'held', { fault: why })
      note('entry.held', { entry: id, fault: why.code })
    },
    aside(id, why) {
      move(id, 'set-aside', { why })
      note('entry.aside', { entry: id, why })
    },
    push(id) {
      const message = messageId(`K0199999014${id.replace('-', '')}`)
      move(id, 'pushed', { message })
      note('message.pushed', { attempt: 1, invoices: [identity(id)], message, target: 'viettel-tvan', type: 206 })
    },
    accept(id) {
      move(id, 'acknowledged')
      note('invoice.accepted', { ...named(id), message: row(id).message ?? '', answer: facts.length - 1 })
    },
    reject(id, why) {
      move(id, 'rejected', { fault: why })
      note('invoice.rejected', { ...named(id), message: row(id).message ?? '', answer: facts.length - 1, fault: why.code })
    },
  }
  note('chain.opened', { origin: 'tillgate/0199999014/gw7k2m4q/1', gateway: 'gw7k2m4q' })
  return shop
}

/** Of the entry, of its invoice, or of the message that carries it. */
function speaksOf({ line }: Fact, { id, issued }: EntryRow): boolean {
  const { body } = JSON.parse(line) as {
    body: { entry?: string; symbol?: string; number?: number; invoices?: [number, string, number][] }
  }
  if (body.entry === id) return true
  if (!issued) return false
  const mine = (symbol?: string, number?: number): boolean => symbol === issued.series.symbol && number === issued.number
  return mine(body.symbol, body.number) || (body.invoices ?? []).some(([, symbol, number]) => mine(symbol, number))
}

/** A receipt as a café prints it, one hostile item name included (W10). */
export const PAPER = [
  '        QUÁN PHỞ MINH ANH',
  '  12 Nguyễn Trãi, Thanh Xuân, Hà Nội',
  '         ĐT 0912 345 678',
  '        HÓA ĐƠN BÁN HÀNG',
  'Số: HD004417      21/11/2026 14:32',
  '--------------------------------------',
  'Phở bò           2   60.000    120.000',
  'Trà đá           2    5.000     10.000',
  'Bia Hà Nội       2   25.000     50.000',
  '<img src=x onerror=alert(1)>\u202e\u0007 ',
  '--------------------------------------',
  'TỔNG CỘNG                      180.000',
  'Tiền mặt                       200.000',
  'Tiền thừa                       20.000',
]

/** What a country makes of sealed bytes; the number is read from them, as the real one does. */
export const fakeInvoiceView = (bytes: Uint8Array): InvoiceView => ({
  identity: {
    seller: '0199999014',
    form: 1,
    symbol: 'C26MAA',
    number: Number(/<SHDon>(\d+)/.exec(Buffer.from(bytes).toString())?.[1]),
  },
  title: 'HÓA ĐƠN GIÁ TRỊ GIA TĂNG KHỞI TẠO TỪ MÁY TÍNH TIỀN',
  authorityCode: 'M1-26-A1B2C-01700000001',
  issuedOn: '2026-11-21T14:32:06',
  seller: { name: 'QUÁN PHỞ MINH ANH', taxCode: '0199999014', address: '12 Nguyễn Trãi, phường Thanh Xuân, Hà Nội' },
  buyer: 'Bán cho người tiêu dùng',
  lines: [
    {
      name: 'Phở bò',
      unit: 'bát',
      quantity: { units: 2n, scale: 0 },
      price: { units: 55556n, scale: 0 },
      amount: 111111n,
      rate: '8%',
    },
    {
      name: 'Trà đá',
      unit: 'cốc',
      quantity: { units: 2n, scale: 0 },
      price: { units: 4630n, scale: 0 },
      amount: 9259n,
      rate: '8%',
    },
    {
      name: 'Bia Hà Nội',
      unit: 'lon',
      quantity: { units: 2n, scale: 0 },
      price: { units: 22727n, scale: 0 },
      amount: 45455n,
      rate: '10%',
    },
  ],
  rates: [
    { rate: '10%', net: 45455n, tax: 4545n },
    { rate: '8%', net: 120370n, tax: 9630n },
  ],
  net: 165825n,
  tax: 14175n,
  pay: 180000n,
  words: 'Một trăm tám mươi nghìn đồng',
  payment: 'Tiền mặt',
  qr: '00020101021126',
})

/** A log that remembers its lines, so that a test can look for what must never be in them. */
export const keptLog = (lines: string[]): Log => {
  const keep = (fields: object, text: string): void => void lines.push(JSON.stringify({ ...fields, text }))
  return { error: keep, warn: keep, info: keep, debug: keep }
}
