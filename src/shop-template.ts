import { readFileSync, statSync } from 'node:fs'
import type { Config } from './config.ts'
import type { RegisterFile } from './config-schema.ts'
import type { Board } from './domain/board.ts'
import type { Settings } from './domain/driver.ts'
import { fault } from './domain/fault.ts'
import { type RegisterId, registerId } from './domain/ids.ts'
import type { Log } from './domain/log.ts'
import type { Page } from './domain/page.ts'
import type { Reader } from './domain/reader.ts'
import type { Reading } from './domain/receipt.ts'
import { failed, ok, type Result } from './domain/result.ts'
import type { Template } from './domain/template.ts'
import { reader } from './reading/index.ts'
import { templateOf } from './reading/reader.ts'
import { clash, wellRead } from './reading/template-rules.ts'
import { parseTemplate, TEMPLATE_BYTES } from './reading/template-schema.ts'

/** A template from its file. Faults: TEMPLATE_FILE, TEMPLATE_INVALID. */
export function readTemplate(file: string): Result<Template> {
  let text: string
  try {
    if (statSync(file).size > TEMPLATE_BYTES)
      return failed(fault('TEMPLATE_INVALID', { what: `> ${TEMPLATE_BYTES} bytes` }, file))
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return failed(fault('TEMPLATE_FILE', { file, reason: (error as Error).message }, file))
  }
  return parseTemplate(text)
}

/** The templates decide, whatever their mode: where a person asks to see what they read. */
export const templated = (...templates: readonly Template[]): Reader => ({ read: (page) => reader.read(page, templates) })

/** Those of a register that decide. */
export const liveOf = (templates: readonly Template[]): readonly Template[] => templates.filter(({ mode }) => mode === 'live')

/**
 * The settings of a register with what its live templates know of the boundaries: how its papers begin, and its own words for a
 * total, without which silence would tear them. What the settings say themselves goes before.
 */
export function taught(
  { driver, settings }: Pick<RegisterFile, 'driver' | 'settings'>,
  templates: readonly Template[] = [],
): { readonly driver: string; readonly settings?: Settings } {
  const live = liveOf(templates)
  if (live.length === 0 || !ON_PAPER.has(driver)) return { driver, ...(settings ? { settings } : {}) }
  const starts = live.find((one) => one.starts)?.starts
  return { driver, settings: { ...(starts ? { starts } : {}), totals: live.flatMap(totalWords), ...settings } }
}

/** Dialects that tell by the lines where a document ends. */
const ON_PAPER: ReadonlySet<string> = new Set(['escpos', 'star', 'text'])

/** `Chốt` of `Lượt {number} * Chốt {amount}`. */
const totalWords = ({ totals }: Template): readonly string[] =>
  totals.flatMap(({ line, is }) =>
    (is === 'total' || is === 'due' ? (/([^{}]*)\{amount\}/.exec(line)?.[1]?.match(/\p{L}[\p{L} ]*/gu) ?? []) : []).map((w) =>
      w.trim(),
    ),
  )

export interface Watch {
  readonly register: string
  readonly board: Board
  readonly log: Log
}

/**
 * The reader of one register that has templates, one for each kind of paper. `live`: it decides, and the board says when that
 * paper no longer looks like it. `shadow`: it reads along; what is live without it decides, and the board counts how often both
 * say the same. `learn`: only kept.
 */
export function templateReader(templates: readonly Template[], watch: Watch): Reader {
  const used = templates.filter(({ mode }) => mode !== 'learn')
  const live = liveOf(used)
  const along = new Map(used.map((template) => [template, template.mode === 'shadow' ? counting(template, watch) : undefined]))
  return {
    read(page) {
      const reading = reader.read(page, live)
      const template = templateOf(page, used)
      if (template?.mode === 'live') tell(reading, template, watch)
      else if (template) along.get(template)?.(page, reading)
      return template && template.kind !== 'sale' && reading.outcome === 'ready' ? notSold(reading, template) : reading
    },
  }
}

/** A person said that this title names no sale: it is not sold while the template is still on trial. */
const notSold = ({ kind: _, ...reading }: Extract<Reading, { outcome: 'ready' }>, { kind }: Template): Reading => ({
  ...reading,
  kind,
  outcome: 'held',
  fault: fault('READING_KIND', { kind }),
})

const partOf = (register: string, { kind }: Template): string =>
  kind === 'sale' ? `template/${register}` : `template/${register}/${kind}`

function tell(reading: Reading, template: Template, { register, board, log }: Watch): void {
  const part = partOf(register, template)
  if (reading.outcome === 'held' && reading.fault.code === 'TEMPLATE_CHANGED') {
    log.warn(
      { part: 'reading', register, template: template.name, code: reading.fault.code },
      'the paper does not look like its template',
    )
    board.set(part, {
      level: 'serious',
      key: 'board.template.changed',
      values: { register, template: template.name, ...reading.fault.values },
      todo: 'board.template.changed.do',
    })
  } else if (wellRead(template.kind, reading)) board.clear(part)
}

/** Reads along and counts. A page read again counts once. */
function counting(template: Template, { register, board, log }: Watch): (page: Page, usual: Reading) => void {
  const asked = templated(template)
  const counted = new WeakSet<Page>()
  const count = { same: 0, alone: 0, other: 0, unread: 0 }
  return (page, usual) => {
    if (counted.has(page) || (template.kind === 'sale' && isNoSale(usual))) return
    counted.add(page)
    count[compare(template, usual, asked.read(page))] += 1
    const { same, alone, other, unread } = count
    log.info({ part: 'reading', register, template: template.name, same, alone, other, unread }, 'template.shadow')
    const values = {
      register,
      template: template.name,
      same: `${same}`,
      alone: `${alone}`,
      other: `${other}`,
      unread: `${unread}`,
    }
    board.set(partOf(register, template), { level: other > 0 ? 'warning' : 'info', key: 'board.template.shadow', values })
  }
}

const isNoSale = ({ outcome, kind }: Reading): boolean =>
  outcome === 'ignored' || outcome === 'unreadable' || kind === 'refund' || kind === 'void'

/** `alone`: only the template can read it; `unread`: the template cannot. */
function compare({ kind }: Template, usual: Reading, own: Reading): 'same' | 'alone' | 'other' | 'unread' {
  if (!wellRead(kind, own)) return 'unread'
  if (!wellRead(kind, usual)) return 'alone'
  return said(usual) === said(own) ? 'same' : 'other'
}

function said(reading: Reading): string {
  const receipt = 'receipt' in reading ? reading.receipt : undefined
  if (receipt)
    return [receipt.total, ...receipt.lines.map((l) => `${l.amount} ${l.qty.units}e${l.qty.scale} ${l.name}`)].join('\n')
  const totals = 'totals' in reading ? reading.totals : undefined
  return JSON.stringify(totals, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? ''
}

/** The files of templates that a register names. */
export const templateFiles = ({ template = [] }: Pick<RegisterFile, 'template'>): readonly string[] =>
  typeof template === 'string' ? [template] : template

/** The templates the configuration names, by register. Faults: TEMPLATE_FILE, TEMPLATE_INVALID with the path of the key. */
export function templatesOf({ values, path }: Pick<Config, 'values' | 'path'>): Result<ReadonlyMap<string, readonly Template[]>> {
  const found = new Map<string, readonly Template[]>()
  for (const [i, register] of values.registers.entries()) {
    const files = templateFiles(register)
    const at = (n: number): string => `registers.${i}.template${typeof register.template === 'string' ? '' : `.${n}`}`
    const read: Template[] = []
    for (const [n, file] of files.entries()) {
      const one = readTemplate(path(file))
      if (!one.ok) return failed({ ...one.fault, path: one.fault.path ? `${at(n)}: ${one.fault.path}` : at(n) })
      read.push(one.value)
    }
    const wrong = clash(read)
    if (wrong) return failed(fault('TEMPLATE_INVALID', { what: wrong.what }, at(wrong.at)))
    if (read.length > 0) found.set(register.id, read)
  }
  return ok(found)
}

/** The readers of the registers that have templates. */
export function templateReaders(
  templates: ReadonlyMap<string, readonly Template[]>,
  watch: Omit<Watch, 'register'>,
): ReadonlyMap<RegisterId, Reader> {
  return new Map([...templates].map(([id, some]) => [registerId(id), templateReader(some, { ...watch, register: id })]))
}
