import { spawnSync } from 'node:child_process'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { authorityProcess, type Daemon, lockKey, type Place, place, silentAuthority, startDaemon } from './daemon.ts'
import { type Figure, figure, quantile } from './figure.ts'
import { type Printed, print, sink } from './paper.ts'
import { receipts } from './shop.ts'

/** What can go wrong around a till without its paper getting any later. */
interface Trouble {
  readonly name: string
  readonly silent?: true
  readonly prepare?: (at: Place) => void
  readonly through?: readonly string[]
  readonly during?: (daemon: Daemon) => Promise<() => void>
  /** Milliseconds from one receipt to the next. */
  readonly pause?: number
}

const TROUBLES: readonly Trouble[] = [
  { name: 'paper' },
  { name: 'paper.silent-authority', silent: true },
  { name: 'paper.locked-key', prepare: lockKey },
  { name: 'paper.dashboard-flooded', during: flood },
]

interface Pair {
  readonly direct: Printed
  readonly through: Printed
}

/** Receipts straight to the printer and through the gateway, turn by turn, `pause` milliseconds apart. */
async function pairs(where: string, main: string, trouble: Trouble, count: number): Promise<Pair[]> {
  const { pause = 200 } = trouble
  const [straight, behind] = [await sink(), await sink()]
  const authority = trouble.silent ? await silentAuthority() : await authorityProcess(main)
  const at = await place({ main, where, printer: behind.port, authority: authority.url })
  trouble.prepare?.(at)
  const daemon = await startDaemon(at, trouble.through)
  const end = await trouble.during?.(daemon)
  const found: Pair[] = []
  const till = receipts(7)
  await sleep(1_000)
  for (let i = -3; i < count; i++) {
    const began = performance.now()
    const bytes = till.next().value
    const direct = await print(bytes, straight.port, straight)
    await sleep(Math.max(0, began + pause / 2 - performance.now()))
    const through = await print(bytes, daemon.till, behind)
    // The first receipts of the day wait for connections to be made.
    if (i >= 0) found.push({ direct, through })
    await sleep(Math.max(0, began + pause - performance.now()))
  }
  end?.()
  await daemon.stop()
  authority.stop()
  await Promise.all([straight.stop(), behind.stop()])
  return found
}

/** What the gateway adds to the median way of the same paper without it. */
function added(found: readonly Pair[], what: 'text' | 'cut'): { p50: number; p99: number; max: number; direct: number } {
  const direct = quantile(
    found.map((pair) => pair.direct[what]),
    0.5,
  )
  const more = found.map((pair) => pair.through[what] - direct)
  return {
    p50: quantile(more, 0.5),
    p99: quantile(more, 0.99),
    max: quantile(more, 1),
    direct: quantile(
      found.map((pair) => pair.direct[what]),
      0.99,
    ),
  }
}

const ms = (value: number): string => value.toFixed(2)

function lines(name: string, found: readonly Pair[], must: string): Figure[] {
  const stamped = found.filter(({ through }) => through.stamped).length
  return (['text', 'cut'] as const).map((what) => {
    const { p50, p99, max, direct } = added(found, what)
    const to =
      what === 'text' ? 'to the last byte before the cut' : `to the cut, stamp printed before it on ${stamped} of ${found.length}`
    return figure(
      `${name}.${what}`,
      p99,
      'ms',
      direct,
      `p99 added, ${to}; p50 ${ms(p50)}, max ${ms(max)}; limit: p99 without us; ${must}`,
    )
  })
}

export async function delayFigures(where: string, main: string, quick: boolean): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const trouble of TROUBLES) {
    const found = await pairs(where, main, trouble, quick ? 25 : 200)
    figures.push(...lines(trouble.name, found, 'must be 15'))
  }
  return figures
}

const STRACE = [
  'strace',
  '-f',
  '--seccomp-bpf',
  '-o',
  '/dev/null',
  '-e',
  'trace=fdatasync,fsync',
  '-e',
  'inject=fdatasync,fsync:delay_exit=20000',
]

/** Every flush takes 20 ms: the text is as early as before, only stamp and cut come later. */
export async function flushFigures(where: string, main: string, quick: boolean): Promise<Figure[]> {
  if (spawnSync('strace', ['-V'], { stdio: 'ignore' }).status !== 0) {
    process.stderr.write('flush: skipped because strace is not installed\n')
    return []
  }
  const count = quick ? 40 : 200
  // Close enough together that the flushes of one receipt run while the next one is being printed.
  const pause = 80
  const traced = STRACE.map((word) => word.replace('delay_exit=20000', 'delay_exit=0'))
  const fast = await pairs(where, main, { name: 'flush', pause, through: traced }, count)
  const slow = await pairs(where, main, { name: 'flush', pause, through: STRACE }, count)
  const [without, text, cut] = [added(fast, 'text'), added(slow, 'text'), added(slow, 'cut')]
  const stamped = slow.filter(({ through }) => through.stamped).length
  return [
    figure(
      'flush-20ms.text',
      text.max,
      'ms',
      without.max,
      `longest wait added to text, a receipt each ${pause} ms; p50 ${ms(text.p50)}, p99 ${ms(text.p99)}; limit: the same without the 20 ms`,
    ),
    figure(
      'flush-20ms.cut',
      cut.p99,
      'ms',
      added(fast, 'cut').p99,
      `p99 added to the cut; p50 ${ms(cut.p50)}, max ${ms(cut.max)}; held at most 250; stamped ${stamped} of ${slow.length}; limit: the same without the 20 ms`,
    ),
  ]
}

/** Twenty screens that ask for everything and half of which never read, and fifty questions a second. */
async function flood(daemon: Daemon): Promise<() => void> {
  const link = new URL(await daemon.link('owner'))
  const login = await fetch(new URL('/api/v1/login', link), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: link.hash.slice(1) }),
  })
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  if (!login.ok || cookie === '') throw new Error(`no login at the dashboard: ${login.status}`)
  const ends: (() => void)[] = []
  for (let i = 0; i < 16; i++) ends.push(await listen(link, cookie, i % 2 === 0))
  const asking = setInterval(() => {
    fetch(new URL('/api/v1/status', link), { headers: { cookie } }).then(
      (answer) => answer.text(),
      () => {},
    )
  }, 20)
  return () => {
    clearInterval(asking)
    for (const end of ends) end()
  }
}

/** One screen that asks for all facts; `deaf`: it never reads them. */
function listen(link: URL, cookie: string, deaf: boolean): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL('/live', link), {
      headers: {
        ...{ cookie, origin: link.origin, connection: 'Upgrade', upgrade: 'websocket' },
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16, 7).toString('base64'),
      },
    })
    asked.once('error', reject)
    asked.once('response', (answer) => reject(new Error(`no feed: ${answer.statusCode}`)))
    asked.once('upgrade', (_, socket) => {
      socket.on('error', () => {})
      const text = Buffer.from('{"after":0}')
      // A masked text frame with a mask of zeros (RFC 6455 5.2).
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]))
      if (deaf) socket.pause()
      else socket.resume()
      resolve(() => socket.destroy())
    })
    asked.end()
  })
}
