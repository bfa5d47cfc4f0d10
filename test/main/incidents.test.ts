import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { IssuedRow } from '../../src/domain/ledger.ts'
import { type CivilDate, type Instant, readTime } from '../../src/domain/time.ts'
import { incidentDesk } from '../../src/incident-desk.ts'
import { buyerKeyPath } from '../../src/ledger/buyer-keys.ts'
import { storePath } from '../../src/ledger/store.ts'
import { folder } from '../folder.ts'
import { faultsOf } from '../ledger/check.ts'
import { draft, fakeClock, open, R17, symbolStep, value } from '../ledger/shop.ts'

/** What kept a shop from filing in time, said by a person and proven. */

const at = (text: string): Instant => readTime(`${text}:00.000+07:00`)
const DAY = '2026-11-21' as CivilDate

t.test('an incident with its paper is kept once, goes on, is proven further and ends; the book says so for ever', async (t) => {
  const clock = fakeClock('2026-11-21T07:00:00.000+07:00')
  const dir = folder(t)
  const ledger = await open(dir, clock)
  t.teardown(() => ledger.close())
  const desk = incidentDesk({ ledger, books: ledger.books, country: vietnam, clock })
  value(await ledger.record(symbolStep()))
  const sell = async (): Promise<void> => {
    const entry = value(await ledger.capture(R17, { bytes: Buffer.from('receipt'), discarded: 0, torn: false }))
    value(await ledger.issue(entry, draft(clock.now()), undefined))
  }
  await sell()
  clock.set('2026-11-21T10:00:00.000+07:00')
  await sell()
  const photo = { name: 'ảnh.jpg', type: 'image/jpeg', bytes: Buffer.from('a photo of the flood') }
  const ask = {
    cause: 'force-majeure',
    from: at('2026-11-21T09:10'),
    proof: { note: 'Ngập đường, mất điện cả phố', file: photo },
  } as const
  const id = value(await desk.report(ask, 'Chị Lan'))
  t.equal(id, 'own-202611210910-force-majeure')
  t.equal(value(await desk.report(ask, 'Chị Lan')), id, 'pressed twice is one')

  const began = { id, cause: 'force-majeure', began: ask.from, who: 'Chị Lan' }
  const [going, ...others] = await desk.list(DAY, DAY)
  t.same(others, [])
  t.match(going, { ...began, affected: 2, proofs: [{ note: ask.proof.note, file: 'ảnh.jpg' }] })
  t.notOk(going && ('ended' in going || 'grace' in going), 'the law counts from its end')
  t.same(
    (await ledger.outages()).map(({ incident }) => incident),
    [id],
    'a proof behind it does not close it',
  )

  value(await desk.prove(id, { note: 'Thông báo của phường', announcement: '12/TB-UBND' }, 'Chị Lan'))
  t.equal((await desk.end(id, at('2026-11-21T09:00'), 'Chị Lan')).ok, false, 'not before it began')
  clock.set('2026-11-21T12:00:00.000+07:00')
  t.match(await desk.end(id, at('2026-11-21T13:00'), 'Chị Lan'), { fault: { code: 'INCIDENT_TIMES' } }, 'nor in the future')
  value(await desk.end(id, at('2026-11-21T11:25'), 'Chị Lan'))
  t.match(await desk.end(id, at('2026-11-21T11:30'), 'Chị Lan'), { fault: { code: 'INCIDENT_OVER' } })
  t.match(await desk.end('own-1-other', clock.now(), 'Chị Lan'), { fault: { code: 'INCIDENT_UNKNOWN' } })
  t.match(await desk.prove('own-1-other', { note: '?' }, 'Chị Lan'), { fault: { code: 'INCIDENT_UNKNOWN' } })
  clock.set('2026-11-21T15:00:00.000+07:00')
  await sell()
  t.match(await desk.list(DAY, DAY), [
    { ...began, ended: at('2026-11-21T11:25'), affected: 2, grace: '2026-11-25', proofs: [{}, { announcement: '12/TB-UBND' }] },
  ])
  t.same(await desk.list('2026-11-19' as CivilDate, '2026-11-20' as CivilDate), [], 'days it did not touch')

  const told = (await ledger.view.facts(0, 1_000)).flatMap(({ kind, line }) =>
    kind.startsWith('incident.') ? [[kind, (JSON.parse(line) as { body: Record<string, unknown> }).body] as const] : [],
  )
  t.match(told, [
    ['incident.opened', { cause: 'force-majeure', from: '2026-11-21T09:10:00+07:00', incident: id, who: 'Chị Lan' }],
    ['incident.noted', { incident: id, doc: { size: Number } }],
    ['incident.noted', { incident: id }],
    ['incident.closed', { incident: id, to: '2026-11-21T11:25:00+07:00', who: 'Chị Lan' }],
  ])
  await ledger.close()
  t.same(faultsOf(storePath(dir)), [])
  t.notOk(readFileSync(storePath(dir)).includes('Ngập đường'), 'words of people are locked')
  rmSync(buyerKeyPath(dir))
  const again = await open(dir, clock)
  t.teardown(() => again.close())
  const [blind] = await incidentDesk({ ledger: again, books: again.books, country: vietnam, clock }).list(DAY, DAY)
  t.same(
    blind?.proofs.map((proof) => Object.keys(proof)),
    [
      ['fact', 'at'],
      ['fact', 'at'],
    ],
    'without the key it still says that there are two',
  )
})

t.test('R-039, R-106: the paper of an incident comes back as it was kept, and who opened it is told first', async (t) => {
  const clock = fakeClock('2026-11-21T10:00:00.000+07:00')
  const dir = folder(t)
  const ledger = await open(dir, clock)
  t.teardown(() => ledger.close())
  const parts = { books: ledger.books, country: vietnam, clock }
  const desk = incidentDesk({ ledger, ...parts })
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256))
  const file = { name: 'thông báo.pdf', type: 'application/pdf', bytes }
  const id = value(await desk.report({ cause: 'power', from: at('2026-11-21T09:10'), proof: { note: 'Mất điện', file } }, 'Lan'))
  value(await desk.prove(id, { note: 'Gọi điện lực rồi' }, 'Lan'))
  value(await desk.prove(id, { note: 'Ảnh', file: { name: 'a.jpg', type: 'image/jpeg', bytes: Buffer.from('photo') } }, 'Lan'))
  const proofs = (await desk.list(DAY, DAY))[0]?.proofs.map(({ fact }) => fact) ?? []
  const [paper = 0, words = 0, photo = 0] = proofs
  t.equal(new Set(proofs).size, 3)
  const looks = async (of = ledger) =>
    (await of.view.facts(0, 1_000)).flatMap(({ kind, line }) =>
      kind === 'person.looked' ? [(JSON.parse(line) as { body: object }).body] : [],
    )
  const opened = value(await desk.open(id, paper, 'P02'))
  t.match(opened, { name: file.name, type: file.type })
  t.ok(bytes.equals(opened.bytes), 'the same bytes')
  t.equal(Buffer.from(value(await desk.open(id, photo, 'P01')).bytes).toString(), 'photo')
  const told = [
    { incident: id, proof: paper, what: 'proof', who: 'P02' },
    { incident: id, proof: photo, what: 'proof', who: 'P01' },
  ]
  t.same(await looks(), told)

  t.match(await desk.open(id, words, 'P02'), { fault: { code: 'INCIDENT_NO_FILE' } }, 'words alone')
  t.match(await desk.open(id, paper - 1, 'P02'), { fault: { code: 'INCIDENT_NO_FILE' } }, 'another fact of it')
  t.match(await desk.open(id, 99_999, 'P02'), { fault: { code: 'INCIDENT_NO_FILE' } })
  t.match(await desk.open('own-1-other', paper, 'P02'), { fault: { code: 'INCIDENT_UNKNOWN' } }, 'not by way of another incident')
  const full = { ok: false, fault: { code: 'LEDGER_DISK_FULL' } } as const
  const mute = incidentDesk({ ledger: { record: async () => full }, ...parts })
  t.same(await mute.open(id, paper, 'P02'), full, 'nobody looks whom the book cannot name')
  value(await ledger.erase(photo, 'evidence', 'P01', 'asked'))
  t.match(await desk.open(id, photo, 'P01'), { fault: { code: 'INCIDENT_ERASED' } })
  await ledger.close()

  const key = readFileSync(buyerKeyPath(dir))
  rmSync(buyerKeyPath(dir))
  const again = await open(dir, clock)
  t.teardown(() => again.close())
  const blind = incidentDesk({ ledger: again, books: again.books, country: vietnam, clock })
  t.match(await blind.open(id, paper, 'P02'), { fault: { code: 'LEDGER_BUYER_KEY' } })
  t.match(await blind.open(id, photo, 'P02'), { fault: { code: 'INCIDENT_ERASED' } }, 'no key brings that one back')
  t.same(await looks(again), told, 'what was not shown is no look')
  writeFileSync(buyerKeyPath(dir), key)
  t.ok(bytes.equals(value(await blind.open(id, paper, 'P02')).bytes), 'its stick is back')
  await again.close()
  t.same(faultsOf(storePath(dir)), [])
})

t.test('a whole incident of the past at once, times that cannot be, and a book that does not write', async (t) => {
  const clock = fakeClock('2026-11-23T08:00:00.000+07:00')
  const ledger = await open(folder(t), clock)
  t.teardown(() => ledger.close())
  const desk = incidentDesk({ ledger, books: ledger.books, country: vietnam, clock })
  const proof = { note: 'Cục Thuế thông báo', announcement: '1123/TB-CT' }
  const over = { cause: 'authority', from: at('2026-11-20T09:10'), to: at('2026-11-20T11:25'), proof } as const
  value(await desk.report(over, 'Lan'))
  t.match(await desk.list('2026-11-20' as CivilDate, DAY), [{ ended: over.to, grace: '2026-11-24', affected: 0 }])
  for (const [from, to] of [
    ['2026-11-20T12:00', '2026-11-20T11:00'],
    ['2026-11-24T00:00', undefined],
    ['2026-11-20T12:00', '2026-11-23T09:00'],
  ] as const) {
    const times = { from: at(from), ...(to ? { to: at(to) } : {}) }
    t.match(await desk.report({ cause: 'other', ...times, proof }, 'Lan'), { fault: { code: 'INCIDENT_TIMES' } })
  }
  const full = { ok: false, fault: { code: 'LEDGER_DISK_FULL' } } as const
  const broken = at('2026-11-22T09:10')
  let writes = 1
  const record: typeof ledger.record = async (step) => (writes-- > 0 ? ledger.record(step) : full)
  const half = incidentDesk({ ledger: { record }, books: ledger.books, country: vietnam, clock })
  const cut = { cause: 'device', from: broken, to: at('2026-11-22T10:00'), proof: { note: 'Hỏng ổ đĩa' } } as const
  t.equal((await half.report(cut, 'Lan')).ok, false, 'the disk filled up behind its first fact')
  value(await desk.report(cut, 'Lan'))
  t.match(await desk.list('2026-11-22' as CivilDate, '2026-11-22' as CivilDate), [
    { cause: 'device', ended: cut.to, proofs: [{ note: 'Hỏng ổ đĩa' }] },
  ])
  const mute = incidentDesk({ ledger: { record: async () => full }, books: ledger.books, country: {}, clock })
  t.same(await mute.report({ cause: 'power', from: at('2026-11-22T09:10'), proof }, 'Lan'), full)
})

t.test(
  'what was unfiled when it began is affected, and slips of it (R-051); what was filed before or sold after is not',
  async (t) => {
    const clock = fakeClock('2026-11-21T20:00:00.000+07:00')
    const row = (issued: string, acceptedAt?: string) =>
      ({ at: at(issued), ...(acceptedAt ? { acceptedAt: at(acceptedAt) } : {}) }) as unknown as IssuedRow
    const pages = [
      [row('2026-11-21T08:00', '2026-11-21T08:01'), row('2026-11-21T08:30', '2026-11-21T12:00'), row('2026-11-20T22:00')],
      [
        row('2026-11-21T09:30', '2026-11-21T12:00'),
        row('2026-11-21T11:30', '2026-11-21T11:31'),
        { ...row('2026-11-21T18:00'), offline: { slip: 'P1', time: '2026-11-21T10:15' } },
        { ...row('2026-11-21T18:00'), offline: { slip: 'P2', time: '2026-11-21T08:15' } },
      ],
    ]
    const asked: unknown[] = []
    const books = {
      incidents: async () => [
        { id: 'outage-1', cause: 'network', began: at('2026-11-21T09:00'), ended: at('2026-11-21T11:00'), proofs: [] },
      ],
      proof: async () => ({ ok: false, fault: { code: 'INCIDENT_UNKNOWN' } }) as const,
      issued: async (query: { readonly from: string; readonly to: string; readonly after?: string }) => {
        asked.push(query)
        const page = Number(query.after ?? 0)
        return { rows: pages[page] ?? [], ...(page + 1 < pages.length ? { next: String(page + 1) } : {}) }
      },
    }
    const desk = incidentDesk({
      ledger: { record: async () => ({ ok: true, value: undefined }) },
      books,
      country: vietnam,
      clock,
    })
    t.match(await desk.list(DAY, DAY), [{ id: 'outage-1', affected: 4 }])
    t.same(asked, [
      { from: '2026-11-20', to: '2026-11-21' },
      { from: '2026-11-20', to: '2026-11-21', after: '1' },
    ])
  },
)
