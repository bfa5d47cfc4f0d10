/** An independent eye on our own documents: schema, signature, code, totals (audit-pack section 5). */
export interface Judge {
  /** A message (`TDiep`) or a single invoice (`HDon`). Never throws on bad input: that is a finding. */
  judge(document: Uint8Array, options?: { readonly trust?: readonly Uint8Array[]; readonly now?: Date }): Promise<Judgement>
}

export interface Judgement {
  readonly kind: 'message' | 'invoice' | 'unreadable'
  readonly message?: {
    readonly id: string
    readonly type: string
    readonly sender: string
    readonly receiver: string
    readonly taxCode: string
    readonly count: number
  }
  readonly invoices: readonly JudgedInvoice[]
  readonly findings: readonly Finding[]
  /** Things that could not be judged: `issuer-not-checked` ... */
  readonly limits: readonly string[]
  readonly certificates: readonly { readonly serial: string; readonly subject: string; readonly taxCode?: string }[]
}

export interface JudgedInvoice {
  readonly seller: string
  readonly form: number
  readonly symbol: string
  readonly number: number
  readonly code?: string
  /** `2026-11-21` */
  readonly date: string
  readonly pay: string
  /** SHA-256 of the exact `HDon` element bytes. */
  readonly sha256: string
  /** Rate, net and tax of each rate as the document writes them; absent where it has none. */
  readonly rates?: readonly (readonly [rate: string, net: string, tax: string])[]
  readonly related?: { readonly how: string; readonly form: string; readonly symbol: string; readonly number: string }
}

export interface Finding {
  /** `V24` ... as in audit-pack section 5. */
  readonly id: string
  readonly severity: 'fatal' | 'error' | 'warning' | 'info'
  /** Fill the places of the check's text. */
  readonly values: Readonly<Record<string, string>>
  /** `1C26MAA-00000153` */
  readonly invoice?: string
  readonly path?: string
  readonly found?: string
  readonly expected?: string
}
