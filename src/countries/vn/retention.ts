import type { Country } from '../../domain/country.ts'
import type { CivilDate } from '../../domain/time.ts'
import { type Rules, ruling } from './rules.ts'

const YEARS = { invoice: 'retention.years', agreement: 'retention.agreement' } as const

/** Kept for whole years from the end of the year it was made in (Decree 174/2016 art.15): it may go on a first of January. */
export const erasableFrom = (
  rules: Rules,
  what: keyof typeof YEARS,
  of: CivilDate,
): ReturnType<NonNullable<Country['erasable']>> =>
  `${Number(of.slice(0, 4)) + ruling(rules[YEARS[what]], of) + 1}-01-01` as CivilDate
