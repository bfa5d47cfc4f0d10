import { signal } from '@preact/signals'
import type { How, Situation } from '../../domain/correction.ts'
import type { ContentJson } from '../show-correct.ts'
import { ask } from './api.ts'
import { decimalText } from './fields.tsx'

export type Line = ContentJson['lines'][number]

/** What a person has said so far. The box keeps it in memory over a reload; the browser keeps nothing. */
export interface Draft {
  readonly name: string
  readonly step: number
  readonly situation?: Situation
  readonly how?: How
  readonly lines?: readonly Line[]
  readonly discount?: string
  /** By line of the original: how much comes back. */
  readonly returned?: Readonly<Record<string, string>>
  readonly buyer?: Readonly<Record<string, string>>
  readonly why: string
  readonly channel?: string
  readonly note: string
  /** The held paper of the till that asks for it; gone once a person changes what it says. */
  readonly paper?: string
  readonly request?: { readonly number: string; readonly date: string }
}

/** Chosen in this window only: too big to keep. */
export interface Proof {
  readonly name: string
  readonly type: string
  readonly content: string
}

export const proof = signal<Proof | undefined>(undefined)
export const fresh = (): Draft => ({ name: crypto.randomUUID(), step: 1, why: '', note: '' })

/** What each situation asks for. */
export type Wants = 'lines' | 'returned' | 'amount' | 'buyer' | 'nothing'
export const WANTS: Readonly<Record<Situation, Wants>> = {
  'buyer-name': 'buyer',
  'buyer-code': 'buyer',
  goods: 'lines',
  return: 'returned',
  undo: 'nothing',
  discount: 'amount',
  prepaid: 'returned',
  'replaced-wrong': 'lines',
  'adjusted-wrong': 'lines',
  authority: 'lines',
}
/** A notice says what was wrong in words; it carries no new content. */
export const wants = ({ situation, how }: Draft): Wants =>
  situation === undefined || (how === 'notify' && situation !== 'buyer-name') ? 'nothing' : WANTS[situation]

const filled = (record: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record)
      .map(([key, text]) => [key, text.trim()] as const)
      .filter(([, text]) => text !== ''),
  )

/** What is asked of the box. Pure. `file`: the evidence, where one was chosen. */
export function asked(draft: Draft, file?: Proof): object {
  const { situation, lines, discount, why, channel, note, request } = draft
  const kind = wants(draft)
  const back = Object.entries(filled(draft.returned))
    .map(([line, quantity]) => ({ line: Number(line), quantity: decimalText(quantity) }))
    .filter(({ quantity }) => Number(quantity) > 0)
  const buyer = filled(draft.buyer)
  return {
    situation,
    why: why.trim(),
    ...(kind === 'lines' && lines ? { lines: lines.map((line) => ({ ...line, quantity: decimalText(line.quantity) })) } : {}),
    ...((kind === 'lines' || kind === 'amount') && discount ? { discount } : {}),
    ...(kind === 'returned' && back.length > 0 ? { returned: back } : {}),
    ...(kind === 'buyer' && Object.keys(buyer).length > 0 ? { buyer } : {}),
    ...(channel && note.trim() ? { evidence: { channel, note: note.trim(), ...(file ? { file } : {}) } } : {}),
    ...(situation === 'authority' && request?.number && request.date ? { request } : {}),
  }
}

/** Whether enough was said to see what would be issued. Pure. */
export function ready(draft: Draft): boolean {
  const said = asked(draft) as {
    lines?: readonly Line[]
    returned?: object[]
    discount?: string
    buyer?: object
    request?: object
  }
  if (draft.why.trim() === '' || (draft.situation === 'authority' && !said.request)) return false
  switch (wants(draft)) {
    case 'lines':
      return (said.lines ?? []).length > 0 && (said.lines ?? []).every((l) => l.name.trim() !== '' && Number(l.quantity) > 0)
    case 'returned':
      return said.returned !== undefined
    case 'amount':
      return said.discount !== undefined && said.discount !== '0'
    case 'buyer':
      return said.buyer !== undefined
    case 'nothing':
      return true
  }
}

let timer: ReturnType<typeof setTimeout> | undefined
/** Half a second after the last key: a reload loses nothing. */
export function keep(url: string, draft: Draft): void {
  clearTimeout(timer)
  timer = setTimeout(() => void ask(url, draft, { method: 'PUT' }), 500)
}
export const dontKeep = (): void => clearTimeout(timer)
