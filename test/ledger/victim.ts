import { draft, fakeClock, heard, open, R17, symbolStep, value } from './shop.ts'

/** A gateway's worth of sales over midnight in a process of its own, to be killed at a point; says each one it was promised. */
const [dir = '', points = ''] = process.argv.slice(2)
const clock = fakeClock('2026-11-21T23:59:58.000+07:00')
const ledger = await open(dir, clock, { points })
value(await ledger.record(symbolStep()))
for (let i = 0; i < 6; i++) {
  const entry = value(await ledger.capture(R17, heard(`receipt ${i}`)))
  process.stdout.write(`captured ${entry}\n`)
  const sealed = value(await ledger.issue(entry, draft(clock.now())))
  process.stdout.write(`issued ${entry} ${sealed.identity.number}\n`)
  clock.pass(700)
}
await ledger.close()
process.stdout.write('closed\n')
