import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { fault } from '../../../domain/fault.ts'
import { failed, ok, type Result } from '../../../domain/result.ts'
import { asCivilDate, type CivilDate } from '../../../domain/time.ts'
import { type Dated, overlaid } from './dated.ts'
import type { Kind } from './kinds.ts'
import { RULE_NAMES, type RuleName, type Rules, TABLES } from './tables.ts'

/** The state of the law in this build; a table must be newer (R-003). Day and serial. */
export const BUILD_VERSION = '2026-11-21.0'

const strict = { additionalProperties: false }
const Row = Type.Object(
  {
    rule: Type.String({ minLength: 1, maxLength: 60 }),
    from: Type.String({ maxLength: 10 }),
    to: Type.Optional(Type.String({ maxLength: 10 })),
    source: Type.String({ minLength: 1, maxLength: 200 }),
    value: Type.Unknown(),
  },
  strict,
)
const File = Type.Object(
  {
    kind: Type.Literal('tillgate-rules'),
    country: Type.Literal('vn'),
    version: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}[.][0-9]{1,3}$' }),
    rows: Type.Array(Row, { minItems: 1, maxItems: 2_000 }),
    signature: Type.Optional(Type.String({ maxLength: 200 })),
  },
  strict,
)

/** An imported table: whole and signed. */
export interface RuleTable {
  /** `2026-12-28.1` */
  readonly version: string
  readonly rows: ReadonlyMap<RuleName, readonly Dated<unknown>[]>
}

/** The table as RFC 8785 writes it, without its signature: what the publisher signs. */
export const signedBytes = ({ signature: _, ...content }: Static<typeof File>): Uint8Array => Buffer.from(spelled(content))

function spelled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${spelled(field)}`).join(',')}}`
}

/**
 * Reads a table and proves it. `publisher`: PEM of the Ed25519 key it must be signed with. Faults: RULES_FILE (not such a
 * file), RULES_SIGNATURE, RULES_UNKNOWN (a rule this build does not know), RULES_VALUE (an impossible row).
 */
export function readRuleTable(bytes: Uint8Array, publisher: string): Result<RuleTable> {
  const file = shaped(bytes)
  if (!file.ok) return file
  const { signature = '' } = file.value
  if (!verify(null, signedBytes(file.value), keyOf(publisher), Buffer.from(signature, 'base64')))
    return failed(fault('RULES_SIGNATURE'))
  return tableOf(file.value)
}

/** Signs a table that holds together, for its publisher. Faults as `readRuleTable`, but for the signature. */
export function signRuleTable(bytes: Uint8Array, key: KeyObject): Result<string> {
  const file = shaped(bytes)
  if (!file.ok) return file
  const table = tableOf(file.value)
  if (!table.ok) return table
  const { signature: _, ...content } = file.value
  const signature = sign(null, signedBytes(content), key).toString('base64')
  return ok(`${JSON.stringify({ ...content, signature }, null, 2)}\n`)
}

function keyOf(pem: string): KeyObject {
  const key = createPublicKey(pem)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the publisher of rules signs with Ed25519')
  return key
}

function shaped(bytes: Uint8Array): Result<Static<typeof File>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    )
  } catch {
    return failed(fault('RULES_FILE'))
  }
  if (deeper(parsed, 8)) return failed(fault('RULES_FILE'))
  const [wrong] = Value.Errors(File, parsed)
  return wrong
    ? failed(fault('RULES_FILE', undefined, wrong.instancePath.slice(1).replaceAll('/', '.')))
    : ok(parsed as Static<typeof File>)
}

/** Beyond the shape of any row: not to be walked into before it is proven whose it is. */
const deeper = (value: unknown, left: number): boolean =>
  typeof value === 'object' && value !== null && (left === 0 || Object.values(value).some((inner) => deeper(inner, left - 1)))

const isName = (name: string): name is RuleName => RULE_NAMES.some((known) => known === name)

function tableOf({ version, rows }: Static<typeof File>): Result<RuleTable> {
  const found = new Map<RuleName, Dated<unknown>[]>()
  if (!asCivilDate(version.slice(0, 10))) return failed(fault('RULES_FILE', undefined, 'version'))
  for (const [i, { rule, from, to, source, value }] of rows.entries()) {
    const path = `rows.${i}`
    if (!isName(rule)) return failed(fault('RULES_UNKNOWN', { rule }, path))
    const read = (TABLES[rule].kind as Kind<unknown>).read(value)
    const [first, last] = [asCivilDate(from), to === undefined ? undefined : asCivilDate(to)]
    const impossible = read === undefined || !first || (to !== undefined && (!last || last < first))
    const others = found.get(rule) ?? []
    if (impossible || others.some((row) => overlap(row, first, last)))
      return failed(fault('RULES_VALUE', { rule, from: from.split('-').reverse().join('/') }, path))
    found.set(rule, [...others, { from: first, ...(last ? { to: last } : {}), source, value: read }])
  }
  return ok({ version, rows: found })
}

const overlap = (row: Dated<unknown>, from: CivilDate, to: CivilDate | undefined): boolean =>
  (row.to === undefined || from <= row.to) && (to === undefined || row.from <= to)

/** Whether version `a` is newer than `b`: the later day, then the higher serial. */
export function isNewer(a: string, b: string): boolean {
  const [[dayA = '', serialA], [dayB = '', serialB]] = [a.split('.'), b.split('.')]
  return dayA === dayB ? Number(serialA) > Number(serialB) : dayA > dayB
}

/** The rows of a table over those of the build. */
export const withTable = (rules: Rules, { rows }: RuleTable): Rules =>
  Object.fromEntries(
    RULE_NAMES.map((name) => {
      const over = rows.get(name)
      return [name, over ? overlaid<unknown>(rules[name], over) : rules[name]]
    }),
  ) as unknown as Rules
