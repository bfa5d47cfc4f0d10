import t from 'tap'
import { vietnamWith } from '../../src/countries/vn/index.ts'
import { BUILT_IN } from '../../src/countries/vn/rules.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { Entry } from '../../src/domain/entry.ts'
import { fault } from '../../src/domain/fault.ts'
import { entryId, registerId } from '../../src/domain/ids.ts'
import type { ChainRows, EntryDetail } from '../../src/domain/ledger.ts'
import { failed, ok } from '../../src/domain/result.ts'
import { type CivilDate, instant, readTime } from '../../src/domain/time.ts'
import { erasing } from '../../src/issue/erasing.ts'

const R = registerId('R017')
const ID = entryId(R, 1)
const DOC = { c: 'ab', size: 3 }
type Told = readonly [kind: string, body: Readonly<Record<string, unknown>>, at?: string]
const HEARD: Told = ['frame.captured', { doc: DOC }]
const ISSUED: Told = ['invoice.issued', { doc: DOC, masked: DOC }]
const PUSHED: Told = ['message.pushed', { doc: DOC, attempt: 1 }]
const AGREED: Told = ['correction.agreed', { doc: DOC, channel: 'phone' }]

interface Scene {
  readonly facts: readonly Told[]
  readonly today?: string
  /** Invoices of the chain. */
  readonly links?: number
  readonly waiting?: boolean
  readonly years?: number
}

/** One invoice as the book tells of it; what is erased becomes a fact of it. */
function desk({ facts, today = '2026-11-21', links = 1, waiting = false, years }: Scene) {
  const told: Told[] = [...facts]
  const rules = years === undefined ? BUILT_IN : withYears(years)
  const { erasable } = vietnamWith({ rules })
  if (!erasable) throw new Error('this law knows no time of keeping')
  const detail = (): EntryDetail => ({
    ...{ id: ID, register: R, state: 'acknowledged', heard: instant(0), since: instant(0) },
    issued: { series: { form: 1, symbol: 'C26MAA' }, number: 1, at: instant(0), due: instant(0), pay: 1n },
    facts: told.map(([kind, body, at = '2026-11-21T08:00:00'], n) => ({
      ...{ n, kind, at: instant(readTime(at)), hash: '' },
      line: JSON.stringify({ body }),
    })),
  })
  const erased: string[] = []
  const made = erasing({
    view: { entry: async (id) => (id === ID ? detail() : undefined) },
    books: { chain: async () => ({ invoices: Array.from({ length: links }), notices: [] }) as unknown as ChainRows },
    ledger: {
      list: async (state) =>
        waiting && state === 'held'
          ? [{ id: entryId(R, 2), register: R, since: instant(0), state, fault: fault('CLOCK_BEHIND'), order: true } as Entry]
          : [],
    },
    async erase(fact, role, who, why) {
      if (told[fact]?.[1]['stuck']) return failed(fault('LEDGER_NOT_ERASABLE'))
      erased.push(`${role} ${fact}`)
      told.push(['document.erased', { fact, role, who, why }])
      return ok(undefined)
    },
    erasable,
    seller: '0199999014',
    clock: { now: () => instant(readTime(`${today}T09:00:00`)) } as Clock,
  })
  return { ...made, erased, told }
}
const withYears = (value: number) => ({
  ...BUILT_IN,
  'retention.years': BUILT_IN['retention.years'].map((row) => ({ ...row, value })),
})

void t.test(
  'R-090 R-106 an invoice, what was heard and the message of it stay for ten years from the end of theirs',
  async (t) => {
    const { documents, erase, erased } = desk({ facts: [HEARD, ISSUED, PUSHED] })
    const from = '2037-01-01'
    t.match(await documents(ID), [
      { fact: 0, role: 'frame', from },
      { fact: 1, role: 'invoice', from },
      { fact: 2, role: 'message', from },
    ])
    t.match(await erase(ID, 'P01', 'asked'), failed(fault('BUYER_KEPT', { date: '01/01/2037' })), 'whoever asks')
    t.same(erased, [])
    t.match(await desk({ facts: [ISSUED], today: '2036-12-31' }).erase(ID, 'P01', 'retention'), { ok: false })
    const later = desk({ facts: [HEARD, ISSUED, PUSHED], today: from })
    t.match(await later.erase(ID, 'P01', 'retention'), {
      ok: true,
      value: [{ erased: true }, { erased: true }, { erased: true }],
    })
    t.same(later.erased, ['frame 0', 'invoice 1', 'message 2'])
    t.match(later.told.at(-1), ['document.erased', { who: 'P01', why: 'retention' }])
    t.match(await later.erase(ID, 'P01', 'retention'), failed(fault('DASHBOARD_NO_BUYER')), 'nothing is left')
  },
)

void t.test('R-003 the years are those of the day it was made; an imported table changes them', async (t) => {
  const made = async (at: string, years?: number) => {
    const facts: Told[] = [['invoice.issued', { doc: DOC, masked: DOC }, at]]
    return (await desk({ facts, ...(years === undefined ? {} : { years }) }).documents(ID))[0]?.from
  }
  t.equal(await made('2026-12-31T23:59:59'), '2037-01-01' as CivilDate)
  t.equal(await made('2027-01-01T00:00:00'), '2038-01-01' as CivilDate)
  t.equal(await made('2026-06-01T00:00:00', 12), '2039-01-01' as CivilDate)
})

void t.test(
  'R-073 what a buyer agreed to stays while a correction rests on it; what led to nothing may go any day',
  async (t) => {
    const facts = [HEARD, ISSUED, AGREED]
    const idle = desk({ facts })
    t.match(await idle.documents(ID), [{ from: '2037-01-01' }, { from: '2037-01-01' }, { role: 'evidence' }])
    t.equal((await idle.documents(ID))[2]?.from, undefined)
    t.match(await idle.erase(ID, 'P01', 'asked'), { ok: true, value: [{}, {}, { erased: true }] })
    t.same(idle.erased, ['evidence 2'], 'and nothing that must stay')
    t.match(await idle.erase(ID, 'P01', 'asked'), { ok: false, fault: { code: 'BUYER_KEPT' } })
    t.equal((await desk({ facts, links: 2 }).documents(ID))[2]?.from, '2032-01-01')
    t.equal((await desk({ facts, waiting: true }).documents(ID))[2]?.from, '2032-01-01', 'its correction waits for a person')
    const plain = [HEARD, ['invoice.issued', { doc: DOC }], AGREED] as const
    t.match(await desk({ facts: plain }).documents(ID), [{ role: 'evidence' }], 'the invoice itself names nobody')
  },
)

void t.test('a consumer without a name, an entry that is none, a document that has not come to its end', async (t) => {
  const consumer = desk({ facts: [HEARD, ['invoice.issued', { doc: DOC }], PUSHED] })
  t.same(await consumer.documents(ID), [])
  t.match(await consumer.erase(ID, 'P01', 'asked'), failed(fault('DASHBOARD_NO_BUYER')))
  t.same(await consumer.documents(entryId(R, 9)), [])
  const stuck = desk({ facts: [['invoice.issued', { doc: DOC, masked: DOC, stuck: true }]], today: '2037-01-02' })
  t.match(await stuck.erase(ID, 'P01', 'retention'), failed(fault('LEDGER_NOT_ERASABLE')))
})
