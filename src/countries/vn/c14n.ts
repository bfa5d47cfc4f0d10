import type { Attribute, Element } from './tree.ts'

type Scope = Readonly<Record<string, string>>

/**
 * Canonical XML 1.0, inclusive, without comments, of one element and what is below it. Attributes of the `xml` prefix would
 * have to be inherited; documents of the authority have none, so they give undefined here and nobody trusts them.
 */
export function canonical(element: Element): string | undefined {
  for (let at: Element | undefined = element; at; at = at.parent)
    if (at.attributes.some((a) => a.name.startsWith('xml:'))) return undefined
  const out: string[] = []
  write(element, {}, inherited(element.parent), out)
  return out.join('')
}

const inherited = (element: Element | undefined): Scope =>
  element === undefined ? {} : { ...inherited(element.parent), ...element.namespaces }

/** `rendered`: declarations in force in the output above; `scope`: those in force in the document above. */
function write(element: Element, rendered: Scope, above: Scope, out: string[]): void {
  const scope = { ...above, ...element.namespaces }
  const shown: Record<string, string> = { ...rendered }
  out.push('<', element.name)
  for (const prefix of Object.keys(scope).sort()) {
    const uri = scope[prefix] ?? ''
    if (prefix === 'xml' || uri === (shown[prefix] ?? '')) continue
    shown[prefix] = uri
    out.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, escapeAttribute(uri), '"')
  }
  for (const { name, value } of [...element.attributes].sort(byNamespace)) out.push(' ', name, '="', escapeAttribute(value), '"')
  out.push('>')
  for (const child of element.children) {
    if (typeof child === 'string') out.push(escapeData(child))
    else write(child, shown, scope, out)
  }
  out.push('</', element.name, '>')
}

const byNamespace = (a: Attribute, b: Attribute): number => compare(a.uri, b.uri) || compare(a.local, b.local)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const escapeData = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')
const escapeAttribute = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;')
