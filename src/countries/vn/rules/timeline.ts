import type { RuleRow } from '../../../domain/country.ts'
import { type CivilDate, civilDate, dayStart, type Instant, instant } from '../../../domain/time.ts'
import { type Dated, inForce, successor } from './dated.ts'
import type { Kind } from './kinds.ts'
import { RULE_NAMES, type RuleName, type Rules, TABLES } from './tables.ts'

const show = (name: RuleName, value: unknown): string => (TABLES[name].kind as Kind<unknown>).show(value)
const rowsOf = (rules: Rules, name: RuleName): readonly Dated<unknown>[] => rules[name]

/** All dated rules, for people; one row for each validity. */
export const timeline = (rules: Rules): readonly RuleRow[] =>
  RULE_NAMES.flatMap((name) =>
    rowsOf(rules, name).map(({ from, to, value, source }) => ({
      code: name,
      from,
      ...(to ? { to } : {}),
      value: show(name, value),
      source,
    })),
  )

/** Rules whose end a shop must hear of. A legend or the name of a law goes with the rule it speaks of. */
const WATCHED = RULE_NAMES.filter((name) =>
  /^(format|cut|holidays|rate[.]|household[.]|threshold[.](household|income))/.test(name),
)

/** The day a table of yearly rows ends is the last one of all; any other ends where the next row says something else. */
function endings(rules: Rules, name: RuleName): CivilDate[] {
  const rows = rowsOf(rules, name)
  return rows.flatMap((row) => {
    const next = successor(rows, row)
    const goesOn = next && (name === 'holidays' || show(name, next.value) === show(name, row.value))
    return row.to && !goesOn ? [row.to] : []
  })
}

/** Rules whose last day lies in the `days` after `at`, and the change of the symbol's year, soonest first. */
export function changes(rules: Rules, at: Instant, days: number): { code: string; on: CivilDate }[] {
  const today = civilDate(at)
  const horizon = civilDate(instant(dayStart(today) + days * 86_400_000))
  const newYear = { code: 'symbol.year', on: `${Number(today.slice(0, 4)) + 1}-01-01` as CivilDate }
  return [...WATCHED.flatMap((code) => endings(rules, code).map((on) => ({ code, on }))), newYear]
    .filter(({ on }) => today <= on && on <= horizon)
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
}

/** What holds on a day, one row for each rule that has one. */
export const holding = (rules: Rules, on: CivilDate): readonly RuleRow[] => {
  const names = new Set<string>(RULE_NAMES.filter((name) => inForce(rowsOf(rules, name), on)))
  return timeline(rules).filter(({ code, from, to }) => names.has(code) && from <= on && (to === undefined || on <= to))
}
