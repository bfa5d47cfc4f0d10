/** The troubles of contract section 6. */
export const MOODS = [
  'normal',
  'silent',
  'slow',
  'lost-answer',
  'twice',
  'late',
  'half-rejects',
  'rejects',
  'garbage',
  'html',
  '401',
  '429',
  '5xx',
  'reset',
  'down',
  'suspended',
] as const

export type Mood = (typeof MOODS)[number]

/** Which moods are on, each with how often it strikes; the same seed plays the same accidents. */
export interface Weather {
  set(moods: readonly string[]): void
  /** As they were set. */
  names(): readonly string[]
  /** Whether this mood strikes now; asked once per request. */
  strikes(mood: Mood): boolean
  /** The next choice of the dice. */
  choose<T>(of: readonly [T, ...T[]]): T
  bytes(count: number): Uint8Array
}

/** `reset`, or `reset:0.3` for three requests in ten. Unknown names throw: a typing error must not look like good weather. */
export function weather(moods: readonly string[], seed: number): Weather {
  const next = dice(seed)
  let names: readonly string[] = []
  let chances = new Map<Mood, number>()
  const set = (wanted: readonly string[]): void => {
    chances = new Map(wanted.map(parse))
    names = wanted
  }
  set(moods)
  return {
    set,
    names: () => names,
    strikes: (mood) => {
      const chance = chances.get(mood)
      return chance !== undefined && (chance >= 1 || next() < chance)
    },
    choose: (of) => of[Math.floor(next() * of.length)] ?? of[0],
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
  }
}

function parse(text: string): [Mood, number] {
  const [name = '', chance = '1'] = text.split(':')
  const mood = MOODS.find((known) => known === name)
  const often = Number(chance)
  if (!mood || !(often >= 0 && often <= 1)) throw new Error(`no such mood: ${text} (${MOODS.join(', ')})`)
  return [mood, often]
}

/** mulberry32: small, and the same on every machine. */
function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
