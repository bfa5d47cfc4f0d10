import type { Board, Level } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { MessageId } from '../domain/ids.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import { civilTime, type Instant, instant } from '../domain/time.ts'
import type { Flight } from './flight.ts'
import type { LineState } from './line.ts'
import { deadline, type Late, MANY, type Waiting } from './schedule.ts'

interface NoticeParts {
  readonly ledger: Ledger
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
  readonly flights: ReadonlyMap<MessageId, Flight>
  readonly late?: Late
}

/** What the courier says aloud: the board, the log, and the incident that explains lateness. */
export interface Notices {
  line(state: LineState): void
  courier(state: LineState): void
  key(why: Fault | undefined): void
  stopped(series: string): void
  unwritten(why: Fault): void
  written(): void
  contradiction(why: Fault): void
  /** The thresholds of R-102 over all that is not filed; also opens the incident of a long outage. */
  deadline(state: LineState): Promise<void>
}

/** An outage is evidence from here on (dashboard 3.4). */
const INCIDENT_MS = 10 * 60_000
/** How the incidents of the courier are called. */
const OUTAGE = 'outage-'
const DAY_MS = 24 * 3_600_000
/** One odd answer may be a hiccup of theirs; this many in a row are a portal that wants a login (F13). */
const ODD_SAID = 3
const GRAVE = /^(DELIVERY_LOGIN|DELIVERY_TLS|CONFIG_)/

export function notices({ ledger, board, clock, log, flights, late }: NoticeParts): Notices {
  const part = 'courier'
  let incident: { readonly id: string; readonly cause: string } | undefined
  let asked = false
  let keyFault: string | undefined

  const show = (where: string, level: Level, why: Fault): void => {
    const values = why.values ? { values: why.values } : {}
    board.set(where, { level, key: `fault.${why.code}`, ...values, todo: `fault.${why.code}.hint` })
  }
  const record = async (
    what: 'opened' | 'closed',
    { id, cause }: { id: string; cause: string },
    when?: Instant,
  ): Promise<void> => {
    const result = await ledger.record({ kind: 'incident', what, incident: id, cause, ...(when === undefined ? {} : { when }) })
    if (!result.ok) log.error({ part, code: result.fault.code }, `incident not ${what}`)
  }
  /** An outage may outlast a run: it ends when something comes through, not with the process. */
  const recall = async (): Promise<void> => {
    asked = true
    for (const { incident: id, cause } of (await ledger.outages()).filter((one) => one.incident.startsWith(OUTAGE))) {
      if (incident) await record('closed', incident)
      incident = { id, cause }
    }
  }
  const waiting = async (): Promise<Waiting | undefined> => {
    let count = 0
    let oldest: number = Number.POSITIVE_INFINITY
    let due: number = Number.POSITIVE_INFINITY
    const add = (n: number, at: Instant, limit: Instant): void => {
      count += n
      oldest = Math.min(oldest, at)
      due = Math.min(due, limit)
    }
    for (const flight of flights.values())
      if (flight.state !== 'taken' && flight.message.notice === undefined)
        add(flight.message.invoices.length, flight.oldest, flight.due)
    for (const entry of await ledger.list('queued', MANY)) if (entry.state === 'queued') add(1, entry.sealed.at, entry.sealed.due)
    return count === 0 ? undefined : { count: Math.min(count, MANY), oldest: instant(oldest), due: instant(due) }
  }

  return {
    line(state) {
      const { failures, trouble } = state
      if (!trouble) {
        board.clear('upstream')
        log.info({ part }, 'the line is good again')
        return
      }
      const { code } = trouble.fault
      const odd = /^DELIVERY_ODD_/.test(code) && failures >= ODD_SAID
      const level: Level = GRAVE.test(code) || odd ? 'serious' : failures > 1 ? 'warning' : 'info'
      show('upstream', level, odd ? { ...trouble.fault, code: 'DELIVERY_ODD_ANSWER' } : trouble.fault)
      if (failures === 1) log.warn({ part, code }, 'nothing comes through')
    },
    courier({ failures, next }) {
      const open = [...flights.values()]
      const onWay = open.filter((flight) => flight.state === 'unsent' || flight.state === 'sending')
      const doubtful = open.filter((flight) => flight.state === 'unknown').length
      const n = String(onWay.reduce((sum, flight) => sum + flight.message.invoices.length, 0))
      if (failures > 0 && open.length > 0) {
        const at = instant(clock.now() + Math.max(0, (next ?? 0) - clock.up()))
        const time = civilTime(at).slice(11)
        board.set(part, { level: 'info', key: 'board.courier.waiting', values: { time } })
      } else if (doubtful > 0) board.set(part, { level: 'info', key: 'board.courier.asking', values: { n: String(doubtful) } })
      else if (n !== '0') board.set(part, { level: 'ok', key: 'board.courier.sending', values: { n } })
      else board.set(part, { level: 'ok', key: 'board.courier.idle' })
    },
    key(why) {
      if (keyFault === why?.code) return
      keyFault = why?.code
      if (!why) return board.clear('signer/courier')
      show('signer/courier', 'serious', why)
      log.error({ part, code: why.code }, 'signing waits')
    },
    stopped(series) {
      const why = fault('DELIVERY_SERIES_STOPPED', { symbol: series })
      show(`upstream/${series}`, 'critical', why)
      log.error({ part, code: why.code, series }, 'sending in this series stopped')
    },
    written: () => board.clear('ledger/courier'),
    unwritten(why) {
      show('ledger/courier', 'critical', why)
      log.error({ part, code: why.code }, 'the ledger does not write')
    },
    contradiction(why) {
      show('upstream/contradiction', 'critical', why)
      log.error({ part, code: why.code, message: why.values?.['message'] }, 'contradictory results')
    },
    async deadline(state) {
      const item = deadline(await waiting(), clock.now(), state.failures === 0, late)
      if (item) board.set('queue', item)
      else board.clear('queue')
      // Issued, delivered, but not reported: no result within a day is an alarm (einvoice-format 11).
      const silent = [...flights.values()].filter((flight) => flight.state === 'taken' && clock.now() - flight.oldest > DAY_MS)
      if (silent.length > 0) show('upstream/verdict', 'serious', fault('DELIVERY_NO_VERDICT', { n: String(silent.length) }))
      else board.clear('upstream/verdict')
      if (!asked) await recall()
      if (state.proven && state.failures === 0 && incident) {
        await record('closed', incident)
        incident = undefined
      } else if (!incident && clock.up() - (state.downSince ?? clock.up()) >= INCIDENT_MS) {
        const from = instant(clock.now() - (clock.up() - (state.downSince ?? clock.up())))
        const cause = state.trouble?.fault.code === 'DELIVERY_OFFLINE' ? 'network' : 'provider'
        incident = { id: `${OUTAGE}${civilTime(from).slice(0, 16).replace(/\D/g, '')}`, cause }
        await record('opened', incident, from)
      }
    },
  }
}
