import { asCivilDate, civilTime, readTime } from '../../src/domain/time.ts'

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?\s*(Z|[+-]\d{2}:?\d{2})?)?$/
const VIETNAMESE = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ ,T]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?$/
const REVERSED = /^(\d{1,2})[:h](\d{2})(?::(\d{2}))?[ ,]+(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})$/
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[ T]?(\d{2})(\d{2})(\d{2})?)?$/

/**
 * A moment as the source writes it, in local time as a receipt would print it: `2025-03-15T09:41` (seconds where given),
 * or the day alone. Day first where the year is not (9.3); a zone is turned into Vietnamese time (R-004).
 * Undefined: it cannot exist.
 */
export function readMoment(text: string): string | undefined {
  const said = text.trim()
  const turned = REVERSED.exec(said)
  if (turned) return readMoment(`${turned[4]} ${turned[1]}:${turned[2]}${turned[3] === undefined ? '' : `:${turned[3]}`}`)
  const iso = ISO.exec(said) ?? COMPACT.exec(said)
  if (iso) {
    const [, year = '', month = '', day = '', hour, minute, second, zone] = iso
    const at = moment(`${year}-${month}-${day}`, hour, minute, second)
    return at === undefined || zone === undefined ? at : zoned(at, zone)
  }
  const [, day = '', month = '', year = '', hour, minute, second] = VIETNAMESE.exec(said) ?? []
  const full = year.length === 2 ? `20${year}` : year
  return year === '' ? undefined : moment(`${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`, hour, minute, second)
}

function moment(date: string, hour: string | undefined, minute = '', second?: string): string | undefined {
  if (asCivilDate(date) === undefined || date < '2000' || date >= '2100') return undefined
  if (hour === undefined) return date
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined
  return `${date}T${hour.padStart(2, '0')}:${minute}${second === undefined ? '' : `:${second}`}`
}

function zoned(at: string, zone: string): string | undefined {
  if (!at.includes('T')) return at
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  const instant = readTime(`${at}${offset}`)
  return Number.isNaN(instant) ? undefined : civilTime(instant).slice(0, at.length)
}
