import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { sayingOf } from '../calendar.ts'
import { systemClock } from '../clock.ts'
import {
  BUILD_VERSION,
  BUILT_IN,
  changes,
  holding,
  type Rules,
  signRuleTable,
  timeline,
  withTable,
} from '../countries/vn/rules.ts'
import type { RuleRow } from '../domain/country.ts'
import { type Fault, fault } from '../domain/fault.ts'
import { ok, type Result } from '../domain/result.ts'
import { asCivilDate, type CivilDate, civilDate } from '../domain/time.ts'
import type { Lang } from '../domain/words.ts'
import { importRules, keptRules } from '../rules-file.ts'
import { readWords } from '../words.ts'
import { printFaults } from './run.ts'

interface Asked {
  readonly data?: string
  readonly json?: true
  readonly lang: Lang
}

const refuse = (lang: Lang, ...faults: readonly Fault[]): number => {
  printFaults(lang, faults)
  return 1
}
const shownDay = (day: CivilDate): string => day.split('-').reverse().join('/')

/** The rules of a data folder, or of this build alone. */
function rulesOf({ data }: Asked): Result<{ readonly rules: Rules; readonly version: string }> {
  const built = { rules: BUILT_IN, version: BUILD_VERSION }
  if (data === undefined) return ok(built)
  const kept = keptRules(data)
  if (!kept.ok) return kept
  return ok(kept.value ? { rules: withTable(BUILT_IN, kept.value), version: kept.value.version } : built)
}

/** A day as typed; today where none is. */
function dayOf(text: string | undefined): CivilDate | undefined {
  return text === undefined ? civilDate(systemClock.now()) : asCivilDate(text)
}

const lineOf = ({ code, from, to, value, source }: RuleRow): string =>
  `${code.padEnd(24)} ${shownDay(from)} - ${to ? shownDay(to) : '...'.padEnd(10)}  ${value}\n${' '.repeat(25)}${source}\n`

/** `tillgate rules list`: what holds on a day and where it is written; without a day all rows. Exit 0, 1. */
export async function rulesList(options: Asked & { on?: string; all?: true }): Promise<number> {
  const found = rulesOf(options)
  if (!found.ok) return refuse(options.lang, found.fault)
  const on = dayOf(options.on)
  if (!on) return refuse(options.lang, fault('RULES_DAY', { day: options.on ?? '' }))
  const { rules, version } = found.value
  const rows = options.all ? timeline(rules) : holding(rules, on)
  if (options.json) process.stdout.write(`${JSON.stringify({ version, ...(options.all ? {} : { on }), rows })}\n`)
  else process.stderr.write(`${readWords().say(options.lang, 'rules.version', { version })}\n${rows.map(lineOf).join('')}`)
  return 0
}

/** `tillgate rules changes`: what ends or begins soon. Exit 0, 1. */
export async function rulesChanges(options: Asked & { days: number }): Promise<number> {
  const found = rulesOf(options)
  if (!found.ok) return refuse(options.lang, found.fault)
  const coming = changes(found.value.rules, systemClock.now(), options.days)
  if (options.json)
    process.stdout.write(`${JSON.stringify({ version: found.value.version, days: options.days, changes: coming })}\n`)
  else {
    const words = readWords()
    const today = civilDate(systemClock.now())
    const lines = coming.map((change) => {
      const { key, values } = sayingOf(change, today)
      return `${words.say(options.lang, key, values)}\n  → ${words.say(options.lang, `${key}.do`)}\n`
    })
    process.stderr.write(lines.length > 0 ? lines.join('') : `${words.say(options.lang, 'rules.quiet')}\n`)
  }
  return 0
}

/** `tillgate rules import`: a signed table into the data folder; a running gateway takes it within a minute. Exit 0, 1. */
export async function rulesImport(file: string, { data, lang }: { data: string; lang: Lang }): Promise<number> {
  const kept = importRules(file, data)
  if (!kept.ok) return refuse(lang, kept.fault)
  const { version, rows } = kept.value
  process.stderr.write(
    `${readWords().say(lang, 'rules.imported', { version, count: String([...rows.values()].flat().length) })}\n`,
  )
  return 0
}

/** `tillgate rules sign`: for who publishes a table; the signed one goes to standard output. Exit 0, 1. */
export async function rulesSign(file: string, { key, lang }: { key: string; lang: Lang }): Promise<number> {
  let bytes: Uint8Array
  let secret: ReturnType<typeof createPrivateKey>
  try {
    bytes = readFileSync(file)
    secret = createPrivateKey(readFileSync(key, 'utf8'))
  } catch (error) {
    return refuse(lang, fault('RULES_READ', { file, reason: error instanceof Error ? error.message : String(error) }))
  }
  const signed = signRuleTable(bytes, secret)
  if (!signed.ok) return refuse(lang, signed.fault)
  process.stdout.write(signed.value)
  return 0
}
