import type { Entry } from './entry.ts'
import type { Fault } from './fault.ts'

/** How the outside end is right now, for the board: a fault, or nothing when it is well again. */
export type Tell = (trouble?: Fault) => void

/** A way bytes come in. A link moves bytes; a driver understands them. */
export interface Link {
  /** For people: `tcp 127.0.0.1:9100`, `serial /dev/ttyUSB0`. */
  readonly where: string
  /**
   * tcp: many at once; serial and file: the next after each loss, with back-off, for ever. Ends when `signal` aborts.
   * `resume`: the cursor of the last durable frame of this link (files), else ignored.
   * `tell`: called once it listens, and whenever that changes (port busy, port missing).
   */
  connections(resume: string | undefined, signal: AbortSignal, tell?: Tell): AsyncIterable<Connection>
  /** Silence that ends a frame on this kind of line, where the driver does not say (register-capture 6, boundary 8). */
  readonly quietMs?: number
  /** A passive tap: a second ear on the printer's side of the line, for what the printer answers there. */
  readonly printerSide?: Overheard
}

/** Bytes that are only heard: nothing is forwarded, nothing answered. */
export interface Overheard {
  readonly where: string
  /** Goes on for ever, with back-off, until `signal` aborts. */
  bytes(signal: AbortSignal, tell?: Tell): AsyncIterable<Uint8Array>
}

export interface Connection {
  /** Pulled: who does not pull slows the till, as a slow printer would. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** How `chunks` ended: in order, or reset and unplugged. Settles no earlier than the last chunk. */
  readonly end: Promise<'closed' | 'torn'>
  /** Toward the register: the printer's answers, handshakes. Resolves when taken; a lost peer is not an error here. */
  write(bytes: Uint8Array): Promise<void>
  /** Our orderly end: only after the last frame is durable. It is the acknowledgement of a printer stream. */
  close(): Promise<void>
  /** At once and without acknowledgement: something it sent is not durable. Absent: no acknowledgement to withhold. */
  abandon?(): void
  /** Files only: an opaque mark from which to resume after this many bytes. */
  cursor?(consumed: number): string
  /** Files only: everything up to here is durable; after an end without `close` the rest is heard again. */
  kept?(consumed: number): void
  /** Files only: new content under a name that was heard before. */
  readonly revised?: true
  /** Files only: how each of its documents stands, once it has settled or the time for that is over. */
  became?(documents: readonly Entry[]): Promise<void>
}

/** The outgoing side: a receipt printer. */
export interface Printer {
  readonly where: string
  /**
   * One conversation with the printer, waited for as long as it takes; real printers accept one at a time.
   * Rejects only when `signal` aborts. `tell`: unreachable, reachable again.
   */
  open(signal: AbortSignal, tell?: Tell): Promise<PrinterLine>
}

export interface PrinterLine {
  /** Resolves when the printer took the bytes (back-pressure); rejects when it is gone. */
  write(bytes: Uint8Array): Promise<void>
  /** Status bytes coming back; ends when the printer closes. */
  readonly answers: AsyncIterable<Uint8Array>
  /** In order: all bytes out, then the line is free for the next conversation. */
  close(): Promise<void>
  /** At once: the till tore its side. */
  destroy(): void
  /** How `answers` ended: in order, reset or unplugged, or given up by ourselves. Absent: it cannot be said. */
  readonly ended?: Promise<'closed' | 'torn' | 'left'>
}
