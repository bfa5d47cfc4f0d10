import { Worker } from 'node:worker_threads'
import type { Paper } from './invoice-sheet.ts'
import type { Workbook } from './xlsx.ts'

/** What takes long enough to keep a till's paper waiting is made in a thread of its own. */
export type Job =
  | { readonly kind: 'xlsx'; readonly workbook: Workbook }
  | { readonly kind: 'pdf'; readonly sheet: Paper; readonly width: 'a4' | '80'; readonly fonts: string }

/** More than this is no job of a gateway; the thread ends, the gateway goes on. */
const MEMORY_MB = 700

/** Makes one file at a time, each in a thread that ends with it: an idle gateway stays small. A job that fails throws. */
export function press(): (job: Job) => Promise<Uint8Array> {
  let last: Promise<unknown> = Promise.resolve()
  return (job) => {
    const made = last.then(() => run(job))
    last = made.catch(() => undefined)
    return made
  }
}

const run = (job: Job): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const thread = start(job)
    thread.once('message', (bytes: Uint8Array) => {
      resolve(bytes)
      void thread.terminate()
    })
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`the press ended with ${code}`)))
  })

/** The source file where this one runs from source, else the bundle beside it; tsx must be registered again in each thread. */
function start(workerData: Job): Worker {
  const options = { workerData, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } }
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./press.js', import.meta.url), options)
  const url = new URL('./press-thread.ts', import.meta.url)
  if (!process.execArgv.some((argument) => argument.includes('tsx'))) return new Worker(url, options)
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const text = `import { register } from ${loader}; register(); await import(${JSON.stringify(url.href)})`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), options)
}
