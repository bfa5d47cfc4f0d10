import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../src/domain/clock.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { Draft, Sealed } from '../../src/domain/invoice.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { civilDate, civilTime, dayEnd, type Instant, instant, readTime } from '../../src/domain/time.ts'
import { type LedgerOptions, type OpenLedger, openLedger } from '../../src/ledger/ledger.ts'

export const TAX = '0199999014'
export const R17 = registerId('R017')
export const SERIES = { form: 1, symbol: 'C26MAA' } as const

export interface FakeClock extends Clock {
  set(at: string): void
  pass(ms: number): void
}
/** A clock that stands still until told. */
export function fakeClock(at = '2026-11-21T08:00:00.000+07:00'): FakeClock {
  let now: number = readTime(at)
  let up = 0
  return {
    now: () => instant(now),
    up: () => up,
    sleep: () => Promise.reject(new Error('the ledger never sleeps on the clock')),
    set: (text) => {
      now = readTime(text)
    },
    pass: (ms) => {
      now += ms
      up += ms
    },
  }
}

export const folder = (): string => mkdtempSync(join(tmpdir(), 'ledger-'))

export const options = (dir: string, clock: Clock, more: Partial<LedgerOptions> = {}): LedgerOptions => ({
  dir,
  clock,
  taxCode: TAX,
  build: '0.1.0',
  config: '2430f1a2ad2982d0067885488a4c89e21ad1d7c83b115ba8f1b20acc88dfaea8',
  reserveBytes: 0,
  ...more,
})

export async function open(dir: string, clock: Clock, more: Partial<LedgerOptions> = {}): Promise<OpenLedger> {
  return value(await openLedger(options(dir, clock, more)))
}

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.values)}`)
  return result.value
}

export const symbolStep = (symbol: string = SERIES.symbol, register = R17, index = 17) =>
  ({ kind: 'symbol', series: { form: 1, symbol }, register, index, block: 'A1B2C', scheme: 'RRR+8' }) as const

/** An invoice of a made-up country: the bytes name the number, so a seal under another number shows. */
export function draft(at: Instant, pay = 54_000n, { symbol = SERIES.symbol as string, seals = [] as number[] } = {}): Draft {
  const net = (pay * 100n) / 108n
  const rates = [{ rate: '8%', net, tax: pay - net }]
  const shared = { series: { form: 1, symbol }, at, due: dayEnd(civilDate(at)), pay, rates }
  return {
    ...shared,
    async seal(number): Promise<Result<Sealed>> {
      seals.push(number)
      const bytes = Buffer.from(`<HDon>${symbol} ${number} ${civilTime(at)} ${pay}</HDon>`)
      return ok({
        ...shared,
        identity: { seller: TAX, form: 1, symbol, number },
        authorityCode: `M1-${symbol.slice(1, 3)}-A1B2C-017${String(number).padStart(8, '0')}`,
        bytes,
        digest: createHash('sha256').update(bytes).digest('hex'),
        stamp: { lines: [`${symbol} ${number}`], qr: `qr ${number}` },
      })
    },
  }
}

export const heard = (text: string) => ({ bytes: Buffer.from(text), discarded: 0, torn: false })
