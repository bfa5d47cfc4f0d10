import type { Clock } from '../domain/clock.ts'
import type { Printer, PrinterLine, Tell } from '../domain/link.ts'
import { linked } from './reconnect.ts'

/** Bytes waiting for the printer; beyond it the till is not pulled (register-capture 1.1). */
const MARK = 256 * 1024
/** Of a document longer than this the beginning is not kept for printing it again. */
const LONGEST = 4 * 1024 * 1024
/** Milliseconds for reaching the printer once the till tore its side: many end their jobs with a reset. */
const REACH = 3_000

export type Print = (bytes: Uint8Array) => Promise<void>

/** What may be printed in front of an end mark. */
export interface InFront {
  before(print: Print): Promise<void>
  /** The end mark is out, the printer's system has it all. */
  out(): void
  /** The paper was given up before its place came. */
  lost(): void
}

/** A paper of our own: it stands between two documents of the till, whole, and is never begun again by itself. */
export interface OwnJob {
  /** Given up: its turn passes without a byte. */
  readonly signal: AbortSignal
  /** Its turn has come and the printer is there. Undefined: nothing to print after all. Never rejects. */
  compose(): Promise<Uint8Array | undefined>
  /** `broken`: the printer went away in its midst. `unreached`: not a byte of it went out. Not called where there was nothing. */
  ended(how: 'printed' | 'broken' | 'unreached'): void
}

/** The way from one connection to the printer, in order. Nothing is altered; a stamp is only ever put before an end mark. */
export interface Paper {
  /** `between`: nothing of a document is in hand behind these bytes. */
  text(bytes: Uint8Array, between?: boolean): void
  /** The end mark of a document. What stands in front of it must come back in its own time. */
  end(mark: Uint8Array, stamp?: InFront): void
  /** Printed between two documents. False: this conversation is over. */
  slip(print: (print: Print) => Promise<void>): boolean
  /** A job of our own between two documents. False: this conversation is over. */
  job(job: OwnJob): boolean
  /** Whether it has the printer's line: then nobody else can print. */
  holds(): boolean
  /** The till has gone quiet: whatever lies behind the last end mark is no document. */
  calm(): void
  waiting(): boolean
  /** Resolves when there is room for more. */
  room(): Promise<void>
  /** All bytes out, then the line is free. */
  finish(): Promise<void>
  /** The till tore its side: what was heard is printed if the printer is there, and not waited with if it is not. */
  tear(): Promise<void>
}

type Item =
  | { readonly kind: 'text'; readonly bytes: Uint8Array; readonly between: boolean }
  | { readonly kind: 'end'; readonly bytes: Uint8Array; readonly stamp?: InFront | undefined }
  | { readonly kind: 'slip'; readonly print: (print: Print) => Promise<void> }
  | { readonly kind: 'job'; readonly job: OwnJob }

export interface PaperOptions {
  readonly printer: Printer
  readonly tell: Tell
  /** Status bytes of the printer, copied back at once. */
  readonly answer: (bytes: Uint8Array) => Promise<void>
  readonly clock: Clock
  /** Aborts: no more waiting for the printer. */
  readonly signal: AbortSignal
}

/** Opens the line with the first byte, so that an empty connection never disturbs the printer. */
export function paperTo({ printer, tell, answer, clock, signal }: PaperOptions): Paper {
  const queue: Item[] = []
  const slips: Item[] = []
  const given = linked(signal)
  let size = 0
  let line: PrinterLine | undefined
  let between = true
  let unfinished: Uint8Array[] | undefined = []
  let unfinishedSize = 0
  let working: Promise<void> | undefined
  /** What stands in front of the end mark in hand, until it has had its turn. */
  let atHand: InFront | undefined
  let over = false
  let tearing = false
  let roomy = (): void => {}

  /** Bytes of the document in hand are kept until its end: a printer that came back prints it from its beginning. */
  const keep = (bytes: Uint8Array): void => {
    unfinishedSize += bytes.length
    if (unfinishedSize > LONGEST) unfinished = undefined
    unfinished?.push(bytes)
  }
  const forget = (): void => {
    unfinished = []
    unfinishedSize = 0
    between = true
  }
  const open = async (signal = given.signal, told = tell): Promise<PrinterLine> => {
    const opened = await printer.open(signal, told)
    line = opened
    void (async () => {
      for await (const bytes of opened.answers) await answer(bytes)
      // The printer ended it (idle, switched off): the next byte opens a new line.
      if (line === opened) line = undefined
    })()
    return opened
  }
  const print: Print = async (bytes) => {
    if (bytes.length === 0) return
    keep(bytes)
    for (let fresh = line === undefined; ; fresh = true) {
      const now = line ?? (await open())
      // After a loss, the document from its beginning; the new bytes are the last of it.
      const all = fresh && unfinished && unfinished.length > 1 ? Buffer.concat(unfinished) : bytes
      const well = await now.write(all).then(
        () => true,
        () => false,
      )
      if (well) return
      now.destroy()
      if (line === now) line = undefined
      if (tearing) given.abort()
      given.signal.throwIfAborted()
    }
  }

  /** The line for a job of our own: a printer that does not answer at once gets none of it. */
  const reach = async (wanted: AbortSignal): Promise<PrinterLine | undefined> => {
    const gone = new AbortController()
    const told: Tell = (trouble) => {
      tell(trouble)
      if (trouble) gone.abort()
    }
    try {
      return await open(AbortSignal.any([given.signal, wanted, gone.signal]), told)
    } catch (error) {
      if (wanted.aborted || gone.signal.aborted || given.signal.aborted) return undefined
      throw error
    }
  }
  const own = async (job: OwnJob): Promise<void> => {
    const now = job.signal.aborted ? undefined : (line ?? (await reach(job.signal)))
    if (!now || job.signal.aborted) return job.ended('unreached')
    const bytes = await job.compose()
    if (!bytes) return
    const well = await now.write(bytes).then(
      () => true,
      () => false,
    )
    if (!well) {
      now.destroy()
      if (line === now) line = undefined
    }
    job.ended(well ? 'printed' : 'broken')
  }

  const work = async (): Promise<void> => {
    await Promise.resolve()
    for (;;) {
      const item = queue.shift() ?? (between ? slips.shift() : undefined)
      if (!item) {
        working = undefined
        return
      }
      if (item.kind === 'job') {
        await own(item.job)
        continue
      }
      if (item.kind === 'slip') {
        await item.print(print)
        forget()
        continue
      }
      size -= item.bytes.length
      if (size <= MARK) roomy()
      between = false
      if (item.kind === 'end') {
        atHand = item.stamp
        await atHand?.before(print)
        atHand = undefined
      }
      await print(item.bytes)
      if (item.kind === 'end') {
        item.stamp?.out()
        forget()
        const slip = slips.shift()
        if (slip) queue.unshift(slip)
      } else if (item.between) forget()
    }
  }
  const wake = (): void => {
    working ??= work().catch((error: unknown) => {
      // Only waiting for the printer was given up; whatever else is thrown is a bug.
      if (!given.signal.aborted) throw error
      working = undefined
      over = true
      atHand?.lost()
      for (const item of [...queue, ...slips]) {
        if (item.kind === 'end') item.stamp?.lost()
        else if (item.kind === 'job') item.job.ended('unreached')
      }
      queue.length = 0
      slips.length = 0
      size = 0
      roomy()
    })
  }
  given.signal.addEventListener('abort', () => line?.destroy(), { once: true })
  const put = (item: Extract<Item, { bytes: Uint8Array }>): void => {
    if (over) {
      if (item.kind === 'end') item.stamp?.lost()
      return
    }
    queue.push(item)
    size += item.bytes.length
    wake()
  }
  const later = (item: Item): boolean => {
    if (over) return false
    slips.push(item)
    wake()
    return true
  }
  const calm = (): void => {
    if (queue.length > 0 || working) return
    forget()
    wake()
  }
  const drained = async (): Promise<void> => {
    while (working) await working
  }
  const finish = async (): Promise<void> => {
    await drained()
    calm()
    await drained()
    over = true
    await line?.close()
    line = undefined
    given.release()
  }

  return {
    text: (bytes, between = false) => {
      if (bytes.length > 0) put({ kind: 'text', bytes, between })
    },
    end: (bytes, stamp) => put({ kind: 'end', bytes, stamp }),
    slip: (printing) => later({ kind: 'slip', print: printing }),
    job: (job) => later({ kind: 'job', job }),
    holds: () => line !== undefined && !over,
    calm,
    waiting: () => working !== undefined,
    room: async () => {
      while (size > MARK && !over)
        await new Promise<void>((resolve) => {
          roomy = resolve
        })
    },
    finish,
    tear: async () => {
      tearing = true
      const reached = new AbortController()
      if (line === undefined)
        void clock.sleep(REACH, reached.signal).then(() => {
          if (line === undefined) given.abort()
        })
      await finish()
      reached.abort()
    },
  }
}
