/**
 * An expected failure. `code` is stable, upper-case, prefixed by room; its words and next step stand in
 * `messages.csv` under `fault.CODE` and `fault.CODE.hint` and are filled in where they are shown.
 */
export interface Fault {
  readonly code: string
  /** Fill the `{name}` places of the text. Never buyer data. */
  readonly values?: Readonly<Record<string, string>>
  /** Where: a key of the configuration, a line of a receipt, an element of a document. */
  readonly path?: string
  readonly proofs?: readonly Proof[]
}

/** One arithmetic proof of a receipt (register-capture 9.6). `absent`: the paper does not print what it needs. */
export interface Proof {
  readonly id: 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8'
  readonly state: 'true' | 'false' | 'absent'
  /** The equation as it stands on the paper, e.g. `417000 + 20850 = 437850`. */
  readonly equation?: string
}

export const fault = (code: string, values?: Readonly<Record<string, string>>, path?: string): Fault => ({
  code,
  ...(values ? { values } : {}),
  ...(path ? { path } : {}),
})
