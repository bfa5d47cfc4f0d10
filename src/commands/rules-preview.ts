import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { loadConfig } from '../config.ts'
import { BUILT_IN, withTable } from '../countries/vn/rules.ts'
import { dialectOf, readingOnce } from '../dialect.ts'
import { showDong } from '../domain/dong.ts'
import type { Driver } from '../domain/driver.ts'
import { type Fault, fault } from '../domain/fault.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { asCivilDate, civilDate } from '../domain/time.ts'
import type { Lang } from '../domain/words.ts'
import { buyerKeyOf, shopOf } from '../from-config.ts'
import { inOnePiece } from '../intake/link-http.ts'
import { openView } from '../ledger/view.ts'
import { lastMonth, previewSales, type RangePreview } from '../preview.ts'
import { keptRules } from '../rules-file.ts'
import { liveOf, templated, templatesOf } from '../shop-template.ts'
import { readWords } from '../words.ts'
import { printFaults } from './run.ts'

export interface PreviewOptions {
  readonly config: string
  readonly data?: string
  /** The day whose rules are tried. */
  readonly on: string
  /** The sales; the last thirty days where none are named. */
  readonly from?: string
  readonly to?: string
  readonly json?: true
  readonly lang: Lang
}

/** `tillgate rules preview`: sales that were, under the rules of another day; changes nothing. Exit 0, 1, 2 configuration, 3 no ledger. */
export async function rulesPreview(options: PreviewOptions): Promise<number> {
  const seen = await previewed(options)
  if (!seen.ok) {
    printFaults(options.lang, seen.fault)
    return seen.fault.some(({ code }) => code.startsWith('LEDGER_'))
      ? 3
      : seen.fault.some(({ code }) => code.startsWith('CONFIG_'))
        ? 2
        : 1
  }
  if (options.json)
    process.stdout.write(
      `${JSON.stringify(seen.value, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`,
    )
  else process.stderr.write(shown(seen.value, options.lang))
  return 0
}

type Seen = { readonly ok: true; readonly value: RangePreview } | { readonly ok: false; readonly fault: readonly Fault[] }
const refused = (...faults: readonly Fault[]): Seen => ({ ok: false, fault: faults })

async function previewed(options: PreviewOptions): Promise<Seen> {
  const month = lastMonth(civilDate(systemClock.now()))
  const days = [options.on, options.from ?? month.from, options.to ?? month.to].map((text) => [text, asCivilDate(text)] as const)
  const wrong = days.find(([, day]) => day === undefined)
  if (wrong) return refused(fault('RULES_DAY', { day: wrong[0] }))
  const [on, from, to] = days.flatMap(([, day]) => day ?? [])
  const loaded = loadConfig(options.config, options.data)
  if (!loaded.ok) return refused(...loaded.faults)
  const { config } = loaded
  const templates = templatesOf(config)
  if (!templates.ok) return refused(templates.fault)
  const drivers = driversOf(config)
  if (!drivers.ok) return refused(drivers.fault)
  const kept = keptRules(config.data)
  if (!kept.ok) return refused(kept.fault)
  if (!existsSync(join(config.data, 'tillgate.db')))
    return refused(fault('LEDGER_FOLDER', { folder: config.data, why: 'no ledger there' }))
  const { view, books, close } = openView(config.data, buyerKeyOf(config).buyerKey)
  try {
    const parts = {
      books,
      frame: (entry: Parameters<typeof view.frame>[0]) => view.frame(entry),
      driverOf: (register: string) => drivers.value.get(register),
      readerOf: (register: string) => templated(...liveOf(templates.value.get(register) ?? [])),
      shop: shopOf(config),
      rules: kept.value ? withTable(BUILT_IN, kept.value) : BUILT_IN,
    }
    if (!on || !from || !to) throw new Error('three days were checked')
    return { ok: true, value: await previewSales(parts, { on, from, to }) }
  } finally {
    await close()
  }
}

function driversOf({
  values,
  path,
}: Extract<ReturnType<typeof loadConfig>, { ok: true }>['config']): Result<ReadonlyMap<string, Driver>> {
  const found = new Map<string, Driver>()
  for (const [i, register] of values.registers.entries()) {
    const made = dialectOf(register, `registers.${i}`, path)
    if (!made.ok) return failed(made.fault)
    found.set(register.id, readingOnce(register.link.http ? inOnePiece(made.value) : made.value))
  }
  return ok(found)
}

function shown({ items, summary }: RangePreview, lang: Lang): string {
  const words = readWords()
  const [head = '', ...sums] = summary.map(({ key, values }) => words.say(lang, key, values))
  const rows = items.slice(0, 200).map(({ name, price, now: before, later: after, sameNet }) => {
    const values = { price: showDong(price), net: showDong(before.net), later: showDong(after.net), same: showDong(sameNet) }
    return `  ${name}: ${before.rate} → ${after.rate}  ${words.say(lang, 'rules.preview.item', values)}`
  })
  return `${[head, ...rows, ...sums].join('\n')}\n`
}
