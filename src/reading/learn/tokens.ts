import type { Decimal } from '../../domain/decimal.ts'
import type { Dong } from '../../domain/dong.ts'
import { key } from '../fold.ts'
import { type Label, labelOf } from '../labels.ts'
import type { Line } from '../line.ts'

/** What stands in one place of a line: money, a small number, a date, a time, a number with letters or zeros, words, a sign. */
export type Token =
  | { readonly is: 'money' | 'count'; readonly text: string; readonly money?: Dong; readonly quantities: readonly Decimal[] }
  | { readonly is: 'date' | 'time' | 'code' | 'rate' | 'index' | 'words' | 'sign'; readonly text: string }

/** A line as the learner sees it. */
export interface Seen {
  readonly line: Line
  readonly tokens: readonly Token[]
  /** Words kept, figures by their class: the same in every document for a line with a label. */
  readonly label: string
  /** Words collapsed too: the same for every item. */
  readonly shape: string
  /** Money in it, left to right. */
  readonly money: readonly Dong[]
  readonly known?: Label
}

const DATE = /^\(?\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}[,)]?$/
const TIME = /^\(?\d{1,2}[:h]\d{2}(?::\d{2})?\)?$/
const RATE = /^\(?\d{1,2}(?:[.,]\d{1,2})?%\)?$/
/** What stands before a number that counts receipts, tables or guests. */
const NUMBERED = /(?:^| )(?:so|phieu|hd|don|order|bill|no|ct|ma|hoa don|luot)$/
const CODE = /^#?[A-Za-z]{0,6}[\d./_-]*\d[\w./-]*$/

export function see(line: Line): Seen {
  const tokens: Token[] = []
  const paid = line.words.some((w) => w.figure?.grouped)
  for (const word of line.words) {
    const last = tokens.at(-1)
    const counts = word.figure?.grouped === false && last?.is === 'words' && NUMBERED.test(key(last.text))
    const found = tokenOf(word.text, word.figure, word.mark !== undefined || word.currency === true)
    // `Sữa số 9  45.000` is goods.
    const token: Token = counts && (found.is === 'money' || !paid) ? { is: 'code', text: word.text } : found
    if (token.is === 'words' && last?.is === 'words')
      tokens[tokens.length - 1] = { is: 'words', text: `${last.text} ${token.text}` }
    else tokens.push(token)
  }
  const known = labelOf(key(tokens.flatMap((t) => (t.is === 'words' ? [t.text] : [])).join(' ')))
  return {
    line,
    tokens,
    label: tokens.map((t) => (t.is === 'words' ? key(t.text) : t.is === 'sign' ? t.text.toLowerCase() : `{${t.is}}`)).join(' '),
    shape: tokens.map((t) => (t.is === 'sign' ? t.text.toLowerCase() : `{${t.is}}`)).join(' '),
    money: tokens.flatMap((t) => (t.is === 'money' && t.money !== undefined ? [t.money] : [])),
    ...(known?.sure ? { known } : {}),
  }
}

function tokenOf(text: string, figure: Line['words'][number]['figure'], sign: boolean): Token {
  if (sign || key(text) === '') return { is: 'sign', text }
  if (figure) {
    const paid = figure.money !== undefined && !figure.odd && (figure.grouped || figure.money >= 1000n)
    const money = figure.money === undefined ? {} : { money: figure.money }
    return { is: paid ? 'money' : 'count', text, ...money, quantities: figure.quantities }
  }
  if (/^\d{1,3}\)$/.test(text)) return { is: 'index', text }
  if (RATE.test(text)) return { is: 'rate', text }
  if (DATE.test(text)) return { is: 'date', text }
  if (TIME.test(text)) return { is: 'time', text }
  return { is: CODE.test(text) ? 'code' : 'words', text }
}
