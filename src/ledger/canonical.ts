/**
 * The one spelling of a fact (audit-pack 1.1): RFC 8785 within a subset on which every JSON library agrees. Values are
 * objects, arrays, strings, booleans and whole numbers up to 2^53-1; keys are camel case and sorted by byte.
 */
export type Json = string | number | boolean | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

const KEY = /^[a-z][A-Za-z0-9]*$/
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
const LONE = /\p{Surrogate}/u
const DEEPEST = 16
const LONGEST = 65_536

/** Writes `value`; an undefined field is left out. Throws RangeError for what the subset does not hold. */
export function canonical(value: Json, depth = 0): string {
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : text(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of the subset: ${value}`)
    return String(value)
  }
  if (value === true) return 'true'
  if (value === false) return 'false'
  if (value === null || typeof value !== 'object') throw new RangeError(`no ${value === null ? 'null' : typeof value} in a fact`)
  if (depth >= DEEPEST) throw new RangeError('nested deeper than 16')
  if (isList(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`
  return object(value, depth)
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value)

function object(value: JsonObject, depth: number): string {
  const keys = Object.keys(value)
  let sorted = true
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) sorted = false
  if (!sorted) keys.sort()
  let out = '{'
  for (const key of keys) {
    const field = value[key]
    if (field === undefined) continue
    if (!known.has(key)) learn(key)
    out += `${out.length > 1 ? ',' : ''}"${key}":${canonical(field, depth + 1)}`
  }
  return `${out}}`
}

const known = new Set<string>()
function learn(key: string): void {
  if (!KEY.test(key)) throw new RangeError(`bad key: ${key}`)
  // Bounded: the keys of facts are words of the source, not data.
  if (known.size < 1_000) known.add(key)
}

function text(value: string): string {
  if (LONE.test(value)) throw new RangeError('lone surrogate')
  return JSON.stringify(value.normalize('NFC'))
}

/** A stored line, proven to have the one spelling: parse, write again, compare (V06). Throws RangeError or SyntaxError. */
export function readLine(line: string): JsonObject {
  if (Buffer.byteLength(line) > LONGEST) throw new RangeError('line too long')
  const value: unknown = JSON.parse(line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RangeError('a fact is an object')
  if (canonical(value as JsonObject) !== line) throw new RangeError('not the one spelling')
  return value as JsonObject
}

/** A line about to be stored. */
export function writeLine(fact: JsonObject): string {
  const line = canonical(fact)
  if (line.length * 3 > LONGEST && Buffer.byteLength(line) > LONGEST) throw new RangeError('line too long')
  return line
}
