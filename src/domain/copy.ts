/** One line of a copy. `right` stands at the right edge, on a line of its own where both do not fit; `rule`: a line across. */
export type CopyRow = 'rule' | { readonly text: string; readonly right?: string; readonly centre?: true; readonly bold?: true }

/** An invoice once more as words, line by line: what a register's own printer can set. */
export interface Copy {
  readonly rows: readonly CopyRow[]
  /** The text of the QR, for printers that draw one. */
  readonly qr: string
}
