import { fold } from '../../src/domain/fold.ts'

/** What a column may hold: fields of the head, repeated in every row of a receipt, and fields of its line. */
export const HEAD_COLUMNS = [
  'receiptNo',
  'issuedAt',
  'date',
  'time',
  'status',
  'cashier',
  'table',
  'customer',
  'payment',
  'subtotal',
  'discount',
  'serviceCharge',
  'deliveryFee',
  'tip',
  'gratuity',
  'fee',
  'feeName',
  'deposit',
  'rounding',
  'tax',
  'total',
  'tendered',
  'change',
] as const
/** Who gave his details for the invoice: only where settings name the column, never guessed from a heading. */
export const BUYER_COLUMNS = [
  'buyerName',
  'buyerTaxCode',
  'buyerBudgetCode',
  'buyerAddress',
  'buyerPhone',
  'buyerPersonalId',
  'buyerPassport',
  'buyerEmail',
  'buyerPerson',
] as const
export const LINE_COLUMNS = ['name', 'code', 'qty', 'unit', 'unitPrice', 'lineDiscount', 'amount', 'lineVatRate'] as const

type Known = (typeof HEAD_COLUMNS)[number] | (typeof LINE_COLUMNS)[number]
export type Column = Known | (typeof BUYER_COLUMNS)[number]
export const COLUMNS: readonly Column[] = [...HEAD_COLUMNS, ...BUYER_COLUMNS, ...LINE_COLUMNS]

/** Headings as exports of Vietnamese sales software write them, folded (register-capture 9.3). */
const HEADINGS: Readonly<Record<Known, string>> = {
  receiptNo:
    'so hd, so hoa don, ma hd, ma hoa don, ma don, ma don hang, so don, so don hang, so phieu, ma phieu, so ct, so chung tu, so bill, so gd, ma gd, ma giao dich, receipt no, receipt, bill no, bill, order id, order no, invoice no',
  issuedAt:
    'ngay gio, ngay ban, thoi gian, ngay hd, ngay lap, ngay ct, ngay tao, ngay thanh toan, thoi gian ban, datetime, date time, gio ra',
  date: 'ngay, date',
  time: 'gio, time, gio ban',
  status: 'trang thai, status, tinh trang, loai, loai ct, loai phieu',
  cashier: 'thu ngan, nhan vien, nv, nguoi ban, cashier',
  table: 'ban, so ban, phong ban, table',
  customer: 'khach hang, ten khach hang, ten khach, kh, customer',
  payment: 'hinh thuc thanh toan, httt, phuong thuc thanh toan, pttt, thanh toan, phuong thuc, payment, payment method',
  subtotal: 'tong tien hang, tam tinh, cong tien hang, subtotal',
  discount:
    'tong giam gia, giam gia hoa don, giam gia don, giam gia don hang, chiet khau hoa don, tong chiet khau, bill discount',
  serviceCharge: 'phi phuc vu, phi dv, service charge, service',
  deliveryFee: 'phi giao hang, phi ship, phi van chuyen, shipping, delivery fee',
  tip: 'tip, tips, tien tip, tien tip khach',
  gratuity: 'tip nhan vien, tip cho nhan vien, tien thuong nhan vien, gratuity',
  fee: 'le phi, phi thu ho, phi le phi, phi moi truong, phi nha nuoc',
  feeName: 'ten phi, ten le phi, loai phi',
  deposit: 'tien coc, dat coc, tien dat coc, da coc, coc, deposit',
  rounding: 'lam tron, rounding',
  tax: 'tien thue, tong thue, thue gtgt, tien thue gtgt, tien vat, tax',
  total:
    'tong cong, tong thanh toan, tong tien, tong hoa don, tong don, tong, phai thanh toan, khach phai tra, khach can tra, can thanh toan, total, grand total',
  tendered: 'khach dua, tien khach dua, khach tra, khach thanh toan, tien nhan, tendered',
  change: 'tien thua, tien thoi, tra lai, tien tra lai, change',
  name: 'ten hang, ten hang hoa, ten mon, mon, mat hang, san pham, ten san pham, hang hoa, ten sp, dien giai, ten dich vu, item, item name, product, product name, name',
  code: 'ma hang, ma hang hoa, ma sp, ma san pham, ma mon, ma vach, sku, code, item code, barcode',
  qty: 'sl, so luong, s luong, slg, qty, quantity',
  unit: 'dvt, don vi, don vi tinh, unit',
  unitPrice: 'don gia, d gia, dg, gia, gia ban, price, unit price',
  lineDiscount: 'giam gia, giam, chiet khau, ck, tien giam, km, khuyen mai, discount',
  amount: 'thanh tien, t tien, tien hang, tien, amount, line total',
  lineVatRate: 'thue suat, thue suat gtgt, vat, ts, vat rate, tax rate',
}

const BY_NAME = new Map(
  Object.entries(HEADINGS).flatMap(([column, names]) => names.split(', ').map((name) => [name, column as Column] as const)),
)

const bare = (heading: string): string =>
  fold(heading)
    .replace(/\((?:vnd|vnđ|dong|d|%)\)/g, ' ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()

/** The column a heading names, if it is one of the usual ones. */
export const columnOf = (heading: string): Column | undefined => BY_NAME.get(bare(heading))

export const sameHeading = (one: string, other: string): boolean => bare(one) === bare(other)
