/** What a printed document looks like: text on its grid, before anyone understands it. */
export interface Page {
  /** Printable columns at normal width (32, 42, 48, 64 ...). */
  readonly columns: number
  /** The decoder that won (register-capture 5.6): `utf-8`, `tcvn3`, `windows-1258` ... */
  readonly encoding: string
  /** Undefined: the letters are sure. Else why not (`DRIVER_ENCODING`, `DRIVER_CUSTOM_GLYPHS`, `DRIVER_PARITY`). */
  readonly doubt?: string
  readonly rows: readonly Row[]
  readonly barcodes: readonly string[]
  readonly qrs: readonly string[]
  readonly pictures: readonly Picture[]
  /** How the document ended (register-capture 6): strong marks may be sold from, `quiet` only with a totals block. */
  readonly boundary: 'cut' | 'feed' | 'header' | 'reset' | 'journal' | 'closed' | 'quiet' | 'torn'
  /** Commands met that the grammar does not know; more than five hold the document. */
  readonly unknown: number
  /** Places where the printer put something of its own that was never sent: a counter, a macro of before. A number may be missing. */
  readonly unseen?: number
  /** How sure the letters are (register-capture 5.6); absent where there is nothing beyond ASCII. */
  readonly letters?: Letters
  /** A length beyond reason was announced: the rest cannot be trusted. */
  readonly desync: boolean
  /** Its bytes ended inside a line that a printer would not have printed yet: more was to follow. */
  readonly open?: true
  /** Beyond 4 096 characters a line, 5 000 lines or 4 MiB: no receipt (register-capture 11). */
  readonly oversize?: boolean
  /** What a printer's stamp needs: the page of its text, bytes that set plain text, bytes that put the register's settings back. */
  readonly printer?: { readonly codePage?: number; readonly prepare: Uint8Array; readonly resume: Uint8Array }
}

/** Scores from -2 to 1: how Vietnamese the words with accents read in one alphabet. */
export interface Letters {
  readonly score: number
  /** Different words that were judged. */
  readonly words: number
  /** The best alphabet that reads them differently. */
  readonly rival?: { readonly encoding: string; readonly score: number }
  /** Chosen by the settings of the register, not by the bytes. */
  readonly pinned: boolean
}

/** One printed line. `text` is the padded grid line, NFC; runs are its pieces from left to right. */
export interface Row {
  readonly text: string
  readonly runs: readonly Run[]
  readonly align: 'left' | 'centre' | 'right'
  /** Printed once more by a macro of the printer (register-capture 6): never another item, never another total. */
  readonly copy?: boolean
}

export interface Run {
  /** First column, counted from 0. */
  readonly column: number
  readonly text: string
  readonly wide: boolean
  readonly bold: boolean
}

/** Dots, one bit each: rows of whole bytes, the leftmost dot in the highest bit, 1 is black. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  readonly bits: Uint8Array
}

/** A picture glued together from its bands; its dots are drawn only where someone wants to look (`Driver.pictures`). */
export interface Picture {
  readonly width: number
  readonly height: number
  /** The command it came with, e.g. `GS v 0`. */
  readonly command: string
  /** After which row of text it stands. */
  readonly row: number
  readonly sha256: string
}
