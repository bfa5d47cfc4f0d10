import { readFileSync, statSync } from 'node:fs'
import type { Config } from './config.ts'
import type { Board } from './domain/board.ts'
import { type Fault, fault } from './domain/fault.ts'
import { type RegisterId, registerId } from './domain/ids.ts'
import type { Log } from './domain/log.ts'
import type { Page } from './domain/page.ts'
import type { Reader } from './domain/reader.ts'
import type { Reading } from './domain/receipt.ts'
import { failed, ok, type Result } from './domain/result.ts'
import type { Template } from './domain/template.ts'
import { reader } from './reading/index.ts'
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

/** The template decides, whatever its mode: where a person asks to see what it reads. */
export const templated = (template: Template): Reader => ({ read: (page) => reader.read(page, { ...template, mode: 'live' }) })

export interface Watch {
  readonly register: string
  readonly board: Board
  readonly log: Log
}

/**
 * The reader of one register that has a template. `live`: it decides, and the board says when the paper no longer looks like
 * it. `shadow`: it reads along; the generic reader decides, and the board counts how often both say the same. `learn`: only kept.
 */
export function templateReader(template: Template, watch: Watch): Reader {
  if (template.mode === 'live') return live(template, watch)
  return template.mode === 'shadow' ? shadow(template, watch) : reader
}

function live(template: Template, { register, board, log }: Watch): Reader {
  const part = `template/${register}`
  return {
    read(page) {
      const reading = reader.read(page, template)
      const against = faultOf(reading)
      if (against?.code === 'TEMPLATE_CHANGED') {
        log.warn({ part: 'reading', register, code: against.code }, 'the paper does not look like its template')
        board.set(part, {
          level: 'serious',
          key: 'board.template.changed',
          values: { register, ...against.values },
          todo: 'board.template.changed.do',
        })
      } else if (reading.outcome === 'ready') board.clear(part)
      return reading
    },
  }
}

function shadow(template: Template, { register, board, log }: Watch): Reader {
  const asked = templated(template)
  const counted = new WeakSet<Page>()
  const count = { same: 0, alone: 0, other: 0, unread: 0 }
  return {
    read(page) {
      const reading = reader.read(page)
      if (counted.has(page) || reading.outcome === 'ignored' || reading.outcome === 'unreadable') return reading
      counted.add(page)
      const own = asked.read(page)
      count[compare(reading, own)] += 1
      const { same, alone, other, unread } = count
      log.info({ part: 'reading', register, same, alone, other, unread }, 'template.shadow')
      const values = { register, same: String(same), alone: String(alone), other: String(other), unread: String(unread) }
      board.set(`template/${register}`, { level: other > 0 ? 'warning' : 'info', key: 'board.template.shadow', values })
      return reading
    },
  }
}

/** `alone`: only the template can prove it; `unread`: the template cannot. */
function compare(usual: Reading, own: Reading): 'same' | 'alone' | 'other' | 'unread' {
  if (own.outcome !== 'ready') return 'unread'
  if (usual.outcome !== 'ready') return 'alone'
  const told = ({ receipt }: typeof own): string =>
    [receipt.total, ...receipt.lines.map((l) => `${l.amount} ${l.qty.units}e${l.qty.scale} ${l.name}`)].join('\n')
  return told(usual) === told(own) ? 'same' : 'other'
}

const faultOf = (reading: Reading): Fault | undefined => (reading.outcome === 'held' ? reading.fault : undefined)

/** The templates the configuration names, by register. Faults: TEMPLATE_FILE, TEMPLATE_INVALID with the path of the key. */
export function templatesOf({ values, path }: Pick<Config, 'values' | 'path'>): Result<ReadonlyMap<string, Template>> {
  const found = new Map<string, Template>()
  for (const [i, { id, template }] of values.registers.entries()) {
    if (template === undefined) continue
    const read = readTemplate(path(template))
    const at = `registers.${i}.template`
    if (!read.ok) return failed({ ...read.fault, path: read.fault.path ? `${at}: ${read.fault.path}` : at })
    found.set(id, read.value)
  }
  return ok(found)
}

/** The readers of the registers that have a template. */
export function templateReaders(
  templates: ReadonlyMap<string, Template>,
  watch: Omit<Watch, 'register'>,
): ReadonlyMap<RegisterId, Reader> {
  return new Map([...templates].map(([id, template]) => [registerId(id), templateReader(template, { ...watch, register: id })]))
}
