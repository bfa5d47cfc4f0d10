import { fold } from '../../src/domain/fold.ts'
import type { Kind, PaymentMethod } from '../../src/domain/receipt.ts'

/** What point-of-sale software calls the state of an order, folded (register-capture 6.1, 8.5). Only a paid one is a sale. */
const KINDS: Readonly<Record<string, Kind>> = {
  ...all(
    'sale',
    'paid, sale, completed, complete, done, success, closed, finished, da thanh toan, hoan thanh, hoan tat, ban hang, thanh cong',
  ),
  ...all('void', 'void, voided, cancelled, canceled, cancel, deleted, huy, da huy, bi huy, xoa'),
  ...all('refund', 'refund, refunded, return, returned, tra hang, da tra hang, hoan tien, da hoan tien, hoan tra, doi tra'),
  ...all(
    'provisional',
    'provisional, pending, open, opened, unpaid, draft, new, processing, tam tinh, chua thanh toan, dang phuc vu, dang xu ly, moi, nhap',
  ),
  ...all('training', 'training, test mode, dao tao, tap huan'),
  ...all('test', 'test, thu'),
  ...all('kitchen', 'kitchen, bep, order, goi mon'),
  ...all('reprint', 'reprint, copy, duplicate, ban sao, in lai'),
  ...all('report', 'report, z, x, bao cao, ket ca, chot ca'),
  ...all('no-sale', 'no-sale, no sale, mo ket'),
  ...all('delivery', 'delivery, giao hang, dang giao'),
  ...all('cash-move', 'cash-move, phieu thu, phieu chi'),
}

function all(kind: Kind, words: string): Record<string, Kind> {
  return Object.fromEntries(words.split(', ').map((word) => [word, kind]))
}

export const kindOf = (status: string, own: Readonly<Record<string, Kind>> = {}): Kind | undefined => {
  const asked = fold(status)
  const [, mine] = Object.entries(own).find(([word]) => fold(word) === asked) ?? []
  return mine ?? (Object.hasOwn(KINDS, asked) ? KINDS[asked] : undefined)
}

const METHODS: readonly (readonly [PaymentMethod, RegExp])[] = [
  ['wallet', /\b(?:momo|zalo ?pay|vnpay|shopee ?pay|wallet|vi dien tu)\b/],
  ['transfer', /\b(?:chuyen khoan|ck|transfer|vietqr|qr|bank|ngan hang)\b/],
  ['card', /\b(?:the|card|visa|master|napas|jcb|atm|pos|quet the)\b/],
  ['voucher', /\b(?:voucher|phieu qua tang|diem|points|coupon)\b/],
  ['credit', /\b(?:cong no|ghi no|no|credit|debt)\b/],
  ['cash', /\b(?:tien mat|cash|tm)\b/],
]

export const methodOf = (text: string): PaymentMethod => {
  const asked = fold(text)
  return METHODS.find(([, pattern]) => pattern.test(asked))?.[0] ?? 'other'
}

/** `8`, `8%`, `8.0 %`, `KCT`: as a receipt carries it; undefined for anything else. */
export function rateOf(text: string): string | undefined {
  const asked = fold(text).replace(/\s/g, '')
  if (asked === 'kct' || asked === 'khongchiuthue') return 'KCT'
  if (asked === 'kkknt') return 'KKKNT'
  const m = /^(\d{1,2})(?:[.,](\d{1,2}))?%?$/.exec(asked)
  if (!m) return undefined
  const decimals = (m[2] ?? '').replace(/0+$/, '')
  const whole = String(Number(m[1]))
  // 0.08 is a rate as a share; it is not silently taken for eight hundredths of a percent.
  return decimals === '' ? whole : whole === '0' ? undefined : `${whole}.${decimals}`
}
