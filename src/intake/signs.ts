import type { Board, Level } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Sealed } from '../domain/invoice.ts'
import type { Tell } from '../domain/link.ts'
import type { Log } from '../domain/log.ts'
import { shownTime } from '../domain/time.ts'

/** What people see of one register and its printer: the board, and the log where someone must be woken. */
export interface Signs {
  /** The link's own state. */
  readonly link: Tell
  /** Whether the printer is reached. */
  readonly printer: Tell
  /** What the printer says of itself. */
  readonly printerSays: Tell
  /** Whether the paper of an invoice came out is not known (`missing`), or known again. */
  unsure(entry: EntryId, sealed: Sealed, missing: boolean): void
  /** A document is durable. */
  heard(): void
  /** The driver cut a document out of the stream. */
  framed(): void
  /** The ledger did not take a frame. */
  refused(fault: Fault): void
  /** A driver threw: shown until its next document is well again. */
  thrown(error: unknown, where: string): void
  noise(bytes: number): void
}

export interface SignsOptions {
  readonly register: RegisterId
  readonly link: () => string
  readonly printer: string | undefined
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

/** What happened once and says nothing of the next document; seen for a minute at least, until the next one is well. */
const PASSING = new Set([
  'CAPTURE_REFUSED',
  'CAPTURE_OVERSIZE',
  'CAPTURE_FILE_AGAIN',
  'CAPTURE_FILE_LINK',
  'CAPTURE_LINE_ERRORS',
  'FILE_REVISED',
])
const SEEN = 60_000
/** A cashier has looked by then: milliseconds for which a paper that may be missing is told. */
const LOOKED = 900_000
const LIGHT = new Set([
  ...['CAPTURE_REFUSED', 'CAPTURE_FILE_AGAIN', 'CAPTURE_LINE_ERRORS'],
  ...['PRINTER_PAPER_LOW', 'PRINTER_UNHEARD', 'PRINTER_UNSURE'],
])

export function signs({ register, link, printer, board, clock, log }: SignsOptions): Signs {
  const part = `register/${register}`
  let lost: Fault | undefined
  let passing: { readonly trouble: Fault; readonly at: number } | undefined
  let driver: Fault | undefined
  let ledger: Fault | undefined
  let last: string | undefined
  let told: string | undefined
  let unreached: Fault | undefined
  let says: Fault | undefined
  /** Invoices whose paper may be missing: their numbers, and since when. */
  const missing = new Map<EntryId, { readonly number: number; readonly at: number }>()

  const show = (item: string, trouble: Fault, level: Level = LIGHT.has(trouble.code) ? 'warning' : 'serious'): void =>
    board.set(item, {
      level,
      key: `fault.${trouble.code}`,
      values: { register, ...trouble.values },
      todo: `fault.${trouble.code}.hint`,
    })
  const fade = (): void => {
    if (passing && clock.up() - passing.at > SEEN) passing = undefined
    for (const [entry, { at }] of missing) if (clock.up() - at > LOOKED) missing.delete(entry)
  }
  const draw = (): void => {
    if (ledger) show(part, ledger, 'critical')
    else if (driver) show(part, driver)
    else if (lost) show(part, lost)
    else if (passing) show(part, passing.trouble)
    else
      board.set(part, {
        level: 'ok',
        key: 'board.register.ok',
        values: { register, link: link(), ...(last ? { time: last } : {}) },
      })
  }
  const drawPrinter = (): void => {
    if (!printer) return
    const numbers = [...missing.values()].map(({ number }) => number).join(', ')
    const trouble = unreached ?? says ?? (numbers === '' ? undefined : fault('PRINTER_UNSURE', { number: numbers }))
    if (trouble?.code !== told) {
      if (trouble) log.warn({ part: 'intake', register, code: trouble.code, ...trouble.values }, 'printer trouble')
      else log.info({ part: 'intake', register, printer }, 'printer reached')
    }
    told = trouble?.code
    if (trouble) show(`printer/${register}`, trouble)
    else board.set(`printer/${register}`, { level: 'ok', key: 'board.printer.ok', values: { printer } })
  }

  return {
    link(trouble) {
      if (trouble && PASSING.has(trouble.code)) {
        log.warn({ part: 'intake', register, code: trouble.code, ...trouble.values }, 'refused')
        passing = { trouble, at: clock.up() }
      } else {
        if (trouble?.code !== lost?.code) {
          if (trouble) log.warn({ part: 'intake', register, code: trouble.code, ...trouble.values }, 'link lost')
          else log.info({ part: 'intake', register, link: link() }, 'listening')
        }
        lost = trouble
        fade()
      }
      draw()
    },
    printer(trouble) {
      unreached = trouble
      if (trouble) says = undefined
      drawPrinter()
    },
    printerSays(trouble) {
      says = trouble
      drawPrinter()
    },
    unsure(entry, { identity }, isMissing) {
      if (isMissing) missing.set(entry, { number: identity.number, at: clock.up() })
      else if (!missing.delete(entry)) return
      drawPrinter()
    },
    heard() {
      last = shownTime(clock.now())
      ledger = undefined
      const unsure = missing.size
      fade()
      draw()
      if (missing.size < unsure) drawPrinter()
    },
    framed() {
      driver = undefined
    },
    refused(trouble) {
      if (ledger?.code !== trouble.code)
        log.error({ part: 'intake', register, code: trouble.code }, 'a document could not be kept')
      ledger = trouble
      draw()
    },
    thrown(error, where) {
      const what = error instanceof Error ? error.message : String(error)
      log.error({ part: 'intake', register, code: 'DRIVER_FAILED', where, what: what.slice(0, 200) }, 'the driver failed')
      driver = fault('DRIVER_FAILED', { where })
      draw()
    },
    noise(bytes) {
      log.debug({ part: 'intake', register, bytes }, 'bytes that belong to no document')
    },
  }
}
