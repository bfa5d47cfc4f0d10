import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { driverById } from '../../drivers/index.ts'
import { random } from '../../simulators/register/random.ts'
import { SCRIPTS } from '../../simulators/register/scripts.ts'
import { systemClock } from '../../src/clock.ts'
import { shopConfig } from '../../src/commands/init.ts'
import type { ConfigFile } from '../../src/config-schema.ts'
import type { Driver } from '../../src/domain/driver.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { Result } from '../../src/domain/result.ts'
import type { Sale } from '../../src/domain/sale.ts'
import type { Register, Shop } from '../../src/domain/shop.ts'
import { civilDate, dayStart } from '../../src/domain/time.ts'
import { understand } from '../../src/issue/understand.ts'
import { type OpenLedger, openLedger } from '../../src/ledger/ledger.ts'
import { reader } from '../../src/reading/reader.ts'

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.values ?? {})}`)
  return result.value
}

const today = civilDate(systemClock.now())
export const YEAR = today.slice(2, 4)

export const shop: Shop = {
  taxCode: '0199999014',
  name: 'QUÁN CÀ PHÊ MINH ANH',
  address: '12 Nguyễn Trãi, phường Thanh Xuân, Hà Nội',
  form: 1,
  codeBlock: 'A1B2C',
  accepted: { notice: 'TEST-103', from: civilDate(dayStart(today)) },
  prices: 'inclusive',
  rates: { default: '8%', items: [{ match: 'bia*', rate: '10%' }] },
  lookupUrl: 'https://hoadondientu.gdt.gov.vn',
  qr: 'invoice',
}

export const registerNumber = (index: number): Register => ({
  id: registerId(`R${String(index).padStart(3, '0')}`),
  index,
  symbol: index === 17 ? `C${YEAR}MAA` : `C${YEAR}M${letter(Math.floor(index / 26))}${letter(index % 26)}`,
})
const letter = (n: number): string => String.fromCharCode(65 + (n % 26))

/** The configuration of a shop with one register behind a printer. */
export const configOf = (ports: { till: number; printer: number; authority: string; dashboard: number }): ConfigFile => {
  const config = shopConfig({
    ...{ taxCode: shop.taxCode, name: shop.name, address: shop.address, form: 1, codeBlock: shop.codeBlock },
    ...{ notice: 'TEST-103', from: today, printer: `127.0.0.1:${ports.printer}`, till: '', year: YEAR },
  })
  return {
    ...config,
    dashboard: { host: '127.0.0.1', port: ports.dashboard },
    upstream: { ...config.upstream, url: ports.authority },
    registers: config.registers.map((r) => ({ ...r, link: { tcp: { host: '127.0.0.1', port: ports.till } } })),
  }
}

export const escpos: Driver = (() => {
  const driver = driverById('escpos')
  if (!driver) throw new Error('no escpos driver')
  return driver
})()

/** Sale receipts of the café as its till prints them, each with a number of its own. Endless. */
export function* receipts(seed = 1, script = 'cafe'): Generator<Uint8Array, never> {
  const act = SCRIPTS[script]
  if (!act) throw new Error(`no script ${script}`)
  const dice = random(seed)
  for (let count = 1; ; count++) {
    for (const { bytes, sale } of act({ random: dice, clock: systemClock, count })) if (sale?.kind === 'sale') yield bytes
  }
}

/** The sales of `count` such receipts, read as the clerk reads them. */
export function sales(count: number): Sale[] {
  const made: Sale[] = []
  for (const bytes of receipts()) {
    if (made.length === count) break
    const found = understand(bytes, escpos, reader)
    if (found.kind !== 'sale') throw new Error(`a café receipt was not read as a sale: ${JSON.stringify(found)}`)
    made.push(found.sale)
  }
  return made
}

/** A book in a fresh folder below `where`, with the series of `registers` in use. */
export async function freshLedger(
  where: string,
  registers: readonly Register[],
): Promise<{ ledger: OpenLedger; end(): Promise<void> }> {
  const dir = mkdtempSync(join(where, 'ledger-'))
  const ledger = must(
    await openLedger({ dir, clock: systemClock, taxCode: shop.taxCode, build: 'bench', config: '0'.repeat(64) }),
  )
  for (const { id, index, symbol } of registers) {
    const series = { form: shop.form, symbol }
    must(await ledger.record({ kind: 'symbol', series, register: id, index, block: shop.codeBlock, scheme: 'RRR+8' }))
  }
  return {
    ledger,
    async end() {
      await ledger.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Works `count` items off, at most `inFlight` at once. */
export async function inParallel(count: number, inFlight: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const one = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await work(i)
  }
  await Promise.all(Array.from({ length: inFlight }, one))
}
