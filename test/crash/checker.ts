import { chainFaults, type StoredDocument, type StoredFact, type StoredHead } from './chain.ts'

/** One paper the till printed, all its tries together. */
export interface Printed {
  readonly register: string
  readonly kind: string
  readonly receiptNo: string | null
  readonly total: number | null
  readonly bytes: Uint8Array
  /** It was acknowledged, or all its bytes had arrived and the process lived on. */
  readonly counted: boolean
}

export interface Captured {
  readonly entry: string
  readonly register: string
  readonly state: string
  readonly why: string | null
  /** Its stream broke off inside it. */
  readonly torn: boolean
  readonly bytes: Uint8Array
}

export interface Issued {
  readonly entry: string
  readonly form: number
  readonly symbol: string
  readonly number: number
  readonly code: string | null
  readonly pay: number
  /** `2026-11-21T08:15:02+07:00` */
  readonly time: string
  /** SHA-256 of the stored bytes, and the digest that was noted when they were sealed. */
  readonly sha256: string
  readonly digest: string
}

/** A line of the authority's own log (contract section 6). */
export interface Heard {
  readonly kind: string
  readonly mtdiep: string | null
  readonly sha256: string | null
  readonly invoices: readonly {
    readonly form: number
    readonly symbol: string
    readonly number: number
    readonly code: string | null
    readonly sha256: string
    readonly verdict: string
  }[]
}

/** All there is to decide from: what the till says, what lies in the store, what the authority wrote down. */
export interface Evidence {
  readonly printed: readonly Printed[]
  readonly captured: readonly Captured[]
  readonly issued: readonly Issued[]
  readonly messages: readonly { readonly id: string; readonly sha256: string }[]
  readonly facts: readonly StoredFact[]
  readonly heads: readonly StoredHead[]
  readonly documents: readonly StoredDocument[]
  readonly authority: readonly Heard[]
  /** Everything was healed and waited for: what is pending now is lost. */
  readonly drained: boolean
}

export type Word = 'LOST' | 'DOUBLED' | 'GAP' | 'REUSED' | 'ALTERED' | 'OUT-OF-ORDER' | 'BROKEN'

export interface Finding {
  readonly word: Word
  readonly what: string
}

const name = ({ form, symbol, number }: { form: number; symbol: string; number: number }): string =>
  `${form}${symbol}-${String(number).padStart(8, '0')}`

/** Decides from evidence alone (reliability section 7). Empty: all is well. */
export function check(evidence: Evidence): Finding[] {
  const { facts, heads, documents } = evidence
  return [
    ...sales(evidence),
    ...numbers(evidence),
    ...filed(evidence),
    ...chainFaults(facts, heads, documents).map((what) => ({ word: 'BROKEN', what }) as const),
  ]
}

/** Each paper that counts is kept; each sale has one invoice over its own sum, never two. */
function sales({ printed, captured, issued, drained }: Evidence): Finding[] {
  const found: Finding[] = []
  const invoiceOf = new Map(issued.map((invoice) => [invoice.entry, invoice]))
  const byRegister = new Map<string, Captured[]>()
  for (const frame of captured) byRegister.set(frame.register, [...(byRegister.get(frame.register) ?? []), frame])
  const frames = new Map([...byRegister].map(([register, list]) => [register, findable(list)]))
  for (const paper of merged(printed)) {
    const what = `${paper.register} ${paper.kind} ${paper.receiptNo ?? ''}`
    const mine = (frames.get(paper.register)?.(paper) ?? []).filter(({ bytes }) =>
      Buffer.from(paper.bytes).includes(Buffer.from(bytes)),
    )
    // The end mark is in it; what may follow it opens the drawer.
    const whole = mine.filter(({ bytes, torn }) => !torn && bytes.length >= paper.bytes.length - 30)
    if (paper.counted && whole.length === 0) found.push({ word: 'LOST', what: `${what} is not in the store` })
    if (paper.kind !== 'sale') continue
    const invoices = mine.flatMap(({ entry }) => invoiceOf.get(entry) ?? [])
    if (invoices.length > 1) found.push({ word: 'DOUBLED', what: `${what} became ${invoices.map(name).join(' and ')}` })
    if (drained && paper.counted && invoices.length === 0)
      found.push({
        word: 'LOST',
        what: `${what} has no invoice (${whole.map((f) => `${f.entry} ${f.state} ${f.why ?? ''}`).join(', ')})`,
      })
    for (const { pay } of invoices)
      if (pay !== paper.total) found.push({ word: 'ALTERED', what: `${what}: ${String(paper.total)} was sold, ${pay} invoiced` })
    for (const { entry, state, why } of whole)
      if (drained && !invoiceOf.has(entry) && !(state === 'set-aside' && why === 'duplicate'))
        found.push({ word: 'DOUBLED', what: `${what}: a second copy, ${entry}, is ${state} ${why ?? ''}` })
  }
  return found
}

/** The tries of one paper are one paper. */
function merged(printed: readonly Printed[]): readonly Printed[] {
  const papers = new Map<string, Printed>()
  for (const paper of printed) {
    const key = `${paper.register} ${paper.kind} ${Buffer.from(paper.bytes).toString('base64')}`
    const before = papers.get(key)
    papers.set(key, { ...paper, counted: paper.counted || before?.counted === true })
  }
  return [...papers.values()]
}

/** Frames by the receipt number printed on them; a paper without one is looked for everywhere. */
function findable(list: readonly Captured[]): (paper: Printed) => readonly Captured[] {
  const byNumber = new Map<string, Captured[]>()
  for (const frame of list) {
    const number = /HD\d{6}/.exec(Buffer.from(frame.bytes).toString('latin1'))?.[0] ?? ''
    byNumber.set(number, [...(byNumber.get(number) ?? []), frame])
  }
  return ({ receiptNo }) => (receiptNo === null ? list : (byNumber.get(receiptNo) ?? []))
}

/** Numbers are 1, 2, 3 ... per symbol, each used once and in the order of time; a hole has a fact that names it (R-043 to R-046). */
function numbers({ facts, issued }: Evidence): Finding[] {
  const found: Finding[] = []
  const next = new Map<string, number>()
  const voided = new Set<string>()
  const seen = new Set<string>()
  const codes = new Set<string>()
  const last = new Map<string, string>()
  for (const { line } of facts) {
    const { kind, body } = JSON.parse(line) as { kind: string; body: Record<string, unknown> }
    if (kind !== 'invoice.issued' && kind !== 'number.voided') continue
    const identity = { form: Number(body['form']), symbol: String(body['symbol']), number: Number(body['number']) }
    const series = `${identity.form}${identity.symbol}`
    if (kind === 'number.voided') voided.add(name(identity))
    if (seen.has(name(identity))) found.push({ word: 'REUSED', what: `${name(identity)} was given twice` })
    seen.add(name(identity))
    const wanted = next.get(series) ?? 1
    for (let missing = wanted; missing < identity.number; missing++)
      if (!voided.has(name({ ...identity, number: missing })))
        found.push({ word: 'GAP', what: `${name({ ...identity, number: missing })} was passed over` })
    next.set(series, Math.max(wanted, identity.number + 1))
    if (kind === 'number.voided') continue
    const code = String(body['code'])
    if (codes.has(code)) found.push({ word: 'REUSED', what: `code ${code} was given twice` })
    codes.add(code)
    const time = String(body['time'])
    if (time < (last.get(series) ?? ''))
      found.push({ word: 'OUT-OF-ORDER', what: `${name(identity)} was issued at ${time}, before` })
    last.set(series, time)
  }
  const rows = new Set(issued.map(name))
  const told = [...seen].filter((identity) => !voided.has(identity))
  for (const identity of told)
    if (!rows.has(identity)) found.push({ word: 'LOST', what: `${identity} was issued and has no bytes` })
  for (const identity of rows) if (!seen.has(identity)) found.push({ word: 'GAP', what: `${identity} is in no fact` })
  for (const invoice of issued)
    if (invoice.sha256 !== invoice.digest)
      found.push({ word: 'ALTERED', what: `${name(invoice)} has other bytes than were sealed` })
  return found
}

/** What reached the authority is what is stored, in order, each invoice accepted once. */
function filed({ authority, messages, issued, drained }: Evidence): Finding[] {
  const found: Finding[] = []
  const stored = new Map(messages.map(({ id, sha256 }) => [id, sha256]))
  const bytes = new Map<string, string>()
  const invoices = new Map(issued.map((invoice) => [name(invoice), invoice]))
  const accepted = new Set<string>()
  const codes = new Map<string, string>()
  const highest = new Map<string, number>()
  for (const heard of authority.filter(({ kind }) => kind === 'request')) {
    const { mtdiep, sha256 } = heard
    if (mtdiep !== null && sha256 !== null) {
      const known = bytes.get(mtdiep) ?? stored.get(mtdiep)
      if (known === undefined) found.push({ word: 'LOST', what: `message ${mtdiep} was sent and is not stored` })
      else if (known !== sha256 || stored.get(mtdiep) !== sha256)
        found.push({ word: 'ALTERED', what: `message ${mtdiep} went out with other bytes` })
      bytes.set(mtdiep, sha256)
    }
    for (const invoice of heard.invoices) {
      const identity = name(invoice)
      const series = `${invoice.form}${invoice.symbol}`
      const ours = invoices.get(identity)
      if (!ours) found.push({ word: 'REUSED', what: `${identity} was filed and is not in the store: its number is free again` })
      else if (ours.sha256 !== invoice.sha256 || ours.code !== invoice.code)
        found.push({ word: 'ALTERED', what: `${identity} was filed with other bytes` })
      if (invoice.number < (highest.get(series) ?? 0))
        found.push({ word: 'OUT-OF-ORDER', what: `${identity} was sent after ${series} ${highest.get(series) ?? 0}` })
      highest.set(series, Math.max(highest.get(series) ?? 0, invoice.number))
      if (invoice.verdict !== 'accepted') continue
      if (accepted.has(identity)) found.push({ word: 'DOUBLED', what: `${identity} was accepted twice` })
      accepted.add(identity)
      const code = invoice.code ?? identity
      const other = codes.get(code)
      if (other !== undefined && other !== identity)
        found.push({ word: 'REUSED', what: `code ${code} on ${other} and ${identity}` })
      codes.set(code, identity)
    }
  }
  if (drained)
    for (const identity of invoices.keys())
      if (!accepted.has(identity)) found.push({ word: 'LOST', what: `${identity} was never accepted by the authority` })
  return found
}
