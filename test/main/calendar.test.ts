import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openBoard } from '../../src/board.ts'
import { calendar } from '../../src/calendar.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { RegisterId } from '../../src/domain/ids.ts'
import { instant } from '../../src/domain/time.ts'
import { givingBack } from '../../src/give-back.ts'
import { makeTestIdentity, openP12 } from '../../src/signing/index.ts'
import { readWords } from '../../src/words.ts'
import { folder } from '../folder.ts'
import { testClock, until } from '../journeys/clock.ts'

/** A shop whose certificate lasts so many days from `start`. */
async function open(t: Test, start: string, days: number, form: 1 | 2 = 1) {
  const clock = testClock({ start })
  const board = openBoard(clock)
  const path = join(folder(t), 'key.p12')
  const made = await makeTestIdentity({ taxCode: '0199999014', name: 'QUÁN', passphrase: 'thử', days }, clock)
  writeFileSync(path, made.p12)
  const key = await openP12({ path, passphrase: 'thử' }, clock)
  if (!key.ok) throw new Error(key.fault.code)
  const part = calendar({ country: vietnam, form, signer: key.value, board, clock })
  await part.start()
  t.teardown(() => part.stop(instant(clock.now() + 1_000)))
  const words = readWords()
  const said = (): string[] =>
    Object.values(board.all()).flatMap(({ key, values, todo }) => {
      t.ok(todo && words.all('vi')[todo], `${key} says what to do`)
      return [words.say('vi', key, values)]
    })
  const shows = (items: readonly string[]) => until(() => Object.keys(board.all()).sort().join() === items.join())
  return { clock, board, said, shows }
}

t.test('the end of the 8 % and the new year are told in time, hour by hour, and are gone when they have passed', async (t) => {
  const { clock, board, said, shows } = await open(t, '2026-11-30T12:00:00', 700)
  t.same(board.all(), {}, '31 days before')
  clock.to('2026-12-01T00:59:00')
  t.ok(await shows(['calendar/rate.8']))
  t.same(said(), ['Mức 8 % hết hiệu lực sau ngày 31/12/2026 (còn 30 ngày)'])
  clock.to('2026-12-18T06:00:00')
  t.ok(await shows(['calendar/rate.8', 'calendar/symbol.year']))
  t.match(board.all()['calendar/symbol.year'], { level: 'warning', values: { days: '14', date: '01/01/2027' } })
  clock.to('2027-01-02T06:00:00')
  t.ok(await shows([]), 'over')
})

t.test('a household on form 2 hears of its symbols and not of rates it does not use', async (t) => {
  const { board } = await open(t, '2026-12-20T12:00:00', 700, 2)
  t.same(Object.keys(board.all()), ['calendar/symbol.year'])
})

t.test('a certificate runs out: known 60 days before, a warning in the last 30, serious once it has', async (t) => {
  const { clock, board, said } = await open(t, '2026-02-01T12:00:00', 62)
  const level = () => board.all()['calendar/certificate']?.level
  t.equal(level(), undefined, 'not yet')
  clock.jump(86_400_000)
  t.ok(await until(() => level() === 'info'))
  clock.jump(31 * 86_400_000)
  t.ok(await until(() => level() === 'warning'))
  t.same(said(), ['Chứng thư số hết hạn sau 29 ngày'])
  clock.jump(30 * 86_400_000)
  t.ok(await until(() => level() === 'serious'))
  t.equal(board.all()['calendar/certificate']?.key, 'fault.SIGN_EXPIRED')
})

t.test('what receipts leave in memory is collected between them, and only where it is worth it', async (t) => {
  let hear = (): void => {
    t.fail('nobody listens')
  }
  let listening = 0
  const ledger: Parameters<typeof givingBack>[0] = {
    arriving(listener) {
      listening++
      hear = () => listener.bytes('R017' as RegisterId, new Uint8Array())
      return () => void listening--
    },
  }
  const collected: string[] = []
  let young = 1024
  const part = givingBack(
    ledger,
    (how) => void collected.push(how?.type ?? 'all'),
    () => young,
  )
  await part.start()
  const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200))
  hear()
  await quiet()
  t.same(collected, [], 'little to collect')
  young = 64 * 1024 * 1024
  for (let i = 0; i < 5; i++) hear()
  t.same(collected, [], 'never beside a receipt')
  await quiet()
  t.same(collected, ['minor'], 'five in a row are one quiet moment')
  hear()
  await part.stop(instant(0))
  await quiet()
  t.same([collected, listening], [['minor'], 0], 'over is over')
  const real = givingBack(ledger)
  await real.start()
  await real.stop(instant(0))
})
