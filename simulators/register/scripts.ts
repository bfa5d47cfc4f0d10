import type { Clock } from '../../src/domain/clock.ts'
import type { Kind } from '../../src/domain/receipt.ts'
import { type Basket, basket, CAFE, GROCERY, type Habit, PHO } from './basket.ts'
import type { Random } from './random.ts'
import { type Bill, cafeBill, journalEntry, kitchenTicket, phoBill } from './receipts.ts'
import type { Paper } from './ticket.ts'

/** What was really sold, in the figures of register-capture 14: đồng as integers, quantities as strings. */
export interface TrueSale {
  readonly kind: Kind
  readonly receiptNo: string | null
  readonly total: number | null
  readonly lines: readonly { readonly name: string; readonly qty: string; readonly unitPrice: number; readonly amount: number }[]
}

/** One thing a till sends, and how it behaves while sending it. */
export interface Job {
  readonly bytes: Uint8Array
  readonly sale: TrueSale | null
  /**
   * `ask`: asks the printer how it is and waits for an answer first. `half`: tears its side in the middle. `impatient`:
   * gives up waiting at once and sends the same again. `slow`: a few bytes at a time. `empty`: connects and says nothing.
   */
  readonly manner: 'plain' | 'ask' | 'half' | 'impatient' | 'slow' | 'empty'
}

export interface Scene {
  readonly random: Random
  readonly clock: Clock
  /** The running count of this till's bills. */
  readonly count: number
}

/** A customer: one or more jobs, in order. */
export type Script = (scene: Scene) => readonly Job[]

const truth = (kind: Kind, receiptNo: string | null, sold?: Basket): TrueSale => ({
  ...{ kind, receiptNo },
  total: sold ? Number(sold.total) : null,
  lines: (sold?.lines ?? []).map(({ name, qty, price, amount }) => ({
    ...{ name, qty: String(qty) },
    unitPrice: Number(price),
    amount: Number(amount),
  })),
})
const job = (bytes: Uint8Array, sale: TrueSale | null, manner: Job['manner'] = 'plain'): Job => ({ bytes, sale, manner })

const bill = ({ random, clock, count }: Scene, habit: Habit, prefix: string, digits: number): Bill => ({
  basket: basket(random, habit),
  receiptNo: `${prefix}${String(count).padStart(digits, '0')}`,
  at: clock.now(),
  table: random.whole(1, 24),
})

const cafe =
  (paper: Paper, restless: boolean): Script =>
  (scene) => {
    const { random } = scene
    const one = bill(scene, { goods: CAFE, most: 4, discounts: 15 }, 'HD', 6)
    const sold = truth('sale', one.receiptNo, one.basket)
    const bytes = cafeBill(paper, one)
    const jobs = [job(bytes, sold, random.chance(15) ? 'ask' : 'plain')]
    if (random.chance(10)) jobs.unshift(job(kitchenTicket(paper, one), truth('kitchen', null)))
    if (random.chance(6)) jobs.push(job(cafeBill(paper, one, true), truth('reprint', one.receiptNo, one.basket)))
    if (!restless || random.chance(55)) return jobs
    if (random.chance(15)) return jobs.map((one) => (one.sale === sold ? { ...one, manner: 'slow' } : one))
    return [mischief(random, one, bytes, sold), ...jobs]
  }

/** What goes wrong in shops; the true bill follows it. */
function mischief(random: Random, one: Bill, bytes: Buffer, sold: TrueSale): Job {
  const spoiled = bytes.subarray(0, random.whole(40, bytes.length - 10))
  const noise = Buffer.from(Array.from({ length: random.whole(1, 200) }, () => random.whole(0, 255)))
  return random.pick<Job>([
    job(spoiled, truth('incomplete', one.receiptNo), 'half'),
    job(bytes, sold, 'impatient'),
    job(noise, truth('unknown', null)),
    job(Buffer.from('GET / HTTP/1.1\r\nHost: printer\r\n\r\n'), truth('unknown', null)),
    job(Buffer.from([0x1b, 0x40, 0x1b, 0x70, 0x00, 0x19, 0xfa]), truth('no-sale', null)),
    job(new Uint8Array(), null, 'empty'),
  ])
}

/** Kitchen ticket, provisional bill, then the bill, as three jobs one after the other. */
const restaurant: Script = (scene) => {
  const { random } = scene
  const one = bill(scene, { goods: PHO, most: 5, servicePercent: 5, vatPercent: 8 }, 'HD', 6)
  const jobs = [job(kitchenTicket('escpos-80-utf8', one), truth('kitchen', null))]
  if (random.chance(50)) jobs.push(job(phoBill(one, 'provisional'), truth('provisional', one.receiptNo, one.basket)))
  jobs.push(job(phoBill(one, 'sale'), truth('sale', one.receiptNo, one.basket), random.chance(20) ? 'ask' : 'plain'))
  if (random.chance(8)) jobs.push(job(phoBill(one, 'reprint'), truth('reprint', one.receiptNo, one.basket)))
  return jobs
}

const grocery: Script = (scene) => {
  const one = bill(scene, { goods: GROCERY, most: 5 }, '', 6)
  const sale = job(journalEntry(one, 'REG'), truth('sale', one.receiptNo, one.basket))
  return scene.random.chance(5) ? [sale, job(journalEntry(one, '#/NS'), truth('no-sale', one.receiptNo))] : [sale]
}

/** Scripts by name; anything else is a file whose bytes are played again. */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  cafe: cafe('escpos-80-utf8', false),
  'cafe-58': cafe('escpos-58-tcvn3', false),
  restaurant,
  grocery,
  mischief: cafe('escpos-80-utf8', true),
}

export const replay =
  (bytes: Uint8Array): Script =>
  () => [job(bytes, null)]
