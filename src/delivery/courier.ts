import { setMaxListeners } from 'node:events'
import { bell } from '../domain/bell.ts'
import type { Board } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import type { Fault } from '../domain/fault.ts'
import type { EntryId, MessageId } from '../domain/ids.ts'
import type { Fact, Ledger } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { Notice } from '../domain/notice.ts'
import type { Part } from '../domain/part.ts'
import type { Result } from '../domain/result.ts'
import type { Signer } from '../domain/signer.ts'
import type { Transport } from '../domain/transport.ts'
import { batches } from './batches.ts'
import { carry, type Flight } from './flight.ts'
import { line } from './line.ts'
import { notices } from './notices.ts'
import { NOTICES, notifying } from './notifying.ts'
import { resumed } from './resume.ts'
import { bySeries, type Late, type Queued, retryDelay, seriesOf } from './schedule.ts'

export interface CourierParts {
  readonly ledger: Ledger
  readonly transport: Transport
  /** As a function: opened when first needed; asked again after a fault, but never after a wrong passphrase. */
  readonly signer: Signer | (() => Promise<Result<Signer>>)
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
  /** The law's word on lateness; absent: weekdays are counted, no fine is quoted. */
  readonly late?: Late
  readonly random?: () => number
  readonly settings?: CourierSettings
}

export interface CourierSettings {
  /** How long the first invoice waits for company, milliseconds. */
  readonly gatherMs?: number
  /** Messages of one series they have and have not judged yet; beyond that nothing new is sent in it. */
  readonly openMessages?: number
}

export interface Courier extends Part {
  /** Tries now what it would try later: asks first, never sends twice. */
  wake(): void
}

const PAGE = 500
const PAGES = 10
const WATCH_MS = 30_000

/** Files what is sealed: unfinished messages first, then the oldest due; one message of a series on the wire at a time (I6). */
export function courier(parts: CourierParts): Courier {
  const { ledger, transport, clock, log, board, random = Math.random, settings = {} } = parts
  const { gatherMs = 300, openMessages = 16 } = settings
  const stopping = new AbortController()
  const cut = new AbortController()
  // As many wait on them as messages are open; that is no leak.
  setMaxListeners(0, stopping.signal, cut.signal)
  const work = bell()
  const flights = new Map<MessageId, Flight>()
  const busy = new Set<string>()
  const rests = new Map<string, number>()
  /** Series whose number the authority knows with other content: a person decides. */
  const stopped = new Set<string>()
  /** Given up in this run, also while that is being written down. */
  const parked = new Set<EntryId>()
  const tasks = new Set<Promise<void>>()
  const cutter = batches(transport, parts.signer, clock, random)
  const tell = notices({ ...parts, flights })
  const { prepare, ended: noticeEnded, look: lookAtRefused } = notifying(parts)
  const way = line(clock, random, (state) => tell.line(state))
  let gather = false
  let allResumed = false
  let keyLocked = false
  let keyTries = 0

  /** A task that throws is a bug: it is not caught here and ends the process. */
  const run = (task: Promise<void>): void => {
    tasks.add(task)
    void task.finally(() => tasks.delete(task))
  }

  /** Sends one message on its way; resolves once they have it, or it ended: then the next of its series may follow. */
  const launch = (flight: Flight): Promise<void> => {
    flights.set(flight.message.id, flight)
    return new Promise((passed) => {
      let taken = flight.state === 'taken'
      if (taken) passed()
      const moved = (): void => {
        tell.courier(way.state)
        if (taken || flight.end || flight.state !== 'taken') return
        taken = true
        passed()
        work.ring()
      }
      const whole = async (): Promise<void> => {
        const { unwritten, written, contradiction } = tell
        const signals = { stopping: stopping.signal, cut: cut.signal }
        await carry(flight, { ledger, transport, line: way, clock, random, ...signals, unwritten, written, contradiction, moved })
        if (flight.end) await ended(flight)
        flights.delete(flight.message.id)
        passed()
        work.ring()
      }
      run(whole())
    })
  }

  const ended = async ({ end, message, series, entries, known, doubled }: Flight): Promise<void> => {
    if (message.notice !== undefined) return noticeEnded(message.notice, end)
    if (end?.kind === 'refused') {
      const { park: givesUp, restMs } = cutter.refused(series, message.invoices)
      log.warn(
        { part: 'courier', code: end.fault.code, message: message.id, invoices: message.invoices.length },
        'message refused',
      )
      if (restMs > 0) rests.set(series, clock.up() + restMs)
      if (givesUp && entries[0]) await park(series, entries[0], end.fault)
      return
    }
    const finals = [...known.values()]
    if (finals.includes('accepted')) cutter.accepted(series)
    const rejected = finals.filter((final) => final === 'rejected').length
    log.info({ part: 'courier', message: message.id, invoices: message.invoices.length, rejected }, 'message decided')
    if (doubled) {
      stopped.add(series)
      tell.stopped(series)
    }
  }

  const goOn = (): void => {
    for (const series of stopped) board.clear(`upstream/${series}`)
    stopped.clear()
  }

  const park = async (series: string, entry: EntryId, why: Fault): Promise<void> => {
    parked.add(entry)
    const result = await ledger.record({ kind: 'parked', entry, fault: why })
    if (!result.ok) {
      // Not written: it is sent, refused and given up once more, but not at once.
      parked.delete(entry)
      rests.set(series, clock.up() + WATCH_MS)
      return tell.unwritten(result.fault)
    }
    log.error({ part: 'courier', entry, code: why.code }, 'parked: refused alone again and again')
  }

  /** One series, in number order, message after message, as far as `queue` goes. */
  const serve = async (series: string, queue: readonly Queued[]): Promise<void> => {
    await clock.sleep(Math.max(0, (rests.get(series) ?? 0) - clock.up()), stopping.signal)
    rests.delete(series)
    // Listed while the refusal of one of them was still being weighed: it has been given up meanwhile.
    let rest = queue.filter((entry) => !parked.has(entry.id))
    while (rest.length > 0 && !stopping.signal.aborted && openOf(series) < openMessages && !stopped.has(series)) {
      const made = await cutter.next(series, rest)
      if (made.kind === 'key') return keyTrouble(made.fault)
      tell.key(undefined)
      keyTries = 0
      if (made.kind === 'unfit') return park(series, made.entry.id, made.fault)
      const { message, batch } = made
      const sealed = batch.map((entry) => entry.sealed)
      const flight: Flight = {
        message,
        series,
        entries: batch.map((entry) => entry.id),
        oldest: sealed.reduce((a, b) => (b.at < a ? b.at : a), clock.now()),
        due: sealed.reduce((a, b) => (b.due < a ? b.due : a), sealed[0]?.due ?? clock.now()),
        known: new Map(),
        attempts: 0,
        state: 'unsent',
      }
      await launch(flight)
      if (flight.end?.kind === 'refused') return
      rest = rest.slice(batch.length)
    }
  }

  /** Notices of errors, in the order they were asked for. One that cannot be made rests; it is asked again, nothing is lost. */
  const notify = async (waiting: readonly Notice[]): Promise<void> => {
    await clock.sleep(Math.max(0, (rests.get(NOTICES) ?? 0) - clock.up()), stopping.signal)
    rests.delete(NOTICES)
    for (const notice of waiting) {
      if (stopping.signal.aborted || openOf(NOTICES) >= openMessages) return
      const made = await prepare(notice)
      if (made.ok) {
        tell.key(undefined)
        keyTries = 0
        await launch(made.value)
      } else if (made.fault.code.startsWith('SIGN_')) return keyTrouble(made.fault)
      else rests.set(NOTICES, clock.up() + WATCH_MS)
    }
  }

  /** One at a time, so that nothing overtakes. */
  const start = (series: string, task: () => Promise<void>): void => {
    busy.add(series)
    run(
      task().finally(() => {
        busy.delete(series)
        work.ring()
      }),
    )
  }

  /** Signing waits, selling does not. A wrong passphrase is never tried again by itself: tokens lock (F20). */
  const keyTrouble = async (why: Fault): Promise<void> => {
    tell.key(why)
    if (why.code === 'SIGN_BAD_PASSPHRASE') keyLocked = true
    else await clock.sleep(retryDelay(++keyTries, clock.now(), random()), stopping.signal)
  }

  const openOf = (series: string): number => [...flights.values()].filter((flight) => flight.series === series).length
  const untaken = (series: string): boolean =>
    [...flights.values()].some((flight) => flight.series === series && flight.state !== 'taken')

  const look = async (): Promise<void> => {
    while (!allResumed && !stopping.signal.aborted) {
      const more = await resumed(ledger, flights)
      for (const flight of more) void launch(flight)
      allResumed = more.length === 0
    }
    if (!keyLocked && !busy.has(NOTICES) && !untaken(NOTICES) && openOf(NOTICES) < openMessages) {
      const waiting = (await ledger.notices?.(PAGE)) ?? []
      if (waiting.length > 0) start(NOTICES, () => notify(waiting))
    }
    let after: EntryId | undefined
    for (let page = 0; page < PAGES && !keyLocked; page++) {
      const entries = await ledger.list('queued', PAGE, after)
      let started = false
      for (const [series, queue] of bySeries(entries.filter((entry) => !parked.has(entry.id)))) {
        if (busy.has(series) || untaken(series) || openOf(series) >= openMessages || stopped.has(series)) continue
        started = true
        start(series, () => serve(series, queue))
      }
      after = entries.at(-1)?.id
      if (started || [...busy].some((series) => series !== NOTICES) || entries.length < PAGE) return
    }
  }

  const tend = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look()
      tell.courier(way.state)
      await work.wait(stopping.signal)
      if (gather) await clock.sleep(gatherMs, stopping.signal)
      gather = false
    }
  }

  const listen = async (from: number): Promise<void> => {
    for await (const fact of ledger.follow(from, stopping.signal)) {
      if (
        fact.kind === 'invoice.issued'
          ? busy.has(seriesIn(fact))
          : !/^(entry\.released|invoice\.recoded|notice\.ordered)$/.test(fact.kind)
      )
        continue
      if (fact.kind === 'entry.released' || fact.kind === 'invoice.recoded') {
        goOn()
        parked.delete((JSON.parse(fact.line) as { body: { entry: EntryId } }).body.entry)
      }
      gather = true
      work.ring()
    }
  }

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await tell.deadline(way.state)
      await lookAtRefused()
      await clock.sleep(WATCH_MS, stopping.signal)
      work.ring()
    }
  }

  return {
    name: 'courier',
    async start() {
      const from = ledger.end?.() ?? 0
      for (const task of [tend(), listen(from), watch()]) run(task)
    },
    wake() {
      keyLocked = false
      goOn()
      way.hurry()
      work.ring()
    },
    async stop(deadline) {
      stopping.abort()
      const late = new AbortController()
      await Promise.race([Promise.all(tasks), clock.sleep(Math.max(0, deadline - clock.now()), late.signal)])
      late.abort()
      cut.abort()
    },
  }
}

const seriesIn = (fact: Fact): string => seriesOf((JSON.parse(fact.line) as { body: { form: number; symbol: string } }).body)
