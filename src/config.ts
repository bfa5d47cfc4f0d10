import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { Settings } from 'typebox/system'
import Value from 'typebox/value'
import { type ConfigFile, ConfigSchema } from './config-schema.ts'
import { type Fault, fault } from './domain/fault.ts'
import { asCivilDate } from './domain/time.ts'
import { overlay } from './settings.ts'

// Its own limit is 8; a person wants to hear of every fault at once.
Settings.Set({ maxErrors: 500 })

export type Source = 'tillgate.json' | 'settings.json'

/** A configuration that can be used: valid, with its folder, its secrets still by name. */
export interface Config {
  readonly file: string
  readonly folder: string
  readonly data: string
  readonly values: ConfigFile
  /** SHA-256 of the values; they hold no secret (facts `gateway.started`, `config.changed`). */
  readonly digest: string
  /** Where each overlaid key comes from; a key not listed comes from `tillgate.json`. */
  readonly sources: Readonly<Record<string, Source>>
  path(relative: string): string
}

export type Loaded = { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly Fault[] }

/** Reads and checks the configuration, and reports every fault of it at once, each with its path. */
export function loadConfig(file: string, data?: string): Loaded {
  const full = resolve(file)
  const folder = dirname(full)
  const dataFolder = resolve(data ?? join(folder, 'data'))
  let text: string
  try {
    text = readFileSync(full, 'utf8')
  } catch {
    return refused([fault('CONFIG_MISSING', { file }, file)])
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return refused([fault('CONFIG_NOT_JSON', { why: error instanceof Error ? error.message : '' }, file)])
  }
  const laid = overlay(parsed, join(dataFolder, 'settings.json'))
  if (!laid.ok) return refused([laid.fault])
  const faults = check(laid.value.merged)
  if (faults.length > 0) return refused(faults)
  const values = laid.value.merged as ConfigFile
  return {
    ok: true,
    config: {
      file: full,
      folder,
      data: dataFolder,
      values,
      digest: createHash('sha256').update(JSON.stringify(values)).digest('hex'),
      sources: Object.fromEntries(laid.value.keys.map((key) => [key, 'settings.json' as const])),
      path: (relative) => (isAbsolute(relative) ? relative : join(folder, relative)),
    },
  }
}

const refused = (faults: readonly Fault[]): Loaded => ({ ok: false, faults })

/** All faults of a parsed configuration: first its shape, then what a schema cannot say. */
export function check(parsed: unknown): Fault[] {
  const version = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'version') : undefined
  if (typeof version === 'number' && version > 1) return [fault('CONFIG_VERSION', { version: String(version) }, 'version')]
  const shape = shapeFaults(parsed)
  return shape.length > 0 ? shape : meaningFaults(parsed as ConfigFile)
}

function shapeFaults(parsed: unknown): Fault[] {
  const found = new Map<string, Fault>()
  for (const error of Value.Errors(ConfigSchema, parsed)) {
    const params = error.params as {
      additionalProperties?: string[]
      requiredProperties?: string[]
      type?: string
      pattern?: string
      allowedValue?: string | number
    }
    const at = error.instancePath.split('/').slice(1).join('.')
    const put = (path: string, made: Fault): void => void (found.has(path) || found.set(path, made))
    const below = (key: string): string => (at === '' ? key : `${at}.${key}`)
    for (const key of params.additionalProperties ?? []) put(below(key), fault('CONFIG_UNKNOWN_KEY', { key }, below(key)))
    for (const key of params.requiredProperties ?? []) put(below(key), fault('CONFIG_KEY_MISSING', { key }, below(key)))
    if (params.additionalProperties || params.requiredProperties || error.keyword === 'boolean') continue
    // One of several constants: each comes as an error of its own, and a person wants the choice.
    const before = found.get(at)?.values?.['expected']
    if (params.allowedValue !== undefined && before !== undefined)
      found.set(at, fault('CONFIG_VALUE', { expected: `${before} | ${params.allowedValue}` }, at))
    const expected =
      params.type ??
      (params.pattern === undefined ? undefined : example(error.schemaPath)) ??
      params.allowedValue ??
      error.message
    put(at, fault('CONFIG_VALUE', { expected: String(expected) }, at))
  }
  return [...found.values()]
}

/** What a right value looks like: `#/properties/shop/properties/taxCode` -> `0199999014`. A pattern says nothing to a shop owner. */
function example(schemaPath: string): string | undefined {
  let node: unknown = ConfigSchema
  for (const step of schemaPath.split('/').slice(1))
    node = typeof node === 'object' && node !== null ? Reflect.get(node, step) : undefined
  const examples = typeof node === 'object' && node !== null ? Reflect.get(node, 'examples') : undefined
  return Array.isArray(examples) ? examples.join(' | ') : undefined
}

/** An address, or a network as address and prefix length. */
function network(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return most > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
}

const loopback = (host: string): boolean => ['127.0.0.1', '::1', 'localhost'].includes(host)

function meaningFaults(config: ConfigFile): Fault[] {
  const faults: Fault[] = []
  for (const key of ['id', 'index', 'symbol'] as const) {
    const seen = new Set<string | number>()
    config.registers.forEach((register, i) => {
      // The year of a symbol follows the day: those that differ by it alone become one at new year.
      const value = key === 'symbol' ? register.symbol.replace(/\d\d/, '') : register[key]
      if (seen.has(value)) faults.push(fault('CONFIG_DUPLICATE', { value: String(register[key]) }, `registers.${i}.${key}`))
      seen.add(value)
    })
  }
  config.registers.forEach((register, i) => {
    const { tcp } = register.link
    // Port 9100 has no password: who can reach it could "sell" (register-capture 1.1).
    if (tcp && !loopback(tcp.host) && !tcp.allow?.length)
      faults.push(fault('CONFIG_ALLOW_NEEDED', {}, `registers.${i}.link.tcp.allow`))
  })
  config.registers.forEach((register, i) => {
    register.link.tcp?.allow?.forEach((address, k) => {
      const path = `registers.${i}.link.tcp.allow.${k}`
      if (!network(address)) faults.push(fault('CONFIG_VALUE', { expected: '192.168.1.20, 192.168.1.0/24' }, path))
    })
  })
  config.registers.forEach(({ witness }, i) => {
    const path = `registers.${i}.witness`
    if (witness && (witness.tcp === undefined) === (witness.serial === undefined))
      faults.push(fault('CONFIG_VALUE', { expected: 'tcp | serial' }, path))
    if (witness?.tcp && !loopback(witness.tcp.host) && !witness.tcp.allow?.length)
      faults.push(fault('CONFIG_ALLOW_NEEDED', {}, `${path}.tcp.allow`))
  })
  config.registers.forEach((register, i) => {
    if (register.printer && register.link.serial?.tap !== undefined)
      faults.push(fault('CONFIG_TAP', {}, `registers.${i}.link.serial.tap`))
  })
  config.registers.forEach((register, i) => {
    if (!register.link.http) return
    if (register.printer) faults.push(fault('CONFIG_HTTP_PRINTER', {}, `registers.${i}.printer`))
    if (register.driver !== 'json') faults.push(fault('CONFIG_HTTP_DRIVER', {}, `registers.${i}.driver`))
  })
  // Before acceptance there is no block yet, and nothing is issued.
  const { accepted, codeBlock } = config.shop
  if (accepted && codeBlock === undefined && config.registers.some(({ symbol }) => symbol.startsWith('C')))
    faults.push(fault('CONFIG_KEY_MISSING', { key: 'codeBlock' }, 'shop.codeBlock'))
  const url = new URL(config.upstream.url)
  if (url.protocol === 'http:' && !loopback(url.hostname)) faults.push(fault('CONFIG_PLAIN_HTTP', {}, 'upstream.url'))
  const host = config.dashboard?.host
  if (host && !loopback(host)) faults.push(fault('CONFIG_DASHBOARD_HOST', { host }, 'dashboard.host'))
  if (config.shop.accepted && !asCivilDate(config.shop.accepted.from)) {
    faults.push(fault('CONFIG_VALUE', { expected: 'YYYY-MM-DD' }, 'shop.accepted.from'))
  }
  return faults
}

/** What is odd but does not stop a start: a failed check digit, a household that names no place of business. */
export function warnings({ shop, registers }: ConfigFile): Fault[] {
  const coded = shop.taxCode.length === 12 || checkDigit(shop.taxCode)
  const placed = shop.form === 1 || shop.location !== undefined || registers.every(({ location }) => location !== undefined)
  return [
    ...(coded ? [] : [fault('CONFIG_TAX_CODE', { taxcode: shop.taxCode }, 'shop.taxCode')]),
    ...(placed ? [] : [fault('CONFIG_NO_PLACE', {}, 'shop.location')]),
  ]
}

/** Check digit of a ten-digit tax code. */
function checkDigit(code: string): boolean {
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3]
  const sum = weights.reduce((total, weight, i) => total + weight * Number(code[i]), 0)
  return 10 - (sum % 11) === Number(code[9])
}

/** The value behind a secret's name, or why there is none. Never logged. */
export function secret(
  config: Config,
  named: { env?: string; file?: string },
  path: string,
): { ok: true; value: string } | { ok: false; fault: Fault } {
  if (named.env !== undefined) {
    const value = process.env[named.env]
    return value === undefined
      ? { ok: false, fault: fault('CONFIG_SECRET_MISSING', { name: named.env }, path) }
      : { ok: true, value }
  }
  try {
    return { ok: true, value: readFileSync(config.path(named.file ?? ''), 'utf8').replace(/\r?\n$/, '') }
  } catch {
    return { ok: false, fault: fault('CONFIG_SECRET_MISSING', { name: named.file ?? '' }, path) }
  }
}
