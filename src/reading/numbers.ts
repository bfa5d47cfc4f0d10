import { type Decimal, decimal } from '../domain/decimal.ts'
import type { Dong } from '../domain/dong.ts'

/** One printed figure and everything it may mean; the column and the proof decide which (register-capture 9.2). */
export interface Figure {
  /** As whole đồng; absent where it cannot be money. */
  readonly money?: Dong
  /** Money with decimals that are not zero, or a form with two meanings: never an amount, always a reason to hold. */
  readonly odd: boolean
  /** As a quantity: none, one, or for `1.000` two readings (1 and 1000). */
  readonly quantities: readonly Decimal[]
  /** Written the way money is written: thousands apart, or a currency mark. */
  readonly grouped: boolean
}

const DIGIT = /^\d$/
const digitAt = (text: string, i: number): boolean => {
  const code = text.charCodeAt(i)
  return code >= 48 && code <= 57
}

/** A currency mark in front, as programs from abroad print it. */
const MARK = /^(?:₫|đ|vnd|vnđ)/i

/** Reads one word. Undefined: no figure (dates, times, phones, codes, bar codes, percentages, names with digits). */
export function readFigure(word: string): Figure | undefined {
  if (word.length > 40) return undefined
  let at = 0
  let negative = false
  const bracket = word.charAt(0) === '('
  if (bracket) at++
  const sign = (): void => {
    if (!'-−–+'.includes(word.charAt(at)) || at >= word.length) return
    negative = word.charAt(at) !== '+'
    at++
  }
  sign()
  const mark = word.length > at + 1 && !digitAt(word, at) ? (MARK.exec(word.slice(at, at + 4))?.[0].length ?? 0) : 0
  at += mark
  if (mark > 0 && !negative) sign()
  if (!digitAt(word, at)) return undefined
  let end = at
  while (digitAt(word, end) || ((word[end] === '.' || word[end] === ',') && digitAt(word, end + 1))) end++
  const suffix = readSuffix(word.slice(end), bracket)
  if (suffix === undefined) return undefined
  const bare = readBody(word.slice(at, end), suffix)
  // `₫35.000` is money; `Đ1` is a table.
  if (bare === undefined || (mark > 0 && !bare.grouped && bare.money !== 0n && (bare.money ?? 0n) < 1_000n)) return undefined
  const figure = mark > 0 ? { ...bare, grouped: true } : bare
  // `(15.000)` is a deduction, `(3)` counts the pieces.
  return negative || suffix.minus || (bracket && figure.grouped) ? negate(figure) : figure
}

export const negate = (figure: Figure): Figure => ({
  ...figure,
  ...(figure.money === undefined ? {} : { money: -figure.money }),
  quantities: figure.quantities.map((q) => decimal(-q.units, q.scale)),
})

interface Suffix {
  readonly unit: 'none' | 'dong' | 'thousand' | 'million'
  /** `1tr2`: the digits after the unit are decimals of it. */
  readonly decimals: string
  readonly minus: boolean
}

/** What may follow the digits: a currency mark, k, tr, a closing bracket, a trailing minus, a full stop or star. */
function readSuffix(text: string, bracket: boolean): Suffix | undefined {
  let rest = text.toLowerCase()
  if (bracket) {
    if (!rest.endsWith(')')) return undefined
    rest = rest.slice(0, -1)
  }
  const minus = rest.endsWith('-')
  if (minus) rest = rest.slice(0, -1)
  if (rest.endsWith('.') || rest.endsWith('*')) rest = rest.slice(0, -1)
  if (rest === '') return { unit: 'none', decimals: '', minus }
  if (rest === 'đ' || rest === 'd' || rest === '₫' || rest === 'vnd' || rest === 'vnđ' || rest === 'đồng')
    return { unit: 'dong', decimals: '', minus }
  if (rest === 'k') return { unit: 'thousand', decimals: '', minus }
  if (rest.startsWith('tr')) {
    const decimals = rest.slice(2)
    if (decimals.length <= 3 && [...decimals].every((d) => DIGIT.test(d))) return { unit: 'million', decimals, minus }
  }
  return undefined
}

const MARKS = /[.,]/

function readBody(body: string, suffix: Suffix): Figure | undefined {
  if (body.length > 24) return undefined
  const grouped = suffix.unit !== 'none'
  if (suffix.decimals === '' && suffix.unit !== 'thousand' && suffix.unit !== 'million' && !MARKS.test(body))
    return plain(body, grouped)
  const groups = body.split(MARKS)
  const [first = '', ...rest] = groups
  if (suffix.unit === 'thousand' || suffix.unit === 'million') return scaled(first, rest, suffix)
  const marks = [...body].filter((c) => c === '.' || c === ',')
  const last = rest.at(-1) ?? ''
  if (marks.every((m) => m === marks[0])) {
    if (rest.every((g) => g.length === 3) && first.length <= 3 && !first.startsWith('0')) {
      const whole = BigInt(groups.join(''))
      const asDecimal = rest.length === 1 ? [trimmed(first, last)] : []
      return { money: whole, odd: false, quantities: [...asDecimal, decimal(whole)], grouped: true }
    }
    return rest.length === 1 ? fraction(first, last, grouped) : undefined
  }
  // Two kinds of mark: thousands first, then decimals, as in 35.000,00 and 35,000.00.
  const head = rest.slice(0, -1)
  const thousands = marks[0]
  if (marks.slice(0, -1).some((m) => m !== thousands) || first.length > 3 || head.some((g) => g.length !== 3)) return undefined
  return { ...fraction([first, ...head].join(''), last, true), grouped: true }
}

/** No mark at all. Ten digits and more are phones, tax codes and bar codes; a leading zero is a number, not an amount. */
function plain(digits: string, grouped: boolean): Figure | undefined {
  if (digits.length > 9) return undefined
  const value = BigInt(digits)
  if (digits.length > 1 && digits.startsWith('0'))
    return digits.length === 2 ? { odd: false, quantities: [decimal(value)], grouped: false } : undefined
  return { money: value, odd: false, quantities: [decimal(value)], grouped }
}

/** `35000.00` is money; `55.0` may be 55 đồng or, on a menu in thousands, 55.000: never an amount. */
function fraction(whole: string, decimals: string, grouped: boolean): Figure {
  const quantities = [trimmed(whole, decimals)]
  const sure = /^0+$/.test(decimals) && (whole.length > 3 || whole === '0')
  return sure ? { money: BigInt(whole), odd: false, quantities, grouped } : { odd: true, quantities, grouped }
}

/** `450k`, `1.5k`, `1tr2`, `1,2tr`. Three digits after the mark would mean both 1.5 and 1500: odd. */
function scaled(first: string, rest: readonly string[], suffix: Suffix): Figure | undefined {
  const places = suffix.unit === 'thousand' ? 3 : 6
  const [decimals = suffix.decimals] = rest
  if (rest.length > 1 || (rest.length === 1 && suffix.decimals !== '') || first.length > 6) return undefined
  if (rest.length === 1 && decimals.length > 2) return { odd: true, quantities: [], grouped: true }
  return { money: BigInt(first + decimals.padEnd(places, '0')), odd: false, quantities: [], grouped: true }
}

/** `2,500` as a quantity is 2.5: the zeros at the end carry nothing. */
function trimmed(whole: string, decimals: string): Decimal {
  const kept = decimals.replace(/0+$/, '')
  return decimal(BigInt(whole + kept), kept.length)
}

const PERCENT = /(\d{1,3})(?:[.,](\d{1,3}))? ?%/

/** The rate in `CK 10 %`, `(8%)`, `8,5%`: `10`, `8`, `8.5`. */
export function readPercent(text: string): string | undefined {
  const m = PERCENT.exec(text)
  if (m === null) return undefined
  const decimals = (m[2] ?? '').replace(/0+$/, '')
  const whole = BigInt(m[1] ?? '0').toString()
  return decimals === '' ? whole : `${whole}.${decimals}`
}
