import Type from 'typebox'
import Value from 'typebox/value'
import { type How, type Remedy, SITUATIONS } from '../../../domain/correction.ts'
import { during, since } from './dated.ts'
import { type Kind, strict, Words } from './kinds.ts'

const HOWS = ['replace', 'adjust', 'notify'] as const satisfies readonly How[]
const NEEDS = ['told', 'agreement', 'return-slip', 'list', 'document', 'notice-number'] as const satisfies Remedy['needs']

const RemediesFile = Type.Array(
  Type.Object(
    {
      situation: Type.Enum(SITUATIONS),
      how: Type.Enum(HOWS),
      or: Type.Optional(Type.Enum(HOWS)),
      cause: Type.Optional(Type.Integer({ minimum: 1, maximum: 14 })),
      needs: Type.Array(Type.Enum(NEEDS), { maxItems: 6 }),
      source: Words,
    },
    strict,
  ),
  { minItems: 1, maxItems: 20 },
)

export const remedies: Kind<readonly Remedy[]> = {
  read(value) {
    if (!Value.Check(RemediesFile, value)) return undefined
    const once = new Set(value.map(({ situation }) => situation)).size === value.length
    return once ? (value as readonly Remedy[]) : undefined
  },
  show: (value) => value.map(({ situation, how, or }) => `${situation}: ${or ? `${how}/${or}` : how}`).join(' · '),
}

/**
 * Causes of einvoice-format 5.5: 4 trade discount, 5 goods returned, 8 prepaid service cancelled, 14 wrong cash-register
 * invoice. 13 is for ordinary invoices: an adjustment mended by another keeps the cause of a return. `told` and `agreement`
 * together: the agreement of a business; a person need only be told (R-073).
 */
const TABLE: readonly Remedy[] = [
  { situation: 'buyer-name', how: 'notify', or: 'replace', needs: ['told'], source: 'TT 91/2026, Điều 10.1.a' },
  { situation: 'buyer-code', how: 'replace', cause: 14, needs: ['told', 'agreement'], source: 'TT 91/2026, Điều 10.1.c' },
  { situation: 'goods', how: 'replace', cause: 14, needs: ['told', 'agreement'], source: 'TT 91/2026, Điều 10.1.c' },
  { situation: 'return', how: 'adjust', cause: 5, needs: ['return-slip'], source: 'TT 91/2026, Điều 10.5.c' },
  { situation: 'undo', how: 'adjust', cause: 5, needs: ['return-slip'], source: 'TT 91/2026, Điều 10.5.c' },
  { situation: 'discount', how: 'adjust', cause: 4, needs: ['list'], source: 'TT 91/2026, Điều 10.5.b' },
  { situation: 'prepaid', how: 'adjust', cause: 8, needs: ['document'], source: 'TT 91/2026, Điều 10.5.c.4' },
  { situation: 'replaced-wrong', how: 'replace', cause: 14, needs: ['told', 'agreement'], source: 'TT 91/2026, Điều 10.6.a' },
  { situation: 'adjusted-wrong', how: 'adjust', cause: 5, needs: ['told', 'agreement'], source: 'TT 91/2026, Điều 10.6.a' },
  {
    situation: 'authority',
    how: 'notify',
    or: 'replace',
    needs: ['notice-number'],
    source: 'TT 91/2026, Điều 10, mẫu 01/TB-RSĐT',
  },
]

/** The decision table of R-086: TT91 also rules on invoices issued under the texts before it (R-001). */
export const REMEDIES = [
  during('2022-07-01', '2026-06-30', 'TT 91/2026, Điều 24.2', TABLE),
  since('2026-07-01', 'TT 91/2026, Điều 10', TABLE),
]
