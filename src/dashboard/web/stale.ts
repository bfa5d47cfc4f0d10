/** How old the last message of the box is, and what may then be claimed (dashboard 5.3). Green is a claim about now. */
export type Freshness = 'live' | 'late' | 'stale' | 'gone'

/** Pure. Milliseconds since the last message on the feed; a HTTP answer is no message. */
export function freshness(since: number): Freshness {
  if (since <= 5_000) return 'live'
  if (since <= 15_000) return 'late'
  return since <= 600_000 ? 'stale' : 'gone'
}

/**
 * Time since `last`, each a pair of wall clock and monotonic clock. The larger counts: a page that slept overnight has a
 * monotonic clock that slept with it, and a wall clock may be set back.
 */
export const sinceLast = (now: Moment, last: Moment): number => Math.max(now.wall - last.wall, now.mono - last.mono)

export interface Moment {
  readonly wall: number
  readonly mono: number
}
