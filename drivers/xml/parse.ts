import { SaxesParser } from 'saxes'

/** An element: its name without a prefix, its attributes as `@name` children, its own text. */
export interface Element {
  readonly name: string
  readonly children: Element[]
  /** The same by their names. */
  readonly named: Map<string, Element[]>
  text: string
  /** Where it begins and ends in the text. */
  readonly from: number
  to: number
}

const DEPTH = 32
const MOST = 200_000
const plainName = (name: string): string => name.slice(name.indexOf(':') + 1)

/**
 * XML 1.0 as a tree. Undefined: not well formed, deeper than 32, more than 200,000 elements and attributes, or with a
 * document type: what it may define (entities that grow, files that are fetched) has no place in a sale.
 */
export function parseXml(text: string): Element | undefined {
  const parser = new SaxesParser({ xmlns: false, position: true })
  const open: Element[] = []
  let root: Element | undefined
  let count = 0
  let wrong = false
  const stop = (): void => {
    wrong = true
  }
  parser.on('error', stop)
  parser.on('doctype', stop)
  parser.on('opentag', ({ name, attributes }) => {
    const element = bare(plainName(name), '', begins(text, parser.position))
    for (const [key, value] of Object.entries(attributes)) add(element, bare(`@${plainName(key)}`, value))
    count += 1 + element.children.length
    if (open.length >= DEPTH || count > MOST) wrong = true
    const around = open.at(-1)
    if (around) add(around, element)
    root ??= element
    open.push(element)
  })
  parser.on('closetag', () => {
    const element = open.pop()
    if (element) element.to = parser.position
  })
  const words = (said: string): void => {
    const element = open.at(-1)
    if (element) element.text += said
  }
  parser.on('text', words)
  parser.on('cdata', words)
  try {
    for (let at = 0; at < text.length && !wrong; at += 65_536) parser.write(text.slice(at, at + 65_536))
    if (!wrong) parser.close()
  } catch {
    return undefined
  }
  return wrong || open.length > 0 ? undefined : root
}

const bare = (name: string, text: string, from = 0): Element => ({ name, children: [], named: new Map(), text, from, to: 0 })

function add({ children, named }: Element, child: Element): void {
  children.push(child)
  const same = named.get(child.name)
  if (same) same.push(child)
  else named.set(child.name, [child])
}

/** The `<` of the tag that ends at `to`; a quoted value may hold `>` but never `<` (XML 1.0, 2.3). */
const begins = (text: string, to: number): number => text.lastIndexOf('<', to - 1)
