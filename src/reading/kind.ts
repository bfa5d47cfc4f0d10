import type { Kind } from '../domain/receipt.ts'
import type { Line } from './line.ts'

/** `void-before-payment` is a dish taken off a bill that was never paid: nothing was sold. */
export type Title = Kind | 'void-before-payment'

/**
 * Titles by kind, folded. The order is the rule: negative titles come first, because HÓA ĐƠN TẠM TÍNH contains HÓA ĐƠN
 * (register-capture 6.2).
 */
const TITLES: readonly (readonly [Title, RegExp])[] = [
  [
    'test',
    /^(?:self ?test|test print|printer test|test page|trang in thu|in thu|print test|hello world|kiem tra may in|printer status|test)\b/,
  ],
  [
    'training',
    /^(?:che do )?(?:training|dao tao|huan luyen|tap huan|hoc viec)(?: mode)?$|\b(?:training mode|hoa don tap huan|che do (?:dao tao|hoc))\b/,
  ],
  [
    'report',
    /^(?:bao cao|ket ca|chot ca|ket ngay|chot ngay|doanh thu|[xz] ?report|z out|tong ket|ban giao ca|giao ca|shift report|end of day|daily report|phieu (?:ket|chot|giao) ca)\b/,
  ],
  ['no-sale', /^(?:no sale|mo ket|mo ngan keo|khong ban(?: hang)?|open drawer|ns)$/],
  [
    'kitchen',
    /^(?:phieu|order|in) (?:bep|bar|che bien|pha che|goi mon|order|yeu cau che bien|bao che bien|lam mon)\b|^(?:bep|bar|order|kitchen|kitchen order|kot|tem mon)$/,
  ],
  [
    'provisional',
    /^(?:phieu |hoa don |bill |don |ban )?(?:tam tinh|tam thu|pro ?forma|provisional|pre ?bill)\b|^hoa don thanh toan tam|^phieu (?:kiem|tam)\b|\btam tinh$/,
  ],
  ['reprint', /\b(?:ban sao|in lai|duplicate|reprint|re print|lien 2|lien hai|ban copy|merchant copy)\b|^(?:copy|hoa don copy)$/],
  ['void-before-payment', /^(?:phieu |bao )?huy (?:mon|order|goi mon|che bien)\b/],
  // Huy is also a first name, so a shop called HUY HOÀNG must not cancel its sales.
  [
    'void',
    /^(?:phieu|hoa don|bill|don hang|don) (?:da )?(?:bi )?huy\b|^da (?:bi )?huy\b|^huy (?:hoa don|phieu|bill|don)\b|^(?:huy|void|voided|cancelled|canceled)$/,
  ],
  [
    'refund',
    /^(?:phieu |hoa don |don |bien lai |bill )?(?:nhap )?(?:hang )?(?:tra hang|hoan tien|doi tra|hoan tra|refund|return|doi hang|tra lai hang)\b/,
  ],
  ['cash-move', /^phieu (?:thu|chi|nop|rut)(?: tien)?(?: mat)?(?: so.*| \d+)?$|^(?:paid in|paid out|nap tien|rut tien)\b/],
  [
    'delivery',
    /^(?:phieu|lenh|bien ban) (?:giao hang|xuat kho|van chuyen|nhap kho|nhap hang|chuyen kho)\b|^(?:delivery note|packing slip|van don|phieu giao)\b/,
  ],
  [
    'sale',
    /^(?:hoa don|phieu (?:thanh toan|tinh tien|ban hang|ban le|mua hang)|bill|receipt|sales? receipt|cash receipt|tax invoice|invoice|don hang|bien lai|guest check|sales? slip)\b/,
  ],
]

const SALE_TITLE = TITLES.at(-1)?.[1] ?? /^$/
const UNPAID = /\bchua thanh toan\b/
/** Marks that also count when they stand alone under the totals. */
const STAMPED =
  /^(?:ban sao|in lai|lien 2|copy|duplicate|reprint|da huy|huy|void|hoa don (?:da )?huy|phieu (?:da )?huy|training mode)\b/

/** A title stands alone: few words, no amount, no `label: value`. */
const mayBeTitle = (line: Line): boolean =>
  !line.rule && line.words.length <= 9 && !line.tail.cells.some((c) => c.figure?.grouped) && !/:\s*\S/.test(line.text)

/** Mode letters of a register journal, before a date (register-capture 8.1). */
const MODE = /^(reg|rf|rfd|z\d?|x\d?|pgm|#\/ns|#ns|ns|trn|tr|vd) +\d{1,2}[-./]\d{1,2}[-./]\d{2,4}\b/
const MODE_KIND: Readonly<Record<string, Kind>> = {
  reg: 'sale',
  rf: 'refund',
  rfd: 'refund',
  pgm: 'test',
  '#/ns': 'no-sale',
  '#ns': 'no-sale',
  ns: 'no-sale',
  trn: 'training',
  tr: 'training',
  vd: 'void',
}

export interface Mode {
  readonly line: number
  readonly kind: Kind
}

export function findMode(lines: readonly Line[]): Mode | undefined {
  const line = lines.findIndex((l) => !l.rule && MODE.test(l.text.toLowerCase()))
  if (line < 0) return undefined
  const letters = MODE.exec(lines[line]?.text.toLowerCase() ?? '')?.[1] ?? ''
  return { line, kind: MODE_KIND[letters] ?? 'report' }
}

/** Where the first title of any kind stands, above the first amount; -1 for none. */
export function firstTitle(lines: readonly Line[]): number {
  for (const [i, line] of lines.entries()) {
    if (line.rule) continue
    if (line.tail.cells.some((c) => c.figure?.grouped)) return -1
    if ((mayBeTitle(line) && TITLES.some(([, pattern]) => pattern.test(line.key))) || saleTitled(line)) return i
  }
  return -1
}

/** The kind that the lines above the items, or a stamp under the totals, name. `unknown` when no title is met. */
export function titleOf(
  lines: readonly Line[],
  itemsAt: number,
  totalsAt: number,
): { readonly kind: Title; readonly line: number } {
  const above = lines.slice(0, itemsAt)
  const titles = above.filter(mayBeTitle)
  for (const [kind, pattern] of TITLES) {
    const line = kind === 'sale' ? above.find((l) => !l.rule && saleTitled(l)) : titles.find((l) => pattern.test(l.key))
    if (!line) continue
    // The shop's own name may hold any word; only a stamp under the totals takes a sale title back.
    const stamp = kind === 'sale' ? stampUnder(lines, totalsAt) : undefined
    return { kind: stamp ?? kind, line: lines.indexOf(line) }
  }
  return { kind: stampUnder(lines, totalsAt) ?? 'unknown', line: -1 }
}

const saleTitled = (line: Line): boolean => SALE_TITLE.test(line.key) && !line.tail.cells.some((c) => c.figure?.grouped)

/** `(Chưa thanh toán)`, `*** BẢN SAO ***`, `ĐÃ HỦY` below the figures. */
function stampUnder(lines: readonly Line[], totalsAt: number): Title | undefined {
  for (let i = totalsAt; i < lines.length; i++) {
    const line = lines[i]
    if (!line || line.rule || line.tail.cells.some((c) => c.figure?.grouped)) continue
    if (UNPAID.test(line.key)) return 'provisional'
    if (line.words.length > 6 || !STAMPED.test(line.key)) continue
    const kind = TITLES.find(([, pattern]) => pattern.test(line.key))?.[0]
    if (kind !== undefined && kind !== 'sale') return kind
  }
  return undefined
}

/** A second title under finished totals: two documents stuck together. */
export const secondTitle = (lines: readonly Line[], totalsAt: number): boolean =>
  lines.slice(totalsAt).some((l) => mayBeTitle(l) && WHOLE_TITLE.test(l.key))
const WHOLE_TITLE =
  /^(?:hoa don (?:ban hang|ban le|thanh toan|tam tinh)|phieu (?:thanh toan|tinh tien|ban hang|tam tinh|tra hang|bep))$/

const REQUEST =
  /^(?:get|post|put|head|options|connect|delete) \S+ http\/|^(?:host|user-agent|accept|content-length): |^\^xa|^size \d|^ssh-|^@pjl/
const LETTERS = /[\p{L}\p{N}\p{Zs}.,:;()%@#+=*/&'"!?<>|_-]/gu

/** Port scans, HTTP requests, label printers, noise: nothing a register printed as a receipt (register-capture 11). */
export function isChatter(lines: readonly Line[]): boolean {
  if (lines.length === 0) return true
  if (lines.some((l) => REQUEST.test(l.text.toLowerCase()))) return true
  const text = lines.map((l) => l.text).join('')
  const known = text.match(LETTERS)?.length ?? 0
  return known < text.length * 0.7 || (lines.length <= 2 && text.length <= 48)
}
