import { type Closed, closes, rollCloses } from '../closing.ts'
import { ringing } from '../day.ts'
import type { Job, Script } from '../script.ts'
import type { Paper } from '../ticket.ts'
import { bakery } from './bakery.ts'
import { cafe } from './cafe.ts'
import { closeEcr, ecr } from './ecr.ts'
import { fashion } from './fashion.ts'
import { grocery } from './grocery.ts'
import { hotel } from './hotel.ts'
import { karaoke } from './karaoke.ts'
import { minimart } from './minimart.ts'
import { parking } from './parking.ts'
import { petrol } from './petrol.ts'
import { pharmacy } from './pharmacy.ts'
import { restaurant } from './restaurant.ts'
import { salon } from './salon.ts'
import { stall } from './stall.ts'
import { supermarket } from './supermarket.ts'

/** A till as one trade has it. */
export interface Trade {
  readonly act: Script
  /** The driver that reads it. */
  readonly driver: 'escpos' | 'text' | 'star'
  /** The report that ends its day, counted from what it printed (Z). */
  readonly close: (scene: Closed) => Job
  /** Paper, alphabet, and what is special about it, in a line. */
  readonly shows: string
}

const trade = (driver: Trade['driver'], act: Parameters<typeof ringing>[0], close: Trade['close'], shows: string): Trade => ({
  act: ringing(act),
  ...{ driver, close, shows },
})
const printer = (act: Script, paper: Paper, shop: string, shows: string): Trade =>
  trade('escpos', act, closes(paper, shop), shows)

export const TRADES: Readonly<Record<string, Trade>> = {
  cafe: printer(
    cafe('escpos-80-utf8'),
    'escpos-80-utf8',
    'QUÁN CÀ PHÊ MINH ANH',
    '80 mm, UTF-8; name line, figures below; discounts; kitchen tickets',
  ),
  'cafe-58': printer(
    cafe('escpos-58-tcvn3'),
    'escpos-58-tcvn3',
    'QUÁN CÀ PHÊ MINH ANH',
    '58 mm, TCVN pages switched inside words; no unit price',
  ),
  restaurant: printer(
    restaurant,
    'escpos-80-utf8',
    'NHÀ HÀNG PHỞ MINH ANH',
    '80 mm, UTF-8; table, kitchen, provisional and divided bill, service charge, VAT on top',
  ),
  grocery: trade('text', grocery, rollCloses('journal-1258'), 'journal of a register, windows-1258; quantity before its item'),
  minimart: printer(
    minimart,
    'escpos-58-1258',
    'TẠP HÓA CÔ BA',
    '58 mm, windows-1258; name line, then 2 x 15.000; item count; drawer',
  ),
  supermarket: printer(
    supermarket,
    'escpos-80-1258',
    'SIÊU THỊ HOA SEN',
    '42 columns, windows-1258; EAN codes, weights, line discounts, rounding, VAT table, two payments',
  ),
  pharmacy: printer(
    pharmacy,
    'escpos-80-narrow',
    'NHÀ THUỐC AN KHANG',
    '42 columns, UTF-8; unit column, 5 % VAT inside, comma thousands',
  ),
  fashion: printer(
    fashion,
    'escpos-80-ascii',
    'THỜI TRANG HẢI YẾN',
    '80 mm, no accents; shop codes, discount column, goods brought back',
  ),
  hotel: printer(
    hotel,
    'escpos-80-viscii',
    'KHÁCH SẠN BIỂN NGỌC',
    '80 mm, VISCII; "++": service charge, then VAT on top; provisional bill',
  ),
  karaoke: printer(
    karaoke,
    'escpos-80-utf8',
    'KARAOKE SAO ĐÊM',
    '80 mm, UTF-8; quarters of an hour, excise inside the prices, 35.000đ',
  ),
  petrol: printer(petrol, 'escpos-58-ascii', 'PETRO AN BÌNH', '58 mm, no accents; litres to the millilitre'),
  parking: printer(parking, 'escpos-58-ascii', 'BÃI XE CHỢ BẾN THÀNH', '58 mm, no accents; one line, time in and out'),
  salon: printer(salon, 'escpos-80-narrow', 'SALON TÓC THU HÀ', '42 columns, UTF-8; notes below services, members, e-wallets'),
  bakery: trade(
    'star',
    bakery,
    closes('star-80-utf8', 'BÁNH NGỌT ABC'),
    '80 mm, Star line mode, UTF-8; quantity first, combos with members at 0, QR',
  ),
  stall: printer(stall, 'escpos-58-tcvn3', 'Bún chả Cô Hằng', '58 mm, TCVN; a household without VAT, thousands as 35k'),
  ecr: trade('text', ecr, closeEcr, '24 columns, no accents; VOID, %-, refunds, no-sale, X and Z reports'),
}
