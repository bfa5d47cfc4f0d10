import { systemClock } from '../clock.ts'
import { type Config, loadConfig } from '../config.ts'
import type { Fault } from '../domain/fault.ts'
import { instant } from '../domain/time.ts'
import type { Lang } from '../domain/words.ts'
import { type Gateway, startGateway } from '../gateway.ts'
import { killAt } from '../ledger/points.ts'
import { openLog } from '../log.ts'
import { readWords } from '../words.ts'

const words = readWords()

/** Prints faults for people on standard error: what, where, what to do. */
export function printFaults(lang: Lang, faults: readonly Fault[]): void {
  for (const found of faults) {
    const text = words.fault(lang, found)
    process.stderr.write(`✗ ${found.path ? `${found.path}: ` : ''}${text.message}\n  → ${text.hint}  (${text.code})\n`)
  }
}

/** `tillgate run`: until asked to stop. Exit 0 asked, 2 configuration, 3 data folder; 70 is left to a bug. */
export async function run(options: { config: string; data?: string; lang: Lang }): Promise<number> {
  killAt(process.env['TILLGATE_POINT'])
  const loaded = loadConfig(options.config, options.data)
  if (!loaded.ok) {
    printFaults(options.lang, loaded.faults)
    return 2
  }
  const { config } = loaded
  const lang = config.values.lang ?? options.lang
  const log = openLog(config.values.logLevel ?? 'info')
  const asked = stopAsked()
  const started = await startGateway({ config, clock: systemClock, log, words, lang })
  if (!started.ok) {
    printFaults(lang, [started.fault])
    return started.fault.code.startsWith('LEDGER_') ? 3 : 2
  }
  ready(config, started.value, lang)
  await asked.first
  process.stderr.write(`${words.say(lang, 'run.stopping')}\n`)
  await Promise.race([started.value.stop(instant(systemClock.now() + 9_000)), asked.second])
  process.stderr.write(`${words.say(lang, 'run.stopped')}\n`)
  return 0
}

/** An uncaught bug, or a flush that failed: nothing half-written stays, the service manager starts it again. */
function died(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(70)
}

/** The screen's address and its one-time links: to people, and to a parent process that started this one. */
function ready(config: Config, gateway: Gateway, lang: Lang): void {
  const link = gateway.link('owner')
  process.stderr.write(`${words.say(lang, 'run.ready', { url: gateway.url })}\n`)
  process.stderr.write(`${words.say(lang, 'run.link', { role: words.say(lang, 'role.owner'), link })}\n`)
  process.send?.({ ready: true, url: gateway.url, data: config.data })
  process.on('message', (asked: { link?: 'owner' | 'officer' | 'developer' }) => {
    if (asked.link) process.send?.({ role: asked.link, link: gateway.link(asked.link) })
  })
}

/** A signal, or the end of the parent process that started this one, asks to stop; a second one stops waiting. */
function stopAsked(): { first: Promise<void>; second: Promise<void> } {
  const calls: (() => void)[] = []
  const next = (): Promise<void> => new Promise((resolve) => void calls.push(resolve))
  const asked = { first: next(), second: next() }
  const ask = (): void => calls.shift()?.()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
  process.on('disconnect', ask)
  process.on('uncaughtException', died)
  process.on('unhandledRejection', died)
  return asked
}
