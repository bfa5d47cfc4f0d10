import { SaxesParser, type SaxesTagNS } from 'saxes'

/** An element as read: names without prefix, no order expected (einvoice-format 12). */
export interface Element {
  readonly name: string
  readonly local: string
  readonly uri: string
  readonly attributes: readonly Attribute[]
  /** Declared on this element itself: prefix (empty: default) to address. */
  readonly namespaces: Readonly<Record<string, string>>
  readonly parent?: Element
  readonly children: (Element | string)[]
}

export interface Attribute {
  readonly name: string
  readonly local: string
  readonly uri: string
  readonly value: string
}

/** Above these a document is refused unread (reliability P1). */
const LIMITS = { bytes: 2 * 1024 * 1024, depth: 64, attributes: 32 } as const

/**
 * Reads a document from outside: UTF-8 only, no DOCTYPE, no processing instruction, no entity but the five of XML.
 * Undefined for whatever is not such a document.
 */
export function readTree(bytes: Uint8Array): Element | undefined {
  if (bytes.length > LIMITS.bytes) return undefined
  const text = decode(bytes)
  if (text === undefined) return undefined
  const parser = new SaxesParser({ xmlns: true, position: false })
  let root: Element | undefined
  const open: Element[] = []
  const stop = (why: string): never => {
    throw new Refused(why)
  }
  const add = (piece: string): void => {
    const parent = open.at(-1)
    if (parent) parent.children.push(piece)
  }
  parser.on('error', (error) => stop(error.message))
  parser.on('doctype', () => stop('doctype'))
  parser.on('processinginstruction', () => stop('processing instruction'))
  parser.on('xmldecl', ({ encoding }) => encoding !== undefined && encoding.toUpperCase() !== 'UTF-8' && stop('encoding'))
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('opentag', (tag) => {
    const parent = open.at(-1)
    const element = elementOf(tag, parent)
    if (open.length >= LIMITS.depth || element.attributes.length > LIMITS.attributes) stop('limits')
    if (parent) parent.children.push(element)
    root ??= element
    open.push(element)
  })
  parser.on('closetag', () => open.pop())
  try {
    parser.write(text).close()
  } catch (error) {
    if (error instanceof Refused) return undefined
    throw error
  }
  return root
}

class Refused extends Error {}

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

const elementOf = (tag: SaxesTagNS, parent: Element | undefined): Element => ({
  name: tag.name,
  local: tag.local,
  uri: tag.uri,
  attributes: Object.values(tag.attributes)
    .filter(({ name, prefix }) => name !== 'xmlns' && prefix !== 'xmlns')
    .map(({ name, local, uri, value }) => ({ name, local, uri, value })),
  namespaces: { ...tag.ns },
  ...(parent ? { parent } : {}),
  children: [],
})

export const elements = (of: Element | undefined): Element[] =>
  of === undefined ? [] : of.children.filter((child): child is Element => typeof child !== 'string')

/** Direct children of that name. */
export const all = (of: Element | undefined, local: string): Element[] => elements(of).filter((child) => child.local === local)

/** The first descendant along a path of names, `TTChung/SHDon`. */
export function find(of: Element | undefined, path: string): Element | undefined {
  let at = of
  for (const name of path.split('/')) at = all(at, name)[0]
  return at
}

export function* descendants(of: Element): Generator<Element> {
  yield of
  for (const child of elements(of)) yield* descendants(child)
}

/** Text below an element, trimmed; empty for none. */
export const textOf = (of: Element | undefined): string =>
  of === undefined
    ? ''
    : of.children
        .map((child) => (typeof child === 'string' ? child : textOf(child)))
        .join('')
        .trim()

export const textAt = (of: Element | undefined, path: string): string => textOf(find(of, path))

export const attribute = (of: Element, name: string): string | undefined => of.attributes.find((a) => a.name === name)?.value

export const rootOf = (of: Element): Element => (of.parent ? rootOf(of.parent) : of)
