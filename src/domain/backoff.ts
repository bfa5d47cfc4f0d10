/**
 * Milliseconds before try `attempt` (1, 2, 3 ...): anywhere between 0 and an exponential, capped ceiling, so that gateways
 * cut off together do not come back together (full jitter, reliability 5.9), but never sooner than a quarter of `first`:
 * chance must not make a busy loop. Pure; `random` in [0, 1).
 */
export function backoff(attempt: number, random: number, { first = 1_000, cap = 300_000 } = {}): number {
  const ceiling = Math.min(cap, first * 2 ** Math.min(attempt - 1, 30))
  return Math.max(Math.round(first / 4), Math.round(random * ceiling))
}
