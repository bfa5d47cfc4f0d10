import type { Driver, Frame, Framer } from '../../src/domain/driver.ts'
import { type Understood, understand } from '../../src/issue/understand.ts'
import { reader } from '../../src/reading/index.ts'
import { readWords } from '../../src/words.ts'

/** What a socket gives at once. */
const CHUNK = 65_536
/** Longest that one input may keep the thread, in milliseconds of this process: others use the machine too. */
export const LONGEST = 250
const words = readWords()

export const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** The frames of a stream in pieces of `chunk` bytes; `quiet`: with silence behind every piece. */
function cut(bytes: Uint8Array, framer: Framer, chunk: number, quiet = false, lap = (): void => {}): readonly Frame[] {
  const frames: (readonly Frame[])[] = []
  for (let at = 0; at < bytes.length; at += chunk) {
    frames.push(framer.push(bytes.subarray(at, at + chunk)).frames)
    lap()
    if (quiet) frames.push(framer.quiet().frames)
  }
  frames.push(framer.close(quiet).frames)
  return frames.flat()
}

/** Reading is pure, so equal frames are equal documents. */
const named = (frames: readonly Frame[]): string =>
  frames.map(({ bytes, end, tail, torn }) => `${end} ${tail} ${torn} ${Buffer.from(bytes).toString('latin1')}`).join('\n')

/** The way of an input to its sales, as intake and clerk go it; `took`: its longest step, for between two documents others have their turn. */
function play(bytes: Uint8Array, driver: Driver, chunk: number) {
  let took = 0
  let began = cpu()
  const lap = (): void => {
    const now = cpu()
    took = Math.max(took, now - began)
    began = now
  }
  const frames = cut(bytes, driver.framer(), chunk, false, lap)
  const found = frames.map((frame) => {
    const understood = understand(frame.bytes, driver, reader)
    lap()
    return understood
  })
  return { frames, found, took }
}

/**
 * What is wrong with the way `driver` takes `bytes`; undefined when nothing is: it never throws (a thrown error passes
 * through), gives the same documents however they are cut, tells every fault in words, and is not long about it.
 */
export function wrong(bytes: Uint8Array, driver: Driver, chunk: number): string | undefined {
  const { frames, found, took } = play(bytes, driver, CHUNK)
  if (took > LONGEST && play(bytes, driver, CHUNK).took > LONGEST) return `${Math.round(took)} ms`
  if (named(cut(bytes, driver.framer(), chunk)) !== named(frames)) return `cut by ${chunk} there are other documents`
  for (const { bytes: silent } of cut(bytes, driver.framer(), chunk, true)) if (silent.length === 0) return 'an empty document'
  return found.map(unspoken).find((code) => code !== undefined)
}

/** A fault that has no words, or words with a place that nothing fills. */
function unspoken(found: Understood): string | undefined {
  if (found.kind !== 'held') return undefined
  const { message, hint, code } = words.fault('vi', found.fault)
  return message.startsWith('fault.') || hint.startsWith('fault.') || /\{\w+\}/.test(message + hint)
    ? `no words for ${code}`
    : undefined
}
