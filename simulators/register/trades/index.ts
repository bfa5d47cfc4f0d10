import type { Script } from '../script.ts'
import { bakery } from './bakery.ts'
import { cafe } from './cafe.ts'
import { ecr } from './ecr.ts'
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
  /** Paper, alphabet, and what is special about it, in a line. */
  readonly shows: string
}

const printer = (act: Script, shows: string): Trade => ({ act, driver: 'escpos', shows })
const roll = (act: Script, shows: string): Trade => ({ act, driver: 'text', shows })

export const TRADES: Readonly<Record<string, Trade>> = {
  cafe: printer(cafe('escpos-80-utf8'), '80 mm, UTF-8; name line, figures below; discounts; kitchen tickets'),
  'cafe-58': printer(cafe('escpos-58-tcvn3'), '58 mm, TCVN pages switched inside words; no unit price'),
  restaurant: printer(restaurant, '80 mm, UTF-8; table, kitchen, provisional and divided bill, service charge, VAT on top'),
  grocery: roll(grocery, 'journal of a register, windows-1258; quantity before its item'),
  minimart: printer(minimart, '58 mm, windows-1258; name line, then 2 x 15.000; item count; drawer'),
  supermarket: printer(
    supermarket,
    '42 columns, windows-1258; EAN codes, weights, line discounts, rounding, VAT table, two payments',
  ),
  pharmacy: printer(pharmacy, '42 columns, UTF-8; unit column, 5 % VAT inside, comma thousands'),
  fashion: printer(fashion, '80 mm, no accents; shop codes, discount column, goods brought back'),
  hotel: printer(hotel, '80 mm, VISCII; "++": service charge, then VAT on top; provisional bill'),
  karaoke: printer(karaoke, '80 mm, UTF-8; quarters of an hour, excise inside the prices, 35.000đ'),
  petrol: printer(petrol, '58 mm, no accents; litres to the millilitre'),
  parking: printer(parking, '58 mm, no accents; one line, time in and out'),
  salon: printer(salon, '42 columns, UTF-8; notes below services, members, e-wallets'),
  bakery: { act: bakery, driver: 'star', shows: '80 mm, Star line mode, UTF-8; quantity first, combos with members at 0, QR' },
  stall: printer(stall, '58 mm, TCVN; a household without VAT, thousands as 35k'),
  ecr: roll(ecr, '24 columns, no accents; VOID, %-, refunds, no-sale, X and Z reports'),
}
