import type { Settings } from '../../src/domain/driver.ts'
import { fault } from '../../src/domain/fault.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import type { Result } from '../../src/domain/result.ts'
import { lettersOf } from '../structured/letters.ts'
import { type CompiledMapping, compileMapping, type Step, strangeName, ticketOf, type Walk } from '../structured/mapping.ts'
import { readingOf, refused } from '../structured/reading.ts'
import { BUYER_FIELDS, FEE_FIELDS, HEAD_MONEY, HEAD_TEXT, LINE_FIELDS, PAYMENT_FIELDS, VAT_FIELDS } from '../structured/ticket.ts'
import { type Element, parseXml } from './parse.ts'

const under = (path: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${path}/${name}`]))

/** The sale of register-capture 14 as elements: `<sale><receiptNo>...`, rows as `<lines><line>`. */
const SALE: Settings = {
  mapping: {
    ...under('/sale', [...HEAD_TEXT, ...HEAD_MONEY]),
    buyer: under('/sale/buyer', BUYER_FIELDS),
    lines: under('/sale/lines/line', LINE_FIELDS),
    payments: under('/sale/payments/payment', PAYMENT_FIELDS),
    vat: under('/sale/vat/row', VAT_FIELDS),
    fees: under('/sale/fees/fee', FEE_FIELDS),
  },
}

/** `/order/items/item/name`, `/order/@id`. The first name is the root's. */
function readPath(path: string): readonly Step[] | undefined {
  const [empty, ...names] = path.split('/')
  const odd = names.some(
    (name, i) => !/^@?[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name) || (name.startsWith('@') && i < names.length - 1),
  )
  return empty !== '' || names.length === 0 || odd ? undefined : names.map((name) => ({ name, many: false }))
}

/** The mapping of a register's settings. Fault DRIVER_SETTINGS. */
export const xmlMapping = (settings: Settings): Result<CompiledMapping> =>
  compileMapping(settings, SALE, { driver: 'xml', readPath, root: 1 })

const NONE: readonly Element[] = []

const walk: Walk<Element> = {
  children: (node, { name }) => node.named.get(name) ?? NONE,
  text: ({ children, text }) =>
    children.some((child) => !child.name.startsWith('@'))
      ? 'odd'
      : text.trim() === ''
        ? undefined
        : { text: text.trim(), exact: false },
}
const names = (node: Element): readonly string[] => node.children.map((child) => child.name)

/** A path begins with the root's own name, so the tree is walked from above it. */
const above = (root: Element): Element => ({
  ...{ name: '', children: [root], named: new Map([[root.name, [root]]]) },
  ...{ text: '', from: root.from, to: root.to },
})

const DECLARED = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/

/** Letters as the declaration says; a name nobody knows leaves it to the bytes. */
function textOf(bytes: Uint8Array): { readonly text: string; readonly doubt?: string } {
  const head = String.fromCharCode(...bytes.subarray(0, 200))
  const { text, doubt } = lettersOf(bytes, DECLARED.exec(head)?.[1])
  return { text, ...(doubt === undefined ? {} : { doubt }) }
}

/** One document's bytes. Faults DRIVER_NOT_XML, DRIVER_ENCODING, DRIVER_FIELD and those of the sums. Pure. */
export function readXml(bytes: Uint8Array, mapping: CompiledMapping): Reading {
  const { text, doubt } = textOf(bytes)
  const root = parseXml(text)
  if (root === undefined) return refused(fault('DRIVER_NOT_XML'), linesIn(text))
  if (doubt !== undefined) return refused(fault(doubt), linesIn(text))
  const top = above(root)
  const inner = mapping.closed && strangeName(root, mapping.closed, { walk, names })
  if (inner !== undefined) return refused(fault('DRIVER_FIELD', { field: ` ${inner}`, value: '?' }, inner), linesIn(text))
  const ticket = ticketOf(top, mapping, walk)
  if (!ticket.ok) return refused(ticket.fault, linesIn(text))
  return readingOf(ticket.value, { own: mapping.kinds, asked: mapping.asked })
}

/** The documents that `documents` names, each with the elements around it, so that the paths of the mapping hold for it. */
export function splitXml(bytes: Uint8Array, { documents }: Pick<CompiledMapping, 'documents'>): readonly Uint8Array[] {
  if (!documents) return [bytes]
  const { text } = textOf(bytes)
  const root = parseXml(text)
  if (root === undefined) return [bytes]
  const found = documents.reduce<readonly Element[]>(
    (nodes, step) => nodes.flatMap((node) => walk.children(node, step)),
    [above(root)],
  )
  if (found.length === 0 || found[0] === root) return [bytes]
  const around = documents.slice(0, -1).map(({ name }) => name)
  const [before, behind] = [
    around.map((name) => `<${name}>`).join(''),
    around
      .toReversed()
      .map((name) => `</${name}>`)
      .join(''),
  ]
  return found.map(({ from, to }) => new Uint8Array(Buffer.from(before + text.slice(from, to) + behind)))
}

const linesIn = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.replace(/\s+/g, ' ').trim().slice(0, 200))
    .filter((line) => line !== '')
    .slice(0, 200)
