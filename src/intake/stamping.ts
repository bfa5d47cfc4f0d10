import type { Clock } from '../domain/clock.ts'
import type { Driver, Frame } from '../domain/driver.ts'
import type { Entry } from '../domain/entry.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Sealed } from '../domain/invoice.ts'
import type { Ledger } from '../domain/ledger.ts'
import { point } from '../domain/points.ts'
import type { Fate } from './arrival.ts'
import type { InFront, Print } from './paper.ts'
import { linked, unlessAborted } from './reconnect.ts'

/** A customer has left by then: milliseconds for which a late stamp is waited for. */
const LATE = 300_000

export interface Stamping {
  readonly driver: Driver
  readonly ledger: Ledger
  readonly clock: Clock
  readonly stamp: 'before-cut' | 'slip' | 'off'
  readonly stampMs: number
  /** The life of the part: late stamps are given up when it ends. */
  readonly signal: AbortSignal
  readonly thrown: (error: unknown) => void
  readonly refused: (code: string, entry: EntryId) => void
  /** What becomes of all that has gone to the printer until now. */
  readonly fate: () => Promise<Fate>
  /** Stamps that went out and whose fate is open, of all connections of this register. */
  readonly open: Set<EntryId>
  /** Whether the paper of this invoice came out is not known, or, when `missing` is false, known again. */
  readonly unsure: (entry: EntryId, sealed: Sealed, missing: boolean) => void
  /** What still goes on when the conversation is over; a stop waits for it. */
  readonly behind: (work: Promise<void>) => void
}

interface Found {
  /** The entry that was sold from: of a second copy, the first. */
  readonly entry: EntryId
  readonly sealed: Sealed
  readonly copy: boolean
}

/**
 * The sealed invoice of a document, once it is durable; undefined: none within the time, or none for this document.
 * A second copy of a sale whose stamp never reached paper brings it there: the till prints again what a printer that was
 * off did not print (architecture 14). A copy of a stamped sale is a copy.
 */
async function sealedOf(
  { ledger, open }: Stamping,
  entry: Promise<EntryId | undefined>,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const id = await unlessAborted(entry, signal)
  if (id === undefined || signal.aborted) return undefined
  const settled = await ledger.settled(id, signal)
  if (settled?.state !== 'set-aside' || settled.of === undefined)
    return settled && valid(settled) ? { entry: id, sealed: settled.sealed, copy: false } : undefined
  const first = await ledger.settled(settled.of, signal)
  return first && valid(first) && !first.stamped && !open.has(first.id)
    ? { entry: first.id, sealed: first.sealed, copy: true }
    : undefined
}

/** Provisional, kitchen, reprint, held: their state has no invoice; a refused invoice is not given to a buyer. */
const valid = (entry: Entry): entry is Extract<Entry, { sealed: Sealed }> =>
  entry.state === 'queued' || entry.state === 'pushed' || entry.state === 'in-doubt' || entry.state === 'acknowledged'

const drawings = new WeakMap<Frame, { readonly of: Sealed; readonly bytes: Uint8Array }>()

/** The stamp in the dialect of that receipt, drawn once; undefined where this driver cannot. */
export function drawn(stamping: Stamping, frame: Frame, sealed: Sealed): Uint8Array | undefined {
  const { driver } = stamping
  const ready = drawings.get(frame)
  if (ready?.of === sealed) return ready.bytes
  if (!driver.stamp) return undefined
  try {
    const read = driver.read(frame.bytes)
    if (!read.ok || read.value.kind !== 'page') return undefined
    const bytes = driver.stamp(sealed.stamp, read.value.page)
    drawings.set(frame, { of: sealed, bytes })
    return bytes
  } catch (error) {
    stamping.thrown(error)
    return undefined
  }
}

/** The fact of what became of the stamp; never on the paper's way. That a sale got none is said once, by its first copy. */
async function note(stamping: Stamping, { entry, copy }: Found, how: 'before-cut' | 'slip' | 'failed'): Promise<void> {
  if (copy && how === 'failed') return
  const noted = await stamping.ledger.record({ kind: 'stamped', entry, how })
  if (!noted.ok) stamping.refused(noted.fault.code, entry)
}

/**
 * A stamp is noted as printed only when nothing speaks against it (architecture 11): a printer that went away before it
 * showed itself alive may have lost what it had been sent. That receipt may be printed again, its invoice never made again.
 */
async function proven(stamping: Stamping, found: Found, how: 'before-cut' | 'slip'): Promise<void> {
  const { entry, sealed } = found
  stamping.open.add(entry)
  const lost = (await stamping.fate()) === 'lost'
  stamping.unsure(entry, sealed, lost)
  await note(stamping, found, lost ? 'failed' : how)
  stamping.open.delete(entry)
}

/** A receipt that bears no stamp of ours: that it may not have come out is said just the same. */
async function followed(stamping: Stamping, entry: Promise<EntryId | undefined>): Promise<void> {
  if ((await stamping.fate()) !== 'lost') return
  const found = await within(stamping, LATE, (signal) => sealedOf(stamping, entry, signal))
  if (found) stamping.unsure(found.entry, found.sealed, true)
}

async function within<T>(stamping: Stamping, ms: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = linked(stamping.signal)
  const done = new AbortController()
  void stamping.clock.sleep(ms, done.signal).then(limit.abort)
  try {
    return await ask(limit.signal)
  } finally {
    limit.release()
    done.abort()
  }
}

/**
 * What may be done while the end mark is held, at most `stampMs` (architecture 11): the stamp, if the invoice is there.
 * A receipt that got none, or that never came out, is noted as `failed` once its invoice exists, so that the buyer can be
 * shown the QR.
 */
export function beforeCut(stamping: Stamping, frame: Frame, entry: Promise<EntryId | undefined>): InFront {
  let printed: Found | undefined
  const lost = (): void => {
    void within(stamping, LATE, async (signal) => {
      const late = await sealedOf(stamping, entry, signal)
      if (late) await note(stamping, late, 'failed')
    })
  }
  const before = async (print: Print): Promise<void> => {
    const found = await within(stamping, stamping.stampMs, (signal) => sealedOf(stamping, entry, signal))
    if (!found) return lost()
    const bytes = drawn(stamping, frame, found.sealed)
    if (!bytes) return void note(stamping, found, 'failed')
    point('stamp.before')
    await print(bytes)
    point('stamp.printed')
    printed = found
  }
  const out = (): void => stamping.behind(printed ? proven(stamping, printed, 'before-cut') : followed(stamping, entry))
  return { before, lost, out }
}

/** The end mark of a document that is not held for a stamp. */
export const watchedEnd = (stamping: Stamping, entry: Promise<EntryId | undefined>): InFront => ({
  before: async () => {},
  out: () => stamping.behind(followed(stamping, entry)),
  lost: () => {},
})

/** The stamp as a slip of its own, behind the document and with the same cut, whenever its invoice exists. */
export async function asSlip(
  stamping: Stamping,
  frame: Frame,
  entry: Promise<EntryId | undefined>,
  put: (printing: (print: Print) => Promise<void>) => void,
): Promise<void> {
  const found = await within(stamping, LATE, (signal) => sealedOf(stamping, entry, signal))
  if (!found) return
  const bytes = drawn(stamping, frame, found.sealed)
  if (!bytes) return note(stamping, found, 'failed')
  put(async (print) => {
    // Two copies may have waited for the printer together; the first one out carries the stamp.
    if (stamping.open.has(found.entry) || (await stamping.ledger.entry(found.entry))?.stamped) return
    point('stamp.before')
    await print(Buffer.concat([bytes, frame.bytes.subarray(frame.tail)]))
    point('stamp.printed')
    stamping.behind(proven(stamping, found, 'slip'))
  })
}
