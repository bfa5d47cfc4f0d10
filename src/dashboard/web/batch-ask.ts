import type { How, Situation } from '../../domain/correction.ts'
import type { Trouble } from './api.ts'
import { keyOf, type Pick } from './batch-pick.ts'

/** What several invoices are asked at once. */
export interface Question {
  readonly situation?: Situation | undefined
  readonly how?: How | undefined
  /** The item that is wrong, as the invoices name it, and what it becomes. */
  readonly item?: string | undefined
  readonly name?: string
  readonly unitPrice?: string
  readonly rate?: string | undefined
  readonly buyer?: Readonly<Record<string, string>>
  readonly why: string
  readonly channel?: string
  readonly note: string
  readonly request?: { readonly number: string; readonly date: string }
}

export interface ContentRow extends Pick {
  readonly fault?: Trouble
  readonly live?: Pick
  readonly at?: string
  readonly pay?: string
  readonly locked?: 'replace' | 'adjust'
  readonly lines?: readonly {
    readonly name: string
    readonly quantity: string
    readonly unitPrice: string
    readonly rate?: string
  }[]
}
export interface ProposedRow extends Pick {
  readonly fault?: Trouble
  readonly how?: How
  readonly source?: string
  readonly needs?: readonly string[]
  readonly missing?: readonly string[]
  readonly month?: string
  readonly buyer?: string
  readonly party?: string
  readonly before?: string
  readonly after?: string
  readonly pay?: string
  readonly tax?: string
}
export interface OrderedRow extends Pick {
  readonly fault?: Trouble
  readonly entry?: string
  readonly notice?: string
}

export interface Item {
  readonly name: string
  /** On how many of the invoices, and on which. */
  readonly on: number
  readonly keys: ReadonlySet<string>
  /** Where all agree. */
  readonly unitPrice?: string
  readonly rate?: string
}

/** The items of several invoices, those on most of them first. Pure. */
export function itemsOf(rows: readonly ContentRow[]): readonly Item[] {
  const found = new Map<string, { name: string; on: Set<string>; prices: Set<string>; rates: Set<string> }>()
  for (const row of rows)
    for (const { name, unitPrice, rate = '' } of row.lines ?? []) {
      const key = name.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()
      const item = found.get(key) ?? { name, on: new Set(), prices: new Set(), rates: new Set() }
      item.on.add(keyOf(row))
      item.prices.add(unitPrice)
      item.rates.add(rate.replace('%', ''))
      found.set(key, item)
    }
  const only = (set: ReadonlySet<string>): string | undefined => (set.size === 1 ? [...set][0] : undefined)
  return [...found.values()]
    .map(({ name, on, prices, rates }) => {
      const [unitPrice, rate] = [only(prices), only(rates)]
      return { name, on: on.size, keys: on, ...(unitPrice ? { unitPrice } : {}), ...(rate ? { rate } : {}) }
    })
    .sort((a, b) => b.on - a.on || (a.name < b.name ? -1 : 1))
}

/** What may be said of several at once; the rest is of one invoice alone. */
export const TOGETHER = ['goods', 'buyer-code', 'buyer-name', 'undo', 'authority'] as const satisfies readonly Situation[]

export type Subject = 'item' | 'buyer' | 'nothing'
export const subject = ({ situation, how }: Question): Subject => {
  if (situation === 'buyer-code' || situation === 'buyer-name')
    return how === 'notify' && situation === 'buyer-code' ? 'nothing' : 'buyer'
  return situation === 'goods' || (situation === 'authority' && how === 'replace') ? 'item' : 'nothing'
}

/** What is asked of the box. Pure. */
export function questionBody(question: Question, file?: object): object {
  const { situation, how, item, name, unitPrice, rate, buyer = {}, why, channel, note, request } = question
  const about = subject(question)
  const given = Object.entries(buyer).flatMap(([key, text]) => (text.trim() === '' ? [] : [[key, text.trim()] as const]))
  return {
    situation,
    ...(how ? { how } : {}),
    why: why.trim(),
    ...(about === 'item' && item
      ? {
          item: {
            name: item,
            becomes: {
              ...(name?.trim() ? { name: name.trim() } : {}),
              ...(unitPrice ? { unitPrice } : {}),
              ...(rate ? { rate } : {}),
            },
          },
        }
      : {}),
    ...(about === 'buyer' && given.length > 0 ? { buyer: Object.fromEntries(given) } : {}),
    ...(channel && note.trim() ? { evidence: { channel, note: note.trim(), ...(file ? { file } : {}) } } : {}),
    ...(situation === 'authority' && request?.number && request.date ? { request } : {}),
  }
}

/** Whether enough was said to see what would be issued. Pure. */
export function mayLook(question: Question): boolean {
  const { situation, item, name, unitPrice, rate, buyer = {}, why, request } = question
  if (situation === undefined || why.trim() === '') return false
  if (situation === 'authority' && !(request?.number.trim() && request.date)) return false
  const about = subject(question)
  if (about === 'item') return item !== undefined && [name?.trim(), unitPrice, rate].some(Boolean)
  return about === 'nothing' || Object.values(buyer).some((text) => text.trim() !== '')
}

/** Signed sums of strings of đồng; floats never see them. Pure. */
export const sumOf = (amounts: readonly (string | undefined)[]): string =>
  String(amounts.reduce((sum, amount) => sum + BigInt(amount ?? '0'), 0n))

/** Same buyer, same month, more than one invoice: the law knows a list for them. Pure. */
export const listed = (rows: readonly ProposedRow[]): boolean => {
  const [first] = rows
  return rows.length > 1 && first?.party !== undefined && rows.every((r) => r.party === first.party && r.month === first.month)
}
