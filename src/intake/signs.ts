import type { Board, Level } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Tell } from '../domain/link.ts'
import type { Log } from '../domain/log.ts'
import { shownTime } from '../domain/time.ts'

/** What people see of one register and its printer: the board, and the log where someone must be woken. */
export interface Signs {
  /** The link's own state. */
  readonly link: Tell
  readonly printer: Tell
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

export function signs({ register, link, printer, board, clock, log }: SignsOptions): Signs {
  const part = `register/${register}`
  let lost: Fault | undefined
  let driver: Fault | undefined
  let ledger: Fault | undefined
  let last: string | undefined
  let told: string | undefined

  const show = (item: string, level: Level, trouble: Fault): void =>
    board.set(item, {
      level,
      key: `fault.${trouble.code}`,
      values: { register, ...trouble.values },
      todo: `fault.${trouble.code}.hint`,
    })
  const draw = (): void => {
    if (ledger) show(part, 'critical', ledger)
    else if (driver) show(part, 'serious', driver)
    else if (lost) show(part, lost.code === 'CAPTURE_REFUSED' ? 'warning' : 'serious', lost)
    else
      board.set(part, {
        level: 'ok',
        key: 'board.register.ok',
        values: { register, link: link(), ...(last ? { time: last } : {}) },
      })
  }

  return {
    link(trouble) {
      if (trouble?.code !== lost?.code) {
        if (trouble) log.warn({ part: 'intake', register, code: trouble.code, ...trouble.values }, 'link lost')
        else log.info({ part: 'intake', register, link: link() }, 'listening')
      }
      lost = trouble
      draw()
    },
    printer(trouble) {
      if (!printer) return
      const item = `printer/${register}`
      if (trouble?.code !== told) {
        if (trouble) log.warn({ part: 'intake', register, code: trouble.code, ...trouble.values }, 'printer lost')
        else log.info({ part: 'intake', register, printer }, 'printer reached')
      }
      told = trouble?.code
      if (trouble) show(item, 'serious', trouble)
      else board.set(item, { level: 'ok', key: 'board.printer.ok', values: { printer } })
    },
    heard() {
      last = shownTime(clock.now())
      ledger = undefined
      lost = undefined
      draw()
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
