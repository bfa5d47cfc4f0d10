import type { Kind } from '../domain/receipt.ts'
import { type Line, oncePerLine } from './line.ts'

/**
 * `void-before-payment` is a dish taken off a bill that was never paid: nothing was sold. `doubtful` names something that
 * may or may not be a sale, whatever was paid.
 */
export type Title = Kind | 'void-before-payment' | 'doubtful'

/** Words that stand before the kind: `PHIẾU`, `HÓA ĐƠN`, `BILL`. */
const PAPER = '(?:phieu|hoa don|hd|bill|don hang|don|ban|bien lai|bien nhan|receipt|order)'
/** A title says no more than a number, a table, a round: `ĐỔI TRẢ TRONG 7 NGÀY` and `GIAO CÀ PHÊ TẬN NƠI` are none. */
const END = '(?= (?:(?:so|no|lan|phong|ngay|ca|quay|may|tu)\\b|ban (?:\\d|so)|\\d|[a-z]{1,3}\\d)|$)'
const title = (...forms: readonly string[]): RegExp => new RegExp(forms.map((f) => `^(?:${f})`).join('|'))
const closed = (words: string): string => `(?:${words})${END}`

/**
 * Titles by kind, folded. The order is the rule: negative titles come first, because HÓA ĐƠN TẠM TÍNH contains HÓA ĐƠN
 * (register-capture 6.2).
 */
const TITLES: readonly (readonly [Title, RegExp])[] = [
  [
    'test',
    title(
      closed(
        '(?:trang |phieu )?(?:in thu|test in)(?: may in)?|(?:printer )?self ?test|(?:printer )?test(?: print| page| receipt)?',
      ),
      closed('print test|test may in|hello world|printer status|printer test ok'),
      'kiem tra (?:may in|ket noi)\\b',
    ),
  ],
  [
    'training',
    title(
      closed('(?:che do )?(?:training|practice|demo|dao tao|huan luyen|tap huan|hoc viec|hoc|ban thu)(?: mode)?'),
      `${PAPER} (?:dao tao|tap huan|huan luyen|test|demo|thu nghiem|chay thu|ban thu)\\b`,
      'training (?:mode|receipt|bill)\\b',
      closed('(?:hoa don|phieu|bill) mau'),
    ),
  ],
  [
    'report',
    title(
      '(?:bao cao|ket ngay|chot ngay|doanh thu|tong ket|thong ke|bang ke ban hang|xep hang|top mon)\\b',
      closed('(?:phieu |bien ban )?(?:ket|chot|giao|ban giao|dong|ket thuc) ca(?: lam viec| truc| sang| chieu| toi| dem)?'),
      '[xz] ?(?:report|out|read|reading|bao cao)\\b',
      '(?:daily |monthly |hourly |item )?sales (?:report|summary)\\b|shift (?:report|close|closing|end)\\b',
      '(?:close|end) (?:shift|of (?:day|shift))\\b|(?:cashier|clerk|waiter|day|daily|shift) (?:report|summary|totals?|sales)\\b',
      closed('(?:ket|chot) (?:so|tien)|ket toan(?: ca| ngay)?|ban giao (?:tien|ket|quy)'),
      '(?:chot doanh (?:thu|so)|doanh so|bang ke (?:doanh|hoa don)|danh sach (?:hoa don|bill|mon ban)|(?:hoa don|bill) trong (?:ngay|ca))\\b',
      '(?:item sales|lich su (?:ban hang|hoa don|giao dich)|(?:mat hang|hang|mon|san pham) (?:da ban|ban ra|ban trong ngay))\\b',
      '(?:tong hop (?:ban hang|doanh|hoa don)|ban hang theo (?:mat hang|mon|nhom|nhan vien|ngay|ca|gio|thu ngan))\\b',
    ),
  ],
  [
    'no-sale',
    title(
      `(?:no sale|mo ket(?: tien)?|mo ngan keo|khong ban(?: hang)?|ns|(?:cash )?drawer open(?:ed)?|open (?:cash )?drawer)${END}`,
    ),
  ],
  [
    'void-before-payment',
    title('(?:phieu |bao )?huy (?:mon|order|goi mon|che bien)\\b', 'phieu (?:bao huy|tra mon|giam mon|bot mon)\\b'),
  ],
  [
    'kitchen',
    title(
      '(?:phieu|order|in) (?:bep|bar|che bien|pha che|goi mon|goi do|order|yeu cau che bien|bao che bien|lam mon|ra mon|len mon)\\b',
      'phieu (?:chuyen|gop|tach) (?:mon|ban|phong)\\b',
    ),
  ],
  [
    'provisional',
    title(
      `(?:${PAPER} )?(?:tam tinh|tam thu|pro ?forma|provisional|pre ?bill|draft bill)\\b`,
      `(?:phieu|hoa don|bill|don) tam${END}`,
      `${PAPER} (?:tam thanh toan|thanh toan tam|yeu cau thanh toan)\\b`,
      'phieu (?:kiem(?! (?:ket|quy|kho))|tam(?! ung)|bao gia)\\b',
      closed('bao gia|bang bao gia|quotation'),
      `${PAPER} (?:kiem tra|chua thu tien|unpaid)\\b|${PAPER} nhap${END}`,
      closed('(?:giay )?de nghi thanh toan'),
      '(?:interim|temporary|temp|preliminary) (?:bill|check|receipt)\\b|(?:this is )?not a receipt\\b',
      closed('pre ?check|estimate|draft|unpaid|not paid|ban nhap'),
      '.*\\b(?:tam tinh|chua thanh toan)$',
    ),
  ],
  [
    'reprint',
    title(
      '(?!.*\\bkhong (?:duoc )?in lai).*\\b(?:ban sao|in lai|duplicate|reprint|re print|lien (?:[2-9]|hai|ba|luu)|(?:merchant|store|shop|office) copy)\\b',
      closed('copy|copy receipt|reprinted|(?:hoa don|receipt|bill|ban) copy'),
      '(?:hoa don )?(?:ban|lien) (?:luu|cua hang|ke toan|thu ngan)(?: tai quay)?$',
    ),
  ],
  // Huy is also a first name, so a shop called HUY HOÀNG must not cancel its sales.
  [
    'void',
    title(
      '(?:phieu|hoa don|bill|don hang|don) (?:da )?(?:bi )?huy\\b',
      'da (?:bi )?huy\\b',
      '(?:phieu )?(?:huy|xoa) (?:hoa don|phieu|bill|don)\\b',
      closed('huy|huy ban|(?:void|voided|cancelled|canceled|cancel)(?: receipt| sale| bill| order| ticket| transaction)?'),
    ),
  ],
  [
    'refund',
    title(
      `(?:${PAPER} )?(?:chi )?(?:nhan |nhap )?(?:tra lai hang|tra hang|hang tra lai|hang tra|doi tra(?: hang)?|doi hang|hoan tien|hoan tra|hoan hang)(?= (?:so|no|hd|theo|tu|cho|\\d{3}|[a-z]{1,3}\\d)|$)`,
      closed('(?:sales )?(?:refund|return|exchange|credit note)(?: receipt| slip| note| bill)?'),
      closed(`khach tra(?: lai)? hang|tra lai hang ban|${PAPER} (?:hoan|tra(?: lai)?)`),
    ),
  ],
  [
    'cash-move',
    title(
      'phieu (?:thu|chi|nop|rut)(?: tien)?(?: mat)?(?: so.*| \\d+)?$',
      closed(
        '(?:phieu )?(?:nap tien|rut tien|rut ket|nop tien|nop ket|kiem ket|kiem quy|thu tien mat|chi tien mat)(?: vao ket)?',
      ),
      closed('paid in|paid out|cash in|cash out|cash drop|pay in|pay out'),
    ),
  ],
  [
    'delivery',
    title(
      '(?!.*\\bkiem (?:phieu |hoa don )?(?:ban hang|thanh toan|thu tien))(?:phieu|lenh|bien ban) (?:giao hang|giao nhan|xuat kho|van chuyen|nhap kho|nhap hang|xuat huy|xuat noi bo|xuat tra|chuyen kho|soan hang|dong goi|nhat hang)\\b',
      '(?:delivery note|packing slip|packing list|pick list|van don|phieu giao)\\b',
    ),
  ],
  // Money for goods not handed over yet, bought, owed or used by the shop, or a list of sales: a person must say what it is.
  [
    'doubtful',
    title(
      `${PAPER} (?:dat (?:hang|ban|coc|phong|truoc|mon|tiec)|coc|tam ung|nhap hang|cong no|noi bo|tiep khach)\\b`,
      closed('phieu no|(?:tieu dung|su dung|xuat) noi bo'),
      '(?:hoa don|bill) thu$',
      closed('dat coc|tien coc|deposit|tam ung|bang ke'),
    ),
  ],
  [
    'sale',
    /^(?:hoa don|phieu (?:thanh toan|tinh tien|ban hang|ban le|mua hang)|bill|receipt|sales? receipt|cash receipt|tax invoice|invoice|don hang|bien lai|sales? slip)\b/,
  ],
]

/** Words of a kitchen that a sale may carry too (`ORDER #12`, a shop called BẾP): only a paper without any price is for the kitchen. */
const KITCHEN = title(
  closed('bep(?: nong| lanh| chinh)?|bar|order|kitchen(?: order)?|kot|tem (?:mon|ly)|bao (?:che bien|bep|bar)|goi mon(?: them)?'),
)

const SALE_TITLE = TITLES.at(-1)?.[1] ?? /^$/
const UNPAID = /\bchua thanh toan\b/
/** Marks that also count when they stand alone under the totals. */
const STAMPED =
  /^(?:(?:ban (?:sao|in lai)|in lai|copy|duplicate|reprint|(?:merchant|store|shop) copy|da (?:bi )?huy|huy|void|voided|cancelled|(?:hoa don|phieu|bill) (?:da |bi )?huy|training(?: mode)?|dao tao|che do (?:dao tao|tap huan))(?: (?:hoa don|phieu))?(?: (?:so|lan))?(?: \d+)*(?: (?:boi|luc|ngay) .*)?$|lien (?:[2-9]|hai|ba|luu)\b)/

/** A title stands alone: few words, no amount, no `label: value`. */
export const mayBeTitle = oncePerLine(
  (line) => !line.rule && line.words.length <= 9 && !priced(line) && (!/:\s*\S/.test(line.text) || COPY.test(line.key)),
)
/** `LIÊN 2: Lưu` */
const COPY = /^lien (?:[2-9]|hai|ba)\b/
/** The kinds whose titles it is, in the order of the rule. */
export const kindsOf = oncePerLine((line): readonly Title[] =>
  TITLES.flatMap(([kind, pattern]) => (pattern.test(line.key) ? [kind] : [])),
)

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

const opensJournal = oncePerLine((line) => !line.rule && MODE.test(line.text.toLowerCase()))

export function findMode(lines: readonly Line[]): Mode | undefined {
  const line = lines.findIndex(opensJournal)
  if (line < 0) return undefined
  const letters = MODE.exec(lines[line]?.text.toLowerCase() ?? '')?.[1] ?? ''
  return { line, kind: MODE_KIND[letters] ?? 'report' }
}

/** Where the first title of any kind stands, above the first amount; -1 for none. */
export function firstTitle(lines: readonly Line[]): number {
  for (const [i, line] of lines.entries()) {
    if (line.rule) continue
    if (priced(line)) return -1
    if ((mayBeTitle(line) && kindsOf(line).length > 0) || saleTitled(line)) return i
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
  const sale = above.find((l) => !l.rule && saleTitled(l))
  for (const [kind] of TITLES) {
    const line = kind === 'sale' ? sale : titles.find((l) => kindsOf(l).includes(kind))
    // HÓA ĐƠN and below it PHIẾU GIAO HÀNG: goods sold and brought along are a sale; where a sale stands, NS is a name.
    if (!line || (sale && (kind === 'delivery' || kind === 'no-sale'))) continue
    // The shop's own name may hold any word; only a stamp under the totals takes a sale title back.
    const stamp = kind === 'sale' ? stampUnder(lines, totalsAt) : undefined
    return { kind: stamp ?? kind, line: lines.indexOf(line) }
  }
  const kitchen = lines.some(priced) ? undefined : titles.find((l) => KITCHEN.test(l.key))
  if (kitchen) return { kind: 'kitchen', line: lines.indexOf(kitchen) }
  return { kind: stampUnder(lines, totalsAt) ?? 'unknown', line: -1 }
}

/** A closing report by its own head, above any figure. */
export const isReport = (head: readonly Line[]): boolean => {
  const figures = head.findIndex(priced)
  return (findMode(head)?.kind ?? titleOf(head, figures < 0 ? head.length : figures, head.length).kind) === 'report'
}

const priced = (line: Line): boolean => line.tail.cells.some((c) => c.figure?.grouped)
/** A line that names a sale. */
export const saleTitled = (line: Line): boolean => SALE_TITLE.test(line.key) && !priced(line)

/** `(Chưa thanh toán)`, `*** BẢN SAO ***`, `ĐÃ HỦY` below the figures. */
function stampUnder(lines: readonly Line[], totalsAt: number): Title | undefined {
  for (let i = totalsAt; i < lines.length; i++) {
    const line = lines[i]
    if (!line || line.rule || priced(line)) continue
    if (UNPAID.test(line.key)) return 'provisional'
    if (line.words.length > 6 || !STAMPED.test(line.key)) continue
    const kind = TITLES.find(([, pattern]) => pattern.test(line.key))?.[0]
    if (kind !== undefined && kind !== 'sale') return kind
  }
  return undefined
}

/** What only a card terminal prints; three of them without any item are the slip the buyer signs, not the sale (register-capture 6). */
const TERMINAL =
  /(?:^| )(?:tid|mid|appr(?:oval)?(?: code)?|auth(?: code)?|batch|trace|stan|rrn|ref no|so the|card no|ma chuan chi|chu ky|signature)(?: |$)/
export const isCardSlip = (lines: readonly Line[]): boolean => lines.filter((l) => TERMINAL.test(l.key)).length >= 3

/** What only a list of the day's sales says; a bill has a table or a number instead. */
const CLOSING =
  /^(?:(?:tong )?doanh (?:thu|so)(?! chua| truoc)|(?:tien )?(?:mat )?(?:dau|cuoi) ca|tien (?:mat )?(?:dau|cuoi|trong ket)|(?:tong so|so luong|sl) (?:hoa don|bill|don|luot)|so luot|tu ngay .*den ngay)\b/
export const saysClosing = (lines: readonly Line[]): boolean => lines.some((l) => CLOSING.test(l.key))

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
