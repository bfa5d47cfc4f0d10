import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { escpos } from '../../drivers/escpos/index.ts'
import { json } from '../../drivers/json/index.ts'
import { systemClock as clock } from '../../src/clock.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { EntryId, RegisterId } from '../../src/domain/ids.ts'
import { instant } from '../../src/domain/time.ts'
import { clerk } from '../../src/issue/clerk.ts'
import { buyerKeyPath } from '../../src/ledger/buyer-keys.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { reader } from '../../src/reading/index.ts'
import { fakeBoard, fakeLog } from '../delivery/fake.ts'
import { folder } from '../folder.ts'
import { R17, R18, shop } from './world.ts'

const sale = (receiptNo: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      receiptNo,
      buyer: { name: 'CÔNG TY TNHH MẪU', taxCode: '0101243150', address: '1 Tràng Tiền, Hà Nội' },
      lines: [{ name: 'Cà phê sữa đá', qty: '2', unitPrice: 25_000, amount: 50_000 }],
      total: 50_000,
      payments: [{ method: 'cash', amount: 50_000 }],
    }),
  )

t.test('R-106: heard, then the box was switched off and the key lost: that sale waits, the others go on', async (t) => {
  const dir = folder(t)
  const open = async () => {
    const opened = await openLedger({ dir, clock, taxCode: shop.taxCode, build: 'test', config: '0'.repeat(64) })
    if (!opened.ok) throw new Error(opened.fault.code)
    return opened.value
  }
  const first = await open()
  const capture = async (ledger: Awaited<ReturnType<typeof open>>, register: RegisterId, bytes: Uint8Array): Promise<EntryId> => {
    const named = register === R17.id ? { namesBuyer: true as const } : {}
    const heard = await ledger.capture(register, { bytes, discarded: 0, torn: false, ...named })
    if (!heard.ok) throw new Error(heard.fault.code)
    return heard.value
  }
  const waiting = await capture(first, R17.id, sale('1'))
  await first.close()

  const key = buyerKeyPath(dir)
  renameSync(key, `${key}.lost`)
  const ledger = await open()
  const registers = new Map([
    [R17.id, { register: R17, driver: json }],
    [R18.id, { register: R18, driver: escpos }],
  ])
  const part = clerk({ ledger, country: vietnam, shop, registers, reader, board: fakeBoard(), clock, log: fakeLog() })
  await part.start()
  t.teardown(async () => {
    await part.stop(instant(clock.now() + 5_000))
    await ledger.close()
  })
  const settled = (entry: EntryId) => ledger.settled(entry, AbortSignal.timeout(10_000))
  t.match(await settled(waiting), { state: 'held', fault: { code: 'READING_LOCKED' } })
  t.match(await settled(await capture(ledger, R17.id, sale('2'))), { state: 'queued', sealed: { identity: { number: 1 } } })

  // The old key, and behind it the one made meanwhile: the last line is the newest.
  writeFileSync(key, readFileSync(`${key}.lost`, 'utf8') + readFileSync(key, 'utf8'))
  await ledger.record({ kind: 'released', entry: waiting, who: 'P01', why: 'đã có khóa' })
  const until = async (what: () => Promise<boolean>): Promise<boolean> => {
    for (let i = 0; i < 200; i++) {
      if (await what()) return true
      await clock.sleep(50, AbortSignal.timeout(1_000))
    }
    return false
  }
  t.ok(await until(async () => (await ledger.entry(waiting))?.state === 'queued'), 'issued once the key is back')
  t.match(await ledger.entry(waiting), { sealed: { identity: { number: 2 }, masked: /./ } })
})
