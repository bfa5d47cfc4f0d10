import Type, { type Static, type TSchema } from 'typebox'
import Value from 'typebox/value'
import type { Settings } from '../../src/domain/driver.ts'
import { fault } from '../../src/domain/fault.ts'
import type { Kind } from '../../src/domain/receipt.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import {
  BUYER_FIELDS,
  FEE_FIELDS,
  type Fields,
  HEAD_MONEY,
  HEAD_TEXT,
  LINE_FIELDS,
  PAYMENT_FIELDS,
  type Value as Said,
  type Ticket,
  VAT_FIELDS,
} from './ticket.ts'

const Path = Type.String({ minLength: 1, maxLength: 200 })
const some = (names: readonly string[]) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(Path)])), { additionalProperties: false })

const KINDS: readonly Kind[] = [
  'sale',
  'void',
  'refund',
  'provisional',
  'training',
  'test',
  'kitchen',
  'reprint',
  'report',
  'no-sale',
  'delivery',
  'cash-move',
]
export const KindWords = Type.Record(Type.String({ maxLength: 60 }), Type.Union(KINDS.map((kind) => Type.Literal(kind))))

/** Which place of the source holds which value: paths by the field names of register-capture 14. */
const Mapping = Type.Object(
  {
    ...Object.fromEntries([...HEAD_TEXT, ...HEAD_MONEY].map((name) => [name, Type.Optional(Path)])),
    lines: some(LINE_FIELDS),
    buyer: Type.Optional(some(BUYER_FIELDS)),
    payments: Type.Optional(some(PAYMENT_FIELDS)),
    vat: Type.Optional(some(VAT_FIELDS)),
    fees: Type.Optional(some(FEE_FIELDS)),
  },
  { additionalProperties: false },
)
const MappingSettings = Type.Object(
  { mapping: Type.Optional(Mapping), kinds: Type.Optional(KindWords), documents: Type.Optional(Path) },
  { additionalProperties: false },
)
type MappingSettings = Static<typeof MappingSettings>

/** One step of a path. `many`: every element of a list. */
export interface Step {
  readonly name: string
  readonly many: boolean
}
export type PathReader = (path: string) => readonly Step[] | undefined

/** How one kind of source is walked. `text` is undefined where there is nothing, `odd` where it is no single value. */
export interface Walk<Node> {
  children(node: Node, step: Step): readonly Node[]
  text(node: Node): Said | 'odd' | undefined
}

type Group = 'lines' | 'payments' | 'vat' | 'fees'
const GROUPS: readonly Group[] = ['lines', 'payments', 'vat', 'fees']
interface Repeated {
  readonly each: readonly Step[]
  readonly fields: Readonly<Record<string, readonly Step[]>>
}

/** Every name a closed shape has, as seen from the node its paths begin in. */
export interface KnownNames {
  readonly top: ReadonlySet<string>
  readonly below: readonly { readonly at: string; readonly each: readonly Step[]; readonly names: ReadonlySet<string> }[]
}

export interface CompiledMapping {
  readonly head: Readonly<Record<string, readonly Step[]>>
  readonly buyer: Readonly<Record<string, readonly Step[]>>
  readonly groups: Readonly<Partial<Record<Group, Repeated>>>
  readonly kinds: Readonly<Record<string, Kind>>
  /** Every document of the source has to say its state. */
  readonly asked: boolean
  /** The built-in shape is ours: a name it does not know is a slip of the sender, and may have said what kind it is. */
  readonly closed: KnownNames | undefined
  /** Where the documents stand, when one source holds several. */
  readonly documents: readonly Step[] | undefined
}

/** Checks settings against the schema. Fault DRIVER_SETTINGS with the path of the first wrong key. */
export function settingsFault(schema: TSchema, settings: Settings, driver: string): Result<void> {
  const [first] = [...Value.Errors(schema, settings)]
  if (!first) return ok(undefined)
  const params = first.params as { additionalProperties?: string[]; requiredProperties?: string[] }
  const [key] = [...(params.additionalProperties ?? []), ...(params.requiredProperties ?? [])]
  const at = [...first.instancePath.split('/').slice(1), ...(key === undefined ? [] : [key])].join('.')
  return wrongSetting(driver, at)
}

export const wrongSetting = (driver: string, at: string): Result<never> =>
  failed(fault('DRIVER_SETTINGS', { driver, setting: at }, at))

/** The mapping of a register's settings, or the built-in one where they name none. `root`: first steps that name the root. */
export function compileMapping(
  settings: Settings,
  usual: Settings,
  { driver, readPath, root = 0 }: { readonly driver: string; readonly readPath: PathReader; readonly root?: number },
): Result<CompiledMapping> {
  const checked = settingsFault(MappingSettings, settings, driver)
  if (!checked.ok) return checked
  const own = settings as MappingSettings
  const mapping = (own.mapping ?? (usual as MappingSettings).mapping ?? { lines: {} }) as Readonly<Record<string, unknown>>
  const head: Record<string, readonly Step[]> = {}
  const buyer: Record<string, readonly Step[]> = {}
  const groups: Partial<Record<Group, Repeated>> = {}
  for (const [name, path] of Object.entries(mapping)) {
    if (typeof path === 'string') {
      const steps = readPath(path)
      if (!steps || steps.some((s) => s.many && name !== 'status' && path.includes('[*]')))
        return wrongSetting(driver, `mapping.${name}`)
      head[name] = steps
      continue
    }
    if (name === 'buyer') {
      for (const [field, said] of Object.entries(path as Readonly<Record<string, string>>)) {
        const steps = readPath(said)
        if (!steps || steps.some((s) => s.many)) return wrongSetting(driver, `mapping.buyer.${field}`)
        buyer[field] = steps
      }
      continue
    }
    const group = GROUPS.find((g) => g === name)
    const made = repeated(path as Readonly<Record<string, string>>, readPath)
    if (!group || typeof made === 'string') return wrongSetting(driver, `mapping.${name}${typeof made === 'string' ? made : ''}`)
    groups[group] = made
  }
  if (!groups.lines?.fields['name'] || !head['total'])
    return wrongSetting(driver, groups.lines?.fields['name'] ? 'mapping.total' : 'mapping.lines.name')
  const documents = own.documents === undefined ? undefined : readPath(own.documents)
  if (own.documents !== undefined && !documents) return wrongSetting(driver, 'documents')
  return ok({
    head,
    buyer,
    groups,
    kinds: own.kinds ?? {},
    asked: own.mapping !== undefined && head['status'] !== undefined,
    closed: own.mapping === undefined ? knownNames({ head, buyer, groups }, root) : undefined,
    documents,
  })
}

/**
 * Lists name their row themselves (`[*]`); otherwise it is what the paths of the fields have in common.
 * A string names the field that is wrong.
 */
function repeated(paths: Readonly<Record<string, string>>, readPath: PathReader): Repeated | string {
  const all = Object.entries(paths).map(([name, path]) => [name, readPath(path) ?? []] as const)
  const [, first = []] = all[0] ?? []
  const list = first.findLastIndex((step) => step.many) + 1
  const row = list > 0 ? list : common(all.map(([, steps]) => steps.slice(0, -1)))
  const wrong = all.find(
    ([, steps]) => row === 0 || common([first, steps]) < row || steps.slice(row).some((s) => s.many) || steps.length === 0,
  )
  if (wrong) return `.${wrong[0]}`
  return { each: first.slice(0, row), fields: Object.fromEntries(all.map(([name, steps]) => [name, steps.slice(row)])) }
}

/** How many first steps all the paths share. */
function common(paths: readonly (readonly Step[])[]): number {
  const [first = []] = paths
  const differs = first.findIndex((step, i) => paths.some((path) => path[i]?.name !== step.name))
  return differs < 0 ? first.length : differs
}

function walkAll<Node>(walk: Walk<Node>, from: Node, steps: readonly Step[]): readonly Node[] {
  let nodes: readonly Node[] = [from]
  for (const step of steps) {
    const [one] = nodes
    if (one === undefined) return nodes
    nodes = nodes.length === 1 ? walk.children(one, step) : nodes.flatMap((node) => walk.children(node, step))
  }
  return nodes
}

/** The values of one document. Fault DRIVER_FIELD where a place holds more than one value, or no plain one. */
export function ticketOf<Node>(root: Node, { head, buyer, groups }: CompiledMapping, walk: Walk<Node>): Result<Ticket> {
  const pick = (node: Node, fields: Readonly<Record<string, readonly Step[]>>, at: string): Result<Fields> => {
    const found: Record<string, Said> = {}
    for (const [name, steps] of Object.entries(fields)) {
      const [one, other] = walkAll(walk, node, steps)
      const value = one === undefined ? undefined : walk.text(one)
      if (value === 'odd' || other !== undefined)
        return failed(fault('DRIVER_FIELD', { field: ` ${at}${name}`, value: '…' }, `${at}${name}`))
      if (value !== undefined && value.text.trim() !== '') found[name] = value
    }
    return ok(found)
  }
  const top = pick(root, head, '')
  if (!top.ok) return top
  const given = pick(root, buyer, 'buyer.')
  if (!given.ok) return given
  const rows: Record<Group, Fields[]> = { lines: [], payments: [], vat: [], fees: [] }
  for (const group of GROUPS) {
    const repeat = groups[group]
    if (!repeat) continue
    for (const [i, node] of walkAll(walk, root, repeat.each).entries()) {
      const row = pick(node, repeat.fields, `${group}[${i}].`)
      if (!row.ok) return row
      rows[group].push(row.value)
    }
  }
  return ok({ head: top.value, buyer: given.value, ...rows })
}

/** Room for the sender's own remarks, kept and never read. */
const REMARKS = 'extra'

const BUYER = 'buyer'
const nameAt = (steps: readonly Step[], at: number): string[] => steps.slice(at, at + 1).map(({ name }) => name)

function knownNames({ head, buyer, groups }: Pick<CompiledMapping, 'head' | 'buyer' | 'groups'>, root: number): KnownNames {
  const rows = Object.values(groups)
  const tops = [...Object.values(head), ...Object.values(buyer), ...rows.map((group) => group.each)]
  const given = Object.values(buyer)
  const of = given[0]?.slice(root, -1) ?? []
  const person = { at: BUYER, each: of, names: new Set(given.flatMap((steps) => nameAt(steps, steps.length - 1))) }
  return {
    top: new Set([REMARKS, ...tops.flatMap((steps) => nameAt(steps, root))]),
    below: [
      ...(of.length > 0 ? [person] : []),
      ...rows.map(({ each, fields }) => ({
        at: each[root]?.name ?? '',
        each: each.slice(root),
        names: new Set([REMARKS, ...Object.values(fields).flatMap((steps) => nameAt(steps, 0))]),
      })),
    ],
  }
}

/** The first name of a document that its closed shape does not have. */
export function strangeName<Node>(
  root: Node,
  { top, below }: KnownNames,
  { walk, names }: { readonly walk: Walk<Node>; readonly names: (node: Node) => readonly string[] },
): string | undefined {
  const strange = names(root).find((name) => !top.has(name))
  if (strange !== undefined) return strange
  for (const { at, each, names: known } of below)
    for (const node of walkAll(walk, root, each)) {
      const other = names(node).find((name) => !known.has(name))
      if (other !== undefined) return `${at}.${other}`
    }
  return undefined
}
