import { divide, formatDecimal, parseDecimal, rescale } from '../domain/decimal.ts'
import type { Finding } from '../domain/judge.ts'
import type { Element } from './document.ts'
import { all, only, textOf } from './document.ts'
import { finding, unreadable } from './finding.ts'

/** Amounts are added in millionths of a đồng: the documents allow six decimals, and nothing here may round. */
const MILLION = 1_000_000n

const show = (millionths: bigint): string => formatDecimal({ units: millionths, scale: 6 })

/** V26 and V27: lines to rates, rates to totals, totals to the amount to pay (einvoice-format 5.6, R-066..R-069). */
export function sums(content: Element, form: string, invoice: string): Finding[] {
  const found: Finding[] = []
  const totals = only(content, 'TToan')
  const lines = all(only(content, 'DSHHDVu'), 'HHDVu')
  const read = (element: Element | undefined, name: string): bigint | undefined => {
    const text = textOf(element, name)
    const value = text === undefined ? undefined : parseDecimal(text)
    if (text !== undefined && !value) found.push(unreadable(`${element?.path ?? ''}/${name}`, 'number', text, { invoice }))
    return value && rescale(value, 6).units
  }
  const must = (field: string, says: bigint | undefined, adds: bigint, path: string | undefined): void => {
    if (says === adds) return
    found.push(finding('V26', { invoice, field, found: says === undefined ? '-' : show(says), expected: show(adds) }, { path }))
  }

  const perRate = new Map<string, bigint>()
  let whole = 0n
  for (const line of lines) {
    const amount = read(line, 'ThTien') ?? 0n
    found.push(...product(line, amount, read, invoice))
    const counted = signed(textOf(line, 'TChat') ?? '', amount)
    const rate = textOf(line, 'TSuat') ?? ''
    whole += counted
    if (counted !== 0n || perRate.has(rate)) perRate.set(rate, (perRate.get(rate) ?? 0n) + counted)
  }
  const fees = all(only(totals, 'DSLPhi'), 'LPhi').reduce((sum, fee) => sum + (read(fee, 'TPhi') ?? 0n), 0n)
  const off = (read(totals, 'TGTKCThue') ?? 0n) + (read(totals, 'TGTKhac') ?? 0n)
  const pay = read(totals, 'TgTTTBSo')
  const rates = all(only(totals, 'THTTLTSuat'), 'LTSuat')
  if (form !== '1' && (form === '2' || rates.length === 0)) {
    // Stands only where the 20 % cut is taken off, which `TGTKhac` holds.
    const goods = read(totals, 'TgTCThue')
    if (goods !== undefined) must('TgTCThue', goods, whole, totals?.path)
    must('TgTTTBSo', pay, whole + fees - off, totals?.path)
    return found
  }

  let net = 0n
  let tax = 0n
  for (const group of rates) {
    const rate = textOf(group, 'TSuat') ?? ''
    const [groupNet, groupTax] = [read(group, 'ThTien') ?? 0n, read(group, 'TThue') ?? 0n]
    net += groupNet
    tax += groupTax
    must(`ThTien ${rate}`, groupNet, perRate.get(rate) ?? 0n, group.path)
    perRate.delete(rate)
    found.push(...vat(rate, groupNet, groupTax, invoice, group.path))
  }
  for (const [rate, amount] of perRate) must(`ThTien ${rate || '-'}`, undefined, amount, totals?.path)
  const [saidNet, saidTax] = [read(totals, 'TgTCThue'), read(totals, 'TgTThue')]
  must('TgTCThue', saidNet, net, totals?.path)
  must('TgTThue', saidTax, tax, totals?.path)
  // A wrong total was named already; the amount to pay is wrong only where it follows neither what it says nor what adds up.
  const follows = pay === (saidNet ?? net) + (saidTax ?? tax) + fees - off
  if (!follows) must('TgTTTBSo', pay, net + tax + fees - off, totals?.path)
  return found
}

/** Nature of a line: 1 and 5 count, 3 (trade discount) is subtracted, promotions and notes do not count. */
const signed = (nature: string, amount: bigint): bigint =>
  nature === '3' ? -amount : nature === '1' || nature === '5' ? amount : 0n

/**
 * A printed unit price is rounded to six decimals and the line's own amount counts, so quantity times price may
 * miss it by a little; more than a đồng is something to ask about.
 */
function product(
  line: Element,
  amount: bigint,
  read: (element: Element, name: string) => bigint | undefined,
  invoice: string,
): Finding[] {
  const [quantity, price] = [read(line, 'SLuong'), read(line, 'DGia')]
  if (quantity === undefined || price === undefined || !/^[15]$/.test(textOf(line, 'TChat') ?? '')) return []
  const expected = divide(quantity * price, MILLION) - (read(line, 'STCKhau') ?? 0n)
  const slack = MILLION + size(quantity)
  if (size(expected - amount) <= slack) return []
  const values = { invoice, field: 'ThTien', found: show(amount), expected: show(expected) }
  return [finding('V26', values, { path: line.path, severity: 'warning' })]
}

/** V27: tax of a rate within one đồng of the computed one; 0 for the rates that are none. */
function vat(rate: string, net: bigint, tax: bigint, invoice: string, path: string): Finding[] {
  const percent = parseDecimal(/^(?:KHAC:)?(\d{1,2}(?:\.\d{1,2})?)%$/.exec(rate)?.[1] ?? '0', 2)
  if (!percent) return []
  const expected = divide(net * rescale(percent, 2).units, 10_000n * MILLION) * MILLION
  if (size(tax - expected) <= MILLION) return []
  return [finding('V27', { invoice, rate, found: show(tax), expected: show(expected) }, { path })]
}

const size = (value: bigint): bigint => (value < 0n ? -value : value)
