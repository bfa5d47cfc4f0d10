import { formatDecimal, parseDecimal, rescale } from '../../src/domain/decimal.ts'
import { all, inside, type Tree, textAt } from './tree.ts'

/** What an invoice says of the one it corrects (einvoice-format 5.5), as written. */
export interface Related {
  /** `1` replaces, `2` adjusts, `3` and `4` the same for many. */
  readonly how: string
  readonly seller: string
  /** `1`: an electronic invoice of today's kind. */
  readonly kind: string
  readonly form: string
  readonly symbol: string
  readonly number: string
  readonly date: string
  readonly cause: string
  readonly note: string
}

/** Money in millionths of a đồng: the documents allow six decimals. */
export interface Amounts {
  readonly pay: bigint
  readonly rates: readonly { readonly rate: string; readonly net: bigint; readonly tax: bigint }[]
}

/** An invoice as the authority's own eyes see it, beside what the judge says of it. */
export interface Sheet extends Amounts {
  readonly related?: Related
  /** The first amount below zero, by the name of its field. */
  readonly negative?: string
}

/** One invoice that a notice of errors names (einvoice-format 10). */
export interface Named {
  readonly form: number
  readonly symbol: string
  readonly number: number
  readonly date: string
  readonly code: string
  readonly kind: string
  /** `TCTBao` of the formats before 2.1.0: `1` was the cancellation that is no more. */
  readonly old: string
}

export interface NoticeSheet {
  /** `1` the seller's own, `2` after a request of the authority. */
  readonly kind: string
  readonly request: { readonly number: string; readonly date: string }
  readonly invoices: readonly Named[]
}

const amount = (text: string): bigint => {
  const value = parseDecimal(text)
  return value ? rescale(value, 6).units : 0n
}

export const shown = (millionths: bigint): string => formatDecimal({ units: millionths, scale: 6 })

/** By the label the judge gives an invoice, `1C26MAA-00000153`. */
export function sheetsOf(message: Tree): ReadonlyMap<string, Sheet> {
  return new Map(
    all(inside(message, 'DLieu'), 'HDon').map((element) => {
      const head = inside(element, 'DLHDon', 'TTChung')
      const [form, symbol, number] = [textAt(head, 'KHMSHDon'), textAt(head, 'KHHDon'), textAt(head, 'SHDon')]
      return [labelOf({ form, symbol, number }), sheet(element)]
    }),
  )
}

export const labelOf = ({ form, symbol, number }: { form: string | number; symbol: string; number: string | number }): string =>
  `${form}${symbol}-${String(number).padStart(8, '0')}`

function sheet(element: Tree): Sheet {
  const content = inside(element, 'DLHDon', 'NDHDon')
  const totals = inside(content, 'TToan')
  const related = inside(element, 'DLHDon', 'TTChung', 'TTHDLQuan')
  const negative = firstBelowZero([
    ...all(inside(content, 'DSHHDVu'), 'HHDVu').map((line) => [line, ['SLuong', 'DGia', 'STCKhau', 'ThTien']] as const),
    ...all(inside(totals, 'THTTLTSuat'), 'LTSuat').map((group) => [group, ['ThTien', 'TThue']] as const),
    [totals, ['TgTCThue', 'TgTThue', 'TTCKTMai', 'TgTTTBSo']],
  ])
  return {
    pay: amount(textAt(totals, 'TgTTTBSo')),
    rates: all(inside(totals, 'THTTLTSuat'), 'LTSuat').map((group) => ({
      rate: textAt(group, 'TSuat'),
      net: amount(textAt(group, 'ThTien')),
      tax: amount(textAt(group, 'TThue')),
    })),
    ...(related ? { related: relatedOf(related) } : {}),
    ...(negative ? { negative } : {}),
  }
}

function firstBelowZero(places: readonly (readonly [Tree | undefined, readonly string[]])[]): string | undefined {
  for (const [place, fields] of places) {
    const below = fields.find((field) => textAt(place, field).startsWith('-') && amount(textAt(place, field)) < 0n)
    if (below) return `${below} ${textAt(place, below)}`
  }
  return undefined
}

const relatedOf = (block: Tree): Related => ({
  how: textAt(block, 'TCHDon'),
  seller: textAt(block, 'MSTCLQuan'),
  kind: textAt(block, 'LHDCLQuan'),
  form: textAt(block, 'KHMSHDCLQuan'),
  symbol: textAt(block, 'KHHDCLQuan'),
  number: textAt(block, 'SHDCLQuan'),
  date: textAt(block, 'NLHDCLQuan'),
  cause: textAt(block, 'LDDCTThe').replace(/^0/, ''),
  note: textAt(block, 'GChu'),
})

/** A message may carry several notices, each about several invoices. */
export const noticesOf = (message: Tree): NoticeSheet[] =>
  all(inside(message, 'DLieu'), 'TBao').map((notice) => {
    const data = inside(notice, 'DLTBao')
    return {
      kind: textAt(data, 'Loai'),
      request: { number: textAt(data, 'So'), date: textAt(data, 'NTBCCQT') },
      invoices: all(inside(data, 'DSHDon'), 'HDon').map((one) => ({
        form: Number(textAt(one, 'KHMSHDon')),
        symbol: textAt(one, 'KHHDon'),
        number: Number(textAt(one, 'SHDon')),
        date: textAt(one, 'Ngay'),
        code: textAt(one, 'MCCQT') || textAt(one, 'MCQTCap'),
        kind: textAt(one, 'LADHDDT'),
        old: textAt(one, 'TCTBao'),
      })),
    }
  })
