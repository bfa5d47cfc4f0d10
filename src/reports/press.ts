import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../domain/clock.ts'
import type { Paper } from './invoice-sheet.ts'
import type { Row } from './table.ts'
import type { Workbook } from './xlsx.ts'

/** What takes long enough to keep a till's paper waiting is made in a thread of its own. */
export type Job =
  | { readonly kind: 'xlsx'; readonly workbook: Workbook }
  | { readonly kind: 'pdf'; readonly sheet: Paper; readonly width: 'a4' | '80'; readonly fonts: string }

/** What the thread is handed: the rows of a workbook come before it. */
export type Handed = Job | { readonly kind: 'rows'; readonly sheet: number; readonly rows: readonly Row[] }

/** More than this is no job of a gateway; the thread ends, the gateway goes on. */
const MEMORY_MB = 700

/** An idle gateway stays small: the thread ends after this many milliseconds without a job. */
const IDLE = 15_000

/** Makes one file at a time, in a thread that is there while it has work. A job that fails throws. */
export function press(clock: Pick<Clock, 'sleep'>): (job: Job) => Promise<Uint8Array> {
  let last: Promise<unknown> = Promise.resolve()
  let thread: Worker | undefined
  let idle = new AbortController()

  const run = async (job: Job): Promise<Uint8Array> => {
    idle.abort()
    thread ??= start()
    try {
      return await done(thread, job)
    } catch (error) {
      thread = undefined
      throw error
    } finally {
      const resting = (idle = new AbortController())
      void clock.sleep(IDLE, resting.signal).then(async () => {
        if (resting.signal.aborted) return
        const ending = thread
        thread = undefined
        await ending?.terminate()
      })
    }
  }
  return (job) => {
    const made = last.then(() => run(job))
    last = made.catch(() => undefined)
    return made
  }
}

function done(thread: Worker, job: Job): Promise<Uint8Array> {
  thread.ref()
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.off('message', made)
      thread.off('error', broken)
      thread.off('exit', ended)
      thread.unref()
      act()
    }
    const made = (bytes: Uint8Array): void => settle(() => resolve(bytes))
    const broken = (error: unknown): void => settle(() => reject(error instanceof Error ? error : new Error(String(error))))
    const ended = (code: number): void => settle(() => reject(new Error(`the press ended with ${code}`)))
    thread.on('message', made)
    thread.on('error', broken)
    thread.on('exit', ended)
    void hand(thread, job).catch(broken)
  })
}

/** Rows of one piece: copying more at once would keep a till's paper waiting. */
const PIECE = 500

async function hand(thread: Worker, job: Job): Promise<void> {
  if (job.kind === 'pdf') return thread.postMessage(job satisfies Handed)
  const { sheets } = job.workbook
  for (const [sheet, { rows }] of sheets.entries())
    for (let at = 0; at < rows.length; at += PIECE) {
      thread.postMessage({ kind: 'rows', sheet, rows: rows.slice(at, at + PIECE) } satisfies Handed)
      await setImmediate()
    }
  thread.postMessage({
    kind: 'xlsx',
    workbook: { ...job.workbook, sheets: sheets.map((one) => ({ ...one, rows: [] })) },
  } satisfies Handed)
}

/** The source file where this one runs from source, else the bundle beside it; tsx must be registered again in each thread. */
function start(): Worker {
  const options = { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } }
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./press.js', import.meta.url), options)
  const url = new URL('./press-thread.ts', import.meta.url)
  if (!process.execArgv.some((argument) => argument.includes('tsx'))) return new Worker(url, options)
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const text = `import { register } from ${loader}; register(); await import(${JSON.stringify(url.href)})`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), options)
}
