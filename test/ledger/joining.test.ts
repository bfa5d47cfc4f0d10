import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { EntryId, RegisterId } from '../../src/domain/ids.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import { salted } from '../../src/ledger/documents.ts'
import { type Joining, keptAsTold } from '../../src/ledger/joining.ts'
import type { Batch, Reply, Request, Taken } from '../../src/ledger/requests.ts'
import { openReading, storePath } from '../../src/ledger/store.ts'
import { folder } from '../folder.ts'
import { fc, runs } from '../property.ts'
import { faultsOf } from './check.ts'
import { begin, type Desk, facts, shopWith, slice } from './desk.ts'
import { draft, fakeClock, open, R17, SERIES, symbolStep, TAX, value } from './shop.ts'
import { smallDisk } from './small-disk.ts'

/** One receipt, one flush: what is made of a capture while its transaction is open. */

const batch = (desk: Desk, id: number, request: object, bytes = Buffer.alloc(0)): Batch => ({
  id,
  requests: [{ at: desk.clock.now(), up: desk.clock.up(), ...request } as unknown as Request],
  bytes: salted(bytes).whole.buffer as ArrayBuffer,
  watched: false,
})
const capture = (desk: Desk, id: number, text = 'receipt'): Batch => {
  const bytes = Buffer.from(text)
  const request = { what: 'capture', register: 'R017', frame: slice(bytes), discarded: 0, torn: false, early: true }
  return batch(desk, id, request, bytes)
}
const issue = (desk: Desk, id: number, entry: EntryId, number: number): Batch => {
  const [at, bytes] = [desk.clock.now(), Buffer.from(`<HDon>${number}</HDon>`)]
  const rates = [['8%', 50_000n, 4_000n]]
  const code = `M1-26-A1B2C-017${String(number).padStart(8, '0')}`
  const money = { issuedAt: at, due: at, pay: 54_000n, rates, digest: 'd', stamp: '{}', invoice: slice(bytes) }
  return batch(desk, id, { what: 'issue', entry, seller: TAX, ...SERIES, number, code, ...money }, bytes)
}
/** What another program would find in the file now. */
const onDisk = ({ dir }: Desk): { entries: number; invoices: number } => {
  const db = openReading(dir, false)
  const count = (table: string): number => Number(db.sql(`SELECT count(*) AS it FROM ${table}`).get()?.['it'])
  const found = { entries: count('entry'), invoices: count('invoice') }
  db.close()
  return found
}

interface Played {
  readonly told: Taken[]
  /** How often it was waited for something. */
  readonly waits: () => number
  readonly joining: Joining
}
/** Hands over one batch after the other, each made of what was told. */
function plays(...next: ((told: readonly Taken[]) => Batch | undefined)[]): Played {
  const told: Taken[] = []
  let waits = 0
  return {
    told,
    waits: () => waits,
    joining: {
      tell: (entries) => void told.push(...entries),
      next() {
        waits++
        return next.shift()?.(told)
      },
    },
  }
}
const work = (desk: Desk, batches: Batch[], joining: Joining): Map<number, readonly Reply[]> => {
  const done = desk.room.work(batches, joining)
  if (done.what !== 'done') throw new Error(done.what)
  return new Map(done.batches.map(({ id, replies }) => [id, replies]))
}
const first = (told: readonly Taken[]): EntryId => {
  const [taken] = told
  if (!taken) throw new Error('nothing was told')
  return taken.entry
}

/** A shop whose reserve is laid: only then is anything told ahead. */
function sureShop(dir: string, count = 0): Desk {
  const desk = shopWith(count, dir, fakeClock())
  desk.room.close()
  desk.room = begin(dir, desk.clock, { reserveBytes: RESERVE })
  for (let i = 0; i < 9; i++) desk.room.probe()
  return desk
}
const RESERVE = 512 * 1024

t.test('an invoice made while its receipt is being flushed shares that flush; nobody else sees either before it', async (t) => {
  const desk = sureShop(folder(t), 3)
  const before = onDisk(desk)
  let between: unknown
  const played = plays((told) => {
    between = onDisk(desk)
    return issue(desk, 8, first(told), 4)
  })
  const replies = work(desk, [capture(desk, 7)], played.joining)
  t.same(played.told, [{ batch: 7, place: 0, entry: 'R017-00000004' }])
  t.same(between, before, 'told, and not in the file yet')
  t.same(onDisk(desk), { entries: before.entries + 1, invoices: before.invoices + 1 })
  t.same(replies.get(7), [{ ok: true, value: 'R017-00000004' }])
  t.same(replies.get(8), [{ ok: true, next: 5 }], 'both batches are answered')
  t.equal(played.waits(), 1, 'nothing more is waited for')
  t.same(
    facts(desk)
      .slice(-2)
      .map(({ kind }) => kind),
    ['frame.captured', 'invoice.issued'],
  )
  t.same(faultsOf(storePath(desk.dir)), [])
})

t.test('nobody goes on with it, something else comes, or a question: the flush does not wait longer than it must', async (t) => {
  const desk = sureShop(folder(t))
  const nobody = plays()
  t.same(work(desk, [capture(desk, 1)], nobody.joining).get(1), [{ ok: true, value: 'R017-00000001' }])
  t.equal(nobody.waits(), 1)

  const others = plays(
    () => batch(desk, 3, { what: 'tick' }),
    () => capture(desk, 4),
    (told) => issue(desk, 5, first(told), 1),
  )
  const replies = work(desk, [capture(desk, 2)], others.joining)
  t.same([...replies.keys()], [2, 3, 4, 5])
  t.equal(others.told.length, 1, 'a receipt that comes meanwhile is kept with it and told when it is durable')
  t.ok([...replies.values()].flat().every(({ ok }) => ok))

  const asking = plays((told) => batch(desk, 7, { what: 'entry', entry: first(told) }))
  const answers = work(desk, [capture(desk, 6)], asking.joining)
  t.match(answers.get(7), [{ ok: true, value: { state: 'captured' } }], 'answered, and out of what is flushed')
  t.equal(asking.waits(), 1)

  const mixed = plays(() => void t.fail('a batch with a question is not waited with'))
  work(desk, [capture(desk, 8), batch(desk, 9, { what: 'unfinished' })], mixed.joining)
  const late = plays(() => void t.fail('what is not ready is not told'))
  const { early: _, ...calm } = capture(desk, 10).requests[0] as unknown as Record<string, unknown>
  work(desk, [{ ...capture(desk, 10), requests: [calm as unknown as Request] }], late.joining)
  t.same([mixed.told, late.told], [[], []])
  t.same(faultsOf(storePath(desk.dir)), [])
})

t.test('what joins and is at fault spoils nobody: the receipt keeps the entry it was told', async (t) => {
  const desk = sureShop(folder(t), 1)
  const twice = plays(
    (told) => issue(desk, 2, first(told), 9),
    (told) => batch(desk, 3, { what: 'step', step: { kind: 'stamped', entry: 'R017-00000099', how: 'slip' }, of: first(told) }),
  )
  const replies = work(desk, [capture(desk, 1)], twice.joining)
  t.same(replies.get(1), [{ ok: true, value: 'R017-00000002' }])
  t.same(replies.get(2), [{ ok: false, again: 2 }], 'the number is not the next one')
  const bug = plays((told) => ({
    ...issue(desk, 5, first(told), 2),
    requests: [
      ...issue(desk, 5, first(told), 2).requests,
      { ...desk.clock, what: 'step', step: { kind: 'stamped', entry: 'R017-00000099', how: 'slip' } } as unknown as Request,
    ],
  }))
  const spoiled = work(desk, [capture(desk, 4)], bug.joining)
  t.same(spoiled.get(4), [{ ok: true, value: 'R017-00000003' }], 'rolled back, done again alone, the same entry')
  t.equal(spoiled.get(5)?.[0]?.ok, true)
  t.match(spoiled.get(5)?.[1], { ok: false, bug: /no entry R017-00000099/ })
  t.same(faultsOf(storePath(desk.dir)), [])
})

t.test('without a reserve to finish it, nothing is told', async (t) => {
  const desk = shopWith(0, folder(t), fakeClock())
  const played = plays(() => void t.fail('it is flushed at once'))
  t.same(work(desk, [capture(desk, 1)], played.joining).get(1), [{ ok: true, value: 'R017-00000001' }])
  t.same(played.told, [])
})

const probed = smallDisk()
probed?.drop()
const SMALL = { skip: probed ? false : 'skipped because a tmpfs cannot be mounted without root' }

t.test('F04 the disk is full just when it is flushed: what was told is finished out of the reserve', SMALL, async (t) => {
  const disk = smallDisk()
  if (!disk) throw new Error('the file system went away')
  const data = join(disk.dir, 'data')
  mkdirSync(data)
  const desk = sureShop(data)
  const ballast = (): void => {
    for (let size = 256 * 1024; size >= 4096; size /= 2) {
      for (;;) {
        try {
          writeFileSync(join(disk.dir, 'ballast'), Buffer.alloc(size), { flag: 'a' })
        } catch {
          break
        }
      }
    }
  }
  // Too large for what is left of the log's last page.
  const long = 'x'.repeat(60_000)
  const played = plays((told) => {
    ballast()
    return issue(desk, 2, first(told), 1)
  })
  const replies = work(desk, [capture(desk, 1, long)], played.joining)
  t.same(replies.get(1), [{ ok: true, value: 'R017-00000001' }], 'the entry it was told')
  t.match(replies.get(2), [{ ok: false, fault: { code: 'LEDGER_DISK_FULL' } }], 'no number is used up')
  t.equal(desk.room.health().capture?.code, 'LEDGER_DISK_FULL')
  t.match(work(desk, [capture(desk, 3)], plays().joining).get(3), [{ ok: false, fault: { code: 'LEDGER_DISK_FULL' } }])
  rmSync(join(disk.dir, 'ballast'))
  for (let i = 0; i < 5; i++) desk.room.probe()
  t.equal(desk.room.health().capture, undefined)
  t.same(work(desk, [issue(desk, 4, first(played.told), 1)], plays().joining).get(4), [{ ok: true, next: 2 }])
  desk.room.close()
  t.same(faultsOf(storePath(desk.dir)), [])
  disk.drop()
})

t.test('an entry that was told and is not kept as told ends the thread: nothing may live on that remembers it', async (t) => {
  const job = { request: { what: 'tick' } as unknown as Request, block: new ArrayBuffer(0), batch: 1, place: 0 }
  const taken = 'R017-00000001' as EntryId
  keptAsTold([
    { ...job, taken, reply: { ok: true, value: taken } },
    { ...job, reply: { ok: false, bug: 'not told' } },
  ])
  for (const reply of [undefined, { ok: false, bug: 'any' } as const, { ok: true, value: 'R017-00000002' as EntryId } as const])
    t.throws(() => keptAsTold([{ ...job, taken, reply }]), /R017-00000001 was taken and is not kept/)
})

t.test('through the thread: who is ready is told ahead, and both are answered by one flush', async (t) => {
  const clock = fakeClock()
  const dir = folder(t)
  writeFileSync(join(dir, 'reserve'), Buffer.alloc(RESERVE))
  const ledger = await open(dir, clock, { reserveBytes: RESERVE })
  t.teardown(() => ledger.close())
  value(await ledger.record(symbolStep()))
  const order: string[] = []
  let ready = true
  let issuing: Promise<unknown> = Promise.resolve()
  ledger.arriving?.({
    bytes: (_, bytes) => void order.push(`bytes ${bytes.length}`),
    ready: (register: RegisterId) => ready && register === R17,
    entry(_, entry) {
      order.push(`entry ${entry}`)
      issuing = ledger.issue(entry, draft(clock.now()), undefined).then((sealed) => order.push(`issued ${sealed.ok}`))
    },
  })
  const foretold: Sealed[] = []
  const heard = {
    bytes: Buffer.from('receipt'),
    discarded: 0,
    torn: false,
    sealed: (sealed: Sealed) => void foretold.push(sealed),
  }
  const entry = value(await ledger.capture(R17, heard))
  order.push(`captured ${entry}`)
  const settled = await ledger.settled(entry, new AbortController().signal)
  t.equal(settled?.state, 'queued', 'known in the same turn')
  await issuing
  t.ok(order.indexOf('entry R017-00000001') < order.indexOf('captured R017-00000001'))
  t.same(order.filter((word) => !word.startsWith('bytes')).sort(), [
    'captured R017-00000001',
    'entry R017-00000001',
    'issued true',
  ])
  t.equal(foretold.length, 1)
  t.equal(foretold[0], settled && 'sealed' in settled && settled.sealed, 'the very one that is settled')

  ready = false
  const calm = value(await ledger.capture(R17, { bytes: Buffer.from('second'), discarded: 0, torn: false }))
  t.notOk(order.includes(`entry ${calm}`), 'who is not ready hears of it when it is durable')
  ready = true
  const file = value(await ledger.capture(R17, { bytes: Buffer.from('third'), discarded: 0, torn: false }, '12'))
  t.notOk(order.includes(`entry ${file}`), 'nor is anybody told of a file')
  await ledger.close()
  t.same(faultsOf(storePath(dir)), [])
})

t.test('however receipts, invoices, questions and silence come together, each is kept once and the chain holds', async (t) => {
  const coming = fc.array(fc.constantFrom('capture', 'issue', 'tick', 'read', 'silence'), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.array(coming, { minLength: 1, maxLength: 4 }), async (rounds) => {
      const desk = sureShop(folder(t))
      let [id, number, captures] = [0, 1, 0]
      const open: EntryId[] = []
      for (const round of rounds) {
        const take = (): Batch => {
          captures++
          return capture(desk, ++id, `receipt ${captures}`)
        }
        const one = (what: string): Batch | undefined => {
          const entry = what === 'issue' ? open.shift() : undefined
          if (entry) return issue(desk, ++id, entry, number++)
          if (what === 'capture') return take()
          if (what === 'read') return batch(desk, ++id, { what: 'list', state: 'captured', limit: 9 })
          return what === 'tick' ? batch(desk, ++id, { what: 'tick' }) : undefined
        }
        const steps = round.map((what) => () => one(what))
        const played = plays(...steps)
        const replies = work(desk, [take()], {
          tell(entries) {
            open.push(...entries.map(({ entry }) => entry))
            played.joining.tell(entries)
          },
          next: played.joining.next,
        })
        for (const reply of [...replies.values()].flat()) if (!reply.ok) throw new Error(JSON.stringify(reply))
      }
      const found = onDisk(desk)
      desk.room.close()
      return found.entries === captures && found.invoices === number - 1 && faultsOf(storePath(desk.dir)).length === 0
    }),
    { numRuns: runs(60) },
  )
})
