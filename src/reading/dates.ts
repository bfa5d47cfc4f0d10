import { asCivilDate } from '../domain/time.ts'
import { key } from './fold.ts'
import { type Line, oncePerLine } from './line.ts'

type What = 'out' | 'in' | 'printed' | 'date'

interface Stamp {
  readonly what: What
  readonly date?: string
  readonly time?: string
}

export interface Dates {
  /** `2025-03-15T09:41`, with seconds where printed. */
  readonly issuedAt?: string
  /** A date or time as printed that cannot exist. */
  readonly impossible?: string
}

const DATE = /(?<![\d/.-])(\d{1,2}|\d{4})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])/g
const TIME = /(?<![\d:])(\d{1,2})[:h](\d{2})(?::(\d{2}))?(?![\d:])(?: ?([AaPp])\.?[Mm]\b)?/g
const MAY = /\d th[aá]ng |\d[/.-]\d{1,2}[/.-]\d|\d[:h]\d\d/

/**
 * When the buyer paid, as printed: closing time before receipt date before opening time, print time last
 * (register-capture 9.3). Day first, two-digit years are 20yy.
 */
export function readDates(lines: readonly Line[]): Dates {
  const stamps: Stamp[] = []
  let impossible: string | undefined
  for (const line of lines) {
    if (!mayDate(line)) continue
    const found = stampsOf(line)
    stamps.push(...found.stamps)
    impossible ??= found.impossible
  }
  const issuedAt = choose(stamps)
  return { ...(issuedAt === undefined ? {} : { issuedAt }), ...(impossible === undefined ? {} : { impossible }) }
}

const mayDate = oncePerLine((line) => !line.rule && MAY.test(line.text))
export const hasDate = (line: Line): boolean => mayDate(line) && stampsOf(line).stamps.length > 0

/** `(10:05 - 11:20)`: from, until. */
const UNTIL = /^ *(?:[-–>→]+|đến|den) *$/
const WRITTEN = /(\d{1,2}) th[aá]ng (\d{1,2}) n[aă]m (\d{4})/i

const stampsOf = oncePerLine((line): { readonly stamps: readonly Stamp[]; readonly impossible?: string } => {
  const text = line.text.replace(WRITTEN, '$1/$2/$3')
  const stamps: Stamp[] = []
  let impossible: string | undefined
  const marks: { readonly at: number; readonly end: number; readonly date?: string; readonly time?: string }[] = []
  const labelled = /^(?:ngay|date|gio|time|in luc|ra|vao)\b/.test(key(text))
  const timed = text.search(TIME) >= 0
  for (const m of text.matchAll(DATE)) {
    const date = civil(m[1] ?? '', m[3] ?? '', m[4] ?? '')
    // An address holds figures with slashes too (12/34/56 Lê Lợi): a short year counts only beside a label or a time.
    if (m[4]?.length === 2 && m[1]?.length !== 4 && !labelled && !timed) continue
    if (date === undefined) impossible ??= m[0]
    else marks.push({ at: m.index, end: m.index + m[0].length, date })
  }
  for (const m of text.matchAll(TIME)) {
    const time = clockTime(m[1] ?? '', m[2] ?? '', m[3], m[4])
    if (time === undefined) {
      if (labelled || marks.length > 0) impossible ??= m[0]
    } else marks.push({ at: m.index, end: m.index + m[0].length, time })
  }
  marks.sort((a, b) => a.at - b.at)
  let end = 0
  for (const mark of marks) {
    const between = text.slice(end, mark.at)
    const before = key(between)
    const last = stamps.at(-1)
    if (last && (before === '' || (before === 'gio' && last.what === 'date')) && joins(last, mark))
      stamps[stamps.length - 1] = { ...last, ...pick(mark) }
    else stamps.push({ what: UNTIL.test(between) && last?.time ? 'out' : whatOf(before), ...pick(mark) })
    end = mark.end
  }
  return { stamps, ...(impossible === undefined ? {} : { impossible }) }
})

const pick = (mark: { date?: string; time?: string }): { date?: string; time?: string } => ({
  ...(mark.date === undefined ? {} : { date: mark.date }),
  ...(mark.time === undefined ? {} : { time: mark.time }),
})
const joins = (last: Stamp, mark: { date?: string; time?: string }): boolean =>
  (last.date === undefined && mark.date !== undefined) || (last.time === undefined && mark.time !== undefined)

const whatOf = (label: string): What =>
  /(?:^| )(?:in luc|ngay in|gio in|print(?:ed)?)$/.test(label)
    ? 'printed'
    : /(?:^| )(?:ra|thanh toan|ket thuc|check ?out|out)$/.test(label)
      ? 'out'
      : /(?:^| )(?:vao|bat dau|check ?in|in)$/.test(label)
        ? 'in'
        : 'date'

function choose(stamps: readonly Stamp[]): string | undefined {
  const day = stamps.find((s) => s.date && s.what === 'date') ?? stamps.find((s) => s.date && s.what !== 'printed')
  const date = day?.date
  for (const what of ['out', 'date', 'in', 'printed'] as const) {
    const stamp = stamps.find((s) => s.what === what && s.time !== undefined && (s.date ?? date) !== undefined)
    if (stamp) return `${stamp.date ?? date}T${stamp.time}`
  }
  return undefined
}

function civil(first: string, month: string, last: string): string | undefined {
  const [day, year] = first.length === 4 ? [last, first] : [first, last]
  const full = year.length === 2 ? `20${year}` : year
  const text = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return full >= '2000' && full < '2100' && day.length <= 2 ? asCivilDate(text) : undefined
}

function clockTime(hour: string, minute: string, second: string | undefined, half: string | undefined): string | undefined {
  const afternoon = half?.toLowerCase() === 'p'
  const h = half === undefined ? Number(hour) : (Number(hour) % 12) + (afternoon ? 12 : 0)
  if (h > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined
  return `${String(h).padStart(2, '0')}:${minute}${second === undefined ? '' : `:${second}`}`
}
