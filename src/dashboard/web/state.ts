import { computed, signal } from '@preact/signals'
import type { Lang } from '../../domain/words.ts'
import type { Snapshot } from '../status.ts'
import type { LiveRow } from './facts.ts'
import { freshness, type Moment, sinceLast } from './stale.ts'

export type { Snapshot } from '../status.ts'

/** What the page knows, each thing once. */
export const role = signal<'owner' | 'officer' | 'developer' | 'nobody' | undefined>(undefined)
export const status = signal<Snapshot | undefined>(undefined)
export const rows = signal<readonly LiveRow[]>([])
export const path = signal(location.pathname + location.search)
export const tries = signal(0)
/** The book on the box is older than what this page has seen (I7). */
export const rolledBack = signal(false)

const moment = (): Moment => ({ wall: Date.now(), mono: performance.now() })
export const tick = signal(moment())
export const heard = signal<Moment>(moment())
/** Box time minus our time, so that clocks and deadlines are the box's. */
const offset = signal(0)

export const fresh = computed(() => (status.value ? freshness(sinceLast(tick.value, heard.value)) : 'late'))
export const boxNow = computed(() => tick.value.wall + offset.value)
/** When the figures were true, in box time. */
export const asOf = computed(() => heard.value.wall + offset.value)

export const beat = (): void => {
  tick.value = moment()
}

/** A message came: it is proof of life, and sets our idea of the box's clock. */
export function hear(at?: string): void {
  heard.value = moment()
  tick.value = heard.value
  if (at !== undefined) offset.value = Date.parse(at) - Date.now()
}

export const lang = signal<Lang>(localStorage.getItem('lang') === 'en' ? 'en' : 'vi')
export const dictionary = signal<Readonly<Record<string, string>>>({})

/** The text of a key. English cells may hold `one||many`, chosen by `n` (dashboard 6). */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const cell = dictionary.value[key] ?? key
  const [one = '', many = one] = cell.split('||')
  const text = String(values['n']) === '1' ? one : many
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}

/** `2 giờ 11 phút`, `40 giây`, `3 ngày`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return say('time.seconds', { n: seconds })
  if (seconds < 3600) return say('time.minutes', { n: Math.floor(seconds / 60) })
  if (seconds < 172_800) return say('time.hours', { n: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60) })
  return say('time.days', { n: Math.floor(seconds / 86_400) })
}

export function go(to: string, replace = false): void {
  if (replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  path.value = to
  if (!replace) scrollTo(0, 0)
}
