import { setMaxListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../domain/clock.ts'
import type { Driver, Frame, Framed } from '../domain/driver.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Heard, Ledger } from '../domain/ledger.ts'
import type { Connection, Link, Printer } from '../domain/link.ts'
import type { Log } from '../domain/log.ts'
import { point } from '../domain/points.ts'
import { fateOf, type WatchedPrinter } from './arrival.ts'
import { tellWhatBecame } from './became.ts'
import { capturing } from './capture.ts'
import { guarded } from './framing.ts'
import { type Paper, type Print, paperTo } from './paper.ts'
import type { PrinterSays } from './printer-says.ts'
import { unlessAborted } from './reconnect.ts'
import type { Signs } from './signs.ts'
import { asSlip, beforeCut, drawn, type Stamping, watchedEnd } from './stamping.ts'

/** One register as intake needs it. `stampMs`: how long an end mark may be held, in milliseconds. */
export interface Hearing {
  readonly id: RegisterId
  readonly driver: Driver
  readonly link: Link
  readonly printer?: Printer
  readonly stamp: 'before-cut' | 'slip' | 'off'
  readonly stampMs: number
}

/** The same, its printer listened to. */
export type Attended = Omit<Hearing, 'printer'> & { readonly printer?: WatchedPrinter }

export interface ConversationParts {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Log
  readonly signs: Signs
  readonly says: PrinterSays
  /** Asked to stop: finish the document in hand, then end. */
  readonly stopping: AbortSignal
  /** The deadline has come: give up at once. */
  readonly ending: AbortSignal
  /** What still goes on when the conversation is over; a stop waits for it. */
  readonly behind: (work: Promise<void>) => void
  /** A document the ledger could not take yet. */
  readonly again: (heard: Heard) => void
  /** The ways to the printer that are open now, of all connections of this register. */
  readonly papers: Set<Paper>
  /** Stamps whose fate is open, of all connections of this register. */
  readonly stamps: Set<EntryId>
  /** Noise of this register that no frame has carried yet. */
  readonly noise: { bytes: number }
}

/** Milliseconds of silence that end a document while stopping. */
const HURRY = 1_500
/** A kick, a question for the status: so many bytes behind an end mark are no document. */
const TRAILER = 256
/** Bytes framed before every other till gets its turn: a file or a port scan brings megabytes at once (F25). */
const SLICE = 16 * 1024

/** One connection of a register from its first byte to its end: on to the printer first, into the ledger beside it. */
export async function converse(hearing: Attended, connection: Connection, parts: ConversationParts): Promise<void> {
  const { id, driver, printer, stamp, stampMs } = hearing
  const { ledger, clock, signs, says, stopping, ending, noise } = parts
  const quietMs = driver.quietMs ?? hearing.link.quietMs ?? 10_000
  const thrown = (error: unknown): void => signs.thrown(error, driver.id)
  const framer = guarded(driver, thrown)
  const way = { tell: signs.printer, clock, signal: ending }
  const paper = printer && paperTo({ ...way, printer, answer: connection.write })
  /** The till's own end proves what a question of ours would: then none is asked any more. */
  const closing = new AbortController()
  // Every document whose fate is open listens.
  setMaxListeners(0, closing.signal)
  if (paper) parts.papers.add(paper)
  const entries: EntryId[] = []
  const stamping: Stamping = {
    ...{ driver, ledger, clock, stamp, stampMs, thrown, signal: ending },
    refused: (code, entry) => parts.log.warn({ part: 'intake', register: id, entry, code }, 'the stamp could not be noted'),
    fate: async () => (printer && paper ? fateOf(printer, paper, clock, closing.signal) : 'unknown'),
    ...{ open: parts.stamps, unsure: signs.unsure, behind: parts.behind },
  }
  const holding = stamp === 'before-cut' && driver.stamp !== undefined
  const captures = capturing({
    ...{ register: id, ledger, connection, namesBuyers: driver.namesBuyers },
    foreseen: holding ? (frame, sealed) => void drawn(stamping, frame, sealed) : undefined,
    acknowledge: driver.acknowledge && ((frame) => shielded(() => driver.acknowledge?.(frame), thrown) ?? new Uint8Array()),
    kept: (entry, frame) => {
      signs.heard()
      if (connection.became) entries.push(entry)
      parts.log.debug({ part: 'intake', register: id, entry, bytes: frame.bytes.length, torn: frame.torn }, 'captured')
    },
    refused: (fault, heard) => {
      signs.refused(fault)
      // A file stays where it is; what came over a line may be on paper already and never come again.
      if (!connection.cursor) parts.again(heard)
    },
  })

  let received = 0
  /** How far the bytes have been handed to the paper, and what is heard beyond it. */
  let passed = 0
  let ahead: Uint8Array = new Uint8Array()
  let sinceFrame = 0
  let sinceTurn = 0

  const upTo = (offset: number): Uint8Array => {
    const bytes = ahead.subarray(0, Math.max(0, offset - passed))
    ahead = ahead.subarray(bytes.length)
    passed += bytes.length
    return bytes
  }
  const finished = (frame: Frame): void => {
    if (framer.well()) signs.framed()
    const entry = captures.add(frame, noise.bytes)
    noise.bytes = 0
    sinceFrame = received - frame.end
    if (!paper) return
    const cut = frame.end - (frame.bytes.length - frame.tail)
    // An end mark of which a part has been let through already is no place for a stamp any more.
    const held = holding && !frame.torn && passed <= cut && frame.tail < frame.bytes.length
    paper.text(upTo(cut))
    paper.end(upTo(frame.end), held ? beforeCut(stamping, frame, entry) : watchedEnd(stamping, entry))
    if (stamp === 'slip' && !frame.torn) void asSlip(stamping, frame, entry, slip)
  }
  const slip = (printing: (print: Print) => Promise<void>): void => {
    if (paper?.slip(printing) || !printer) return
    const late = paperTo({ ...way, printer, answer: async () => {} })
    late.slip(printing)
    void late.finish()
  }
  const take = (framed: Framed): void => {
    if (framed.handshake && !paper) void connection.write(framed.handshake)
    noise.bytes += framed.discarded
    for (const frame of framed.frames) finished(frame)
    const free = upTo(holding ? framed.pass : received)
    paper?.text(free, framed.between === true && ahead.length === 0)
  }

  const push = async (chunk: Uint8Array): Promise<void> => {
    for (let at = 0; at < chunk.length && !ending.aborted; at += SLICE) {
      const bytes = chunk.subarray(at, at + SLICE)
      received += bytes.length
      sinceFrame += bytes.length
      ahead = ahead.length === 0 ? bytes : Buffer.concat([ahead, bytes])
      if (!printer) says.asked(bytes)
      take(framer.push(bytes))
      await unlessAborted(Promise.all([captures.room(), paper?.room()]), ending)
      sinceTurn += bytes.length
      if (sinceTurn >= SLICE) {
        sinceTurn = 0
        await turn()
      }
    }
  }

  const chunks = connection.chunks[Symbol.asyncIterator]()
  let next = chunks.next()
  let calm = true
  let over = false
  while (!over && !ending.aborted) {
    // Nothing of a document in hand: that is where a stop ends a connection that its till keeps open.
    if (stopping.aborted && (calm || sinceFrame === 0 || connection.cursor)) break
    const silence = stopping.aborted ? Math.min(quietMs, HURRY) : quietMs
    const wait = ahead.length > 0 ? stampMs : calm ? undefined : silence
    const heard = await first(clock, wait, next, stopping.aborted ? ending : stopping)
    if (heard === 'stop') continue
    if (heard === 'silence') {
      if (ahead.length > 0) paper?.text(upTo(received))
      else if (!paper?.waiting() && (!says.busy() || stopping.aborted)) {
        calm = true
        take(framer.quiet())
        // In the middle of a document a printer that was lost must still get it from its beginning.
        if (sinceFrame <= TRAILER) paper?.calm()
      }
    } else if (heard.done) over = true
    else {
      calm = false
      await push(heard.value)
      // What could not be kept of a file is heard again from its last durable document on.
      if (connection.cursor && !captures.well()) break
      next = chunks.next()
    }
  }

  // A till that is cut off by our own stop has not closed: what is in hand then is no whole document.
  const how = over ? await connection.end : 'torn'
  // A file is still there after a restart: its last, unfinished document is heard then, from the cursor on.
  const left = connection.cursor !== undefined && (stopping.aborted || !captures.well())
  if (!left) take(framer.close(how === 'torn'))
  paper?.text(upTo(received))
  const durable = captures.durable()
  closing.abort()
  await (over && how === 'torn' ? paper?.tear() : paper?.finish())
  if (paper) parts.papers.delete(paper)
  if (noise.bytes > 0) signs.noise(noise.bytes)
  if (!(await durable) || left || (ending.aborted && !over)) return connection.abandon?.()
  point('close.before')
  await connection.close()
  parts.behind(tellWhatBecame(entries, connection, parts))
}

/** The next chunk, or `silence` after `ms` without one, or `stop`. */
async function first<T>(
  clock: Clock,
  ms: number | undefined,
  next: Promise<T>,
  stop: AbortSignal,
): Promise<T | 'silence' | 'stop'> {
  const woken = new AbortController()
  const ways: Promise<T | 'silence'>[] = [next]
  if (ms !== undefined) ways.push(clock.sleep(ms, woken.signal).then(() => 'silence' as const))
  try {
    return (await unlessAborted(Promise.race(ways), stop)) ?? 'stop'
  } finally {
    woken.abort()
  }
}

function shielded<T>(ask: () => T, thrown: (error: unknown) => void): T | undefined {
  try {
    return ask()
  } catch (error) {
    thrown(error)
    return undefined
  }
}
