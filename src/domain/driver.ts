import type { Copy } from './copy.ts'
import type { Stamp } from './invoice.ts'
import type { Bitmap, Page } from './page.ts'
import type { Reading } from './receipt.ts'
import type { Result } from './result.ts'

/** One document's bytes, cut out of the stream. */
export interface Frame {
  readonly bytes: Uint8Array
  /** Bytes of the connection consumed when this frame ended (absolute offset). */
  readonly end: number
  /** Where its end mark (the cut) begins inside `bytes`; `bytes.length` when it has none. */
  readonly tail: number
  /** The stream ended inside the document. */
  readonly torn: boolean
  /** Its first lines as far as the framer tells them apart, without accents: what a till's documents may be known by where nothing cuts. */
  readonly begins?: readonly string[]
}

export interface Framed {
  readonly frames: readonly Frame[]
  /** Noise bytes before the first frame and between frames that belong to no document, newly found in this call. */
  readonly discarded: number
  /** Absolute offset: every byte before it may go to the printer now; what follows is an end mark or may become one. */
  readonly pass: number
  /** Nothing of a document is in hand: every byte so far belongs to a frame or to none. Absent: it cannot be said. */
  readonly between?: true
  /** Protocol answers; for a printer dialect the status answers, used only where no printer is configured. */
  readonly handshake?: Uint8Array
}

/** The only stateful piece of a driver, one per connection. The same bytes give the same frames however they are cut. */
export interface Framer {
  push(chunk: Uint8Array): Framed
  /** Nothing came for the driver's `quietMs`: may end a frame. */
  quiet(): Framed
  close(torn: boolean): Framed
}

/** What a driver makes of a frame: text on its grid for the reader, or, from structured sources, a reading. */
export type Read = { readonly kind: 'page'; readonly page: Page } | { readonly kind: 'reading'; readonly reading: Reading }

/** What one register's `settings` in the configuration say: the columns of its file, a pinned encoding, its marks. */
export type Settings = Readonly<Record<string, unknown>>

export interface Driver {
  readonly id: string
  /** The driver as one register wants it. Fault DRIVER_SETTINGS with the path of the wrong key. Absent: there is nothing to set. */
  configured?(settings: Settings): Result<Driver>
  /** What it hears is no document of its own: it may only stand beside a register, as `witness` (register-capture 7). */
  readonly witness?: true
  /** Its documents have fields for a buyer: kept encrypted as they are heard, before anybody reads them. */
  readonly namesBuyers?: true
  /** Silence that ends a frame, when the protocol has no end mark. */
  readonly quietMs?: number
  framer(): Framer
  /** Pure. */
  read(frame: Uint8Array): Result<Read>
  /** The pictures of a frame, dot by dot, in the order of `Page.pictures`. Pure. Absent: this dialect has none. */
  pictures?(frame: Uint8Array): readonly Bitmap[]
  /** Bytes sent to the register only after the frame is on disk. */
  acknowledge?(frame: Uint8Array): Uint8Array
  /** A question for the status that a printer of this dialect answers at once and that prints nothing. Absent: it is never asked. */
  readonly probe?: Uint8Array
  /** The stamp in the dialect and code page of that receipt, ending with the feed that clears the cutter. */
  stamp?(stamp: Stamp, page: Page): Uint8Array
  /** A whole copy in the dialect, code page and width of that receipt, ending like the stamp. Absent: nothing is printed in it. */
  copy?(copy: Copy, page: Page): Uint8Array
}
