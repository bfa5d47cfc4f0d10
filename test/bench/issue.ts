import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import { transports } from '../../src/countries/vn/transports/index.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import type { Ledger } from '../../src/domain/ledger.ts'
import type { Sale } from '../../src/domain/sale.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { openP12 } from '../../src/signing/index.ts'
import { makeTestIdentity } from '../../src/signing/test-identity.ts'
import { besides, type Figure, figure, type Turn, timed } from './figure.ts'
import { rowRate, rsaRate } from './limits.ts'
import { freshLedger, inParallel, must, registerNumber, sales, shop } from './shop.ts'

/** The signer as the gateway opens it, from a store on disk. */
export async function signerIn(where: string): Promise<Signer> {
  const dir = mkdtempSync(join(where, 'key-'))
  const path = join(dir, 'shop.p12')
  const identity = { taxCode: shop.taxCode, name: shop.name, passphrase: 'bench' }
  writeFileSync(path, (await makeTestIdentity(identity, systemClock)).p12)
  const signer = must(await openP12({ path, passphrase: 'bench', taxCode: shop.taxCode }, systemClock))
  rmSync(dir, { recursive: true })
  return signer
}

/** Any RSA-2048 key signs as fast as any other. */
export const bareKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

const register = registerNumber(17)
/** What eight tills have in work at once, sixteen sales each (src/issue/lane.ts). */
const TILLS = 128
const FRAME = Buffer.alloc(600, 'x')

/** Entries whose frames are already down: what is measured begins with the sale. */
async function captured(ledger: Ledger, count: number): Promise<EntryId[]> {
  const entries: EntryId[] = []
  await inParallel(count, 512, async (i) => {
    entries[i] = must(await ledger.capture(register.id, { bytes: FRAME, discarded: 0, torn: false }))
  })
  return entries
}

/** Sale to sealed, signed, numbered and flushed; resolves when every one is durable. */
async function issueTurn(ledger: Ledger, sold: readonly Sale[], count: number, signer: Signer): Promise<Turn> {
  const entries = await captured(ledger, count)
  return timed(async () => {
    await inParallel(count, TILLS, async (i) => {
      const [sale, entry] = [sold[i % sold.length], entries[i]]
      if (!sale || !entry) throw new Error('nothing to sell')
      const draft = must(vietnam.draft(sale, shop, register, systemClock.now()))
      must(await ledger.issue(entry, draft, signer))
    })
    return count
  })
}

/** The same without a signature each, and every 400 of them composed into a message with one. */
async function messageTurn(ledger: Ledger, sold: readonly Sale[], count: number, signer: Signer): Promise<Turn> {
  const entries = await captured(ledger, count)
  const account = { url: 'http://127.0.0.1:9', username: '-', password: '-', taxCode: shop.taxCode, sender: '-', receiver: '-' }
  const nobody = { request: () => Promise.reject(new Error('nothing is sent here')) }
  const transport = transports['viettel-tvan'](account, nobody, systemClock)
  const composing: Promise<unknown>[] = []
  let batch: Sealed[] = []
  const compose = async (full: readonly Sealed[]): Promise<void> => {
    must(await transport.compose(transport.mint(), full, signer, systemClock.now()))
  }
  return timed(async () => {
    await inParallel(count, TILLS, async (i) => {
      const [sale, entry] = [sold[i % sold.length], entries[i]]
      if (!sale || !entry) throw new Error('nothing to sell')
      const draft = must(vietnam.draft(sale, shop, register, systemClock.now()))
      batch.push(must(await ledger.issue(entry, draft)))
      if (batch.length < MESSAGE) return
      composing.push(compose(batch))
      batch = []
    })
    if (batch.length > 0) composing.push(compose(batch))
    await Promise.all(composing)
    return count
  })
}
const MESSAGE = 300

export async function issueFigures(where: string, quick: boolean): Promise<Figure[]> {
  const [signer, key, sold] = [await signerIn(where), bareKey(), sales(200)]
  const rounds = quick ? 2 : 5
  const { ledger, end } = await freshLedger(where, [register])
  // Code that has never run is not what a day of work looks like.
  await issueTurn(ledger, sold, 3_000, signer)
  await messageTurn(ledger, sold, 6_000, signer)
  const each = await besides(
    rounds,
    () => rsaRate(key),
    () => issueTurn(ledger, sold, quick ? 4_000 : 10_000, signer),
  )
  const message = await besides(
    rounds,
    () => rowRate(where),
    () => messageTurn(ledger, sold, quick ? 10_000 : 40_000, signer),
  )
  await end()
  const cpu = ({ perCpu, ratioCpu }: { perCpu: number; ratioCpu: number }): string =>
    `${Math.round(perCpu)} per CPU second, ${ratioCpu.toFixed(2)} of the limit's`
  return [
    {
      ...figure('issue.signature-each', each.rate, '/s', each.limit, ''),
      ratio: Number(each.ratio.toFixed(3)),
      note: `limit: RSA-2048 on all cores; ratio must be 0.75, aim 0.85; ${cpu(each)}`,
    },
    {
      ...figure('issue.signature-per-message', message.rate, '/s', message.limit, ''),
      ratio: Number(message.ratio.toFixed(3)),
      note: `limit: bare SQLite rows of that size, one thread, groups of 256; must be 10000/s, aim 20000; ${MESSAGE} a message, composed and signed; ${cpu(message)}`,
    },
  ]
}
