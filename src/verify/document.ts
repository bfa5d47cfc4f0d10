import type { XmlElement as LibElement, XmlNode as LibNode } from 'libxml2-wasm'

type Lib = typeof import('libxml2-wasm')

/** One element, with the words in it and the way to its canonical bytes. */
export interface Element {
  readonly name: string
  /** Namespace, empty for the documents' own elements. */
  readonly space: string
  readonly attributes: readonly { readonly name: string; readonly value: string }[]
  readonly children: readonly Element[]
  /** The text directly inside; elements with children carry none that counts. */
  readonly text: string
  /** `/TDiep/DLieu/HDon[2]` */
  readonly path: string
  /** Inclusive canonical XML 1.0 without comments of this subtree, namespaces in scope included. */
  canonical(): Uint8Array
}

export interface Opened {
  readonly root: Element
  readonly text: string
  /** Elements by the value of their Id, `ID`, `id` or `xml:id` attribute; more than one under a value is a trap. */
  readonly ids: ReadonlyMap<string, readonly Element[]>
  /** Throws nothing: the messages of the schema with the path of the element. */
  check(schema: Schema): readonly { readonly message: string; readonly path: string }[]
  dispose(): void
}

export interface Schema {
  validate(document: unknown): void
}

export type Refused = { readonly why: string; readonly detail?: string }

const LARGEST = 2 << 20
const DEEPEST = 64

/**
 * Opens a document from outside under the limits of reliability P1: UTF-8 only, 2 MiB, depth 64, no DOCTYPE, and none of
 * the markup our formats never have (comments, CDATA, processing instructions), in which parsers differ. Dispose it.
 */
export function openDocument(lib: Lib, bytes: Uint8Array): Opened | Refused {
  if (bytes.length === 0 || bytes.length > LARGEST) return { why: 'size' }
  const text = decode(bytes)
  if (text === undefined) return { why: 'encoding' }
  const declaration = /^<\?xml\s[^>]*?\?>/.exec(text)?.[0] ?? ''
  const encoding = /encoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1]
  if (encoding !== undefined && !/^utf-8$/i.test(encoding)) return { why: 'encoding', detail: encoding }
  const body = text.slice(declaration.length)
  if (/<!DOCTYPE/i.test(body)) return { why: 'doctype' }
  if (/<[!?]/.test(body)) return { why: 'markup' }
  if (depth(body) > DEEPEST) return { why: 'depth' }
  try {
    const { XML_PARSE_NONET, XML_PARSE_NO_XXE } = lib.ParseOption
    const document = lib.XmlDocument.fromBuffer(bytes, { option: XML_PARSE_NONET | XML_PARSE_NO_XXE })
    const ids = new Map<string, Element[]>()
    return {
      root: grow(lib, document.root, `/${document.root.name}`, ids),
      text,
      ids,
      check: (schema) => messages(lib, () => schema.validate(document)),
      dispose: () => document.dispose(),
    }
  } catch (error) {
    if (error instanceof lib.XmlParseError) return { why: 'not-xml', detail: error.details[0]?.message.trim() ?? '' }
    throw error
  }
}

/** The one child of that name; undefined when there is none or more than one. */
export function only(element: Element | undefined, ...path: readonly string[]): Element | undefined {
  let here = element
  for (const name of path) {
    const found: readonly Element[] = here?.children.filter((child) => child.name === name) ?? []
    here = found.length === 1 ? found[0] : undefined
  }
  return here
}

export const all = (element: Element | undefined, name: string): readonly Element[] =>
  element?.children.filter((child) => child.name === name) ?? []

/** The text of a leaf, if there is one and it says something. */
export const textOf = (element: Element | undefined, ...path: readonly string[]): string | undefined =>
  only(element, ...path)?.text || undefined

export const attribute = (element: Element, name: string): string | undefined =>
  element.attributes.find((one) => one.name === name)?.value

export function* everyElement(element: Element): Generator<Element> {
  yield element
  for (const child of element.children) yield* everyElement(child)
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Without comments and CDATA every `<` begins a tag, and none may stand in an attribute. */
function depth(body: string): number {
  let here = 0
  let deepest = 0
  for (const tag of body.matchAll(/<(\/?)[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*(\/?)>/g)) {
    if (tag[1]) here -= 1
    else if (!tag[0].endsWith('/>')) here += 1
    deepest = Math.max(deepest, here)
  }
  return deepest
}

function grow(lib: Lib, node: LibElement, path: string, ids: Map<string, Element[]>): Element {
  const inside: LibElement[] = []
  let text = ''
  for (let child: LibNode | null = node.firstChild; child; child = (child as LibElement).next) {
    if (child instanceof lib.XmlElement) inside.push(child)
    else text += child.content
  }
  const seen = new Map<string, number>()
  for (const { name } of inside) seen.set(name, (seen.get(name) ?? 0) + 1)
  const counted = new Map<string, number>()
  const children = inside.map((child) => {
    const nth = (counted.get(child.name) ?? 0) + 1
    counted.set(child.name, nth)
    return grow(lib, child, `${path}/${child.name}${(seen.get(child.name) ?? 0) > 1 ? `[${nth}]` : ''}`, ids)
  })
  const attributes = node.attrs.map(({ name, value }) => ({ name, value }))
  const element: Element = {
    name: node.name,
    space: node.namespaceUri,
    attributes,
    children,
    text,
    path,
    canonical: () => canonical(node),
  }
  for (const { name, value } of attributes) {
    if (name.toLowerCase() === 'id') ids.set(value, [...(ids.get(value) ?? []), element])
  }
  return element
}

function canonical(node: LibElement): Uint8Array {
  const pieces: Uint8Array[] = []
  node.canonicalize({
    write: (bytes) => {
      pieces.push(Uint8Array.from(bytes))
      return bytes.length
    },
    close: () => true,
  })
  return Buffer.concat(pieces)
}

function messages(lib: Lib, validate: () => void): { message: string; path: string }[] {
  try {
    validate()
    return []
  } catch (error) {
    if (!(error instanceof lib.XmlValidateError)) throw error
    return error.details.map(({ message, xpath }) => ({ message: message.trim(), path: xpath ?? '' }))
  }
}
