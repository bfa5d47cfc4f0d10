import { formatDecimal } from '../../domain/decimal.ts'
import type { Buyer, Correction } from '../../domain/sale.ts'
import type { Register, Shop } from '../../domain/shop.ts'
import { type CivilDate, civilTime, type Instant } from '../../domain/time.ts'
import { relatedBlock } from './correction.ts'
import type { Figures } from './figures.ts'
import { INDUSTRIES, isIndustry } from './industries.ts'
import type { Item } from './item.ts'
import { type Rules, ruling } from './rules.ts'
import { amountInWords } from './words.ts'
import { field, node } from './xml.ts'

/** `DLHDon` cut at the places of its number and its buyer: `head n afterId n afterNumber buyer rest`. */
export interface Sheet {
  readonly head: string
  readonly afterId: string
  readonly afterNumber: string
  readonly buyer: string
  /** The buyer as `***`; absent when none is named (audit-pack 1.3). */
  readonly maskedBuyer?: string
  readonly rest: string
}

export interface SheetContent {
  readonly figures: Figures
  readonly shop: Shop
  readonly register: Register
  readonly symbol: string
  readonly at: Instant
  /** The civil day of `at`. */
  readonly day: CivilDate
  readonly payment: string
  readonly rules: Rules
  readonly buyer?: Buyer
  readonly corrects?: Correction
  /** Tax code of the software's provider (`MSTTCGP`). */
  readonly softwareTaxCode?: string
  /** A format version other than the dated one, where an upstream asks for it. */
  readonly format?: string
}

/** The invoice document in the element order of `einvoice.xsd`, all but its number. */
export function sheet(content: SheetContent): Sheet {
  const { figures, shop, symbol, day, rules } = content
  const buyer = buyerBlock(content.buyer, ruling(rules['legend.consumer'], day))
  const masked = buyer === node('NMua', field('Ten', ruling(rules['legend.consumer'], day))) ? undefined : mask(buyer)
  return {
    head: `<DLHDon Id="HD-${symbol}-`,
    afterId: `"><TTChung>${opening(content)}<SHDon>`,
    afterNumber: `</SHDon>${closing(content)}</TTChung><NDHDon>${sellerBlock(content)}`,
    buyer,
    ...(masked === undefined ? {} : { maskedBuyer: masked }),
    rest: `${lines(figures)}${totals(figures, shop.form)}</NDHDon></DLHDon>`,
  }
}

const opening = ({ format, shop, symbol, day, rules }: SheetContent): string =>
  [
    field('PBan', format ?? ruling(rules.format, day)),
    field('THDon', ruling(rules[`title.${shop.form}`], day).document),
    field('KHMSHDon', String(shop.form)),
    field('KHHDon', symbol),
  ].join('')

const closing = ({ shop, at, day, payment, softwareTaxCode, corrects, rules }: SheetContent): string =>
  [
    field('NLap', day),
    shop.form === 1 ? field('HDCTTChinh', '0') : field('HDDCKPTQuan', '0'),
    field('DVTTe', 'VND'),
    field('HTTToan', payment),
    field('MSTTCGP', softwareTaxCode),
    relatedBlock(corrects, rules, day),
    // the law wants the time of issue, the format has only a field for its day.
    node('TTKhac', extra(ISSUE_TIME, civilTime(at), 'dateTime')),
  ].join('')

/** The name under which the issue time stands in `TTKhac`. */
export const ISSUE_TIME = 'Thời điểm lập'
/** And those of a household's line: its industry group, and that its kind bears no tax. */
export const INDUSTRY = 'Nhóm ngành nghề'
export const UNTAXED = 'Đối tượng chịu thuế'

const extra = (name: string, value: string | undefined, kind = 'string'): string =>
  value === undefined ? '' : node('TTin', field('TTruong', name), field('KDLieu', kind), field('DLieu', value))

/** as registered; a household also names the place of business, of the register before that of the shop. */
function sellerBlock({ shop, register }: SheetContent): string {
  const location = shop.form === 2 ? (register.location ?? shop.location) : undefined
  return node(
    'NBan',
    field('Ten', shop.name),
    field('MST', shop.taxCode),
    field('DChi', shop.address),
    field('MDDKDoanh', location?.code),
    field('TDDKDoanh', location?.name),
    field('DCDDKDoanh', location?.address),
    field('MCHang', shop.store?.code),
    field('TCHang', shop.store?.name),
    field('SDThoai', shop.phone),
  )
}

/** The only place of the document where buyer data stands (R-022, audit-pack 1.3). */
function buyerBlock(buyer: Buyer | undefined, consumer: string): string {
  const given = node(
    'NMua',
    field('Ten', buyer?.name ?? buyer?.person),
    field('MST', buyer?.taxCode),
    field('MDVQHNSach', buyer?.budgetCode),
    field('DChi', buyer?.address),
    field('SDThoai', buyer?.phone),
    field('CCCDan', buyer?.personalId),
    field('SHChieu', buyer?.passport),
    field('DCTDTu', buyer?.email),
    field('HVTNMHang', buyer?.person),
  )
  return given === '' ? node('NMua', field('Ten', consumer)) : given
}

/** Every run of characters between `>` and `<` becomes `***` (audit-pack 1.3). */
export const mask = (block: string): string => block.replace(/>[^<>]+</g, '>***<')

const lines = ({ items }: Figures): string => node('DSHHDVu', ...items.map((item, i) => line(item, i + 1)))

const line = (item: Item, position: number): string =>
  node(
    'HHDVu',
    field('TChat', String(item.nature)),
    field('STT', String(position)),
    field('MHHDVu', item.code),
    field('THHDVu', item.name),
    field('DVTinh', item.unit),
    field('SLuong', item.quantity && formatDecimal(item.quantity)),
    field('DGia', item.price && formatDecimal(item.price)),
    field('TLCKhau', item.discountRate),
    field('STCKhau', item.discount?.toString()),
    field('ThTien', item.amount?.toString()),
    field('TSuat', item.rate),
    item.industry === undefined && item.untaxed === undefined
      ? ''
      : node('TTKhac', extra(INDUSTRY, inWords(item.industry)), extra(UNTAXED, item.untaxed)),
  )

const inWords = (industry: string | undefined): string | undefined =>
  industry !== undefined && isIndustry(industry) ? INDUSTRIES[industry] : industry

/** `TgTCThue` on a sales invoice: the goods before the cut, which `TGTKhac` takes off (R-065, einvoice-format 5.6). */
const totals = ({ rates, net, tax, ticketDiscount, cut, fees, pay }: Figures, form: 1 | 2): string =>
  node(
    'TToan',
    node(
      'THTTLTSuat',
      ...rates.map((r) =>
        node('LTSuat', field('TSuat', r.rate), field('ThTien', r.net.toString()), field('TThue', r.tax.toString())),
      ),
    ),
    ...(form === 1 || cut !== 0n ? [field('TgTCThue', net.toString())] : []),
    ...(form === 1 ? [field('TgTThue', tax.toString())] : []),
    ...(fees.length > 0
      ? [node('DSLPhi', ...fees.map((fee) => node('LPhi', field('TLPhi', fee.name), field('TPhi', fee.amount.toString()))))]
      : []),
    ...(ticketDiscount !== 0n ? [field('TTCKTMai', ticketDiscount.toString())] : []),
    ...(cut !== 0n ? [field('TGTKhac', cut.toString())] : []),
    field('TgTTTBSo', pay.toString()),
    field('TgTTTBChu', amountInWords(pay)),
  )
