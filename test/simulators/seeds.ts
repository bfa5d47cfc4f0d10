/** Wrong variants of right messages: each a change to one invoice or one notice, and what the authority must say of it. */

/** What a seed may need to know of the world it is planted in. */
export interface Planted {
  /** Code of an invoice accepted before. */
  readonly usedCode: string
}

export interface Seed {
  readonly name: string
  /** The text of the first invoice of a package, or of the data of a notice, changed; what is signed is signed again. */
  readonly change: (xml: string, world: Planted) => string
  readonly says: RegExp
}

/** Puts `by` in the place of `what`; a seed that finds nothing to change would prove nothing. */
export const swap =
  (what: RegExp | string, by: string): Seed['change'] =>
  (xml) => {
    const changed = xml.replace(what, by)
    if (changed === xml) throw new Error(`nothing to change: ${String(what)}`)
    return changed
  }

const chain =
  (...steps: readonly Seed['change'][]): Seed['change'] =>
  (xml, world) =>
    steps.reduce((text, step) => step(text, world), xml)

/** Adds `by` to the first number in that element after `after`. */
const raise =
  (field: string, by: bigint, after = ''): Seed['change'] =>
  (xml) => {
    const start = xml.indexOf(after)
    const changed = xml
      .slice(start)
      .replace(new RegExp(`<${field}>(-?\\d+)`), (_, amount: string) => `<${field}>${BigInt(amount) + by}`)
    if (start < 0 || changed === xml.slice(start)) throw new Error(`no ${field} after ${after}`)
    return xml.slice(0, start) + changed
  }

/** The QR text repeats identity and amount: without it only the seed itself is wrong. */
const withoutQr = swap(/<DLQRCode>.*?<\/DLQRCode>/, '')
const wrong = (name: string, change: Seed['change'], says: RegExp): Seed => ({ name, change: chain(withoutQr, change), says })

const identity: readonly Seed[] = [
  wrong("another seller's invoice", swap(/(<NBan>.*?<MST>)[^<]*/, '$10100109106'), /V24 seller-differs/),
  wrong('R-046: issued tomorrow', swap(/<NLap>[^<]*/, '<NLap>2026-11-23'), /V42.*2026-11-23/),
  wrong('R-046: issued before the last one of its series', swap(/<NLap>[^<]*/, '<NLap>2026-11-21'), /Lập lùi ngày/),
  wrong('R-043: a number used before', swap(/<SHDon>[^<]*/, '<SHDon>1'), /^\d;\w+;1;Trùng hóa đơn/),
]

const coded: readonly Seed[] = [
  wrong('R-041: a code that is none', swap(/<MCCQT>(.*?)\d<\/MCCQT>/, '<MCCQT>$1</MCCQT>'), /V35 code-pattern/),
  wrong('R-041: a code of another form', swap(/<MCCQT>M\d/, '<MCCQT>M5'), /V35 code-form/),
  wrong('R-041: a code of another year', swap(/<MCCQT>(M\d)-26/, '<MCCQT>$1-25'), /V37/),
  wrong('R-041: a code of another block', swap(/<MCCQT>(M\d-26)-[^-]*/, '<MCCQT>$1-ZZZZZ'), /không thuộc dải được cấp/),
  wrong('R-041: no code', swap(/<MCCQT>.*?<\/MCCQT>/, ''), /V35 code-missing/),
  {
    name: 'R-042: a code used before',
    change: (xml, { usedCode }) => swap(/<MCCQT>[^<]*/, `<MCCQT>${usedCode}`)(xml, { usedCode }),
    says: /Trùng hóa đơn/,
  },
  wrong(
    'a form registers do not have',
    chain(swap(/<KHMSHDon>\d/, '<KHMSHDon>6'), swap(/<MCCQT>M\d/, '<MCCQT>M6')),
    /Mẫu số 6 không dùng cho máy tính tiền/,
  ),
  wrong(
    'R-013: one without code among those with',
    chain(swap(/<KHHDon>C/, '<KHHDon>K'), swap(/<MCCQT>.*?<\/MCCQT>/, '')),
    /không có mã, không gửi trong thông điệp 206/,
  ),
  wrong('R-034: the symbol of last year', swap(/<KHHDon>(.)26/, '<KHHDon>$125'), /V37/),
]

/** Every amount with the other sign, so that all sums still hold. */
const negative = swap(/<(SLuong|ThTien|TThue|TgTCThue|TgTThue|TgTTTBSo|STCKhau)>(?=[1-9])/g, '<$1>-')

const withTax: readonly Seed[] = [
  wrong('a line that is not quantity times price', swap(/<DGia>/, '<DGia>9'), /V26 ThTien/),
  wrong('a line that its rate does not count', raise('ThTien', 1000n, '<HHDVu>'), /V26 ThTien/),
  wrong('a rate that is not the sum of its lines', raise('ThTien', 1000n, '<LTSuat>'), /V26 ThTien 8%/),
  wrong(
    'R-067: tax that is not its rate',
    chain(raise('TThue', 5n, '<LTSuat>'), raise('TgTThue', 5n), raise('TgTTTBSo', 5n)),
    /V27 8%/,
  ),
  wrong('a total tax that is not the sum of the rates', raise('TgTThue', 7n), /V26 TgTThue/),
  wrong('a total that does not add up', raise('TgTTTBSo', 1n), /V26 TgTTTBSo/),
]

/** What looks wrong and is not: the rounding a seller may choose. */
export const TOLERATED: readonly Omit<Seed, 'says'>[] = [1n, -1n].map((by) => ({
  name: `R-067: tax ${by} đồng from its rate`,
  change: chain(withoutQr, raise('TThue', by, '<LTSuat>'), raise('TgTThue', by), raise('TgTTTBSo', by)),
}))

const notBelow: readonly Seed[] = [
  wrong('R-116: amounts below zero', negative, /Số âm trên hóa đơn không phải hóa đơn điều chỉnh/),
]

export const SALE_WITH_TAX: readonly Seed[] = [...identity, ...coded, ...withTax, ...notBelow]
export const SALE_WITHOUT_TAX: readonly Seed[] = [
  ...identity,
  ...coded,
  wrong('a line that is not quantity times price', swap(/<DGia>/, '<DGia>9'), /V26 ThTien/),
  wrong('a total that does not add up', raise('TgTTTBSo', 1n), /V26 TgTTTBSo/),
  ...notBelow,
]
export const SALE_WITHOUT_CODE: readonly Seed[] = [
  ...identity,
  wrong('a code nobody asked for', swap('</DLHDon>', '</DLHDon><MCCQT>M1-26-A1B2C-01700000099</MCCQT>'), /V35 code-unwanted/),
  wrong('R-013: one with code among those without', swap(/<KHHDon>K/, '<KHHDon>C'), /có mã, không gửi trong thông điệp 216/),
  ...withTax,
  ...notBelow,
]

const related = (field: string, value: string): Seed['change'] => swap(new RegExp(`<${field}>[^<]*`), `<${field}>${value}`)

/** What a correction may say wrongly of the invoice it corrects, whichever way it does. */
export const REFERENCE: readonly Seed[] = [
  wrong('an original nobody knows', related('SHDCLQuan', '77'), /số 77 không tồn tại/),
  wrong(
    "another seller's original",
    swap('<LHDCLQuan>', '<MSTCLQuan>0100109106</MSTCLQuan><LHDCLQuan>'),
    /của người bán khác: 0100109106/,
  ),
  wrong('an original of another day', related('NLHDCLQuan', '2026-11-20'), /lập ngày 2026-11-22, không phải 2026-11-20/),
  wrong('an original of another form', related('KHMSHDCLQuan', '2'), /Hóa đơn liên quan mẫu số 2/),
  wrong('an original of an old kind', related('LHDCLQuan', '3'), /Loại hóa đơn liên quan 3/),
  wrong('R-079: an original that was refused', related('SHDCLQuan', '2'), /số 2 đã bị từ chối/),
  wrong('R-077: one invoice for many', related('TCHDon', '3'), /Tính chất hóa đơn liên quan 3/),
  wrong('a cause that is not stated', swap(/<LDDCTThe>.*?<\/LDDCTThe>/, ''), /Lý do điều chỉnh, thay thế - không có/),
  wrong('R-072: the cause of ordinary invoices', related('LDDCTThe', '13'), /với lý do 13: TT91 10/),
  wrong('R-072: no legend', swap(/<GChu>.*?<\/GChu>/, ''), /Thiếu dòng/),
  wrong('R-072: the legend of another invoice', swap(/(<GChu>.*?số )\d+( ngày)/, '$19$2'), /Thiếu dòng/),
]
export const REPLACEMENT: readonly Seed[] = [
  ...REFERENCE,
  wrong('R-074: a return is adjusted', related('LDDCTThe', '05'), /Thay thế với lý do 05: TT91 10.5.c.1/),
  ...notBelow,
  ...withTax,
]
export const ADJUSTMENT: readonly Seed[] = [
  ...REFERENCE,
  wrong('R-072: an error is replaced', related('LDDCTThe', '14'), /Điều chỉnh với lý do 14: TT91 10.1.c/),
  wrong('a total that does not add up', raise('TgTTTBSo', 1n), /V26 TgTTTBSo/),
]

const notice = (name: string, change: Seed['change'], says: RegExp): Seed => ({ name, change, says })

/** A notice of errors: what it may say wrongly of the invoice it names. */
export const NOTICE: readonly Seed[] = [
  notice('an invoice nobody knows', swap(/<SHDon>[^<]*/, '<SHDon>77'), /không tồn tại/),
  notice('an invoice that was refused', swap(/<SHDon>[^<]*/, '<SHDon>2'), /đã bị từ chối/),
  notice('another code', swap(/<MCCQT>(.*?)\d<\/MCCQT>/, '<MCCQT>$19</MCCQT>'), /Mã của cơ quan thuế là/),
  notice('another day', swap(/<Ngay>[^<]*/, '<Ngay>2026-11-20'), /lập ngày 2026-11-22/),
  notice('another kind of invoice', swap('<LADHDDT>1', '<LADHDDT>3'), /Loại áp dụng hóa đơn điện tử 3/),
  notice('R-070: to cancel it', swap('</LADHDDT>', '</LADHDDT><TCTBao>1</TCTBao>'), /Không còn thủ tục hủy/),
]
/** What refuses the notice as a whole. */
export const NOTICE_AS_A_WHOLE: readonly Seed[] = [
  notice(
    'R-078: the answer to a request nobody made',
    chain(swap('<Loai>1', '<Loai>2'), swap('</TCQT>', '</TCQT><So>9/TB-RSĐT</So><NTBCCQT>2026-11-22</NTBCCQT>')),
    /Không có thông báo rà soát số 9\/TB-RSĐT ngày 2026-11-22/,
  ),
  notice("another taxpayer's", swap(/<MST>[^<]*/, '<MST>0100109106'), /V24 seller-differs 0100109106/),
]
