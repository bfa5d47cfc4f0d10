import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { authority, MOODS, type Registration, type ReviewOrder, readRegistration } from '../../simulators/authority/index.ts'
import { type PrinterOptions, printer } from '../../simulators/printer/index.ts'
import { register } from '../../simulators/register/index.ts'
import { MISCHIEF, readMischief } from '../../simulators/register/mischief.ts'
import { SCRIPTS } from '../../simulators/register/scripts.ts'
import { TRADES } from '../../simulators/register/trades/index.ts'
import { systemClock } from '../clock.ts'
import { readTime } from '../domain/time.ts'
import { schemas } from '../paths.ts'
import { judge } from '../verify/index.ts'

/** Resolves at the first signal that asks to stop. */
const asked = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })

const names = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
const say = (text: string): void => void process.stderr.write(`${text}\n`)

export interface RegisterCommand {
  readonly script: string
  readonly to: string
  readonly mischief?: string
  readonly truth?: string
  readonly rate?: number
  readonly seed: number
  readonly count?: number
  readonly close?: true
  readonly id: string
}

/** Name and meaning, a line each. */
const listed = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([name, says]) => `  ${name.padEnd(13)} ${says}`).join('\n')

/** What the command cannot play, in words that list all there is. */
function strangeIn({ script, mischief = '', to }: RegisterCommand): string | undefined {
  if (!Object.hasOwn(SCRIPTS, script) && !existsSync(script))
    return `no such script: ${script}; there are\n${listed([
      ...Object.entries(TRADES).map(([name, { shows }]) => [name, shows] as const),
      ['mischief', 'the café on a bad day'],
    ])}\nor the name of a file whose bytes are played`
  const { strange } = readMischief(mischief)
  if (strange.length > 0)
    return `no such mischief: ${strange.join(', ')}; there are\n${listed(
      Object.entries(MISCHIEF).map(([name, { says }]) => [name, says] as const),
    )}\nor none; slow:40 plays slow for 40 of 100 customers`
  if (/^https?:/.test(to) && !process.env['TILLGATE_SALES_KEY'])
    return `${to} wants a machine key: tillgate key add simulator --for sales, then TILLGATE_SALES_KEY=...`
  return undefined
}

/** `tillgate simulate register`: plays a till until `count` is reached or it is asked to stop. Exit 0, 2 when it cannot. */
export async function simulateRegister(command: RegisterCommand): Promise<number> {
  const strange = strangeIn(command)
  if (strange !== undefined) {
    say(strange)
    return 2
  }
  const { truth, rate, count, mischief, ...options } = command
  const key = process.env['TILLGATE_SALES_KEY']
  const stop = new AbortController()
  void asked().then(() => stop.abort())
  try {
    const run = register({
      ...options,
      clock: systemClock,
      signal: stop.signal,
      ...(mischief === undefined ? {} : { mischief: readMischief(mischief).wanted }),
      ...(key === undefined ? {} : { key }),
      ...(truth === undefined ? {} : { truth }),
      ...(rate === undefined ? {} : { rate }),
      ...(count === undefined ? {} : { count }),
    })
    const { jobs, sales, acked } = await run.done
    say(`${jobs} documents, ${sales} sales, ${acked} acknowledged`)
    return 0
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return 2
  }
}

const TROUBLES: NonNullable<PrinterOptions['trouble']> = ['paper-out', 'cover-open', 'slow', 'gone']

export interface PrinterCommand {
  readonly listen: string
  readonly out?: string
  readonly draw?: 'text' | 'png'
  readonly trouble?: string
  readonly columns?: number
  readonly pace?: number
}

/** `tillgate simulate printer`: until it is asked to stop, then draws what was printed on standard output. */
export async function simulatePrinter({ trouble: wanted, out, draw, columns, pace, listen }: PrinterCommand): Promise<number> {
  const trouble = TROUBLES.filter((name) => names(wanted).includes(name))
  const strange = names(wanted).filter((name) => !(TROUBLES as readonly string[]).includes(name))
  if (strange.length > 0) {
    say(`no such trouble: ${strange.join(', ')}; there are ${TROUBLES.join(', ')}`)
    return 2
  }
  if (draw === 'png' && !out) {
    say('--draw png wants --out FILE: pictures are files')
    return 2
  }
  const stop = asked()
  const run = await printer({
    ...{ listen, clock: systemClock, trouble },
    ...(out ? { out } : {}),
    ...(draw ? { draw } : {}),
    ...(columns ? { columns } : {}),
    ...(pace ? { pace } : {}),
  })
  say(`printer on port ${run.port}`)
  await stop
  for (const paper of run.printed().papers) process.stdout.write(`${paper}\n${'- '.repeat((columns ?? 48) / 2)}8<\n`)
  await run.stop()
  return 0
}

export interface AuthorityCommand {
  readonly listen: string
  readonly log?: string
  readonly mood: string
  readonly seed: number
  readonly store?: string
  readonly keys?: string
  readonly review?: readonly string[]
  readonly register?: readonly string[]
  readonly out?: string
  readonly suspendedFrom?: string
}

/** `tillgate simulate authority`: a T-VAN with the tax authority behind it, until it is asked to stop. Exit 0, 2 when it cannot. */
export async function simulateAuthority(command: AuthorityCommand): Promise<number> {
  const { listen, log, mood, seed, store, keys, out } = command
  const moods = names(mood)
  const strange = moods.filter((name) => !(MOODS as readonly string[]).includes(name))
  if (strange.length > 0) {
    say(`no such mood: ${strange.join(', ')}; there are ${MOODS.join(', ')}`)
    return 2
  }
  const reviews = (command.review ?? []).map(readReview)
  const registrations = (command.register ?? []).map(registrationOf)
  const suspendedFrom = command.suspendedFrom === undefined ? undefined : readTime(command.suspendedFrom)
  const wrong = [
    ...[...reviews, ...registrations].filter((one) => typeof one === 'string'),
    ...(Number.isNaN(suspendedFrom) ? [`no time: ${command.suspendedFrom ?? ''}, but 2026-11-21T12:00:00`] : []),
    ...(out !== undefined && registrations.length !== 1 ? ['--out wants one --register'] : []),
  ]
  if (wrong.length > 0) {
    say(wrong.join('\n'))
    return 2
  }
  const stop = asked()
  const run = await authority({
    listen,
    judge: judge(schemas),
    clock: systemClock,
    moods,
    seed,
    reviews: reviews.filter((one) => typeof one !== 'string'),
    ...(log ? { log } : {}),
    ...(store ? { store } : {}),
    ...(keys ? { keys } : {}),
    ...(suspendedFrom === undefined ? {} : { suspendedFrom }),
  })
  for (const registration of registrations) {
    if (typeof registration === 'string') continue
    const accepted = run.register(registration).find(({ type }) => type === 103)
    say(`103 for ${registration.taxCode}: ${accepted?.number ?? ''}`)
    if (out !== undefined && accepted) writeFileSync(out, accepted.xml)
  }
  say(`authority on ${run.url}, moods ${moods.join(', ')}`)
  await stop
  say(`${run.accepted().length} invoices accepted`)
  await run.stop()
  return 0
}

/** `1C26MAA-12:5`: invoice 12 of that series, five days to answer in. A string says what is wrong. */
function readReview(text: string): ReviewOrder | string {
  const [, series = '', number, days = '2'] = /^(\d[CK]\d\d[A-Z]{3})-0*([1-9]\d{0,7})(?::([1-9]\d?))?$/.exec(text) ?? []
  return number === undefined ? `no review: ${text}, but 1C26MAA-12:5` : { series, number: Number(number), days: Number(days) }
}

/** `0199999014:A1B2C`, or the name of a file with the registration or a gateway's configuration. */
function registrationOf(text: string): Registration | string {
  const [, taxCode, codeBlock] = /^([\d-]{10,14}):([0-9A-Z]{5})$/.exec(text) ?? []
  if (taxCode !== undefined && codeBlock !== undefined) return readRegistration({ taxCode, codeBlock })
  if (!existsSync(text)) return `no registration: ${text}, but 0199999014:A1B2C or a file`
  try {
    return readRegistration(JSON.parse(readFileSync(text, 'utf8')) as Readonly<Record<string, unknown>>)
  } catch (error) {
    return `${text}: ${error instanceof Error ? error.message : String(error)}`
  }
}
