import { SaxesParser } from 'saxes'

/** An element as the authority reads it: local name, what is inside, the words directly in it. */
export interface Tree {
  readonly name: string
  readonly children: readonly Tree[]
  readonly text: string
}

interface Growing {
  readonly name: string
  readonly children: Growing[]
  text: string
}

/** The tree of a document that the judge found well-formed; its schema is not its business. */
export function grow(bytes: Uint8Array): Tree {
  const root: Growing = { name: '', children: [], text: '' }
  const open: Growing[] = [root]
  const parser = new SaxesParser()
  parser.on('opentag', ({ name }) => {
    const element: Growing = { name: name.replace(/^.*:/, ''), children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    const inside = open.at(-1)
    if (inside) inside.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.write(new TextDecoder().decode(bytes)).close()
  return root.children[0] ?? root
}

export const all = (tree: Tree | undefined, name: string): readonly Tree[] =>
  tree?.children.filter((child) => child.name === name) ?? []

export function inside(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  let here = tree
  for (const name of path) here = here?.children.find((child) => child.name === name)
  return here
}

/** The text of a leaf, `''` where there is none: empty elements and missing ones mean the same (einvoice-format 1). */
export const textAt = (tree: Tree | undefined, ...path: readonly string[]): string => inside(tree, ...path)?.text.trim() ?? ''
