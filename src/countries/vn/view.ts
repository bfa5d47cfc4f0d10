import type { InvoiceLine, InvoiceView } from '../../domain/country.ts'
import { type Decimal, parseDecimal, rescale } from '../../domain/decimal.ts'
import type { Dong } from '../../domain/dong.ts'
import { chargeNamed } from './groups.ts'
import { industryOf } from './industries.ts'
import { INDUSTRY, ISSUE_TIME } from './invoice.ts'
import { BUILT_IN } from './rules.ts'
import { all, type Element, elements, find, readTree, textAt, textOf } from './tree.ts'

/** A sealed invoice as people look at it. What is missing is empty; money in any spelling is whole đồng (einvoice-format 12). */
export function viewInvoice(bytes: Uint8Array): InvoiceView {
  const root = readTree(bytes)
  const data = find(root, 'DLHDon')
  const head = find(data, 'TTChung')
  const content = find(data, 'NDHDon')
  const seller = find(content, 'NBan')
  const place = { code: textAt(seller, 'MDDKDoanh'), name: textAt(seller, 'TDDKDoanh'), address: textAt(seller, 'DCDDKDoanh') }
  const totals = find(content, 'TToan')
  const code = textAt(root, 'MCCQT')
  const net = moneyAt(totals, 'TgTCThue')
  const tax = moneyAt(totals, 'TgTThue')
  const cut = textAt(head, 'KHMSHDon') === '2' ? moneyAt(totals, 'TGTKhac') : undefined
  const fees = all(find(totals, 'DSLPhi'), 'LPhi').map((fee) => ({
    name: textAt(fee, 'TLPhi'),
    amount: moneyAt(fee, 'TPhi') ?? 0n,
  }))
  const legend = textAt(head, 'TTHDLQuan/GChu')
  return {
    identity: {
      seller: textAt(seller, 'MST'),
      form: Number(textAt(head, 'KHMSHDon')),
      symbol: textAt(head, 'KHHDon'),
      number: Number(textAt(head, 'SHDon')),
    },
    title: textAt(head, 'THDon'),
    ...(code ? { authorityCode: code } : {}),
    issuedOn: issueTimeOf(head) ?? textAt(head, 'NLap'),
    seller: {
      name: textAt(seller, 'Ten'),
      taxCode: textAt(seller, 'MST'),
      address: textAt(seller, 'DChi'),
      ...(place.code || place.name ? { place } : {}),
    },
    buyer: shownBuyer(find(content, 'NMua')),
    lines: all(find(content, 'DSHHDVu'), 'HHDVu').map(lineOf),
    rates: all(find(totals, 'THTTLTSuat'), 'LTSuat').map((row) => ({
      rate: textAt(row, 'TSuat'),
      net: moneyAt(row, 'ThTien') ?? 0n,
      tax: moneyAt(row, 'TThue') ?? 0n,
    })),
    ...(net === undefined ? {} : { net }),
    ...(tax === undefined ? {} : { tax }),
    ...(fees.length > 0 ? { fees } : {}),
    ...(cut === undefined || cut === 0n ? {} : { cut }),
    pay: moneyAt(totals, 'TgTTTBSo') ?? 0n,
    words: textAt(totals, 'TgTTTBChu'),
    payment: textAt(head, 'HTTToan'),
    qr: textAt(root, 'DLQRCode'),
    ...(legend ? { legend } : {}),
  }
}

/** `2026-11-21T08:15:02` as we write it into the extension; else the caller has only the day. */
const issueTimeOf = (head: Element | undefined): string | undefined => extraAt(head, ISSUE_TIME)

const extraAt = (of: Element | undefined, name: string): string | undefined =>
  all(find(of, 'TTKhac'), 'TTin')
    .filter((entry) => textAt(entry, 'TTruong') === name)
    .map((entry) => textAt(entry, 'DLieu'))[0]

function lineOf(line: Element): InvoiceLine {
  const [unit, rate, code] = [textAt(line, 'DVTinh'), textAt(line, 'TSuat'), textAt(line, 'MHHDVu')]
  const nature = textAt(line, 'TChat')
  const industry = extraAt(line, INDUSTRY)
  const [quantity, price] = [decimalAt(line, 'SLuong'), decimalAt(line, 'DGia')]
  const [discount, amount] = [moneyAt(line, 'STCKhau'), moneyAt(line, 'ThTien')]
  // A trade discount line is positive in the document and subtracted in the totals; people read it as a minus.
  const sign = nature === '3' ? -1n : 1n
  const name = textAt(line, 'THHDVu')
  const charge = code || unit ? undefined : chargeNamed(name)
  return {
    name,
    ...(unit ? { unit } : {}),
    ...(quantity ? { quantity } : {}),
    ...(price ? { price } : {}),
    ...(discount === undefined ? {} : { discount }),
    ...(amount === undefined ? {} : { amount: amount * sign }),
    ...(rate ? { rate } : {}),
    ...(code ? { code } : {}),
    ...(/^[1-5]$/.test(nature) ? { nature: Number(nature) } : {}),
    ...(industry ? { industry: industryOf(industry) } : {}),
    ...(charge ? { charge } : {}),
  }
}

const decimalAt = (of: Element, path: string): Decimal | undefined => parseDecimal(textAt(of, path))
function moneyAt(of: Element | undefined, path: string): Dong | undefined {
  const value = parseDecimal(textAt(of, path), 12)
  return value && rescale(value, 0).units
}

const ANONYMOUS = new Set(BUILT_IN['legend.consumer'].map((row) => row.value))

/** enough to recognise, not enough to know. `Trần Thị Mẫu, 000399000002` -> `T** T** M**, 0003******02`. */
function shownBuyer(buyer: Element | undefined): string {
  const parts = elements(buyer)
    .map((field) => [field.local, textOf(field)] as const)
    .filter(([, text]) => text !== '')
  const shown = new Map(
    parts.map(([name, text]) => [name, ANONYMOUS.has(text) ? text : HIDDEN.has(name) ? hideNumber(text) : hideWords(text)]),
  )
  return ['Ten', 'HVTNMHang', ...HIDDEN]
    .flatMap((name) => shown.get(name) ?? [])
    .filter((text, i, list) => list.indexOf(text) === i)
    .join(', ')
}

const HIDDEN = new Set(['MST', 'MDVQHNSach', 'SDThoai', 'CCCDan', 'SHChieu'])
const hideWords = (text: string): string =>
  text
    .split(/\s+/)
    .map((word) => `${[...word][0] ?? ''}**`)
    .join(' ')
const hideNumber = (text: string): string =>
  text.length < 8 ? '*'.repeat(text.length) : `${text.slice(0, 4)}${'*'.repeat(text.length - 6)}${text.slice(-2)}`
