import { onPoint, POINTS, type Point } from '../domain/points.ts'

/**
 * Installs the killer of the crash tests in this thread: `issue.flushed:3` ends the process at once when that point is
 * reached the third time. Throws for a name that is no point, so that a test cannot pass by never reaching it.
 */
export function killAt(text: string | undefined): void {
  if (text === undefined || text === '') return
  const [name, count = '1'] = text.split(':')
  if (!POINTS.includes(name as Point) || !/^[1-9]\d*$/.test(count)) throw new Error(`no such point: ${text}`)
  let left = Number(count)
  onPoint((point) => {
    if (point === name && --left === 0) process.kill(process.pid, 'SIGKILL')
  })
}
