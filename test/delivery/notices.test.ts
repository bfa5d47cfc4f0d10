import t from 'tap'
import { type Courier, courier } from '../../src/delivery/courier.ts'
import { fault } from '../../src/domain/fault.ts'
import { type NoticeId, noticeId } from '../../src/domain/ids.ts'
import { failed, ok } from '../../src/domain/result.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { fc, runs } from '../property.ts'
import { fakeAuthority, type Mood } from './authority.ts'
import { fakeBoard, fakeClock, fakeLedger, fakeLog, mortal, NOON, stopPart } from './fake.ts'

const signer: Signer = { certificate: async () => failed(fault('SIGN_EXPIRED')), sign: async (bytes) => ok(bytes) }
const A = { form: 1, symbol: 'C26MAA' }
const DAY = 86_400_000

function world() {
  const clock = fakeClock(NOON)
  const ledger = fakeLedger(clock)
  const authority = fakeAuthority()
  const board = fakeBoard()
  const parts = { ledger, transport: authority, signer, board, clock, log: fakeLog(), random: () => 0.5 }
  const open = (over: Partial<Parameters<typeof courier>[0]> = {}): Courier => courier({ ...parts, ...over })
  const tell = async (number: number, name = `n${number}`): Promise<NoticeId> => {
    const row = { invoice: { seller: '0199999014', ...A, number }, issuedOn: '2026-11-20' as never, reason: 'Sai tên' }
    const made = await ledger.notify?.({ at: clock.now(), invoices: [row] }, name, 'owner')
    if (!made?.ok) throw new Error('not told')
    return made.value.id
  }
  const settled = (): boolean => [...ledger.told.values()].every(({ state }) => state !== 'open')
  return { clock, ledger, authority, board, open, tell, settled }
}

void t.test('a notice goes out once it is ordered, beside the invoices, and its 301 ends it', async (t) => {
  const { clock, ledger, authority, board, open, tell, settled } = world()
  const part = open()
  await part.start()
  ledger.queue(A, 1)
  const ids = [await tell(1), await tell(2)]
  t.ok(await clock.run(() => settled() && ledger.states()['acknowledged'] === 1, 10_000))
  t.same(
    ids.map((id) => [ledger.told.get(id)?.state, authority.noted.get(id)]),
    [
      ['accepted', 1],
      ['accepted', 1],
    ],
  )
  t.equal(ledger.steps[0]?.kind, 'pushed')
  t.same(authority.complaints, [])
  await tell(3)
  t.ok(await clock.run(settled, 10_000), 'the fact of the order wakes the courier')
  t.same(board.at('courier'), { level: 'ok', key: 'board.courier.idle' })
  t.equal(board.at('queue'), undefined, 'a notice is no unsent invoice')
  await stopPart(part, clock)
})

void t.test('a refused notice is on the board until nothing speaks of it any more; the others go on', async (t) => {
  const { clock, ledger, authority, board, open, tell, settled } = world()
  authority.badNotices.add(noticeId(1))
  const part = open()
  await part.start()
  const [bad, good] = [await tell(1), await tell(2)]
  t.ok(await clock.run(settled, DAY))
  t.same([ledger.told.get(bad)?.state, ledger.told.get(good)?.state], ['refused', 'accepted'])
  t.same(board.at(`notice/${bad}`), { level: 'serious', key: 'fault.DELIVERY_NOTICE_REFUSED' })
  t.equal(board.at(`notice/${good}`), undefined)
  t.equal(authority.calls.send, 2, 'never sent again by itself')
  await stopPart(part, clock)
  board.clear(`notice/${bad}`)
  const again = open()
  await again.start()
  t.ok(await clock.run(() => board.at(`notice/${bad}`) !== undefined, DAY), 'after a restart it stands there again')
  await tell(1, 'another')
  t.ok(
    await clock.run(() => settled() && board.at(`notice/${bad}`) === undefined, DAY),
    'another notice speaks of the same invoice',
  )
  await stopPart(again, clock)
})

void t.test('a notice that cannot be made says why, rests, and goes when it can', async (t) => {
  const { clock, ledger, authority, board, open, tell, settled } = world()
  authority.noticeFault = fault('VN_NO_OFFICE')
  const part = open()
  await part.start()
  await tell(1)
  ledger.queue(A, 1)
  t.notOk(await clock.run(settled, 600_000))
  t.same(board.at('notice'), { level: 'serious', key: 'fault.VN_NO_OFFICE' })
  t.same(ledger.states(), { acknowledged: 1 }, 'invoices are not held up')
  authority.noticeFault = undefined
  t.ok(await clock.run(settled, 600_000))
  t.equal(board.at('notice'), undefined)
  await stopPart(part, clock)
  const other = world()
  const none = other.open({ transport: { ...other.authority, composeNotice: undefined as never } })
  await none.start()
  await other.tell(1)
  await other.clock.run(() => false, 60_000)
  t.same(other.board.at('notice'), { level: 'serious', key: 'fault.DELIVERY_NO_NOTICES' })
  await stopPart(none, other.clock)
})

void t.test('no key: the notice waits like the invoices do', async (t) => {
  const { clock, authority, board, open, tell, settled } = world()
  authority.keyFault = fault('SIGN_NO_TOKEN')
  const part = open()
  await part.start()
  await tell(1)
  t.notOk(await clock.run(settled, 600_000))
  t.same(board.at('signer/courier'), { level: 'serious', key: 'fault.SIGN_NO_TOKEN' })
  authority.keyFault = undefined
  t.ok(await clock.run(settled, DAY))
  t.equal(board.at('signer/courier'), undefined)
  await stopPart(part, clock)
})

void t.test('any weather, killed anywhere: each notice is accepted once, by one message with the same bytes', async () => {
  const moods = fc.constantFrom<Mood>('good', 'late', 'lost', 'reset', 'gone', 'busy', 'page', 'twice')
  await fc.assert(
    fc.asyncProperty(
      fc.array(moods, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 3 }),
      async (weather, kills) => {
        const { clock, ledger, authority, open, tell, settled } = world()
        authority.moods.push(...weather)
        for (const n of [1, 2, 3]) await tell(n)
        ledger.queue(A, 1)
        for (const after of kills) {
          const [book, wire] = [mortal(ledger), mortal(authority)]
          await open({ ledger: book.it, transport: wire.it }).start()
          await clock.run(() => false, after)
          book.kill()
          wire.kill()
          ledger.reopen()
        }
        const last = open()
        await last.start()
        const done = await clock.run(() => settled() && ledger.states()['acknowledged'] === 1, DAY)
        await stopPart(last, clock)
        return done && [...authority.noted.values()].join() === '1,1,1' && authority.complaints.length === 0
      },
    ),
    { numRuns: runs(60) },
  )
})
