import t from 'tap'
import { systemClock as clock } from '../../src/clock.ts'
import { courier } from '../../src/delivery/courier.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { Ledger } from '../../src/domain/ledger.ts'
import { ok } from '../../src/domain/result.ts'
import { civilDate, dayEnd, instant } from '../../src/domain/time.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { folder } from '../folder.ts'
import { fakeAuthority } from './authority.ts'
import { fakeBoard, fakeLog, mortal, sealedInvoice } from './fake.ts'

const seller = '0199999014'
const series = { form: 1, symbol: 'C26MAA' }
const register = registerId('R017')

async function sell(ledger: Ledger, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const heard = await ledger.capture(register, { bytes: Buffer.from('bill'), discarded: 0, torn: false })
    if (!heard.ok) throw new Error(heard.fault.code)
    const at = clock.now()
    const draft = { series, at, due: dayEnd(civilDate(at)), pay: 1_000n, rates: [] }
    const seal = async (number: number) => ok(sealedInvoice({ seller, ...series, number }, at))
    const issued = await ledger.issue(heard.value, { ...draft, seal })
    if (!issued.ok) throw new Error(issued.fault.code)
  }
}

void t.test(
  'the courier on the real ledger: answers lost and doubled, one poisoned, one rejected, killed in the middle',
  async (t) => {
    const opened = await openLedger({ dir: folder(t), clock, taxCode: seller, build: 'test', config: '0'.repeat(64) })
    if (!opened.ok) throw new Error(opened.fault.code)
    const ledger = opened.value
    await ledger.record({ kind: 'symbol', series, register, index: 17, block: 'A1B2C', scheme: 'RRR+8' })
    const authority = fakeAuthority()
    authority.poison.add(6)
    authority.bad.add(3)
    authority.moods.push('gone', 'reset', 'lost', 'busy', 'page', 'good', 'twice')
    await sell(ledger, 12)
    const parts = (book: Ledger, transport: typeof authority) => ({
      ledger: book,
      transport,
      signer: { certificate: () => Promise.reject(new Error('not asked')), sign: async (bytes: Uint8Array) => ok(bytes) },
      board: fakeBoard(),
      clock,
      log: fakeLog(),
      random: () => 0,
      settings: { gatherMs: 20 },
    })
    const book = mortal<Ledger>(ledger)
    const wire = mortal(authority)
    const first = courier(parts(book.it, wire.it))
    await first.start()
    while (authority.calls.send < 2) await clock.sleep(20, new AbortController().signal)
    book.kill()
    wire.kill()
    await first.stop(instant(clock.now()))

    const second = courier(parts(ledger, authority))
    await second.start()
    const open = async (): Promise<number> => {
      const pages = await Promise.all((['queued', 'pushed', 'in-doubt'] as const).map((state) => ledger.list(state, 100)))
      return pages.flat().length + (await ledger.unfinished()).length
    }
    while ((await open()) > 0) await clock.sleep(50, new AbortController().signal)
    await second.stop(instant(clock.now() + 5_000))
    t.same(authority.complaints, [])
    t.equal((await ledger.list('acknowledged', 100)).length, 10)
    t.match(await ledger.list('rejected', 100), [{ sealed: { identity: { number: 3 } }, fault: { code: 'DELIVERY_REJECTED' } }])
    t.match(await ledger.list('parked', 100), [{ sealed: { identity: { number: 6 } }, fault: { code: 'DELIVERY_REFUSED' } }])
    t.same([...authority.accepted.values()], Array(10).fill(1))
    t.same(
      authority.firsts.get('1C26MAA'),
      Array.from({ length: 12 }, (_, i) => i + 1),
    )
    await ledger.close()
  },
)
