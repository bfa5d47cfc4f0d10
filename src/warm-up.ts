import { setImmediate as breathe } from 'node:timers/promises'
import type { Country } from './domain/country.ts'
import type { Driver } from './domain/driver.ts'
import type { Reader } from './domain/reader.ts'
import type { Register, Shop } from './domain/shop.ts'
import { civilDate, dayStart, type Instant } from './domain/time.ts'
import { saleFromReceipt } from './issue/sale-from-receipt.ts'

const SPECIMEN = [
  'CỬA HÀNG MẪU',
  'HÓA ĐƠN BÁN HÀNG',
  'Số HĐ: HD000000',
  'Ngày: 01/01/2026 08:00',
  '------------------------------------------------',
  'Đơn giá            SL                 Thành tiền',
  '------------------------------------------------',
  'Cà phê sữa đá',
  '29.000             2                      58.000',
  'Bánh mì',
  '20.000             1                      20.000',
  '------------------------------------------------',
  'Tổng cộng:                                78.000',
  'Tiền mặt:                                 78.000',
].join('\n')

export interface WarmUpParts {
  readonly drivers: readonly Driver[]
  readonly reader: Reader
  readonly country: Country
  readonly shop: Shop
  readonly register: Register
  readonly at: Instant
  readonly rounds?: number
}

/**
 * Reads, drafts and seals a specimen a few times in memory, so that the first customer of the morning does not wait
 * for code that has never run: on an old machine that alone is longer than the cut may be held. Nothing is written.
 */
export async function warmUp({ drivers, reader, country, shop, register, at, rounds = 25 }: WarmUpParts): Promise<void> {
  const bytes = new TextEncoder().encode(`\x1b@${SPECIMEN}\n\n\x1dV\x01`)
  const open: Shop = {
    ...shop,
    accepted: { notice: '-', from: civilDate(dayStart(civilDate(at))) },
    rates: { default: '10%', items: [] },
  }
  for (let round = 0; round < rounds; round++) {
    for (const driver of drivers) {
      const [frame] = [...driver.framer().push(bytes).frames]
      const read = driver.read(frame?.bytes ?? bytes)
      if (!read.ok || read.value.kind !== 'page') continue
      const reading = reader.read(read.value.page)
      const sale = reading.outcome === 'ready' ? saleFromReceipt(reading.receipt) : undefined
      const draft = sale?.ok ? country.draft(sale.value, open, register, at) : undefined
      const sealed = draft?.ok ? await draft.value.seal(1) : undefined
      if (sealed?.ok) driver.stamp?.(sealed.value.stamp, read.value.page)
    }
    await breathe()
  }
}
