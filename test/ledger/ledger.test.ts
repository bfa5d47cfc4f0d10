import t from 'tap'
import { draft, fakeClock, folder, heard, open, R17, symbolStep, value } from './shop.ts'

void t.test('a receipt is heard, issued and followed', async (t) => {
  const clock = fakeClock()
  const dir = folder()
  const ledger = await open(dir, clock)
  value(await ledger.record(symbolStep()))
  const entry = value(await ledger.capture(R17, heard('PHO'), 'mark-1'))
  t.equal(entry, 'R017-00000001')
  const never = new AbortController().signal
  const settled = ledger.settled(entry, never)
  const sealed = value(await ledger.issue(entry, draft(clock.now())))
  t.equal(sealed.identity.number, 1)
  t.equal((await settled)?.state, 'queued')
  t.same(value(await ledger.issue(entry, draft(clock.now()))), sealed)
  const kinds: string[] = []
  for await (const fact of ledger.follow(0, never)) {
    kinds.push(fact.kind)
    if (fact.kind === 'invoice.issued') break
  }
  t.same(kinds, ['chain.opened', 'gateway.started', 'symbol.activated', 'frame.captured', 'invoice.issued'])
  t.equal(await ledger.cursor(R17), 'mark-1')
  t.same(
    (await ledger.list('queued', 10)).map((e) => e.id),
    [entry],
  )
  t.same(Buffer.from((await ledger.view.sealed(entry)) ?? []), Buffer.from(sealed.bytes))
  await ledger.close()
})
