import type { Brand } from './brand.ts'

/** Milliseconds UTC since 1970. */
export type Instant = Brand<number, 'Instant'>
/** A day in Vietnamese civil time, `2026-11-21`. */
export type CivilDate = Brand<string, 'CivilDate'>

/** Legal time is UTC+7 without daylight saving. */
const OFFSET = 7 * 3_600_000

export const instant = (ms: number): Instant => ms as Instant
const DAY = 86_400_000

/** One day is spelled again and again; its name is worked out once. */
let newest = { count: Number.NaN, name: '' }

/** `2026-11-21T08:15:02.095`: civil time to the millisecond. */
function shifted(at: Instant): string {
  const count = Math.floor((at + OFFSET) / DAY)
  if (count !== newest.count) newest = { count, name: new Date(count * DAY).toISOString().slice(0, 10) }
  const ms = Math.trunc(at + OFFSET - count * DAY)
  const seconds = Math.floor(ms / 1_000)
  return `${newest.name}T${two(seconds / 3_600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${String(ms % 1_000).padStart(3, '0')}`
}
const two = (n: number): string => (n < 10 ? `0${Math.floor(n)}` : String(Math.floor(n)))

/** `2026-11-21` */
export const civilDate = (at: Instant): CivilDate => shifted(at).slice(0, 10) as CivilDate
/** `2026-11-21T08:15:02`, as documents of the authority write it: civil time, no zone. */
export const civilTime = (at: Instant): string => shifted(at).slice(0, 19)
/** `2026-11-21T08:15:02+07:00`, the issue time in facts. */
export const issueTime = (at: Instant): string => `${civilTime(at)}+07:00`
/** `2026-11-21T08:15:02.095+07:00`, always 29 characters: the instants of facts (audit-pack 1.1). */
export const factTime = (at: Instant): string => `${shifted(at).slice(0, 23)}+07:00`
/** `21/11/2026 08:15:02`, as people read it. */
export const shownTime = (at: Instant): string => {
  const t = shifted(at)
  return `${t.slice(8, 10)}/${t.slice(5, 7)}/${t.slice(0, 4)} ${t.slice(11, 19)}`
}

/** Reads what `factTime`, `issueTime` or `civilTime` wrote. NaN for anything else. */
export const readTime = (text: string): Instant => instant(Date.parse(/([+-]\d\d:\d\d|Z)$/.test(text) ? text : `${text}+07:00`))

/** The first instant of a civil day. */
export const dayStart = (day: CivilDate): Instant => instant(Date.parse(`${day}T00:00:00+07:00`))
/** The last millisecond of a civil day: the legal cut-off of R-033. */
export const dayEnd = (day: CivilDate): Instant => instant(dayStart(day) + 86_399_999)
export const nextDay = (day: CivilDate): CivilDate => civilDate(instant(dayStart(day) + 86_400_000))

/** A civil date, if it is one that exists. */
export function asCivilDate(text: string): CivilDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? undefined : (text as CivilDate)
}
