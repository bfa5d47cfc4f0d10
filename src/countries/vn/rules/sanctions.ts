import Type from 'typebox'
import Value from 'typebox/value'
import type { CivilDate } from '../../../domain/time.ts'
import { type Dated, inForce, since } from './dated.ts'
import { type Kind, strict } from './kinds.ts'

/** A fine by the number of cases or of working days late, in đồng for organisations (R-100, R-101). */
export interface Band {
  readonly atLeast: number
  /** Both absent: a warning only. */
  readonly from?: bigint
  readonly to?: bigint
}

const BandsFile = Type.Array(
  Type.Object(
    {
      atLeast: Type.Integer({ minimum: 1 }),
      from: Type.Optional(Type.Integer({ minimum: 0 })),
      to: Type.Optional(Type.Integer({ minimum: 0 })),
    },
    strict,
  ),
  { minItems: 1, maxItems: 20 },
)

export const bands: Kind<readonly Band[]> = {
  read(value) {
    if (!Value.Check(BandsFile, value)) return undefined
    const rising = value.every(({ atLeast, from, to }, i) => {
      const inOrder = i === 0 ? atLeast === 1 : atLeast > (value[i - 1]?.atLeast ?? 0)
      return inOrder && (from === undefined) === (to === undefined) && (from ?? 0) <= (to ?? 0)
    })
    if (!rising) return undefined
    return value.map(({ atLeast, from, to }) => ({
      atLeast,
      ...(from === undefined || to === undefined ? {} : { from: BigInt(from), to: BigInt(to) }),
    }))
  },
  show: (value) => value.map(shown).join(' · '),
}

const shown = ({ atLeast, from, to }: Band): string =>
  `≥ ${atLeast}: ${from === undefined || to === undefined ? 'cảnh cáo' : `${from} - ${to}`}`

const fine = (
  article: string,
  ...steps: readonly (readonly [atLeast: number, from?: number, to?: number])[]
): readonly Dated<readonly Band[]>[] => [
  since(
    '2026-01-16',
    `NĐ 125/2020, ${article} (sửa bởi NĐ 310/2025)`,
    steps.map(([atLeast, from, to]) => ({
      atLeast,
      ...(from === undefined || to === undefined ? {} : { from: million(from), to: million(to) }),
    })),
  ),
]
const million = (of: number): bigint => BigInt(Math.round(of * 10)) * 100_000n

/** What a violation costs, by how often or how late. Alarms quote it (R-101); nothing is ever computed from it. */
export const FINES = {
  'fine.moment': fine('Điều 24.2', [1, 0.5, 1.5], [2, 2, 5], [10, 5, 15], [20, 15, 30], [50, 30, 50], [100, 50, 70]),
  'fine.moment.gift': fine('Điều 24.2', [1], [2, 0.5, 1.5], [10, 2, 5], [50, 5, 15], [100, 15, 30]),
  'fine.notIssued': fine('Điều 24.3', [1, 1, 2], [2, 2, 10], [10, 10, 30], [20, 30, 50], [50, 60, 80]),
  'fine.notIssued.gift': fine('Điều 24.3', [1], [2, 1, 2], [10, 2, 10], [50, 10, 30], [100, 30, 50]),
  'fine.order': fine('Điều 24.4.b', [1, 4, 8]),
  'fine.type': fine('Điều 24.4.d', [1, 4, 8]),
  'fine.notAccepted': fine('Điều 24.4.đ, e', [1, 4, 8]),
  'fine.notConnected': fine('Điều 24.4.g', [1, 4, 8]),
  'fine.late': fine('Điều 30', [1, 2, 5], [6, 5, 8], [11, 10, 20]),
  'fine.notice': fine('Điều 29', [1, 1, 3], [11, 2, 4], [21, 4, 8], [91, 5, 15]),
  'fine.lost': fine('Điều 26.4', [1, 5, 10]),
  'fine.lost.unreported': fine('Điều 25', [1, 4, 8]),
  'fine.illegal': fine('Điều 28', [1, 20, 50]),
} as const

/**
 * The fine for `count` cases or working days on that day; households pay half (R-100). Undefined: none is written.
 */
export function fineOf(
  rows: readonly Dated<readonly Band[]>[],
  on: CivilDate,
  count: number,
  form: 1 | 2,
): { readonly band: Band; readonly source: string } | undefined {
  const row = inForce(rows, on)
  const band = row?.value.findLast(({ atLeast }) => atLeast <= count)
  if (!row || !band) return undefined
  const { atLeast, from, to } = band
  const share = form === 2 ? 2n : 1n
  const halved = from === undefined || to === undefined ? {} : { from: from / share, to: to / share }
  return { band: { atLeast, ...halved }, source: row.source }
}
