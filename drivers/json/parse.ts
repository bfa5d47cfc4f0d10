/** A JSON value whose numbers keep their digits: no float is ever made of an amount. `from`, `to`: its bytes' places in the text. */
export type Json =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Json>; readonly from: number; readonly to: number }
  | { readonly kind: 'array'; readonly items: readonly Json[]; readonly from: number; readonly to: number }
  | { readonly kind: 'string' | 'number' | 'word'; readonly text: string; readonly from: number; readonly to: number }

const DEPTH = 32
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?/y
const BLANK = /[ \t\r\n]*/y
const WORD = /true|false|null/y
/** Characters that need no care. */
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** Strict JSON (RFC 8259), less: no exponent, no key twice, at most 32 deep. Undefined: it is not that. */
export function parseJson(text: string): Json | undefined {
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }
  const blank = (): void => void take(BLANK)

  const string = (): string | undefined => {
    let out = ''
    for (at++; ; ) {
      out += take(PLAIN) ?? ''
      const next = text[at]
      if (next === '"') {
        at++
        return out
      }
      if (next !== '\\') return undefined
      const letter = text[at + 1] ?? ''
      if (letter === 'u') {
        const digits = text.slice(at + 2, at + 6)
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) return undefined
        out += String.fromCharCode(Number.parseInt(digits, 16))
        at += 6
      } else {
        const plain = ESCAPES[letter]
        if (plain === undefined) return undefined
        out += plain
        at += 2
      }
    }
  }

  const object = (depth: number): Json | undefined => {
    const from = at++
    const members = new Map<string, Json>()
    blank()
    if (text[at] === '}') return { kind: 'object', members, from, to: ++at }
    for (;;) {
      blank()
      const key = text[at] === '"' ? string() : undefined
      blank()
      // Which of two values a till meant is not ours to say.
      if (key === undefined || members.has(key) || text[at] !== ':') return undefined
      at++
      const item = value(depth + 1)
      if (item === undefined) return undefined
      members.set(key, item)
      blank()
      if (text[at] === '}') return { kind: 'object', members, from, to: ++at }
      if (text[at++] !== ',') return undefined
    }
  }

  const array = (depth: number): Json | undefined => {
    const from = at++
    const items: Json[] = []
    blank()
    if (text[at] === ']') return { kind: 'array', items, from, to: ++at }
    for (;;) {
      const item = value(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
      blank()
      if (text[at] === ']') return { kind: 'array', items, from, to: ++at }
      if (text[at++] !== ',') return undefined
    }
  }

  const value = (depth: number): Json | undefined => {
    blank()
    const from = at
    if (depth > DEPTH) return undefined
    if (text[at] === '{') return object(depth)
    if (text[at] === '[') return array(depth)
    if (text[at] === '"') {
      const said = string()
      return said === undefined ? undefined : { kind: 'string', text: said, from, to: at }
    }
    const number = take(NUMBER)
    // `1e5`, `01`: what follows a number is checked by whoever asked for it; a letter or digit there is no JSON of ours.
    if (number) return /[\w.+]/.test(text[at] ?? '') ? undefined : { kind: 'number', text: number, from, to: at }
    const word = take(WORD)
    return word ? { kind: 'word', text: word, from, to: at } : undefined
  }

  const root = value(0)
  blank()
  return root !== undefined && at === text.length ? root : undefined
}
