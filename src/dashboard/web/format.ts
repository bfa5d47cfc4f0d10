/** `1.659.042`: money as people in Vietnam write it, from the string the box sent. */
export const grouped = (amount: string): string => amount.replace(/\B(?=(\d{3})+$)/g, '.')

/** Thousands of đồng for an axis, rounded half up; only for drawing. */
export const thousands = (amount: string): number => Number((BigInt(amount) + 500n) / 1000n)

const OFFSET = 7 * 3_600_000
/** Vietnamese civil time, whatever the zone of the viewer. */
const civil = (at: number): string => new Date(at + OFFSET).toISOString()

export const clockTime = (at: number): string => civil(at).slice(11, 19)
export const shortTime = (at: number): string => civil(at).slice(11, 16)
export const dayOf = (at: number): string => civil(at).slice(0, 10)
export const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)
/** 1 Monday ... 7 Sunday */
export const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7
export const hourOf = (at: number): number => Number(civil(at).slice(11, 13))
export const midnightAfter = (at: number): number => Date.parse(`${dayOf(at)}T24:00:00+07:00`)
/** `14:32:08,021` out of an instant of a fact, which is civil time already. */
export const factClock = (at: string): string => at.slice(11, 23).replace('.', ',')
export const shownDate = (day: string): string => day.split('-').reverse().join('/')

/** Coverage rounded down to a tenth: 99,96 % is never shown as 100 %. */
export function percentDown(part: number, whole: number): string {
  const tenths = Math.floor((part * 1000) / whole)
  return tenths % 10 === 0 ? String(tenths / 10) : `${Math.floor(tenths / 10)},${tenths % 10}`
}

/** Decimal with a comma, thousands with dots: `1.234,5`. */
export const quantity = (value: string): string => {
  const [whole = '', rest] = value.split('.')
  return rest === undefined ? grouped(whole) : `${grouped(whole)},${rest}`
}
