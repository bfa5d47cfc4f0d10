import { once } from 'node:events'
import type { Lang } from '../domain/words.ts'
import { readFacts } from '../ledger/facts-file.ts'
import { printFaults } from './run.ts'

/** `tillgate facts`: the stored lines, byte for byte, from a running or a resting ledger. Exit 0, 3 when there is none. */
export async function facts(options: { data: string; from: number; follow?: true; lang: Lang }): Promise<number> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGPIPE'] as const) process.on(signal, () => stop.abort())
  process.stdout.on('error', () => stop.abort())
  const opened = readFacts(options.data, options.from, options.follow ? stop.signal : undefined)
  if (!opened.ok) {
    printFaults(options.lang, [opened.fault])
    return 3
  }
  for await (const line of opened.value) {
    if (stop.signal.aborted) break
    if (!process.stdout.write(`${line}\n`)) await Promise.race([once(process.stdout, 'drain'), once(stop.signal, 'abort')])
  }
  return 0
}
