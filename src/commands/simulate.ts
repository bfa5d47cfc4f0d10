import { existsSync } from 'node:fs'
import { authority, MOODS } from '../../simulators/authority/index.ts'
import { type PrinterOptions, printer } from '../../simulators/printer/index.ts'
import { register } from '../../simulators/register/index.ts'
import { MISCHIEF, readMischief } from '../../simulators/register/mischief.ts'
import { SCRIPTS } from '../../simulators/register/scripts.ts'
import { TRADES } from '../../simulators/register/trades/index.ts'
import { systemClock } from '../clock.ts'
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

/** `tillgate simulate authority`: a T-VAN with the tax authority behind it, until it is asked to stop. */
export async function simulateAuthority(options: { listen: string; log?: string; mood: string; seed: number }): Promise<number> {
  const moods = names(options.mood)
  const strange = moods.filter((name) => !(MOODS as readonly string[]).includes(name))
  if (strange.length > 0) {
    say(`no such mood: ${strange.join(', ')}; there are ${MOODS.join(', ')}`)
    return 2
  }
  const stop = asked()
  const run = await authority({
    listen: options.listen,
    judge: judge(schemas),
    clock: systemClock,
    moods,
    seed: options.seed,
    ...(options.log ? { log: options.log } : {}),
  })
  say(`authority on ${run.url}, moods ${moods.join(', ')}`)
  await stop
  say(`${run.accepted().length} invoices accepted`)
  await run.stop()
  return 0
}
