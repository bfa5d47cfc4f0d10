import { setMaxListeners } from 'node:events'
import type { Board } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import { fault } from '../domain/fault.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { Part } from '../domain/part.ts'
import { failed } from '../domain/result.ts'
import type { Instant } from '../domain/time.ts'
import { type WatchedPrinter, watchedPrinter } from './arrival.ts'
import { type Attended, converse, type Hearing } from './conversation.ts'
import { type OwnPaper, ownPaper } from './own-paper.ts'
import type { Paper } from './paper.ts'
import { type PrinterSays, printerSays } from './printer-says.ts'
import { unlessAborted } from './reconnect.ts'
import { refusedFrames } from './refused.ts'
import { type Signs, signs } from './signs.ts'

export type { Hearing } from './conversation.ts'

export interface Intake extends Part {
  /** Connections open now. */
  open(): number
  /** A paper of our own on a register's printer, between the papers of its till. REPRINT_NO_PRINTER, and those of `OwnPaper`. */
  print: (register: RegisterId, compose: Parameters<OwnPaper>[0]) => ReturnType<OwnPaper>
}

export interface IntakeParts {
  readonly registers: readonly Hearing[]
  readonly ledger: Ledger
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

/** How long a start waits to hear from its links how they are, in milliseconds. */
const READY = 2_000

/**
 * The first worker: hears the registers and writes down what it heard (law 1), while every byte runs on to the printer.
 * `start` resolves when each link listens or has told why it does not.
 */
export function intake({ registers, ledger, board, clock, log }: IntakeParts): Intake {
  const stopping = new AbortController()
  const ending = new AbortController()
  const open = new Set<Promise<void>>()
  const answers = new Set<Promise<void>>()
  const presses = new Map<RegisterId, OwnPaper>()
  const printers: WatchedPrinter[] = []
  const behind = (work: Promise<void>): void => {
    answers.add(work)
    void work.finally(() => answers.delete(work))
  }
  // One listener for each open connection: as many as there are.
  for (const { signal } of [stopping, ending]) setMaxListeners(0, signal)
  let listening: Promise<unknown> = Promise.resolve()

  const hear = async (
    hearing: Attended,
    about: Signs,
    says: PrinterSays,
    papers: Set<Paper>,
    told: () => void,
  ): Promise<void> => {
    const noise = { bytes: 0 }
    const stamps = new Set<EntryId>()
    const again = refusedFrames({
      ...{ register: hearing.id, ledger, clock, signal: ending.signal, kept: about.heard },
      lost: () => about.refused(fault('CAPTURE_LOST')),
    })
    const resume = await ledger.cursor(hearing.id)
    const tell: Signs['link'] = (trouble) => {
      about.link(trouble)
      told()
    }
    for await (const connection of hearing.link.connections(resume, stopping.signal, tell)) {
      const parts = {
        ledger,
        clock,
        log,
        signs: about,
        says,
        papers,
        behind,
        stopping: stopping.signal,
        ending: ending.signal,
        noise,
        stamps,
        again: again.add,
      }
      const one = converse(hearing, connection, parts).finally(() => open.delete(one))
      open.add(one)
    }
    told()
  }
  /** Whether the printer is there is known before the first receipt needs it. */
  const knock = async ({ printer }: Attended, about: Signs): Promise<void> => {
    if (!printer) return
    try {
      const line = await printer.open(stopping.signal, about.printer)
      line.destroy()
    } catch (error) {
      if (!stopping.signal.aborted) throw error
    }
  }

  /** The second adapter of a tap: what the printer answers there. */
  const overhear = async ({ link }: Attended, about: Signs, says: PrinterSays): Promise<void> => {
    if (!link.printerSide) return
    for await (const bytes of link.printerSide.bytes(stopping.signal, about.printer)) says.answered(bytes)
  }

  return {
    name: 'intake',
    open: () => open.size,
    print: async (register, compose) =>
      (await presses.get(register)?.(compose)) ?? failed(fault('REPRINT_NO_PRINTER', { register })),
    async start() {
      const ready: Promise<void>[] = []
      const hearings = registers.map((hearing) => {
        const { id, link, driver, printer: plain, ...rest } = hearing
        const where = plain?.where ?? link.printerSide?.where
        const signed = signs({ register: id, link: () => link.where, printer: where, board, clock, log })
        const says = printerSays(clock, signed.printerSays)
        const tellPrinter: Signs['printer'] = (trouble) => {
          if (trouble) says.forget()
          signed.printer(trouble)
        }
        const about: Signs = { ...signed, printer: tellPrinter }
        const papers = new Set<Paper>()
        const { heard, busy } = says
        const printer = plain && watchedPrinter({ printer: plain, probe: driver.probe, clock, heard, busy })
        const attended: Attended = { id, link, driver, ...rest, ...(printer ? { printer } : {}) }
        const way = { papers, tell: tellPrinter, answer: async () => {}, clock, signal: ending.signal, behind }
        if (printer) {
          printers.push(printer)
          presses.set(id, ownPaper({ ...way, printer }))
        }
        void knock(attended, about)
        let told = (): void => {}
        ready.push(new Promise((resolve) => (told = resolve)))
        return Promise.all([hear(attended, about, says, papers, told), overhear(attended, about, says)])
      })
      listening = Promise.all(hearings)
      const late = new AbortController()
      await Promise.race([Promise.all(ready), listening, clock.sleep(READY, late.signal)])
      late.abort()
    },
    async stop(deadline: Instant) {
      stopping.abort(new Error('stopping'))
      const done = (async () => {
        await listening
        await Promise.all(open)
        for (const printer of printers) printer.leave()
        await Promise.all(answers)
      })()
      const enough = new AbortController()
      void clock.sleep(Math.max(0, deadline - clock.now()), enough.signal).then(() => ending.abort(new Error('deadline')))
      await unlessAborted(done, ending.signal)
      // After the deadline what is open is given up at once; it has not been acknowledged.
      if (ending.signal.aborted) await Promise.race([done, clock.sleep(1_000, enough.signal)])
      enough.abort()
      ending.abort(new Error('stopped'))
      log.info({ part: 'intake', open: open.size }, 'stopped hearing')
    },
  }
}
