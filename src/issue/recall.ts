import type { Clock } from '../domain/clock.ts'
import type { Driver } from '../domain/driver.ts'
import type { Entry } from '../domain/entry.ts'
import { entryId } from '../domain/ids.ts'
import type { Ledger } from '../domain/ledger.ts'
import { readOrder } from '../domain/order.ts'
import type { Reader } from '../domain/reader.ts'
import type { Register } from '../domain/shop.ts'
import { civilDate, dayStart, instant } from '../domain/time.ts'
import { type Repeats, saidBy } from './repeats.ts'
import type { TillWatch } from './till-watch.ts'
import { type Understood, understand } from './understand.ts'
import type { UsualEnd } from './usual-end.ts'

interface RecallParts {
  readonly ledger: Ledger
  readonly register: Register
  readonly driver: Driver
  readonly reader: Reader
  readonly clock: Clock
  readonly watch: TillWatch
  readonly named?: boolean
}

/** A business day may end in the small hours; its receipts are printed again until then. */
const NIGHT_MS = 6 * 3_600_000
const MOST = 2_000
const AT_ONCE = 32

/**
 * Reads back the frames of the business day, and some before it, so that a second copy of a sale heard before the restart is
 * still known, the tills' counters go on where they stood, and what their papers end with is known.
 * The moment of hearing is taken from the entry's present state, which is never earlier.
 */
export async function recall(parts: RecallParts, memory: Repeats, ends: UsualEnd, signal: AbortSignal): Promise<void> {
  const { ledger, register, driver, reader, watch, clock } = parts
  const horizon = dayStart(civilDate(instant(clock.now() - NIGHT_MS)))
  const last = await lastSequence(ledger, register)
  const found: { readonly entry: Entry; readonly understood: Understood }[] = []
  let recent = true
  for (let top = last; top > Math.max(0, last - MOST) && recent && !signal.aborted; top -= AT_ONCE) {
    const ids = Array.from({ length: Math.min(AT_ONCE, top) }, (_, i) => entryId(register.id, top - i))
    const loaded = await Promise.all(ids.map((id) => Promise.all([ledger.entry(id), ledger.frame(id)])))
    for (const [entry, frame] of loaded) {
      if (!entry || !frame || entry.state === 'captured' || (entry.state === 'set-aside' && entry.of)) continue
      if (entry.since < horizon) recent = false
      const understood = readAgain(frame, driver, reader)
      if (understood) found.push({ entry, understood })
    }
  }
  for (const { entry, understood } of found.reverse()) {
    if (understood.slip) watch.hear(register.id, entry.since, understood.slip)
    // The whole paper that follows a torn one is the original, and so is the file a revision followed.
    if (entry.state === 'set-aside' || (entry.state === 'held' && (entry.torn || entry.revised))) continue
    const { slip } = understood
    if (understood.kind === 'sale' && understood.end) ends.lacks(entry.id, understood.end)
    if (entry.state === 'held' && entry.fault.code === 'CAPTURE_UNCUT') continue
    if (understood.kind === 'sale')
      memory.remember(saidBy(entry.id, entry.since, understood.receipt, understood.textLines, parts.named))
    else if (slip?.receipt) memory.waits(saidBy(entry.id, entry.since, slip.receipt, slip.textLines))
  }
  watch.look([register.id], clock.now())
}

/** What throws now was held when it was heard; there is nothing of it to remember. */
function readAgain(frame: Uint8Array, driver: Driver, reader: Reader): Understood | undefined {
  try {
    if (readOrder(frame)) return undefined
    return understand(frame, driver, reader)
  } catch {
    return undefined
  }
}

/** A register's entries count 1, 2, 3 ... without a hole, so the last one is found by halving. */
async function lastSequence(ledger: Ledger, { id }: Register): Promise<number> {
  const exists = async (n: number): Promise<boolean> => (await ledger.entry(entryId(id, n))) !== undefined
  let low = 0
  let high = 1
  while (await exists(high)) {
    low = high
    high *= 2
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (await exists(middle)) low = middle
    else high = middle
  }
  return low
}
