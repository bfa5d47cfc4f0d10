import { Worker } from 'node:worker_threads'

/**
 * Starts `./<name>` in a thread: the source file where this one runs from source, else the bundle beside it. A loader
 * given by `--import` reaches threads by itself, except tsx, which must be registered again in each.
 */
export function startThread(name: 'writer' | 'reader', workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData })
  const url = new URL(`./${name}.ts`, import.meta.url)
  if (!process.execArgv.some((argument) => argument.includes('tsx'))) return new Worker(url, { workerData })
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const text = `import { register } from ${loader}; register(); await import(${JSON.stringify(url.href)})`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), { workerData })
}
