import type { PaymentMethod } from '../domain/receipt.ts'

/** What a line under the items says (register-capture 9.3). */
export type Role =
  | 'subtotal'
  | 'net'
  | 'discount'
  | 'service'
  | 'delivery'
  | 'tip'
  | 'fee'
  | 'deposit'
  | 'tax'
  | 'rounding'
  | 'total'
  | 'due'
  | 'count'
  | 'tender'
  | 'change'
  | 'info'

export interface Label {
  readonly role: Role
  /** Words after the label that only say more about it (`(3 món)`, `VND`) were all that followed. */
  readonly sure: boolean
  /** Its own words, folded: `thanh tien` decides between column and subtotal by block. */
  readonly phrase: string
}

const WORDS: Readonly<Record<Role, string>> = {
  subtotal: `tong tien hang|tien hang|cong|cong tien hang|cong tien|cong hang|tam tinh|thanh tien|subtotal|sub total|tong tien mon|tien mon
    |tong gia tri|tong hang|tong tien truoc giam|tong tien chua giam|tong thanh tien|tong truoc giam|st|sbtl|sub ttl`,
  net: `truoc thue|tien truoc thue|tong tien truoc thue|tong truoc thue|cong tien hang chua thue|tien hang chua thue|chua thue|tong chua thue
    |tien chua thue|tong tien chua thue|doanh thu chua thue|net amount|gia chua thue|thanh tien chua thue|thanh tien truoc thue
    |chua vat|tien chua vat|tong chua vat|tong tien chua vat|tien hang chua vat|truoc vat|tien truoc vat|tong truoc vat`,
  discount: `giam gia|chiet khau|ck|km|khuyen mai|voucher|giam|discount|the thanh vien|tong giam gia|tong chiet khau|tong giam|tong khuyen mai
    |tien giam|tien chiet khau|giam gia hoa don|giam gia hd|giam gia don hang|uu dai|coupon|phieu giam gia|giam gia voucher|tong ck|disc
    |km giam gia|khuyen mai giam gia|giam thanh vien|giam the thanh vien|chiet khau hd|chiet khau hoa don|ma giam gia|giam tru|tien khuyen mai|tong tien da giam|tong tien giam|tong tien giam gia`,
  service: `phi phuc vu|phi dv|phi dich vu|service|service charge|phu thu|phi pv|svc|phu phi|tien phuc vu|surcharge|service fee|phi phu thu`,
  delivery: `phi giao hang|ship|phi ship|phi van chuyen|delivery|delivery fee|shipping|tien ship|cuoc giao hang|phi giao`,
  tip: `tip|tips|tien tip|tien boa|tien bo|gratuity|tip nhan vien|tien tip nhan vien|tip cho nhan vien`,
  fee: `phi bao ve moi truong|phi moi truong|phi bvmt|le phi|phi nuoc thai`,
  // No bare 'coc': without its marks it is a cup too.
  deposit: `dat coc|tien coc|tien dat coc|da dat coc|khach dat coc|tien coc vo|tien coc vo chai|tien coc ly|tien ky cuoc|tien the chan
    |ky quy|deposit|tra truoc|thanh toan truoc|da thanh toan truoc|da tra truoc|khach tra truoc|tam ung|da tam ung|tien tam ung`,
  tax: `vat|thue gtgt|thue|tien thue|tien thue gtgt|tong thue|tong tien thue|tong thue gtgt|thue vat|tien vat|thue suat|thue suat gtgt|tax
    |trong do vat|trong do thue|trong do thue gtgt|da bao gom vat|da gom vat|gom vat|bao gom vat|tong vat|tong tien thue gtgt|vat amount
    |trong do tien thue|trong do tien thue gtgt|da gom thue|da bao gom thue|bao gom thue|da bao gom thue gtgt|bao gom thue gtgt|cong tien thue`,
  rounding: `lam tron|rounding|tien lam tron|lam tron tien`,
  total: `tong cong|tong thanh toan|tong tien|thanh toan|total|tong|grand total|tong tien thanh toan|tong cong tien thanh toan|tong tien phai tra
    |tong hoa don|tong tien hoa don|tong so tien|tong don hang|tong bill|tong cong thanh toan|cong thanh toan|total amount|tong tien can thanh toan|so tien|total payment|tl|ttl|tong sau giam|tong tien sau giam|thanh tien sau giam|tong cong sau giam|tong sau giam gia|tien sau giam
    |tong tien t toan|tong t toan|tong tien phai t toan|tong phai t toan|tong tien phai thanh toan|tong cong phai thanh toan`,
  due: `phai thanh toan|khach phai tra|khach can tra|can thanh toan|phai tra|can tra|tong phai thanh toan|so tien phai tra|so tien thanh toan
    |tien phai tra|khach can thanh toan|khach phai thanh toan|amount due|total due|balance due|so tien can thanh toan|tien phai thanh toan
    |so tien phai thanh toan|tong cong phai tra|tong phai tra|tong khach phai tra|con lai|so tien con lai|con phai tra|con phai thanh toan|khach con phai tra`,
  count: `tong so luong|tong sl|so luong|so mon|so mat hang|tong so mat hang|tong so mon|sl mat hang|tong slg|total qty|tong so sp
    |tong so san pham|so san pham|so luong mon|items|item count|tong mon|tong mat hang|total items|sl|so khoan`,
  tender: `tien khach dua|khach dua|khach tra|tien nhan|khach thanh toan|tien khach tra|da thanh toan|khach da tra|tendered|cash tendered
    |amount tendered|tien dua|nhan|da nhan|tien da nhan|tien khach|so tien khach dua|so tien khach tra|received|cash received|khach dua tien mat|tien mat khach dua|so tien nhan`,
  change: `tien thua|tien thoi|tra lai|tien tra lai|thoi lai|change|tra lai khach|tien thoi lai|tien thua tra khach|tra khach|tien tra khach
    |change due|cash change|tien thua tra lai|tien thoi khach|tra lai tien thua|cg|tien thoi lai khach|so tien thua|so tien tra lai`,
  info: `wifi|pass|password|mat khau|hotline|dt|sdt|tel|phone|dien thoai|mst|stk|so tk|tk|tai khoan|so tai khoan|diem|tong diem|diem tich luy
    |diem thuong|diem hien tai|diem hien co|ma tra cuu|ma so|ma|website|web|fanpage|facebook|zalo|email|https|http|www|ngay|gio|in luc|ngay in
    |thu ngan|nhan vien|nv|nvbh|ban|quay|khach hang|kh|ca|so ct|ma gd|ma giao dich|so gd|trace|batch|approval|appr code|tid|mid|ref|ref no
    |so hoa don|so hd|so phieu|ma hd|ma don|doi hang|ban da tiet kiem|tiet kiem|you saved|so khach|so du|ty gia|ti gia|exchange rate|binh quan|moi nguoi|moi khach|tra cuu|cam on|bang chu|giam duoc|da tiet kiem`,
}

const ROLE = new Map<string, Role>()
/** Words of the longest label that begins with a word: most lines are decided by their first. */
const LONGEST = new Map<string, number>()
for (const role of Object.keys(WORDS) as Role[])
  for (const phrase of WORDS[role].split('|').map((p) => p.trim())) {
    ROLE.set(phrase, role)
    const words = phrase.split(' ')
    const [first = ''] = words
    LONGEST.set(first, Math.max(LONGEST.get(first) ?? 0, words.length))
  }

/** Words that add nothing to a label. `chua`, `truoc`, `no` are not among them: they turn its meaning. */
const FILLER = new Set(
  `vnd vnđ dong d khach quy hang cua da co gom bao thue gtgt vat mon sp san pham mat items don hoa bill tien hoa hd nay tat ca so luong tong
  cai ly phan inclusive incl tax usd amount the thanh vien sinh nhat tren hoa le cuoi tuan dem tet ngay lai giam gia tru kh`.split(
    /\s+/,
  ),
)
/** Keys of a register, alone on their line: `ST 25` is rice. */
export const KEYS: ReadonlySet<string> = new Set(['st', 'tl', 'ttl'])
const NUMERIC = /^\d+%?$/

/** The longest known label at the start of `key`; undefined when the line begins with none. */
export function labelOf(key: string): Label | undefined {
  const blank = key.indexOf(' ')
  const longest = LONGEST.get(blank < 0 ? key : key.slice(0, blank))
  if (longest === undefined) return undefined
  const words = key.split(' ')
  for (let n = Math.min(longest, words.length); n > 0; n--) {
    const phrase = words.slice(0, n).join(' ')
    const role = ROLE.get(phrase)
    if (role) return { role, sure: words.length === n || (!KEYS.has(phrase) && saysNoMore(role, words.slice(n))), phrase }
  }
  return undefined
}

/** `Tổng cộng/Total`, `Tiền thừa (Change)`: the same said once more in another language is no other meaning. */
function saysNoMore(role: Role, rest: readonly string[]): boolean {
  const at = rest.findIndex((w) => !FILLER.has(w) && !NUMERIC.test(w))
  if (at < 0) return true
  const again = labelOf(rest.slice(at).join(' '))
  return again?.sure === true && final(again.role) === final(role)
}
const final = (role: Role): Role => (role === 'due' ? 'total' : role)

/** Short words that also begin names of goods (`Cà phê`, `Bàn chải`): they label only with a colon or a bare number. */
const EVERYDAY = new Set(['ca', 'ban', 'ma', 'nv', 'kh', 'diem', 'quay', 'nhan vien', 'ngay', 'gio', 'dt', 'pass', 'tk', 'ref'])

/** A line that says something no money follows from: phone, wifi, points, table. */
export const isInfo = (label: Label | undefined, text: string): boolean =>
  label?.role === 'info' && (label.sure || text.includes(':') || !EVERYDAY.has(label.phrase))

const METHODS: readonly (readonly [PaymentMethod, string])[] = [
  ['cash', 'tien mat|cash|tm'],
  [
    'transfer',
    'chuyen khoan|vietqr|viet qr|qr|ck|ck ngan hang|transfer|bank transfer|ngan hang|qr code|qrcode|bank|internet banking|qr pay',
  ],
  [
    'card',
    'the|visa|master|mastercard|napas|pos|card|jcb|amex|the atm|atm|credit card|debit card|the tin dung|the ngan hang|quet the|ca the',
  ],
  [
    'wallet',
    'momo|zalopay|zalo pay|vnpay|vnpay qr|shopeepay|shopee pay|vi dien tu|e wallet|vi|moca|grabpay|viettel money|viettelpay|vi momo',
  ],
  ['credit', 'room charge|charge to room|ghi vao phong|tinh vao phong|cong no|ghi no|con no|khach no|no lai'],
  [
    'voucher',
    'voucher|diem|phieu qua tang|the qua tang|gift card|tra bang diem|dung diem|su dung diem|tieu diem|doi diem|phieu mua hang|gift voucher',
  ],
]
const METHOD = new Map<string, PaymentMethod>()
for (const [method, phrases] of METHODS) for (const phrase of phrases.split('|')) METHOD.set(phrase, method)

/** `thanh toan bang`, `tt` and the like in front of a method say only that it is one. */
const PAID_BY =
  /^(?:(?:khach )?thanh toan|tt|hinh thuc|pttt|httt|phuong thuc|hinh thuc thanh toan|phuong thuc thanh toan)(?: (?:bang|qua|=))? /

/** The payment method a line begins with. Free words may follow: `Thẻ VISA ****1234`. */
export function methodOf(key: string): PaymentMethod | undefined {
  const bare = key.replace(PAID_BY, '')
  const words = bare.split(' ', 3)
  for (let n = words.length; n > 0; n--) {
    const method = METHOD.get(words.slice(0, n).join(' '))
    if (method) return method
  }
  return undefined
}

/** Rates that are words: not subject to the tax, not declared. */
export const RATE_WORD: Readonly<Record<string, string>> = {
  kct: 'KCT',
  'khong chiu thue': 'KCT',
  kkknt: 'KKKNT',
  'khong ke khai': 'KKKNT',
}
