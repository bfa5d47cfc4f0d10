import { burdenOf } from './countries/vn/household.ts'
import { inForce, type RuleName, type Rules } from './countries/vn/rules.ts'
import type { SaleLine } from './domain/sale.ts'
import type { Shop } from './domain/shop.ts'
import type { CivilDate } from './domain/time.ts'

/** What reports and printed invoices ask of the dated rules that count now: titles, a household's percentages, its thresholds. */
export const reportLaw = (current: () => Rules, shop: Pick<Shop, 'cut' | 'rates'>) => ({
  /** One line each; none for a form this law does not know. */
  titleOf: (form: number, on: CivilDate): readonly string[] =>
    (form === 1 || form === 2 ? inForce(current()[`title.${form}`], on)?.value.printed : undefined) ?? [],
  /**
   * Hundredths of a percent of revenue; `off`: what the cut of that day takes off the price, where the shop gives it and the
   * line bears it (R-063, R-065). Without a line: of what bears it.
   */
  share: (industry: string, on: CivilDate, line?: Pick<SaleLine, 'name' | 'code'>): Share | undefined => {
    const name = `household.${industry}`
    const shares = isHousehold(name) ? inForce(current()[name], on)?.value : undefined
    if (!shares) return undefined
    const { vat, pit } = shares
    const burden = line ? burdenOf(line, shop, on, current()) : 'reduced'
    if (burden === 'none') return { vat: 0n, pit, off: 0n }
    const given = burden === 'reduced' && (shop.cut ?? 'off') !== 'off'
    const off = given ? (vat * BigInt(inForce(current().cut, on)?.value ?? 0)) / 100n : 0n
    return { vat: vat - off, pit, off }
  },
  thresholds: (on: CivilDate): readonly bigint[] =>
    (['threshold.household', 'threshold.income'] as const).flatMap((name) => inForce(current()[name], on)?.value ?? []),
})

interface Share {
  readonly vat: bigint
  readonly pit: bigint
  readonly off: bigint
}

type Household = Extract<RuleName, `household.${string}`>
const HOUSEHOLDS: Readonly<Record<Household, true>> = {
  'household.goods': true,
  'household.services': true,
  'household.leasing': true,
  'household.production': true,
  'household.digital': true,
  'household.other': true,
}
const isHousehold = (name: string): name is Household => Object.hasOwn(HOUSEHOLDS, name)
