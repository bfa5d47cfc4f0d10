import type { Clock } from '../../src/domain/clock.ts'
import { instant } from '../../src/domain/time.ts'
import type { Random } from './random.ts'
import { type Job, job, noSale, type Script } from './script.ts'

/** One thing that goes wrong in shops. */
interface Mischief {
  readonly says: string
  /** How often in 100 customers, where `--mischief` names no figure. */
  readonly often: number
  /** What time the till believes it is. */
  readonly clock?: (clock: Clock, dice: Random) => Clock
  /** What becomes of a customer's jobs. */
  readonly jobs?: (jobs: readonly Job[], dice: Random) => readonly Job[]
}

const DAY = 86_400_000
/** `2000-01-01T09:00+07:00`: clocks whose battery is flat begin with that year; the shop has been open for a while. */
const MILLENNIUM = Date.UTC(2000, 0, 1, 2)

const isSale = (one: Job): boolean => one.sale?.kind === 'sale'
const mannered =
  (manner: Job['manner']) =>
  (jobs: readonly Job[]): Job[] =>
    jobs.map((one) => (isSale(one) && one.manner === 'plain' ? { ...one, manner } : one))
/** Something else first, before the last bill of the customer. */
const first =
  (make: (bill: Job, dice: Random) => Job | undefined) =>
  (jobs: readonly Job[], dice: Random): Job[] => {
    const at = jobs.findLastIndex(isSale)
    const found = jobs[at]
    const more = found && make(found, dice)
    return more ? [...jobs.slice(0, at), more, ...jobs.slice(at)] : [...jobs]
  }

const noise = (dice: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: dice.whole(1, most) }, () => dice.whole(0, 255)))
/** What an open line picks up: breaks and half bits, never a command. */
const hum = (dice: Random): Buffer =>
  Buffer.from(Array.from({ length: dice.whole(1, 24) }, () => dice.pick([0x00, 0x00, 0x80, 0xff])))

function half(bill: Job, dice: Random): Job {
  const kept = bill.bytes.subarray(0, dice.whole(40, Math.max(41, bill.bytes.length - 10)))
  return job(kept, noSale('incomplete', bill.sale?.receiptNo ?? null), 'half')
}

/** Another number behind the first `ESC t`, the bytes as they were. */
function announced(bytes: Uint8Array, dice: Random): Uint8Array {
  const at = Buffer.from(bytes).indexOf(Buffer.from([0x1b, 0x74]))
  if (at < 0) return bytes
  const copy = Uint8Array.from(bytes)
  copy[at + 2] = dice.pick([0, 16, 27, 52, 94])
  return copy
}

export const MISCHIEF = {
  probe: { says: 'asks the printer how it is, and waits for the answer, before the job', often: 25, jobs: mannered('ask') },
  timeout: {
    says: 'gives up waiting, and prints the same bytes again',
    often: 15,
    jobs: first((bill) => ({ ...bill, manner: 'impatient' })),
  },
  reprint: {
    says: 'the bill once more, marked as a copy',
    often: 15,
    jobs: (jobs) => {
      const copy = jobs.findLast(isSale)?.copy
      return copy ? [...jobs, copy()] : jobs
    },
  },
  slow: { says: 'at 9,600 baud', often: 15, jobs: mannered('slow') },
  'paper-out': { says: 'waits until the printer says that it has paper', often: 25, jobs: mannered('paper') },
  half: { says: 'tears the connection in the middle of a bill, then prints it whole', often: 15, jobs: first(half) },
  noise: {
    says: 'random bytes on a connection of their own, hum before a bill',
    often: 15,
    jobs: (jobs, dice) =>
      dice.chance(50)
        ? first((_, luck) => job(noise(luck, 200), noSale('unknown')))(jobs, dice)
        : jobs.map((one) => (isSale(one) ? { ...one, before: hum(dice) } : one)),
  },
  'wrong-page': {
    says: 'announces a code page that is not the one it writes in',
    often: 25,
    jobs: (jobs, dice) => jobs.map((one) => ({ ...one, bytes: announced(one.bytes, dice) })),
  },
  clock: {
    says: 'the till lives in yesterday, or in the year 2000',
    often: 25,
    clock: (clock, dice) => {
      const flat = dice.chance(50)
      return { ...clock, now: () => instant(flat ? MILLENNIUM + clock.up() : clock.now() - DAY) }
    },
  },
  'two-in-one': { says: 'two receipts in one job', often: 15, jobs: mannered('joined') },
  tiny: { says: 'a byte or two at a time', often: 15, jobs: mannered('tiny') },
  'all-day': {
    says: 'one connection, kept open behind every bill',
    often: 100,
    jobs: (jobs) => jobs.map((one) => (one.manner === 'plain' ? { ...one, manner: 'kept' } : one)),
  },
  empty: { says: 'connects and says nothing', often: 15, jobs: first(() => job(new Uint8Array(), null, 'empty')) },
  http: {
    says: 'a web browser at the printer port',
    often: 15,
    jobs: first(() => job(Buffer.from('GET / HTTP/1.1\r\nHost: printer\r\n\r\n'), noSale('unknown'))),
  },
  drawer: {
    says: 'the drawer opened without a sale',
    often: 15,
    jobs: first(() => job(Buffer.from([0x1b, 0x40, 0x1b, 0x70, 0x00, 0x19, 0xfa]), noSale('no-sale'))),
  },
} as const satisfies Record<string, Mischief>

export type MischiefName = keyof typeof MISCHIEF
/** Which, and in how many of 100 customers. */
export type Wanted = readonly { readonly name: MischiefName; readonly often: number }[]

/** `half,slow:40`: names, with how often in 100 customers where it matters. Returns what it does not know. */
export function readMischief(text: string): { readonly wanted: Wanted; readonly strange: readonly string[] } {
  const wanted: { name: MischiefName; often: number }[] = []
  const strange: string[] = []
  for (const part of text.split(',').map((one) => one.trim())) {
    const [name = '', figure] = part.split(':')
    if (part === '' || part === 'none') continue
    if (!Object.hasOwn(MISCHIEF, name) || (figure !== undefined && !/^\d{1,3}$/.test(figure))) strange.push(part)
    else
      wanted.push({
        name: name as MischiefName,
        often: figure === undefined ? MISCHIEF[name as MischiefName].often : Number(figure),
      })
  }
  return { wanted, strange }
}

/** A script with things that go wrong. With dice of their own, what is sold stays what the seed says. */
export const mischievous =
  (act: Script, wanted: Wanted, own?: Random): Script =>
  (scene) => {
    const dice = own ?? scene.random
    const today = wanted.filter(({ often }) => dice.chance(often)).map(({ name }): Mischief => MISCHIEF[name])
    let clock = scene.clock
    for (const { clock: change } of today) clock = change?.(clock, dice) ?? clock
    let jobs = act({ ...scene, clock })
    for (const { jobs: change } of today) jobs = change?.(jobs, dice) ?? jobs
    return jobs
  }
