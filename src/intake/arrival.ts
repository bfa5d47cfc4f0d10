import type { Clock } from '../domain/clock.ts'
import type { Printer, PrinterLine } from '../domain/link.ts'
import { backChannel, type Told } from './back-channel.ts'
import type { Paper } from './paper.ts'
import { linked } from './reconnect.ts'

/**
 * What can be known of bytes the system took for the printer: it was alive behind them (it answered a question that stood
 * behind them, or closed in order), its line broke before it was, or it says nothing and they count as sent.
 */
export type Fate = 'alive' | 'lost' | 'unknown'

/** A printer whose every line is listened to (register-capture 3); answers to our own questions are taken out. */
export interface WatchedPrinter extends Printer {
  /** The fate of all that has gone out until now. */
  fate(): Promise<Fate>
  /** Our own question, where the printer may be asked now: it speaks, and nobody waits for another answer. */
  question(): Uint8Array | undefined
  /** No more waiting: what is open is unknown. */
  leave(): void
}

export interface WatchedOptions {
  readonly printer: Printer
  /** The question for the status in its dialect; without one it is never asked. */
  readonly probe: Uint8Array | undefined
  readonly clock: Clock
  /** What it said of itself. */
  readonly heard: (told: readonly Told[]) => void
  /** Paper out, offline: no silence of it means anything then. */
  readonly busy: () => boolean
}

/** Milliseconds until what went to a printer that never says anything counts as sent. */
const SILENCE = 5_000
/** Milliseconds of silence after which a printer that does speak must be taken for gone. */
const PATIENCE = 120_000
/** Milliseconds a printer has to show itself alive before it is asked. */
const ASK = 1_500

/** One line of it, and who waits to hear. */
interface Watch {
  readonly channel: ReturnType<typeof backChannel>
  readonly waiting: Map<number, (fate: Fate) => void>
  /** How many fates were asked for. */
  out: number
  closing: boolean
  over?: Fate
}

export function watchedPrinter({ printer, probe, clock, heard, busy }: WatchedOptions): WatchedPrinter {
  let now: Watch | undefined
  const watches = new Set<Watch>()
  /** Whether it answers questions, and whether it closes its side after ours: as far as it has shown. */
  let answers: boolean | undefined
  let closes = false

  const settle = (watch: Watch, fate: Fate, upTo = watch.out): void => {
    for (const [number, tell] of watch.waiting) if (number <= upTo) tell(fate)
  }
  const over = (watch: Watch, fate: Fate): void => {
    watch.over = fate
    watches.delete(watch)
    settle(watch, fate)
  }
  const listen = (watch: Watch, bytes: Uint8Array): Uint8Array => {
    const { told, rest } = watch.channel.answered(bytes)
    for (const { answers: question } of told) {
      if (!question) continue
      answers = true
      settle(watch, 'alive', question.behind)
    }
    heard(told)
    return rest
  }
  /** Silence says something only where this printer has been heard to speak. */
  const patient = async (watch: Watch, number: number, settled: AbortSignal): Promise<void> => {
    await clock.sleep(SILENCE, settled)
    if (settled.aborted) return
    const asked = watch.channel.waiting(number)
    if (asked) answers ??= false
    if (!(watch.closing ? closes : asked && answers)) return watch.waiting.get(number)?.('unknown')
    do await clock.sleep(PATIENCE, settled)
    while (busy() && !settled.aborted)
    watch.waiting.get(number)?.('lost')
  }

  return {
    where: printer.where,
    async open(signal, tell): Promise<PrinterLine> {
      const line = await printer.open(signal, tell)
      const watch: Watch = { channel: backChannel(clock), waiting: new Map(), out: 0, closing: false }
      now = watch
      watches.add(watch)
      async function* passed(): AsyncGenerator<Uint8Array> {
        for await (const bytes of line.answers) {
          const rest = listen(watch, bytes)
          if (rest.length > 0) yield rest
        }
        const how = await line.ended
        if (how === 'closed' && watch.closing) closes = true
        over(watch, how === 'closed' ? 'alive' : how === 'torn' ? 'lost' : 'unknown')
      }
      return {
        ...line,
        answers: passed(),
        write(bytes) {
          watch.channel.asked(bytes, { behind: watch.out, ours: bytes === probe })
          return line.write(bytes)
        },
        close() {
          watch.closing = true
          return line.close()
        },
      }
    },
    fate() {
      const watch = now
      if (!watch || watch.over) return Promise.resolve(watch?.over ?? 'unknown')
      const number = ++watch.out
      const settled = new AbortController()
      return new Promise((resolve) => {
        watch.waiting.set(number, (fate) => {
          watch.waiting.delete(number)
          settled.abort()
          resolve(fate)
        })
        void patient(watch, number, settled.signal)
      })
    },
    question() {
      const may = now && !now.over && !now.closing && answers !== false && !now.channel.waiting()
      return may ? probe : undefined
    },
    leave() {
      for (const watch of watches) settle(watch, 'unknown')
    },
  }
}

/**
 * The fate of what has gone out until now. A printer that shows nothing of itself is asked, between two documents of the
 * till (`paper`) and only while the till keeps its connection: its end proves as much, and not a byte is added.
 */
export async function fateOf(printer: WatchedPrinter, paper: Paper, clock: Clock, ending: AbortSignal): Promise<Fate> {
  const fate = printer.fate()
  const settled = linked(ending)
  const asking = settled.signal
  void (async () => {
    for (;;) {
      await clock.sleep(ASK, asking)
      if (asking.aborted) return
      await new Promise<void>((done) => {
        const compose = async (): Promise<Uint8Array | undefined> => {
          const question = printer.question()
          if (!question) done()
          return question
        }
        if (!paper.job({ signal: asking, compose, ended: () => done() })) done()
      })
    }
  })()
  try {
    return await fate
  } finally {
    settled.abort()
    settled.release()
  }
}
