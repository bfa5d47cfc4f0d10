import { inForce, type RuleName, type Rules } from './countries/vn/rules.ts'
import type { Shop } from './domain/shop.ts'
import type { CivilDate } from './domain/time.ts'

/** What reports and printed invoices ask of the dated rules that count now: titles, a household's percentages, its thresholds. */
export const reportLaw = (current: () => Rules, shop: Pick<Shop, 'cut'>) => ({
  /** One line each; none for a form this law does not know. */
  titleOf: (form: number, on: CivilDate): readonly string[] =>
    (form === 1 || form === 2 ? inForce(current()[`title.${form}`], on)?.value.printed : undefined) ?? [],
  /** Hundredths of a percent; the cut of that day is taken off where the shop gives it. */
  share: (industry: string, on: CivilDate): { readonly vat: bigint; readonly pit: bigint } | undefined => {
    const name = `household.${industry}`
    const shares = isHousehold(name) ? inForce(current()[name], on)?.value : undefined
    const cut = (shop.cut ?? 'off') === 'off' ? 0 : (inForce(current().cut, on)?.value ?? 0)
    return shares && { vat: (shares.vat * BigInt(100 - cut)) / 100n, pit: shares.pit }
  },
  thresholds: (on: CivilDate): readonly bigint[] =>
    (['threshold.household', 'threshold.income'] as const).flatMap((name) => inForce(current()[name], on)?.value ?? []),
})

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
