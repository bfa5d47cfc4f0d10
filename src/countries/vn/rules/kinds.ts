import Type, { type Static, type TSchema } from 'typebox'
import Value from 'typebox/value'

/** What the value of a table may be: how it is read from an imported row, and how it is shown. */
export interface Kind<T> {
  /** Undefined: no possible value. */
  read(value: unknown): T | undefined
  show(value: T): string
}

export const strict = { additionalProperties: false }

/** A value that is in memory what it is in JSON. */
export const plain = <S extends TSchema>(
  schema: S,
  show: (value: Static<S>) => string,
  sound: (value: Static<S>) => boolean = () => true,
) => ({
  read: (value: unknown): Static<S> | undefined =>
    Value.Check(schema, value) && sound(value as Static<S>) ? (value as Static<S>) : undefined,
  show,
})

export const Words = Type.String({ minLength: 1, maxLength: 500 })

export const text: Kind<string> = plain(Words, (value) => value)

/** Words of the law with places to fill: all of them, and no others. */
export const legend = (...places: readonly string[]): Kind<string> =>
  plain(
    Words,
    (value) => value,
    (value) =>
      [...value.matchAll(/\{(\w+)\}/g)]
        .map((m) => m[1])
        .sort()
        .join() === [...places].sort().join(),
  )

export const version: Kind<string> = plain(
  Type.String({ pattern: '^[0-9]{1,2}([.][0-9]{1,3}){1,3}$', maxLength: 6 }),
  (value) => value,
)

/** The two messages that may carry a notice of errors (einvoice-format 10). */
export const noticeMessage: Kind<300 | 303> = plain(Type.Union([Type.Literal(300), Type.Literal(303)]), String)

/** A VAT code as the document spells it. */
export const rate: Kind<string> = plain(
  Type.String({ pattern: '^(0%|5%|8%|10%|KCT|KKKNT|KHAC:[0-9]{1,2}([.][0-9]{1,2})?%)$' }),
  (value) => value,
)

/** A pattern for a whole text: anchored, without alternatives that run away. Compiled once. */
export const pattern: Kind<RegExp> = {
  read(value) {
    if (typeof value !== 'string' || !/^\^[A-Za-z0-9[\](){}\\,?|-]{1,80}\$$/.test(value)) return undefined
    try {
      return new RegExp(value)
    } catch {
      return undefined
    }
  },
  show: (value) => value.source,
}

export const count = (most: number): Kind<number> => plain(Type.Integer({ minimum: 0, maximum: most }), String)

/** Whole đồng; a number in JSON. */
export const money: Kind<bigint> = {
  read: (value) => (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? BigInt(value) : undefined),
  show: String,
}

/** Hundredths of a percent: 1.5 % = 150n. */
export const hundredths = (percent: number): bigint => BigInt(Math.round(percent * 100))
export const percent = (of: bigint): string => `${String(Number(of) / 100)}%`

/** A household's share of its revenue, in hundredths of a percent. */
export interface Shares {
  readonly vat: bigint
  readonly pit: bigint
}
export const Percent = Type.Number({ minimum: 0, maximum: 100, multipleOf: 0.01 })
const SharesFile = Type.Object({ vat: Percent, pit: Percent }, strict)
export const shares: Kind<Shares> = {
  read: (value) => (Value.Check(SharesFile, value) ? { vat: hundredths(value.vat), pit: hundredths(value.pit) } : undefined),
  show: ({ vat, pit }) => `GTGT ${percent(vat)} · TNCN ${percent(pit)}`,
}

const TitlesFile = Type.Object({ document: Words, printed: Type.Array(Words, { minItems: 1, maxItems: 4 }) }, strict)
/** `THDon`, and the title as printed, one line each. */
export type Titles = { readonly document: string; readonly printed: readonly string[] }
export const titles: Kind<Titles> = plain(TitlesFile, ({ printed }) => printed.join(' '))

/** Days of a year that are no working days beside Saturday and Sunday. */
const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })
export const days: Kind<readonly string[]> = plain(Type.Array(Day, { maxItems: 60 }), (value) => value.join(' '))

/** Steps of a gauge, in percent of its threshold. */
export const steps: Kind<readonly number[]> = plain(
  Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), { minItems: 1, maxItems: 10 }),
  (value) => value.map((step) => `${step}%`).join(' / '),
  (value) => value.every((step, i) => i === 0 || step > (value[i - 1] ?? 0)),
)
