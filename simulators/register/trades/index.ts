import type { Script } from '../script.ts'
import { cafe } from './cafe.ts'
import { grocery } from './grocery.ts'
import { restaurant } from './restaurant.ts'

/** A till as one trade has it. */
export interface Trade {
  readonly act: Script
  /** The driver that reads it. */
  readonly driver: 'escpos' | 'text' | 'star'
  /** Paper, alphabet, and what is special about it, in a line. */
  readonly shows: string
}

export const TRADES: Readonly<Record<string, Trade>> = {
  cafe: { act: cafe('escpos-80-utf8'), driver: 'escpos', shows: '80 mm, UTF-8; name line, figures below; discounts' },
  'cafe-58': { act: cafe('escpos-58-tcvn3'), driver: 'escpos', shows: '58 mm, TCVN pages switched inside words; no unit price' },
  restaurant: {
    act: restaurant,
    driver: 'escpos',
    shows: '80 mm, UTF-8; table, kitchen ticket, provisional bill, divided bill, service charge, VAT on top',
  },
  grocery: { act: grocery, driver: 'text', shows: 'journal of a register, windows-1258, quantity before its item' },
}
