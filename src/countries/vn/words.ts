import type { Dong } from '../../domain/dong.ts'

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín']
const digit = (n: number): string => DIGITS[n] ?? ''

/** `1659042` -> `Một triệu sáu trăm năm mươi chín nghìn không trăm bốn mươi hai đồng` (R-120: nghìn, linh, tư, lăm). */
export function amountInWords(amount: Dong): string {
  if (amount !== last.amount) last = { amount, text: spelled(amount) }
  return last.text
}

/** Document and stamp say the same amount one after the other. */
let last: { readonly amount: Dong | undefined; readonly text: string } = { amount: undefined, text: '' }

function spelled(amount: Dong): string {
  const size = amount < 0n ? -amount : amount
  const text = `${amount < 0n ? 'âm ' : ''}${size === 0n ? digit(0) : read(size, true)} đồng`
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

const BILLION = 1_000_000_000n

/** Whole tỷ first, as often as needed (nghìn tỷ, tỷ tỷ), then what is left. `first`: nothing was said before. */
function read(n: bigint, first: boolean): string {
  if (n < BILLION) return millions(Number(n), first)
  const rest = n % BILLION
  return `${read(n / BILLION, first)} tỷ${rest === 0n ? '' : ` ${read(rest, false)}`}`
}

function millions(n: number, first: boolean): string {
  const groups = [Math.floor(n / 1_000_000), Math.floor(n / 1000) % 1000, n % 1000]
  const said: string[] = []
  for (const [i, group] of groups.entries()) {
    if (group === 0) continue
    said.push(`${hundreds(group, first && said.length === 0)}${[' triệu', ' nghìn', ''][i] ?? ''}`)
  }
  return said.join(' ')
}

/** A group below a hundred that is not the first says `không trăm`, so that no digit can be slipped in. */
function hundreds(n: number, first: boolean): string {
  const said = n >= 100 || !first ? [`${digit(Math.floor(n / 100))} trăm`] : []
  const tens = Math.floor(n / 10) % 10
  const unit = n % 10
  if (tens === 0 && unit > 0) said.push(said.length > 0 ? `linh ${digit(unit)}` : digit(unit))
  if (tens === 1) said.push(`mười${unit > 0 ? ` ${unit === 5 ? 'lăm' : digit(unit)}` : ''}`)
  if (tens > 1) said.push(`${digit(tens)} mươi${unit > 0 ? ` ${AFTER_MUOI[unit] ?? digit(unit)}` : ''}`)
  return said.join(' ')
}

const AFTER_MUOI: Readonly<Record<number, string>> = { 1: 'mốt', 4: 'tư', 5: 'lăm' }
