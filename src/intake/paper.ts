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
  /** The paper was given up before its place came. */
  lost(): void
}

/** The way from one connection to the printer, in order. Nothing is altered; a stamp is only ever put before an end mark. */
export interface Paper {
  text(bytes: Uint8Array): void
  /** The end mark of a document. What stands in front of it must come back in its own time. */
  end(mark: Uint8Array, stamp?: InFront): void
  /** Printed between two documents. False: this conversation is over. */
  slip(print: (print: Print) => Promise<void>): boolean
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
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly bytes: Uint8Array; readonly stamp?: InFront | undefined }
  | { readonly kind: 'slip'; readonly print: (print: Print) => Promise<void> }

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
  const open = async (): Promise<PrinterLine> => {
    const opened = await printer.open(given.signal, tell)
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

  const work = async (): Promise<void> => {
    await Promise.resolve()
    for (;;) {
      const item = queue.shift() ?? (between ? slips.shift() : undefined)
      if (!item) {
        working = undefined
        return
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
        forget()
        const slip = slips.shift()
        if (slip) queue.unshift(slip)
      }
    }
  }
  const wake = (): void => {
    working ??= work().catch((error: unknown) => {
      // Only waiting for the printer was given up; whatever else is thrown is a bug.
      if (!given.signal.aborted) throw error
      working = undefined
      over = true
      atHand?.lost()
      for (const item of queue) if (item.kind === 'end') item.stamp?.lost()
      queue.length = 0
      slips.length = 0
      size = 0
      roomy()
    })
  }
  given.signal.addEventListener('abort', () => line?.destroy(), { once: true })
  const put = (item: Exclude<Item, { kind: 'slip' }>): void => {
    if (over) {
      if (item.kind === 'end') item.stamp?.lost()
      return
    }
    queue.push(item)
    size += item.bytes.length
    wake()
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
    text: (bytes) => {
      if (bytes.length > 0) put({ kind: 'text', bytes })
    },
    end: (bytes, stamp) => put({ kind: 'end', bytes, stamp }),
    slip: (printing) => {
      if (over) return false
      slips.push({ kind: 'slip', print: printing })
      wake()
      return true
    },
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
