import Type from 'typebox'
import Value from 'typebox/value'
import { during, since } from './dated.ts'
import type { Kind } from './kinds.ts'
import { hundredths, Percent, percent, type Shares, strict } from './kinds.ts'

const VAT_LAW = 'Luật 48/2024/QH15'
const CUT_LAW = 'NQ 204/2025/QH15, NĐ 174/2025'

/**
 * VAT codes by the name a shop configures them under, and what that name means on a day. The reduced rate is the
 * standard rate again after its window: nobody edits a rate to do it.
 */
export const VAT = {
  'rate.0': [since('2022-07-01', VAT_LAW, '0%')],
  'rate.5': [since('2022-07-01', VAT_LAW, '5%')],
  'rate.8': [during('2025-07-01', '2026-12-31', CUT_LAW, '8%'), since('2027-01-01', VAT_LAW, '10%')],
  'rate.10': [since('2022-07-01', VAT_LAW, '10%')],
  'rate.KCT': [since('2022-07-01', VAT_LAW, 'KCT')],
  'rate.KKKNT': [since('2022-07-01', VAT_LAW, 'KKKNT')],
} as const

const share = (vat: number, pit: number): readonly [ReturnType<typeof since<Shares>>] => [
  since('2026-01-01', 'Luật 48/2024/QH15, Điều 12.2; Luật 109/2025/QH15, Điều 7.3', {
    vat: hundredths(vat),
    pit: hundredths(pit),
  }),
]

/** Tax of a household in percent of its revenue, by industry group. */
export const HOUSEHOLD = {
  'household.goods': share(1, 0.5),
  'household.services': share(5, 2),
  'household.leasing': share(5, 5),
  'household.production': share(3, 1.5),
  'household.digital': share(5, 5),
  'household.other': share(2, 1),
} as const

/** Percent taken off the VAT percentage of a household while the 8 % holds. */
export const CUT = [during('2025-07-01', '2026-12-31', CUT_LAW, 20)]

/** Yearly revenue from which a household must use invoices, and from which its income is taxed. */
export const THRESHOLDS = {
  'threshold.household': [
    during('2025-06-01', '2025-12-31', 'NĐ 70/2025', 1_000_000_000n),
    since('2026-01-01', 'NĐ 254/2026, Điều 6.1.đ; NĐ 141/2026, Điều 1.2', 1_000_000_000n),
  ],
  'threshold.income': [since('2026-01-01', 'NĐ 68/2026, Điều 3-4', 3_000_000_000n)],
} as const

/** Warned at these shares of a threshold, in percent. */
export const STEPS = [since('2022-07-01', 'R-011', [70, 90, 100])]
/** Days to register in, from the last day of the tax period in which it was passed. */
export const REGISTER_DAYS = [since('2026-01-01', 'NĐ 254/2026, Điều 6.1.đ', 30)]
/** Paid in cash from here on, a business buyer loses his deduction. */
export const CASH_HINT = [since('2025-07-01', 'Luật 48/2024/QH15, NĐ 181/2025', 5_000_000n)]

/** Hundredths of a percent of a household's income from a yearly revenue on. */
export interface Tier {
  readonly above: bigint
  readonly income: bigint
}
const TiersFile = Type.Array(Type.Object({ above: Type.Integer({ minimum: 0 }), income: Percent }, strict), {
  minItems: 1,
  maxItems: 10,
})
export const tiers: Kind<readonly Tier[]> = {
  read: (value) =>
    Value.Check(TiersFile, value) && value.every(({ above }, i) => i === 0 || above > (value[i - 1]?.above ?? 0))
      ? value.map(({ above, income }) => ({ above: BigInt(above), income: hundredths(income) }))
      : undefined,
  show: (value) => value.map(({ above, income }) => `> ${above}: ${percent(income)}`).join(' · '),
}
export const TIERS = [
  since('2026-01-01', 'NĐ 68/2026, Điều 3-4, 8', [
    { above: 1_000_000_000n, income: hundredths(15) },
    { above: 3_000_000_000n, income: hundredths(17) },
    { above: 50_000_000_000n, income: hundredths(20) },
  ]),
]
