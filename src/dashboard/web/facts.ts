/** One line of the live list. Money stays the string the box sent: the page adds nothing up. */
export interface LiveRow {
  readonly id: string
  readonly register: string
  readonly state: string
  readonly heard: string
  readonly form?: number
  readonly symbol?: string
  readonly number?: number
  readonly pay?: string
  readonly message?: string
}

export interface Fact {
  readonly n: number
  readonly at: string
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>>
}

export const MOST_ROWS = 200

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * The list after these facts, newest first. Pure and idempotent: a fact already contained in the snapshot changes nothing.
 * Facts only add rows and change states; counters come from the board (dashboard 5.1).
 */
export function applyFacts(rows: readonly LiveRow[], facts: readonly Fact[]): readonly LiveRow[] {
  const found = new Map(rows.map((row) => [row.id, row]))
  const set = (row: LiveRow | undefined, more: Partial<LiveRow>): void => {
    if (row) found.set(row.id, { ...row, ...more })
  }
  const byNumber = (form: unknown, symbol: unknown, number: unknown): LiveRow | undefined =>
    [...found.values()].find((row) => row.number === number && row.symbol === symbol && row.form === form)

  for (const { kind, body, at } of facts) {
    const entry = found.get(text(body['entry']) ?? '')
    const invoice = (): LiveRow | undefined => byNumber(body['form'], body['symbol'], body['number'])
    if (kind === 'frame.captured') {
      const id = text(body['entry'])
      if (id && !found.has(id)) found.set(id, { id, register: text(body['register']) ?? '', state: 'captured', heard: at })
    } else if (kind === 'invoice.issued') {
      const [form, number, symbol, pay] = [body['form'], body['number'], text(body['symbol']), text(body['pay'])]
      if (entry && entry.number !== undefined) continue
      if (typeof form === 'number' && typeof number === 'number' && symbol && pay)
        set(entry, { state: 'queued', form, number, symbol, pay })
    } else if (kind === 'entry.held') set(entry, { state: entry?.number === undefined ? 'held' : 'parked' })
    else if (kind === 'entry.aside') set(entry, { state: 'set-aside' })
    else if (kind === 'invoice.accepted') set(invoice(), { state: 'acknowledged' })
    else if (kind === 'invoice.rejected') set(invoice(), { state: 'rejected' })
    else if (kind === 'message.pushed') pushed(body)
    else if (kind === 'message.unanswered')
      for (const row of found.values())
        if (row.message === body['message'] && row.state === 'pushed') set(row, { state: 'in-doubt' })
  }

  function pushed(body: Fact['body']): void {
    const message = text(body['message']) ?? ''
    const named = Array.isArray(body['invoices']) ? (body['invoices'] as unknown[][]) : []
    const rows = named.map(([form, symbol, number]) => byNumber(form, symbol, number))
    for (const row of [...rows, ...[...found.values()].filter((r) => r.message === message)])
      if (row && /^(queued|in-doubt|pushed)$/.test(row.state)) set(row, { state: 'pushed', message })
  }

  return [...found.values()]
    .sort((a, b) => (a.heard < b.heard ? 1 : a.heard > b.heard ? -1 : a.id < b.id ? 1 : -1))
    .slice(0, MOST_ROWS)
}

/** Only what is or may become a sale; slips that are none are counted below the list. */
export const isSale = (row: LiveRow): boolean => row.state !== 'set-aside' && row.state !== 'captured'
