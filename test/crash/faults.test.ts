import t from 'tap'
import { bundle } from './build.ts'
import { check } from './checker.ts'
import type { Daemon } from './daemon.ts'
import { openShop } from './shop.ts'
import { canTrace } from './traced.ts'

/** Calls of the system that fail, as a broken device and a full one let them fail (F04, F05). */
t.setTimeout(300_000)
t.jobs = 2

const skip = canTrace() ? false : 'skipped because strace is not installed or may not be used here'
const healthy = bundle('faults')

/** Only calls on the ledger's log: the rest of the machine is well. */
const failing = (data: string, how: string): readonly string[] => [
  ...['strace', '-f', '-o', '/dev/null', '-e', 'signal=none', '-P', `${data}/tillgate.db-wal`],
  ...['-e', 'trace=pwrite64,fsync,fdatasync', '-e', `inject=${how}`],
]

t.test('a flush that fails ends the process; nothing acknowledged is missing afterwards', { skip, buffered: true }, async (t) => {
  const shop = await openShop({ main: await healthy, seed: 11 })
  t.teardown(() => shop.close())
  for (const when of [1, 2, 3, 5, 8, 13, 21, 34]) {
    const daemon = shop.start({ under: failing(shop.data, `fsync,fdatasync:error=EIO:when=${when}`) })
    const over = new AbortController()
    const selling = shop.sell(Number.POSITIVE_INFINITY, over.signal)
    const { code, signal } = await daemon.ended
    over.abort()
    await selling
    // Ended from under a statement, the reading thread may abort the process before it can exit: ended all the same.
    const byItself = signal === 'SIGABRT' || (signal === null && code !== null && code > 0)
    t.ok(byItself, `flush ${when} fails: ended with ${code} ${signal} ${daemon.said()}`)
    t.same(check(shop.evidence(false)), [], `flush ${when}: as it lies there`)
  }
  const daemon = shop.start()
  await shop.sell(1)
  t.ok(await shop.drained(), daemon.said())
  await daemon.kill()
  t.same(check(shop.evidence(true)), [])
})

t.test(
  'no room for the log: refused and printed, the board says so; it recovers by itself',
  { skip, buffered: true },
  async (t) => {
    const shop = await openShop({ main: await healthy, seed: 12, registers: 1 })
    t.teardown(() => shop.close())
    const first = shop.start()
    await shop.sell(2)
    await first.kill()
    const printed = (): number => shop.printer?.printed().papers.length ?? 0
    const before = printed()
    const full = (from: number): string => `pwrite64:error=ENOSPC:when=${from}..${from + 7}`
    const daemon = shop.start({ under: failing(shop.data, full(30)) })
    await daemon.ready
    const look = await boardOf(daemon)
    const over = new AbortController()
    const selling = shop.sell(Number.POSITIVE_INFINITY, over.signal)
    const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
      for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
        if (await holds()) return
      t.fail(`${what} ${JSON.stringify(await look())} ${daemon.said()}`)
    }
    await until('the board never said that the disk is full', async () => (await look())['ledger'] === 'fault.LEDGER_DISK_FULL')
    const then = printed()
    await until('paper stopped', async () => printed() > then)
    t.ok(printed() > before)
    await until('it never recovered', async () => (await look())['ledger'] === 'chain.ok')
    over.abort()
    await selling
    await shop.sell(1)
    t.ok(await shop.drained(), daemon.said())
    t.equal((await daemon.stop()).code, 0)
    // A copy that had waited for room may have been captured at the very end; the next start reads it before a new sale.
    const next = shop.start()
    await shop.sell(1)
    t.ok(await shop.drained(), next.said())
    t.equal((await next.stop()).code, 0)
    t.same(check(shop.evidence(true)), [])
  },
)

/** Logs in as the owner and reads what the board says of each part. */
async function boardOf(daemon: Daemon): Promise<() => Promise<Readonly<Record<string, string>>>> {
  const [url = '', token = ''] = (await daemon.link()).split('/dang-nhap#')
  const login = await fetch(`${url}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ token }),
  })
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  return async () => {
    const answer = await fetch(`${url}/api/v1/status`, { headers: { cookie } })
    const { board } = (await answer.json()) as { board: Record<string, { key: string }> }
    return Object.fromEntries(Object.entries(board).map(([part, { key }]) => [part, key]))
  }
}
