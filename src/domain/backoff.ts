/** Waiting before try `attempt` (1, 2, 3 ...): exponential with full jitter, capped. Pure; `random` in [0, 1). */
export function backoff(attempt: number, random: number, { first = 1_000, cap = 300_000 } = {}): number {
  const ceiling = Math.min(cap, first * 2 ** Math.min(attempt - 1, 30))
  return Math.round(ceiling / 2 + (random * ceiling) / 2)
}
