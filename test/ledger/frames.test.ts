import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { driverById } from '../../drivers/index.ts'
import { type EntryId, entryId } from '../../src/domain/ids.ts'
import { buyerKeyPath, buyerKeys } from '../../src/ledger/buyer-keys.ts'
import { saltedOf } from '../../src/ledger/documents.ts'
import { openReading } from '../../src/ledger/store.ts'
import { sha256 } from '../../src/ledger/tree.ts'
import { folder } from '../folder.ts'
import { fc, runs } from '../property.ts'
import { faultsOf } from './check.ts'
import { ask, begin, type Desk, facts, hear, shopWith, slice } from './desk.ts'
import { fakeClock, heard, open, R17 } from './shop.ts'

/** As a register whose driver reads buyers hands it over. */
function hearNamed(desk: Desk, bytes: Uint8Array): EntryId {
  const request = { what: 'capture', register: 'R017', frame: slice(bytes), discarded: 0, torn: false, namesBuyer: true }
  const reply = ask(desk, request, bytes)
  if (!reply.ok) throw new Error(JSON.stringify(reply))
  return reply.value as EntryId
}
const frameOf = (desk: Desk, entry: EntryId): unknown => {
  const reply = ask(desk, { what: 'frame', entry })
  return reply.ok && reply.value !== undefined ? Buffer.from(reply.value as Uint8Array) : undefined
}
const withheld = (desk: Desk, entry: EntryId): unknown => {
  const reply = ask(desk, { what: 'withheld', entry })
  return reply.ok && reply.value
}
/** The file of the book and its log, byte for byte. */
const diskOf = ({ dir }: Desk): Buffer =>
  Buffer.concat(
    readdirSync(dir)
      .filter((file) => file.startsWith('tillgate.db'))
      .map((file) => readFileSync(join(dir, file))),
  )

t.test(
  'R-106: what a till sends in fields is locked as it is captured; a printed receipt and an older one lie open',
  async (t) => {
    for (const id of ['json', 'xml', 'delimited']) t.equal(driverById(id)?.namesBuyers, true, id)
    t.equal(driverById('escpos')?.namesBuyers, undefined)
    const desk = shopWith(1, folder(t), fakeClock())
    const body = Buffer.from('{"receiptNo":"1","buyer":{"phone":"0790123456"}}')
    const paper = hear(desk, 'PHIẾU TÍNH TIỀN 45.000')
    const sale = hearNamed(desk, body)
    t.same(frameOf(desk, sale), body)
    t.same(
      [paper, sale].map((entry) => withheld(desk, entry)),
      [false, false],
    )
    desk.room.close()
    t.notOk(diskOf(desk).includes('0790123456'), 'not in the file, not in its log')
    t.ok(diskOf(desk).includes('TÍNH TIỀN 45.000'))

    rmSync(buyerKeyPath(desk.dir))
    desk.room = begin(desk.dir, desk.clock)
    t.equal(desk.room.health().buyers?.code, 'LEDGER_BUYER_KEY')
    t.equal(desk.room.health().capture, undefined, 'the till is heard on')
    t.equal(frameOf(desk, sale), undefined)
    t.same(frameOf(desk, paper), Buffer.from('PHIẾU TÍNH TIỀN 45.000'))
    t.same(
      [paper, sale, entryId('R017', 99)].map((entry) => withheld(desk, entry)),
      [false, true, false],
    )
    const next = hearNamed(desk, body)
    t.same(frameOf(desk, next), body, 'under a new key')
    desk.room.close()
    t.same(faultsOf(join(desk.dir, 'tillgate.db')), [], 'the chain says the same with and without the key')
  },
)

t.test(
  'R-106: whatever bytes are captured, they come back, and the fact commits to the clear ones (audit-pack 1.3)',
  async (t) => {
    const desk = shopWith(0, folder(t), fakeClock())
    const captured: { readonly entry: EntryId; readonly bytes: Uint8Array; readonly named: boolean }[] = []
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (bytes, named) => {
        const request = { what: 'capture', register: 'R017', frame: slice(bytes), discarded: 0, torn: false }
        const reply = ask(desk, named ? { ...request, namesBuyer: true } : request, bytes)
        if (!reply.ok) return false
        captured.push({ entry: reply.value as EntryId, bytes: Uint8Array.from(bytes), named })
        return true
      }),
      { numRuns: runs(150) },
    )
    const commitments = facts(desk).flatMap(({ kind, body }) =>
      kind === 'frame.captured' ? [(body as { readonly doc: { readonly c: string; readonly size: number } }).doc] : [],
    )
    desk.room.close()
    const db = openReading(desk.dir, false)
    t.teardown(() => db.close())
    db.keys = buyerKeys(desk.dir)
    const under = db.sql("SELECT fact, under FROM document WHERE role = 'frame' ORDER BY fact").all()
    t.same(
      under.map((row) => row['under'] !== null),
      captured.map(({ named }) => named),
    )
    const disk = diskOf(desk)
    for (const [i, { bytes, named }] of captured.entries()) {
      const { c, size } = commitments[i] ?? {}
      const whole = saltedOf(db, Number(under[i]?.['fact']), 'frame') ?? new Uint8Array()
      if (!Buffer.from(whole.subarray(16)).equals(bytes) || size !== bytes.length) t.fail(`${i} comes back as another`)
      if (c !== sha256(whole).toString('hex')) t.fail(`${i} is not what its fact commits to`)
      if (named && bytes.length >= 16 && disk.includes(Buffer.from(bytes))) t.fail(`${i} lies open`)
    }
    t.ok(captured.some(({ named }) => named))
  },
)

t.test('across the thread a captured frame is the same before and after its flush, and after a start', async (t) => {
  const dir = folder(t)
  const clock = fakeClock()
  const body = Buffer.from('{"buyer":"0790123456"}')
  const first = await open(dir, clock)
  const kept = await first.capture(R17, { ...heard(''), bytes: body, namesBuyer: true })
  if (!kept.ok) throw new Error(kept.fault.code)
  t.same(Buffer.from((await first.frame(kept.value)) ?? []), body)
  t.equal(await first.withheld?.(kept.value), false)
  await first.close()
  const second = await open(dir, clock)
  t.teardown(() => second.close())
  t.same(Buffer.from((await second.view.frame(kept.value)) ?? []), body)
  t.same(Buffer.from((await second.frame(kept.value)) ?? []), body)
})
