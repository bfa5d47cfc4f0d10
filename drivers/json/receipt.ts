import type { Settings } from '../../src/domain/driver.ts'
import { type Fault, fault } from '../../src/domain/fault.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import type { Result } from '../../src/domain/result.ts'
import { type CompiledMapping, compileMapping, type Step, strangeName, ticketOf, type Walk } from '../structured/mapping.ts'
import { readingOf, refused } from '../structured/reading.ts'
import { BUYER_FIELDS } from '../structured/ticket.ts'
import { type Json, parseJson } from './parse.ts'

/** The sale of register-capture 14, as the built-in mapping reads it; `status` may stand beside. */
export const SALE: Settings = {
  mapping: {
    receiptNo: '$.receiptNo',
    issuedAt: '$.issuedAt',
    cashier: '$.cashier',
    table: '$.table',
    customer: '$.customer',
    status: '$.status',
    sellerName: '$.seller.name',
    sellerAddress: '$.seller.address',
    sellerPhone: '$.seller.phone',
    sellerTaxCode: '$.seller.taxCode',
    subtotal: '$.subtotal',
    discount: '$.discount',
    discountRate: '$.discountRate',
    serviceCharge: '$.serviceCharge',
    serviceChargeRate: '$.serviceChargeRate',
    deliveryFee: '$.deliveryFee',
    tip: '$.tip',
    gratuity: '$.gratuity',
    deposit: '$.deposit',
    rounding: '$.rounding',
    taxMode: '$.taxMode',
    total: '$.total',
    tendered: '$.tendered',
    change: '$.change',
    buyer: Object.fromEntries(BUYER_FIELDS.map((name) => [name, `$.buyer.${name}`])),
    lines: {
      name: '$.lines[*].name',
      qty: '$.lines[*].qty',
      unit: '$.lines[*].unit',
      unitPrice: '$.lines[*].unitPrice',
      discount: '$.lines[*].discount',
      amount: '$.lines[*].amount',
      vatRate: '$.lines[*].vatRate',
      code: '$.lines[*].code',
    },
    payments: { method: '$.payments[*].method', amount: '$.payments[*].amount' },
    vat: { rate: '$.vat[*].rate', base: '$.vat[*].base', tax: '$.vat[*].tax' },
    fees: { name: '$.fees[*].name', amount: '$.fees[*].amount' },
  },
}

/** `$.items[*].name`: a step is whatever stands between two points. */
function readPath(path: string): readonly Step[] | undefined {
  if (path !== '$' && !path.startsWith('$.') && !path.startsWith('$[*]')) return undefined
  const steps: Step[] = []
  for (const part of path.slice(1).split('.').entries()) {
    const [i, said] = part
    const name = said.endsWith('[*]') ? said.slice(0, -3) : said
    if (i === 0 && said === '') continue
    if ((name === '' && i > 0) || /[[\]]/.test(name)) return undefined
    if (name !== '') steps.push({ name, many: false })
    if (name !== said) steps.push({ name: '[*]', many: true })
  }
  return steps
}

/** The mapping of a register's settings. Fault DRIVER_SETTINGS. */
export const jsonMapping = (settings: Settings): Result<CompiledMapping> =>
  compileMapping(settings, SALE, { driver: 'json', readPath })

const walk: Walk<Json> = {
  children(node, { name, many }) {
    if (many) return node.kind === 'array' ? node.items : []
    const child = node.kind === 'object' ? node.members.get(name) : undefined
    return child ? [child] : []
  },
  text(node) {
    if (node.kind === 'string') return { text: node.text, exact: false }
    if (node.kind === 'number') return { text: node.text, exact: true }
    return node.kind === 'word' && node.text === 'null' ? undefined : 'odd'
  },
}

const names = (node: Json): readonly string[] => (node.kind === 'object' ? [...node.members.keys()] : [])

/** Where the documents of a value stand: the places `documents` names, each item of a list, or the value itself. */
export function documentsIn(value: Json, { documents }: Pick<CompiledMapping, 'documents'>): readonly Json[] {
  if (!documents) return value.kind === 'array' ? value.items : [value]
  return documents.reduce<readonly Json[]>((nodes, step) => nodes.flatMap((node) => walk.children(node, step)), [value])
}

/** One sale as a JSON value (register-capture 14, or as `mapping` says): kind, receipt, proofs and outcome. Pure. */
export function receiptFromJson(value: Json, mapping: CompiledMapping): Reading {
  const strange = mapping.closed && strangeName(value, mapping.closed, { walk, names })
  if (strange !== undefined) return refused(fault('DRIVER_FIELD', { field: ` ${strange}`, value: '?' }, strange))
  const ticket = ticketOf(value, mapping, walk)
  if (!ticket.ok) return refused(ticket.fault)
  return readingOf(ticket.value, { own: mapping.kinds, asked: mapping.asked })
}

/** One document's bytes. Faults DRIVER_NOT_JSON, DRIVER_ENCODING, DRIVER_FIELD and those of the sums. Pure. */
export function readJson(bytes: Uint8Array, mapping: CompiledMapping): Reading {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refused(fault('DRIVER_ENCODING'))
  }
  const value = parseJson(text)
  if (value === undefined) return refused(notJson, linesIn(text))
  return value.kind === 'object' ? receiptFromJson(value, mapping) : refused(notJson, linesIn(text))
}

const notJson: Fault = fault('DRIVER_NOT_JSON')
const linesIn = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.replace(/\s+/g, ' ').trim().slice(0, 200))
    .filter((line) => line !== '')
    .slice(0, 200)
