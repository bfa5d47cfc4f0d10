import { createHash } from 'node:crypto'
import type { Board, BoardItem } from '../../src/domain/board.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { ARROWS, type Entry, type EntryState } from '../../src/domain/entry.ts'
import { type Fault, fault } from '../../src/domain/fault.ts'
import {
  type EntryId,
  entryId,
  type MessageId,
  type NoticeId,
  noticeId,
  type RegisterId,
  registerId,
} from '../../src/domain/ids.ts'
import type { Draft, InvoiceIdentity, Sealed, Series } from '../../src/domain/invoice.ts'
import type { Fact, Ledger, OpenMessage, Step } from '../../src/domain/ledger.ts'
import type { Log, LogFields } from '../../src/domain/log.ts'
import type { Notice } from '../../src/domain/notice.ts'
import type { Part } from '../../src/domain/part.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { civilDate, dayEnd, type Instant, instant, readTime } from '../../src/domain/time.ts'
import type { Message } from '../../src/domain/transport.ts'

export const NOON = readTime('2026-11-21T12:00:00')

/** Time that goes only when everybody waits: sleepers are woken one by one, in order. */
export interface FakeClock extends Clock {
  /** Lets time run until `done` holds or `limitMs` have gone by; tells whether it came true. */
  run(done: () => boolean, limitMs: number): Promise<boolean>
  /** Steps the wall clock only. */
  step(ms: number): void
}

export function fakeClock(start: Instant = NOON): FakeClock {
  let up = 0
  let wall = 0
  const sleepers = new Set<{ at: number; wake: () => void }>()
  return {
    now: () => instant(start + up + wall),
    up: () => up,
    step: (ms) => {
      wall += ms
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { at: up + Math.max(0, ms), wake }
        sleepers.add(sleeper)
        signal.addEventListener('abort', wake, { once: true })
      }),
    async run(done, limitMs) {
      const end = up + limitMs
      for (;;) {
        await new Promise(setImmediate)
        if (done()) return true
        let next: { at: number; wake: () => void } | undefined
        for (const sleeper of sleepers) if (!next || sleeper.at < next.at) next = sleeper
        if (!next || next.at > end) {
          up = end
          return done()
        }
        up = Math.max(up, next.at)
        next.wake()
      }
    },
  }
}

interface Row {
  entry: Entry
  readonly bytes: Uint8Array
  message?: MessageId
  refusals: number
}

interface Sent {
  readonly message: Message
  readonly entries: readonly EntryId[]
  attempts: number
  lastAt: Instant
  state: OpenMessage['state'] | 'refused'
  before: OpenMessage['state'] | undefined
  readonly replies: Set<string>
}

export interface FakeLedger extends Ledger {
  readonly rows: ReadonlyMap<EntryId, Row>
  readonly facts: readonly Fact[]
  readonly steps: readonly Step[]
  /** Every answer of `record` and `issue` is this fault while set. */
  trouble: Fault | undefined
  /** What a restart does: a push without outcome becomes doubt. */
  reopen(): void
  /** Puts a sealed invoice into the queue, as the clerk would. */
  queue(series: Series, number: number, at?: Instant): EntryId
  states(): Readonly<Record<string, number>>
  readonly told: ReadonlyMap<NoticeId, Told>
}

interface Told {
  readonly notice: Notice
  readonly name: string
  message?: MessageId
  state: 'open' | 'accepted' | 'refused'
  fault?: Fault
}

/** The ledger's contract in memory: arrows enforced, one number after the other, facts in order. */
export function fakeLedger(clock: Clock): FakeLedger {
  const rows = new Map<EntryId, Row>()
  const sent = new Map<MessageId, Sent>()
  const told = new Map<NoticeId, Told>()
  const facts: Fact[] = []
  const steps: Step[] = []
  const sequences = new Map<RegisterId, number>()
  const numbers = new Map<string, number>()
  const issuedAt = new Map<string, Instant>()
  let listeners: (() => void)[] = []

  const write = (kind: string, body: Record<string, unknown>): void => {
    const n = facts.length
    facts.push({ n, kind, at: clock.now(), line: JSON.stringify({ n, kind, body }), hash: '' })
    const woken = listeners
    listeners = []
    for (const wake of woken) wake()
  }
  const row = (id: EntryId): Row => {
    const found = rows.get(id)
    if (!found) throw new Error(`no entry ${id}`)
    return found
  }
  const move = (id: EntryId, next: Record<string, unknown> & { state: EntryState }): void => {
    const at = row(id)
    if (!ARROWS[at.entry.state].includes(next.state)) throw new Error(`${id}: ${at.entry.state} to ${next.state} is no arrow`)
    const { register } = at.entry
    at.entry = { id, register, since: clock.now(), ...next } as Entry
  }
  const sealedOf = (id: EntryId): Sealed => {
    const { entry } = row(id)
    if (!('sealed' in entry)) throw new Error(`${id} has no invoice`)
    return entry.sealed
  }
  const named = (of: Sent, { form, symbol, number }: InvoiceIdentity): EntryId | undefined =>
    of.entries.find((id) => {
      const { identity } = sealedOf(id)
      return identity.form === form && identity.symbol === symbol && identity.number === number
    })
  const bound = (of: Sent): readonly EntryId[] => of.entries.filter((id) => row(id).message === of.message.id)
  const openNotice = ({ message }: Sent): boolean => message.notice !== undefined && told.get(message.notice)?.state === 'open'
  const requeue = (id: EntryId): void => move(id, { state: 'queued', sealed: sealedOf(id) })

  const pushed = ({ message, attempt }: Extract<Step, { kind: 'pushed' }>): void => {
    const known = sent.get(message.id)
    if (known) {
      if (Buffer.compare(known.message.bytes, message.bytes) !== 0) throw new Error(`${message.id}: other bytes`)
      if (attempt !== known.attempts + 1) throw new Error(`${message.id}: attempt ${attempt} after ${known.attempts}`)
      known.before = known.state === 'sending' ? 'unknown' : (known.state as OpenMessage['state'])
      for (const id of bound(known))
        if (['queued', 'in-doubt'].includes(row(id).entry.state))
          move(id, { state: 'pushed', sealed: sealedOf(id), message: message.id })
      Object.assign(known, { state: 'sending', attempts: attempt, lastAt: clock.now() })
    } else {
      const entries = message.invoices.map((wanted) => {
        const found = [...rows].find(([, { entry }]) => {
          if (!('sealed' in entry)) return false
          const { form, symbol, number } = entry.sealed.identity
          return form === wanted.form && symbol === wanted.symbol && number === wanted.number
        })
        if (!found || found[1].message !== undefined || found[1].entry.state !== 'queued')
          throw new Error(`pushed: ${wanted.symbol}-${wanted.number} is not free to send`)
        return found[0]
      })
      if (message.notice !== undefined) {
        const of = told.get(message.notice)
        if (!of || of.message !== undefined) throw new Error(`${message.notice} is not free to send`)
        of.message = message.id
      }
      for (const id of entries) {
        move(id, { state: 'pushed', sealed: sealedOf(id), message: message.id })
        row(id).message = message.id
      }
      const lastAt = clock.now()
      sent.set(message.id, {
        message,
        entries,
        attempts: attempt,
        lastAt,
        state: 'sending',
        before: undefined,
        replies: new Set(),
      })
    }
    write('message.pushed', { message: message.id, attempt })
  }

  const answered = (step: Extract<Step, { kind: 'answered' }>): Result<void> => {
    const of = sent.get(step.message)
    if (!of) throw new Error(`answered: no message ${step.message}`)
    const digest = createHash('sha256').update(step.reply).digest('hex')
    const kinds = new Set(step.verdicts.map((verdict) => verdict.kind))
    const theirs = kinds.has('taken') || kinds.has('noted') || kinds.has('accepted') || kinds.has('rejected')
    const next = theirs ? 'taken' : of.state === 'sending' ? (of.before === 'taken' ? 'taken' : 'unknown') : of.state
    if (of.state !== 'refused') of.state = next
    if (of.replies.has(digest)) return ok(undefined)
    of.replies.add(digest)
    write('message.answered', { message: step.message, attempt: step.attempt })
    let contradiction = false
    const notice = of.message.notice === undefined ? undefined : told.get(of.message.notice)
    const final = kinds.has('noted') ? 'accepted' : kinds.has('refused') ? 'refused' : undefined
    if (notice && final && notice.state !== 'open') contradiction = notice.state !== final
    else if (notice && final) {
      notice.state = final
      const no = step.verdicts.find((verdict) => verdict.kind === 'refused')
      if (no) notice.fault = no.fault
    }
    for (const verdict of step.verdicts) {
      if (verdict.kind !== 'accepted' && verdict.kind !== 'rejected') continue
      const id = named(of, verdict.invoice)
      if (!id) continue
      const { state } = row(id).entry
      const final = verdict.kind === 'accepted' ? 'acknowledged' : 'rejected'
      if (state === 'acknowledged' || state === 'rejected') contradiction ||= state !== final
      else if (row(id).message !== of.message.id) contradiction = true
      else {
        if (state === 'queued') move(id, { state: 'pushed', sealed: sealedOf(id), message: of.message.id })
        const why = verdict.kind === 'rejected' ? { fault: verdict.fault } : {}
        move(id, { state: final, sealed: sealedOf(id), ...why })
        write(verdict.kind === 'accepted' ? 'invoice.accepted' : 'invoice.rejected', { ...verdict.invoice })
      }
    }
    if (kinds.has('refused') && of.state !== 'refused') {
      of.state = 'refused'
      for (const id of bound(of)) {
        const at = row(id)
        if (['pushed', 'in-doubt'].includes(at.entry.state)) requeue(id)
        if (at.entry.state !== 'queued') continue
        delete at.message
        at.refusals += 1
        at.entry = { ...at.entry, refusals: at.refusals }
      }
    }
    return contradiction ? failed(fault('LEDGER_CONTRADICTION', { message: step.message })) : ok(undefined)
  }

  const unanswered = ({ message, outcome }: Extract<Step, { kind: 'unanswered' }>): void => {
    const of = sent.get(message)
    if (!of) throw new Error(`unanswered: no message ${message}`)
    write('message.unanswered', { message })
    if (of.state === 'refused') return
    if (of.state === 'sending')
      of.state = of.before === 'taken' ? 'taken' : outcome === 'unsent' && of.before !== 'unknown' ? 'unsent' : 'unknown'
    else if (outcome === 'unsent') of.state = 'unsent'
    else if (of.state !== 'taken') of.state = 'unknown'
    settle(of)
  }
  const settle = (of: Sent): void => {
    for (const id of bound(of)) {
      const { state } = row(id).entry
      if (of.state === 'unsent' && (state === 'pushed' || state === 'in-doubt')) requeue(id)
      if (of.state === 'unknown' && state === 'pushed')
        move(id, { state: 'in-doubt', sealed: sealedOf(id), message: of.message.id })
    }
  }

  const take = (step: Step): Result<void> => {
    switch (step.kind) {
      case 'symbol':
        write('symbol.activated', { ...step.series, register: step.register })
        return ok(undefined)
      case 'held':
        move(step.entry, { state: 'held', fault: step.fault })
        write('entry.held', { entry: step.entry, fault: step.fault.code })
        return ok(undefined)
      case 'parked':
        move(step.entry, { state: 'parked', sealed: sealedOf(step.entry), fault: step.fault })
        delete row(step.entry).message
        write('entry.held', { entry: step.entry, fault: step.fault.code })
        return ok(undefined)
      case 'aside':
        move(step.entry, { state: 'set-aside', why: step.why })
        write('entry.aside', { entry: step.entry, why: step.why })
        return ok(undefined)
      case 'released':
        row(step.entry).entry = { ...row(step.entry).entry, since: clock.now(), released: true } as Entry
        write('entry.released', { entry: step.entry })
        return ok(undefined)
      case 'retry':
        requeue(step.entry)
        delete row(step.entry).message
        row(step.entry).refusals = 0
        write('entry.released', { entry: step.entry })
        return ok(undefined)
      case 'pushed':
        pushed(step)
        return ok(undefined)
      case 'answered':
        return answered(step)
      case 'unanswered':
        unanswered(step)
        return ok(undefined)
      default:
        write(step.kind, { ...step })
        return ok(undefined)
    }
  }

  const self: FakeLedger = {
    rows,
    facts,
    steps,
    told,
    async notify(notice, name) {
      for (const [id, known] of told) if (known.name === name) return ok({ id, again: true })
      const id = noticeId(told.size + 1)
      told.set(id, { notice: { ...notice, id }, name, state: 'open' })
      write('notice.ordered', { notice: id })
      return ok({ id, again: false })
    },
    refused: async () => {
      const about = ({ notice }: Told): string[] => notice.invoices.map(({ invoice }) => `${invoice.symbol}-${invoice.number}`)
      const all = [...told.values()]
      return all.flatMap((of, i) => {
        const later = new Set(all.slice(i + 1).flatMap(about))
        return of.fault && about(of).some((one) => !later.has(one)) ? [{ notice: of.notice.id, fault: of.fault }] : []
      })
    },
    notices: async (limit) =>
      [...told.values()]
        .filter((of) => of.message === undefined)
        .map((of) => of.notice)
        .slice(0, limit),
    trouble: undefined,
    reopen() {
      for (const of of sent.values())
        if (of.state === 'sending') {
          of.state = of.before === 'taken' ? 'taken' : 'unknown'
          settle(of)
        }
    },
    queue(series, number, at = clock.now()) {
      const register = registerId(`R${series.symbol.slice(4)}`)
      const sequence = (sequences.get(register) ?? 0) + 1
      sequences.set(register, sequence)
      const id = entryId(register, sequence)
      const sealed = sealedInvoice({ seller: '0199999014', ...series, number }, at)
      rows.set(id, { entry: { id, register, since: at, state: 'queued', sealed }, bytes: new Uint8Array(), refusals: 0 })
      write('invoice.issued', { entry: id, form: series.form, symbol: series.symbol, number })
      return id
    },
    states() {
      const counts: Record<string, number> = {}
      for (const { entry } of rows.values()) counts[entry.state] = (counts[entry.state] ?? 0) + 1
      return counts
    },
    async capture(register, { bytes, discarded }) {
      const sequence = (sequences.get(register) ?? 0) + 1
      sequences.set(register, sequence)
      const id = entryId(register, sequence)
      rows.set(id, { entry: { id, register, since: clock.now(), state: 'captured' }, bytes, refusals: 0 })
      write('frame.captured', { entry: id, register, discarded })
      return ok(id)
    },
    frame: async (entry) => rows.get(entry)?.bytes,
    async issue(entry: EntryId, draft: Draft, signer?: Signer) {
      if (self.trouble) return failed(self.trouble)
      const { state } = row(entry).entry
      if (state !== 'captured' && state !== 'held') return ok(sealedOf(entry))
      const key = `${draft.series.form}${draft.series.symbol}`
      if (draft.at < (issuedAt.get(key) ?? 0)) return failed(fault('CLOCK_BEHIND'))
      issuedAt.set(key, draft.at)
      const number = (numbers.get(key) ?? 0) + 1
      numbers.set(key, number)
      const sealed = await draft.seal(number, signer)
      if (!sealed.ok) return sealed
      move(entry, { state: 'queued', sealed: sealed.value })
      write('invoice.issued', { entry, ...draft.series, number })
      return sealed
    },
    async record(step) {
      if (self.trouble) return failed(self.trouble)
      steps.push(step)
      return take(step)
    },
    entry: async (id) => rows.get(id)?.entry,
    async list(state, limit, after) {
      const all = [...rows.values()].filter((r) => r.entry.state === state && (state !== 'queued' || r.message === undefined))
      if (state === 'queued')
        all.sort((a, b) => {
          const [x, y] = [sealedOf(a.entry.id), sealedOf(b.entry.id)]
          return x.due - y.due || x.identity.number - y.identity.number
        })
      const from = after === undefined ? 0 : all.findIndex((r) => r.entry.id === after) + 1
      return all.slice(from, from + limit).map((r) => r.entry)
    },
    async unfinished() {
      return [...sent.values()]
        .filter((of) => openNotice(of) || bound(of).some((id) => ['queued', 'pushed', 'in-doubt'].includes(row(id).entry.state)))
        .map(({ message, attempts, lastAt, state }) => ({ message, attempts, lastAt, state: state as OpenMessage['state'] }))
    },
    async outages() {
      const open = new Map<string, string>()
      for (const step of steps)
        if (step.kind === 'incident' && step.what === 'opened') open.set(step.incident, step.cause)
        else if (step.kind === 'incident') open.delete(step.incident)
      return [...open].map(([incident, cause]) => ({ incident, cause }))
    },
    settled: async (entry) => rows.get(entry)?.entry,
    async *follow(from, signal) {
      for (let n = from; !signal.aborted; ) {
        const fact = facts[n]
        if (fact) {
          n += 1
          yield fact
        } else
          await new Promise<void>((resolve) => {
            const wake = (): void => {
              signal.removeEventListener('abort', wake)
              resolve()
            }
            listeners.push(wake)
            signal.addEventListener('abort', wake, { once: true })
          })
      }
    },
    end: () => facts.length,
    cursor: async () => undefined,
    health: () => {
      const all = self.trouble ? failed(self.trouble) : ok(undefined)
      return { capture: all, issue: all }
    },
  }
  return self
}

/** An invoice whose bytes say nothing but who it is. */
export function sealedInvoice(identity: InvoiceIdentity, at: Instant, bytes = Buffer.from(JSON.stringify(identity))): Sealed {
  const { form, symbol } = identity
  return {
    series: { form, symbol },
    identity,
    at,
    due: dayEnd(civilDate(at)),
    pay: 1_000n,
    rates: [],
    bytes,
    digest: createHash('sha256').update(bytes).digest('hex'),
    stamp: { lines: [], qr: '' },
  }
}

export function fakeBoard(): Board & { at(part: string): Pick<BoardItem, 'level' | 'key'> | undefined } {
  const items = new Map<string, BoardItem>()
  return {
    set: (part, item) => void items.set(part, { ...item, since: NOON }),
    clear: (part) => void items.delete(part),
    all: () => Object.fromEntries(items),
    watch: () => () => undefined,
    at(part) {
      const item = items.get(part)
      return item && { level: item.level, key: item.key }
    },
  }
}

export interface FakeLog extends Log {
  readonly lines: readonly { readonly level: string; readonly fields: LogFields; readonly text: string }[]
}

export function fakeLog(): FakeLog {
  const lines: { level: string; fields: LogFields; text: string }[] = []
  const at = (level: string) => (fields: LogFields, text: string) => void lines.push({ level, fields, text })
  return { lines, error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

/** A part that can be killed: from then on nothing it asks for is answered any more. */
export function mortal<T extends object>(inner: T): { readonly it: T; kill(): void } {
  let dead = false
  const it = new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        const result: unknown = dead ? undefined : value.apply(target, args)
        if (dead && ['health', 'end', 'mint', 'read', 'all', 'set', 'clear'].includes(String(name)))
          return value.apply(target, args)
        if (dead) return new Promise(() => undefined)
        return result instanceof Promise ? result.then((r: unknown) => (dead ? new Promise(() => undefined) : r)) : result
      }
    },
  })
  return { it, kill: () => void (dead = true) }
}

export const stopPart = (part: Part, clock: Clock): Promise<void> => part.stop(instant(clock.now() + 10_000))
