/**
 * The one writer of our documents. What it writes is already canonical (inclusive C14N 1.0): no white space, no empty-element
 * tags, no declaration, namespaces before attributes, only `& < >` escaped in text; so the bytes can be digested as they are.
 */

/** Characters XML 1.0 cannot carry, lone surrogates, and control characters on which readers disagree (some make U+0085 a line end). */
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Cs}/gu

/** Printable ASCII and precomposed Latin letters with single spaces: most texts, and nothing to clean in them. */
const CLEAN = /^[!-~\u00c0-\u024f\u1e00-\u1eff]+(?: [!-~\u00c0-\u024f\u1e00-\u1eff]+)*$/

/** The same without `& < >`: figures, dates, most names. */
const PLAIN = /^[!-%'-;=?-~\u00c0-\u024f\u1e00-\u1eff]+(?: [!-%'-;=?-~\u00c0-\u024f\u1e00-\u1eff]+)*$/

/** NFC, one space where there was white space, without what XML cannot carry; so a torn byte of a till spoils no invoice. */
export const clean = (text: string): string =>
  CLEAN.test(text) ? text : text.replace(ILLEGAL, '').normalize('NFC').replace(/\s+/g, ' ').trim()

export const escapeText = (text: string): string =>
  /[&<>\r]/.test(text)
    ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')
    : text

/** `<name>text</name>`, cleaned and escaped; nothing at all for an absent or empty value (einvoice-format 1). */
export function field(name: string, value: string | undefined): string {
  if (value === undefined) return ''
  if (PLAIN.test(value)) return `<${name}>${value}</${name}>`
  const text = clean(value)
  return text === '' ? '' : `<${name}>${escapeText(text)}</${name}>`
}

/** `<name>children</name>`; nothing when all children are empty. */
export const node = (name: string, ...children: readonly string[]): string => {
  let inner = ''
  for (const child of children) inner += child
  return inner === '' ? '' : `<${name}>${inner}</${name}>`
}

/** Length as schemas count it: characters, not UTF-16 units. */
export const lengthOf = (text: string): number => {
  let length = 0
  for (const _ of text) length += 1
  return length
}
