/**
 * Named points around every durable write, where the crash tests end the process. Without a hook they cost one
 * comparison. The names are the list of `reliability.md` F01: every one is killed at by `test/crash`.
 */
export const POINTS = [
  'capture.before',
  'capture.taken',
  'capture.flushed',
  'issue.before',
  'issue.sealed',
  'issue.flushed',
  'record.before',
  'record.flushed',
  'anchor.before',
  'anchor.written',
  'day.before-head',
  'day.after-head',
  'push.recorded',
  'push.sent',
  'push.answered',
  'answer.recorded',
  'stamp.before',
  'stamp.printed',
  'close.before',
  'start.opened',
  'start.recovered',
] as const

export type Point = (typeof POINTS)[number]

let hook: ((point: Point) => void) | undefined

export const point = (name: Point): void => hook?.(name)
export const onPoint = (listener: ((point: Point) => void) | undefined): void => {
  hook = listener
}
