import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { TruthLine } from './till.ts'

/** Whether the recorder of system calls is there and may be used. */
export const canTrace = (): boolean => spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0

/** Runs what follows it and writes every flush, every write at a place and every end of a connection, in the order they happened. */
export const recorder = (log: string): readonly string[] => [
  ...['strace', '-f', '-yy', '-s', '9000', '-o', log, '-e', 'trace=pwrite64,fsync,fdatasync,shutdown,write,writev'],
  ...['-e', 'signal=none'],
]

/** One call of the system: the lines of the record at which it began and had come back. */
interface Call {
  readonly name: string
  readonly text: string
  readonly began: number
  readonly done: number
  readonly well: boolean
}

export function callsIn(path: string): readonly Call[] {
  const calls: Call[] = []
  const open = new Map<string, { readonly name: string; readonly text: string; readonly began: number }>()
  const well = (text: string): boolean => /= \d+$/.test(text.trimEnd())
  for (const [i, line] of readFileSync(path, 'latin1').split('\n').entries()) {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>/.exec(rest)
    const begun = /^(\w+)\(/.exec(rest)
    if (resumed) {
      const before = open.get(pid)
      if (before) calls.push({ ...before, done: i, well: well(rest) })
      open.delete(pid)
    } else if (begun?.[1] !== undefined) {
      if (rest.endsWith('<unfinished ...>')) open.set(pid, { name: begun[1], text: rest, began: i })
      else calls.push({ name: begun[1], text: rest, began: i, done: i, well: well(rest) })
    }
  }
  return calls
}

const LOG = /^\w+\(\d+<[^>]*tillgate\.db-wal>/

/** Why `act` came too early: what is known by `mark` went into the log, the log was flushed, the flush came back, and only then ... */
function tooEarly(calls: readonly Call[], mark: string, act: Call): string | undefined {
  const written = calls.find(({ name, text }) => name === 'pwrite64' && LOG.test(text) && text.includes(mark))
  if (!written || written.done >= act.began) return 'before it was written'
  const flushed = calls.some(
    ({ name, text, began, done, well }) =>
      /^f(data)?sync$/.test(name) && LOG.test(text) && well && began > written.done && done < act.began,
  )
  return flushed ? undefined : 'before it was flushed'
}

/** Law 1, seen from outside: our side of a till's connection is closed only after its sale was flushed. */
export function acknowledgedTooEarly(calls: readonly Call[], truth: readonly TruthLine[]): readonly string[] {
  return truth.flatMap(({ receiptNo, acked, port, kind }) => {
    if (acked === null || kind !== 'sale' || receiptNo === null) return []
    const act = calls.find(({ name, text }) => name === 'shutdown' && text.includes(`:${port}]>`))
    if (!act) return [`${receiptNo}: no end of the connection ${port} was recorded`]
    const why = tooEarly(calls, receiptNo, act)
    return why === undefined ? [] : [`${receiptNo}: acknowledged ${why}`]
  })
}

/** What goes out to `port` (a printer, the provider) and is known by one of `marks` goes out only after it was flushed. */
export function sentTooEarly(calls: readonly Call[], marks: readonly string[], port: number): readonly string[] {
  return marks.flatMap((mark) => {
    const act = calls.find(
      ({ name, text }) => name.startsWith('write') && text.includes(`->127.0.0.1:${port}]>`) && text.includes(mark),
    )
    if (!act) return [`${mark}: not seen going out to ${port}`]
    const why = tooEarly(calls, mark, act)
    return why === undefined ? [] : [`${mark}: sent ${why}`]
  })
}
