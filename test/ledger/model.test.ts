import { join } from 'node:path'
import t from 'tap'
import type { EntryState } from '../../src/domain/entry.ts'
import { type EntryId, type MessageId, messageId } from '../../src/domain/ids.ts'
import type { InvoiceIdentity } from '../../src/domain/invoice.ts'
import type { Verdict } from '../../src/domain/transport.ts'
import { fc, runs as times } from '../property.ts'
import { faultsOf } from './check.ts'
import { ask, begin, type Desk, hear, seal, step } from './desk.ts'
import { fakeClock, folder, symbolStep, TAX } from './shop.ts'

/** What the ledger promises, in the smallest words: where each entry stands, which message holds it. */
interface Model {
  entries: Map<EntryId, { state: EntryState; number?: number; message?: MessageId | undefined }>
  messages: Map<MessageId, { state: string; before: string; replies: Set<string> }>
  issued: number
  lastAt: number
  numbers: Map<number, EntryId>
}
interface Real extends Desk {
  serial: number
}

const OPEN = new Set<EntryState>(['queued', 'pushed', 'in-doubt'])
const bound = (m: Model, id: MessageId) => [...m.entries.values()].filter((e) => e.message === id && OPEN.has(e.state))
const pick = <T>(all: readonly T[], i: number): T | undefined => all[i % Math.max(1, all.length)]
const identity = (number: number): InvoiceIdentity => ({ seller: TAX, form: 1, symbol: 'C26MAA', number })
const free = (m: Model) => [...m.entries].filter(([, e]) => e.state === 'queued' && e.message === undefined)
const live = (m: Model) => [...m.messages].filter(([id]) => bound(m, id).length > 0)

type Command = fc.Command<Model, Real>
const command = (text: string, check: (m: Readonly<Model>) => boolean, run: (m: Model, r: Real) => void): Command => ({
  check,
  run(m, r) {
    run(m, r)
    for (const [id, entry] of m.entries) {
      const reply = ask(r, { what: 'entry', entry: id })
      const found = reply.ok ? (reply.value as { state: EntryState } | undefined) : undefined
      if (found?.state !== entry.state) throw new Error(`${text}: ${id} is ${found?.state}, should be ${entry.state}`)
    }
  },
  toString: () => text,
})

const capture = command(
  'capture',
  () => true,
  (m, r) => {
    m.entries.set(hear(r), { state: 'captured' })
  },
)

const issue = (i: number) =>
  command(
    `issue ${i}`,
    (m) => [...m.entries.values()].some((e) => e.state === 'captured' || e.state === 'held'),
    (m, r) => {
      const [id, entry] =
        pick(
          [...m.entries].filter(([, e]) => e.state === 'captured' || e.state === 'held'),
          i,
        ) ?? []
      if (!id || !entry) return
      const at = r.clock.now()
      const number = m.issued + 1
      const reply = seal(r, id, number)
      if (Math.floor(at / 1000) < Math.floor(m.lastAt / 1000)) {
        if (reply.ok || !('fault' in reply) || reply.fault.code !== 'CLOCK_BEHIND')
          throw new Error('issued behind the last issue')
        return
      }
      if (!reply.ok) throw new Error(`not issued: ${JSON.stringify(reply)}`)
      Object.assign(m, { issued: number, lastAt: at })
      m.numbers.set(number, id)
      m.entries.set(id, { state: 'queued', number })
    },
  )

const hold = command(
  'hold and release',
  (m) => [...m.entries.values()].some((e) => e.state === 'captured'),
  (m, r) => {
    const [id] = [...m.entries].find(([, e]) => e.state === 'captured') ?? []
    if (!id) return
    step(r, { kind: 'held', entry: id, fault: { code: 'PROOF' } })
    step(r, { kind: 'released', entry: id, who: 'P01', why: 'seen' })
    m.entries.set(id, { state: 'held' })
  },
)

const aside = command(
  'aside',
  (m) => [...m.entries.values()].some((e) => e.state === 'captured' || e.state === 'held'),
  (m, r) => {
    const [id] = [...m.entries].find(([, e]) => e.state === 'captured' || e.state === 'held') ?? []
    if (!id) return
    step(r, { kind: 'aside', entry: id, why: 'test', total: 1_000n })
    m.entries.set(id, { state: 'set-aside' })
  },
)

const push = (count: number) =>
  command(
    `push ${count}`,
    (m) => free(m).length > 0,
    (m, r) => {
      const batch = free(m).slice(0, count)
      const id = messageId(`V${TAX}${String(++r.serial).padStart(32, '0')}`)
      const invoices = batch.map(([, e]) => identity(e.number ?? 0))
      const bytes = Buffer.from(`<TDiep>${id}</TDiep>`)
      step(r, { kind: 'pushed', message: { id, type: 206, bytes, invoices }, attempt: 1, target: 'test' }, bytes)
      m.messages.set(id, { state: 'sending', before: '', replies: new Set() })
      for (const [, e] of batch) Object.assign(e, { state: 'pushed', message: id })
    },
  )

const again = (i: number) =>
  command(
    `push again ${i}`,
    (m) => live(m).length > 0,
    (m, r) => {
      const [id, message] = pick(live(m), i) ?? []
      if (!id || !message) return
      step(r, { kind: 'pushed', message: { id, type: 206, bytes: Buffer.alloc(0), invoices: [] }, attempt: 2, target: 'test' })
      message.before = message.state === 'sending' ? 'unknown' : message.state
      message.state = 'sending'
      for (const e of bound(m, id)) e.state = 'pushed'
    },
  )

const silence = (i: number, outcome: 'unsent' | 'unknown') =>
  command(
    `${outcome} ${i}`,
    (m) => live(m).length > 0,
    (m, r) => {
      const [id, message] = pick(live(m), i) ?? []
      if (!id || !message) return
      step(r, { kind: 'unanswered', message: id, attempt: 1, fault: { code: 'NET' }, outcome })
      const sending = message.state === 'sending'
      const surelyNot = outcome === 'unsent' && !(sending && (message.before === 'unknown' || message.before === 'taken'))
      const had = (sending ? message.before : message.state) === 'taken' && !(outcome === 'unsent' && !sending)
      message.state = had ? 'taken' : surelyNot ? 'unsent' : 'unknown'
      for (const e of bound(m, id)) {
        if (surelyNot) e.state = 'queued'
        else if (!had && e.state === 'pushed') e.state = 'in-doubt'
      }
    },
  )

type Said = 'taken' | 'accept' | 'reject' | 'half' | 'refuse' | 'later' | 'odd' | 'stranger'
const answer = (i: number, said: Said, variant: number) =>
  command(
    `answer ${said} ${i} ${variant}`,
    (m) => m.messages.size > 0,
    (m, r) => {
      const [id, message] = pick([...m.messages], i) ?? []
      if (!id || !message) return
      const members = [...m.entries.values()].filter((e) => e.message === id)
      const verdicts: Verdict[] = []
      const judge = (kind: 'accepted' | 'rejected', number: number): void => {
        const invoice = identity(number)
        verdicts.push(kind === 'accepted' ? { kind, invoice } : { kind, invoice, fault: { code: 'NO' } })
      }
      if (said === 'taken') verdicts.push({ kind: 'taken' })
      else if (said === 'refuse' || said === 'later' || said === 'odd') {
        verdicts.push({ kind: said === 'refuse' ? 'refused' : said, fault: { code: 'X' } })
      } else if (said === 'stranger') judge('accepted', 999_999)
      else
        for (const [k, e] of members.entries())
          judge(said === 'accept' || (said === 'half' && k % 2 === 0) ? 'accepted' : 'rejected', e.number ?? 0)
      const reply = Buffer.from(`<TDiep>${said} ${variant} ${verdicts.length}</TDiep>`)
      const fresh = !message.replies.has(reply.toString())
      step(r, { kind: 'answered', message: id, attempt: 1, reply, verdicts }, reply)
      message.replies.add(reply.toString())
      const dead = message.state === 'refused'
      const had = verdicts.some((v) => ['taken', 'accepted', 'rejected', 'refused'].includes(v.kind)) && said !== 'stranger'
      if (!dead && (fresh || message.state === 'sending')) {
        if (had) message.state = 'taken'
        else if (message.state === 'sending') message.state = message.before === 'taken' ? 'taken' : 'unknown'
      }
      if (!fresh) return
      if (said === 'refuse' && !dead) {
        for (const e of bound(m, id)) Object.assign(e, { state: 'queued', message: undefined })
        message.state = 'refused'
      } else if (said !== 'stranger') {
        for (const verdict of verdicts) {
          if (verdict.kind !== 'accepted' && verdict.kind !== 'rejected') continue
          const entry = m.entries.get(m.numbers.get(verdict.invoice.number) ?? ('' as EntryId))
          if (entry?.message === id && OPEN.has(entry.state))
            entry.state = verdict.kind === 'accepted' ? 'acknowledged' : 'rejected'
        }
      }
    },
  )

const retry = command(
  'retry',
  (m) => [...m.entries.values()].some((e) => e.state === 'rejected' || e.state === 'parked'),
  (m, r) => {
    const [id, entry] = [...m.entries].find(([, e]) => e.state === 'rejected' || e.state === 'parked') ?? []
    if (!id || !entry) return
    step(r, { kind: 'retry', entry: id, who: 'P01', why: 'fixed' })
    Object.assign(entry, { state: 'queued', message: undefined })
  },
)
const park = command(
  'park',
  (m) => free(m).length > 0,
  (m, r) => {
    const [id, entry] = free(m)[0] ?? []
    if (!id || !entry) return
    step(r, { kind: 'parked', entry: id, fault: { code: 'ALONE' } })
    entry.state = 'parked'
  },
)
const crash = command(
  'crash',
  () => true,
  (m, r) => {
    // Nothing is closed: the next one finds the file as a killed process leaves it.
    r.room = begin(r.dir, r.clock)
    for (const [id, message] of m.messages) {
      if (message.state !== 'sending') continue
      if (bound(m, id).length === 0) continue
      message.state = message.before === 'taken' ? 'taken' : 'unknown'
      for (const e of bound(m, id)) if (e.state === 'pushed') e.state = 'in-doubt'
    }
  },
)
const pass = (ms: number) =>
  command(
    `clock ${ms}`,
    () => true,
    (_, r) => {
      r.clock.pass(ms)
      step(r, { kind: 'clock', byMs: ms, source: 'test' })
    },
  )

void t.test('however sales, answers, losses, crashes and the clock are mixed, the book agrees with a small model', async (t) => {
  const index = fc.nat(5)
  const said = fc.constantFrom<Said>('taken', 'accept', 'reject', 'half', 'refuse', 'later', 'odd', 'stranger')
  const commands = fc.commands(
    [
      fc.constant(capture),
      fc.constant(capture),
      index.map(issue),
      index.map(issue),
      fc.constant(hold),
      fc.constant(aside),
      fc.integer({ min: 1, max: 3 }).map(push),
      index.map(again),
      fc.tuple(index, fc.constantFrom('unsent' as const, 'unknown' as const)).map(([i, o]) => silence(i, o)),
      fc.tuple(index, said, fc.nat(1)).map(([i, s, v]) => answer(i, s, v)),
      fc.constant(retry),
      fc.constant(park),
      fc.constant(crash),
      fc.constantFrom(500, 60_000, 86_400_000, -3_600_000).map(pass),
    ],
    { maxCommands: 60, size: 'max' },
  )
  let runs = 0
  fc.assert(
    fc.property(commands, (list) => {
      const dir = folder()
      const clock = fakeClock()
      const real: Real = { room: begin(dir, clock), dir, clock, serial: 0 }
      step(real, symbolStep())
      fc.modelRun(
        () => ({ model: { entries: new Map(), messages: new Map(), issued: 0, lastAt: 0, numbers: new Map() }, real }),
        list,
      )
      real.room.close()
      const wrong = faultsOf(join(dir, 'tillgate.db'))
      if (wrong.length > 0) throw new Error(wrong.join('\n'))
      runs++
    }),
    { numRuns: times(60) },
  )
  t.ok(runs >= 60)
})
