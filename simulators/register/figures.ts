import { type Decimal, formatDecimal } from '../../src/domain/decimal.ts'
import { showDong } from '../../src/domain/dong.ts'
import { type Instant, shownTime } from '../../src/domain/time.ts'

/** How a till writes amounts of đồng. */
export type Figures = (amount: bigint) => string

/** `35.000` */
export const dots: Figures = showDong
/** `35,000` */
export const commas: Figures = (amount) => showDong(amount).replaceAll('.', ',')
/** `35.000đ` */
export const marked: Figures = (amount) => `${showDong(amount)}đ`
/** `35k` where it is whole thousands. */
export const thousands: Figures = (amount) => (amount % 1_000n === 0n && amount !== 0n ? `${amount / 1_000n}k` : showDong(amount))

/** `0,535`: decimals behind a comma, as scales and pumps print them. */
export const comma = (quantity: Decimal): string => formatDecimal(quantity).replace('.', ',')

/** `21/11/2026 08:15` */
export const minute = (at: Instant): string => shownTime(at).slice(0, 16)
/** `21/11/2026 08:15:02` */
export const second = (at: Instant): string => shownTime(at)
/** `21-11-2026 08:15`, as registers print it. */
export const dashed = (at: Instant): string => minute(at).replaceAll('/', '-')
