import t from 'tap'
import { escpos } from '../../drivers/escpos/index.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import type { Page } from '../../src/domain/page.ts'
import { type End, endOf, usualEnd } from '../../src/issue/usual-end.ts'
import { reader } from '../../src/reading/index.ts'
import { stopPart } from '../delivery/fake.ts'
import { fc, runs } from '../property.ts'
import { R17, R18, world } from './world.ts'

const CUT = '\n\n\x1dV\x01'
let no = 0
/** A bill of the till; `end` is what comes behind the total. */
const paper = (end: string): Buffer => {
  no += 1
  const price = `${20 + (no % 50)}.000`
  return Buffer.from(
    `\x1b@QUÁN MINH ANH\nHÓA ĐƠN BÁN HÀNG\nSố HĐ: HD${String(no).padStart(6, '0')}\n` +
      `--------------------------------\nCà phê sữa     1      ${price}\n--------------------------------\n` +
      `Tổng cộng:            ${price}\n${end.replace('{price}', price)}`,
  )
}
const PAID = 'Tiền mặt:             {price}\n'
const THANKS = 'Cảm ơn quý khách\n'

function till(cuts?: boolean) {
  const at = world()
  const of = (register: typeof R17) =>
    [register.id, { register, driver: escpos, ...(cuts === undefined ? {} : { cuts }) }] as const
  const registers = new Map([of(R17), of(R18)])
  const open = () => at.open({ registers, reader })
  const print = async (end: string, register = R17): Promise<EntryId> => {
    const heard = await at.ledger.capture(register.id, { bytes: paper(end), discarded: 0, torn: false })
    if (!heard.ok) throw new Error(heard.fault.code)
    await at.idle(50)
    return heard.value
  }
  const day = async (count: number, end: string, register = R17): Promise<void> => {
    for (let i = 0; i < count; i++) await print(end, register)
  }
  const fate = (entry: EntryId): string => {
    const now = at.state(entry)
    return now?.state === 'held' ? now.fault.code : (now?.state ?? 'gone')
  }
  return { ...at, open, print, day, fate }
}

void t.test('a till that always cuts: one paper ends behind its words without the cut, and waits for a person', async (t) => {
  const { open, print, day, fate, clock } = till()
  const part = open()
  await part.start()
  await day(20, THANKS + CUT)
  const uncut = await print(THANKS)
  t.equal(fate(uncut), 'CAPTURE_UNCUT')
  t.equal(fate(await print(THANKS + CUT)), 'queued', 'the next one is sold')
  t.equal(fate(await print(THANKS)), 'CAPTURE_UNCUT', 'one accident does not end the habit')
  t.equal(fate(await print(THANKS + CUT, R18)), 'queued', 'each register has its own')
  t.equal(fate(await print(THANKS, R18)), 'queued')
  await stopPart(part, clock)
})

void t.test('what it always does is known again after a restart, and a person lets the paper through', async (t) => {
  const { open, print, day, fate, clock, ledger, idle } = till()
  const first = open()
  await first.start()
  await day(24, THANKS + CUT)
  await stopPart(first, clock)
  const part = open()
  await part.start()
  const uncut = await print(PAID + THANKS)
  t.equal(fate(uncut), 'CAPTURE_UNCUT')
  await ledger.record({ kind: 'released', entry: uncut, who: 'chủ quán', why: 'đủ' })
  await idle(200)
  t.equal(fate(uncut), 'queued')
  await stopPart(part, clock)
})

void t.test('a till that simply never cuts is never held for it; one that stops cutting is asked about twice', async (t) => {
  const { open, print, day, fate, clock } = till()
  const part = open()
  await part.start()
  for (let i = 0; i < 30; i++) t.equal(fate(await print(i % 2 === 0 ? PAID : THANKS)), 'queued')
  await day(20, THANKS + CUT)
  const fates: string[] = []
  for (let i = 0; i < 5; i++) fates.push(fate(await print(THANKS)))
  t.same(fates, ['CAPTURE_UNCUT', 'CAPTURE_UNCUT', 'queued', 'queued', 'queued'])
  await stopPart(part, clock)
})

void t.test('a person says how it is: it always cuts from the first paper on, or it need not', async (t) => {
  const always = till(true)
  const one = always.open()
  await one.start()
  for (let i = 0; i < 4; i++) t.equal(always.fate(await always.print(THANKS)), 'CAPTURE_UNCUT')
  t.equal(always.fate(await always.print(THANKS + CUT)), 'queued')
  await stopPart(one, always.clock)
  const never = till(false)
  const other = never.open()
  await other.start()
  await never.day(20, THANKS + CUT)
  t.equal(never.fate(await never.print(THANKS)), 'queued')
  await stopPart(other, never.clock)
})

const page = (boundary: Page['boundary']): Page => ({ boundary }) as Page
const receipt = { lines: [], total: 35_000n }
const end = (boundary: Page['boundary'], last: string, paid = false): End =>
  endOf(page(boundary), ['QUÁN A', last], paid ? { ...receipt, tendered: 50_000n } : receipt)
let sequence = 0
const next = (): EntryId => `R017-${String(++sequence).padStart(8, '0')}` as EntryId

void t.test(
  'thanks below every sum: a paper that ends with its total is held, another wording is not, nor one that was paid',
  async (t) => {
    const known = usualEnd()
    for (let i = 0; i < 20; i++) t.notOk(known.lacks(next(), end('quiet', 'Hẹn gặp lại')))
    const total = next()
    t.ok(known.lacks(total, end('quiet', 'Tổng cộng: 35.000')))
    t.ok(known.lacks(total, end('quiet', 'Tổng cộng: 35.000')), 'asked again after trouble it is the same')
    t.notOk(known.lacks(next(), end('quiet', 'Chúc mừng năm mới')))
    t.notOk(known.lacks(next(), end('quiet', 'Hotline: 0912345678')), 'a telephone is no money')
    t.notOk(known.lacks(next(), end('quiet', 'Tiền mặt: 50.000', true)))
    t.notOk(known.lacks(next(), end('feed', 'Tổng cộng: 35.000')), 'fed out it is whole')
  },
)

void t.test('whatever a till prints: nothing is held before twenty alike, and never on and on', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 120 }), (papers) => {
      const known = usualEnd()
      let held = 0
      let before = 0
      for (const [cut, words] of papers) {
        const lacks = known.lacks(next(), end(cut ? 'cut' : 'quiet', words ? 'Cảm ơn' : 'Tổng cộng: 35.000'))
        if (lacks && (cut || before < 20)) return false
        held = lacks ? held + 1 : 0
        if (held > 4) return false
        before++
      }
      return true
    }),
    { numRuns: runs(300) },
  )
})
