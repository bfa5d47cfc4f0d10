import type { Clock } from '../domain/clock.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Armed, NextBuyer } from '../domain/next-buyer.ts'
import { type Instant, instant } from '../domain/time.ts'

/** The longest a buyer waits for his sale: a forgotten one would put a stranger's name on someone's invoice. */
const WINDOW_MS = 10 * 60_000
/** How long the result page may ask which sale took a buyer. */
const REMEMBERED_MS = 60 * 60_000

interface Taken {
  readonly register: RegisterId
  readonly entry: EntryId
  readonly at: Instant
  readonly armed: Armed
}

/** Buyers waiting for their sale: in memory only, so that nothing of them is on the disk in plain. */
export function nextBuyers(clock: Clock): NextBuyer {
  const waiting = new Map<RegisterId, Armed>()
  let taken: readonly Taken[] = []

  const inTime = ({ since, until }: Armed, at: Instant): boolean => at >= since && at < until
  /** What is over is forgotten, whoever asks. */
  const tidy = (): void => {
    const now = clock.now()
    for (const [register, armed] of waiting) if (now >= armed.until) waiting.delete(register)
    taken = taken.filter(({ at }) => now - at < REMEMBERED_MS)
  }

  return {
    arm(register, armed) {
      tidy()
      const until = instant(Math.min(armed.until, armed.since + WINDOW_MS))
      waiting.set(register, { ...armed, until })
      taken = taken.filter((of) => of.register !== register)
    },
    drop: (register) => void waiting.delete(register),
    armed(register) {
      tidy()
      return waiting.get(register)
    },
    take(register, entry, at) {
      const before = taken.find((of) => of.entry === entry)
      if (before) return before.armed.buyer
      const armed = waiting.get(register)
      // Judged by the moment the receipt was heard: one that waited for the key or the disk is not somebody else's.
      if (!armed || !inTime(armed, at)) return undefined
      waiting.delete(register)
      taken = [...taken.filter((of) => of.register !== register), { register, entry, at, armed }]
      return armed.buyer
    },
    giveBack(entry) {
      const of = taken.find((one) => one.entry === entry)
      if (!of) return
      taken = taken.filter((one) => one !== of)
      if (!waiting.has(of.register) && inTime(of.armed, clock.now())) waiting.set(of.register, of.armed)
    },
    taken(register) {
      tidy()
      const of = taken.find((one) => one.register === register)
      return of && { entry: of.entry, at: of.at }
    },
  }
}
