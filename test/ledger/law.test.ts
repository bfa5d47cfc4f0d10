import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Entry } from '../../src/domain/entry.ts'
import { type EntryId, entryId, messageId, type NoticeId } from '../../src/domain/ids.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import type { OpenMessage } from '../../src/domain/ledger.ts'
import type { Correction } from '../../src/domain/sale.ts'
import { asCivilDate, instant } from '../../src/domain/time.ts'
import type { Verdict } from '../../src/domain/transport.ts'
import { buyerKeyPath } from '../../src/ledger/buyer-keys.ts'
import { lostKey } from '../../src/ledger/documents.ts'
import { listOf } from '../../src/ledger/entries.ts'
import { noticeBytes } from '../../src/ledger/evidence.ts'
import { chainOf, issuedPage } from '../../src/ledger/issued.ts'
import { openForReading, openForWriting } from '../../src/ledger/sqlite.ts'
import { openReading } from '../../src/ledger/store.ts'
import { sha256 } from '../../src/ledger/tree.ts'
import { openView } from '../../src/ledger/view.ts'
import { folder } from '../folder.ts'
import { faultsOf } from './check.ts'
import { ask, begin, codeOf, type Desk, facts, hear, seal, shopWith, slice, step } from './desk.ts'
import { draft, fakeClock, heard, open, R17, symbolStep, TAX, value } from './shop.ts'

const db = (desk: Desk): string => join(desk.dir, 'tillgate.db')
const day = (text: string) => asCivilDate(text) ?? ('' as never)
const invoice = (number: number) => ({ seller: TAX, form: 1, symbol: 'C26MAA', number })
const corrects = (how: Correction['how'], number: number): Correction => ({
  how,
  invoice: invoice(number),
  issuedOn: day('2026-11-21'),
  cause: how === 'replace' ? 14 : 5,
})
const last = (desk: Desk, kind: string) => facts(desk).findLast((fact) => fact.kind === kind)?.body

function push(desk: Desk, id: string, ...numbers: number[]) {
  const bytes = Buffer.from(`<TDiep>${id}</TDiep>`)
  const message = { id: messageId(id), type: 206, bytes, invoices: numbers.map(invoice) }
  return step(desk, { kind: 'pushed', message, attempt: 1, target: 'test' }, bytes)
}
function answer(desk: Desk, id: string, ...verdicts: { kind: 'accepted' | 'rejected'; number: number }[]) {
  const reply = Buffer.from(`${id} ${JSON.stringify(verdicts)}`)
  const said = verdicts.map(({ kind, number }) => ({ kind, invoice: invoice(number), fault: { code: 'NO' } }))
  return step(desk, { kind: 'answered', message: messageId(id), attempt: 1, reply, verdicts: said }, reply)
}

void t.test('R-070, R-076: what corrects which is in the fact and in the chain; the first method locks it', async (t) => {
  const desk = shopWith(3, folder(t), fakeClock())
  const tender = [
    ['cash', 50_000n],
    ['card', 4_000n],
  ]
  t.ok(seal(desk, hear(desk), 4, { corrects: corrects('replace', 1), tender }).ok)
  t.match(last(desk, 'invoice.issued'), {
    corrects: { cause: 14, date: '2026-11-21', form: 1, how: 'replace', number: 1, symbol: 'C26MAA' },
    tender: [
      ['cash', '50000'],
      ['card', '4000'],
    ],
  })
  const held = hear(desk)
  const refusal = (how: Correction['how'], number: number) => codeOf(seal(desk, held, 5, { corrects: corrects(how, number) }))
  t.equal(refusal('replace', 1), 'LEDGER_REPLACED', 'a replacement replaces the newest document')
  t.equal(refusal('adjust', 1), 'LEDGER_REPLACED')
  t.equal(refusal('adjust', 4), 'LEDGER_METHOD_LOCKED', 'the replacement goes on with the method of its chain')
  t.ok(seal(desk, held, 5, { corrects: corrects('replace', 4) }).ok)
  t.ok(seal(desk, hear(desk), 6, { corrects: corrects('adjust', 2) }).ok)
  t.ok(seal(desk, hear(desk), 7, { corrects: corrects('adjust', 2) }).ok, 'as often as needed')
  t.equal(codeOf(seal(desk, hear(desk), 8, { corrects: corrects('replace', 2) })), 'LEDGER_METHOD_LOCKED')
  const entry = ask(desk, { what: 'entry', entry: entryId('R017', 4) })
  t.match(entry, {
    value: {
      sealed: {
        corrects: corrects('replace', 1),
        tender: [
          { method: 'cash', amount: 50_000n },
          { method: 'card', amount: 4_000n },
        ],
      },
    },
  })
  desk.room.close()
  t.same(faultsOf(db(desk)), [])
})

void t.test('an order is a frame like any other; its name is found and is no place to resume from', async (t) => {
  const dir = folder(t)
  const clock = fakeClock()
  const ledger = await open(dir, clock)
  value(await ledger.record(symbolStep()))
  value(await ledger.capture(R17, heard('PHO'), '120@file'))
  const id = value(await ledger.capture(R17, { ...heard('{"tillgate-order":1}'), order: true }, '#fix-7\n'))
  t.equal(await ledger.cursor(R17), '120@file')
  t.same(await ledger.named?.(R17, 'fix-7'), [{ entry: id, name: 'fix-7' }])
  t.match(await ledger.entry(id), { state: 'captured', order: true })
  await ledger.record({ kind: 'held', entry: id, fault: { code: 'CORRECTION' } })
  t.match(await ledger.entry(id), { state: 'held', order: true })
  t.match(await ledger.list('held', 9), [{ id, order: true }])
  await ledger.close()
  t.same(faultsOf(join(dir, 'tillgate.db')), [])
})

void t.test('R-073, R-083, R-084, R-106: what people do is told, their words stay beside the facts', async (t) => {
  const dir = folder(t)
  const clock = fakeClock()
  const ledger = await open(dir, clock)
  value(await ledger.record(symbolStep()))
  const entry = value(await ledger.capture(R17, heard('PHO')))
  value(await ledger.issue(entry, draft(clock.now())))
  const file = { name: 'bien-ban.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF') }
  const evidence = { channel: 'written', note: 'Công ty VĂN MẪU đồng ý \ud800', file } as const
  const agreed = await ledger.record({ kind: 'agreed', invoice: invoice(1), evidence, who: 'P01' })
  t.ok(agreed.ok)
  const stranger = await ledger.record({ kind: 'agreed', invoice: invoice(9), evidence, who: 'P01' })
  t.equal(stranger.ok ? '' : stranger.fault.code, 'LEDGER_INVOICE_UNKNOWN')
  const huge = { ...evidence, file: { ...file, bytes: Buffer.alloc(12 * 1024 * 1024) } }
  const large = await ledger.record({ kind: 'agreed', invoice: invoice(1), evidence: huge, who: 'P01' })
  t.equal(large.ok ? '' : large.fault.code, 'LEDGER_EVIDENCE_LARGE')
  value(await ledger.record({ kind: 'looked', entry, who: 'P01', why: 'in lại' }))
  value(await ledger.record({ kind: 'reprinted', entry, who: 'P01' }))
  value(await ledger.record({ kind: 'reprinted', entry, who: 'P02' }))
  const digests = { before: 'a'.repeat(64), after: 'b'.repeat(64) }
  for (const what of ['config', 'template', 'rules'] as const)
    value(await ledger.record({ kind: 'changed', what, ...digests, fields: ['shop.rates'], who: 'P01' }))
  const told = (await ledger.view.facts(-1, 99)).map(({ kind, line }) => [kind, (JSON.parse(line) as { body: object }).body])
  const bodies = (kind: string) => told.filter(([name]) => name === kind).map(([, body]) => body)
  t.match(bodies('correction.agreed'), [{ channel: 'written', invoice: [1, 'C26MAA', 1], doc: { c: /^[0-9a-f]{64}$/ } }])
  t.notMatch(JSON.stringify(told), 'VĂN MẪU', 'a name stands in no fact')
  t.match(bodies('person.looked'), [{ entry, what: 'buyer', who: 'P01', why: 'in lại' }])
  t.match(bodies('receipt.reprinted'), [
    { form: 1, symbol: 'C26MAA', number: 1, count: 1 },
    { count: 2, who: 'P02' },
  ])
  t.match(bodies('rules.changed'), [{ ...digests, fields: ['shop.rates'], who: 'P01' }])
  t.equal(bodies('config.changed').length + bodies('template.changed').length, 2)
  const detail = await ledger.view.invoice(invoice(1))
  t.match(
    detail?.facts.map((fact) => fact.kind).slice(2),
    ['correction.agreed', 'person.looked', 'receipt.reprinted', 'receipt.reprinted'],
    'the story of the invoice tells it',
  )
  await ledger.close()
  t.same(faultsOf(join(dir, 'tillgate.db')), [])
})

void t.test('R-015, R-078: a letter of the authority is in the story once, with its bytes beside the fact', async (t) => {
  const dir = folder(t)
  const clock = fakeClock()
  const ledger = await open(dir, clock)
  const bytes = Buffer.from('<TDiep>302</TDiep>')
  const letter = { kind: 'letter', id: 'TCT01', type: 302, bytes, what: 'review' } as const
  value(await ledger.record(letter))
  value(await ledger.record(letter))
  value(await ledger.record({ ...letter, id: 'TCT02', type: 103, what: 'registration' }))
  await ledger.close()
  const again = await open(dir, clock)
  value(await again.record(letter))
  const told = (await again.view.facts(-1, 99)).filter(({ kind }) => kind === 'letter.received')
  t.match(
    told.map(({ line }) => (JSON.parse(line) as { body: object }).body),
    [
      { letter: 'TCT01', type: 302, what: 'review', doc: { c: /^[0-9a-f]{64}$/, size: bytes.length } },
      { letter: 'TCT02', type: 103, what: 'registration' },
    ],
  )
  t.equal(told.length, 2, 'also after a restart')
  await again.close()
  const reading = openForReading(join(dir, 'tillgate.db'))
  const rows = reading.sql(`SELECT role, bytes FROM document WHERE fact = ?`).all(told[0]?.n ?? -1)
  t.match(rows, [{ role: 'answer', bytes: { length: bytes.length } }])
  reading.close()
  t.same(faultsOf(join(dir, 'tillgate.db')), [])
})

void t.test('R-079: only a rejected invoice is encoded anew, with the same content; the first bytes stay', async (t) => {
  const desk = shopWith(2, folder(t), fakeClock())
  const entry = entryId('R017', 1)
  const stands = (id: EntryId = entry) => {
    const reply = ask(desk, { what: 'entry', entry: id })
    return (reply.ok ? reply.value : undefined) as Extract<Entry, { sealed: Sealed }>
  }
  const { sealed } = stands()
  const bytes = Buffer.from('<HDon>mended</HDon>')
  const recode = (content: Partial<Sealed> = {}) =>
    step(desk, { kind: 'recoded', entry, sealed: { ...sealed, digest: 'e', ...content }, who: 'P01', why: 'mã hóa' }, bytes)
  t.equal(codeOf(recode()), 'LEDGER_STATE', 'nobody refused it')
  push(desk, 'M1', 1, 2)
  t.equal(codeOf(recode()), 'LEDGER_STATE', 'it is on its way')
  answer(desk, 'M1', { kind: 'rejected', number: 1 }, { kind: 'accepted', number: 2 })
  for (const other of [
    { pay: 1n },
    { rates: [] },
    { identity: invoice(2) },
    { authorityCode: 'M1-26-A1B2C-00000000009' },
    { at: instant(sealed.at + 1_000) },
  ])
    t.equal(codeOf(recode(other)), 'LEDGER_OTHER_CONTENT', Object.keys(other).join())
  t.ok(recode().ok)
  t.match(last(desk, 'invoice.recoded'), { ...{ form: 1, symbol: 'C26MAA', number: 1, revision: 2 }, who: 'P01', why: 'mã hóa' })
  t.match(stands(), { state: 'queued', sealed: { digest: 'e', identity: invoice(1), authorityCode: sealed.authorityCode } })
  t.equal(Buffer.from(stands().sealed.bytes).toString(), bytes.toString())
  t.ok(push(desk, 'M2', 1).ok, 'free to travel in a new message')
  answer(desk, 'M2', { kind: 'rejected', number: 1 })
  t.ok(recode({ digest: 'f' }).ok)
  t.equal(last(desk, 'invoice.recoded')?.['revision'], 3)
  const first = facts(desk).find((fact) => fact.kind === 'invoice.issued')
  desk.room = begin(desk.dir, desk.clock)
  t.equal(stands().sealed.digest, 'f', 'after a restart too')
  desk.clock.set('2026-11-22T00:00:01.000+07:00')
  ask(desk, { what: 'tick' })
  t.match(last(desk, 'day.closed'), { series: [{ count: 2, pay: '108000' }] }, 'summed once')
  desk.room.close()

  const reading = openForReading(db(desk))
  const kept = reading.sql(`SELECT bytes FROM document WHERE fact = ? AND role = 'invoice'`).get(first?.n ?? 0)
  t.equal(Buffer.from(kept?.['bytes'] as Uint8Array).toString(), '<HDon>1</HDon>')
  reading.close()
  t.same(faultsOf(db(desk)), [])
})

void t.test('R-071, R-078: a notice is ordered once, sent in one message, and judged as a whole', async (t) => {
  const dir = folder(t)
  const clock = fakeClock()
  let ledger = await open(dir, clock)
  value(await ledger.record(symbolStep()))
  for (const text of ['PHO', 'BUN']) {
    const entry = value(await ledger.capture(R17, heard(text)))
    value(await ledger.issue(entry, draft(clock.now())))
  }
  const about = (number: number) => ({
    at: clock.now(),
    invoices: [{ invoice: invoice(number), issuedOn: day('2026-11-21'), reason: 'Sai tên VĂN MẪU' }],
  })
  const notify = async (number: number, name: string) =>
    (await ledger.notify?.(about(number), name, 'P01')) ?? { ok: false, fault: { code: 'NONE' } }
  const asked = value(await notify(1, 'n-1'))
  t.same(asked, { id: 'N-00000001', again: false })
  t.same(value(await notify(1, 'n-1')), { id: 'N-00000001', again: true }, 'the same name is the same notice')
  const unknown = await notify(7, 'n-2')
  t.equal(unknown.ok ? '' : unknown.fault.code, 'LEDGER_INVOICE_UNKNOWN')
  const request = { number: '17/TB', date: day('2026-11-20') }
  value((await ledger.notify?.({ ...about(2), request }, 'n-3', 'P01')) ?? { ok: false, fault: { code: 'NONE' } })
  t.same(await ledger.notices?.(9), [
    { id: asked.id, ...about(1) },
    { id: 'N-00000002', request, ...about(2) },
  ])

  const message = { id: messageId('M300'), type: 300, bytes: Buffer.from('<TDiep>300</TDiep>'), invoices: [] }
  const push = (attempt: number) =>
    ledger.record({ kind: 'pushed', message: { ...message, notice: asked.id }, attempt, target: 'test', notice: asked.id })
  const said = (reply: string, ...verdicts: Verdict[]) =>
    ledger.record({ kind: 'answered', message: message.id, attempt: 2, type: 301, reply: Buffer.from(reply), verdicts })
  const stands = async () => (await ledger.unfinished()).map((open) => [open.message.notice, open.state, open.attempts])
  const silence = (outcome: 'unsent' | 'unknown', attempt = 1) =>
    ledger.record({ kind: 'unanswered', message: message.id, attempt, fault: { code: 'NET' }, outcome })
  value(await push(1))
  t.same(
    (await ledger.notices?.(9))?.map(({ id }) => id),
    ['N-00000002'],
  )
  t.same(await stands(), [[asked.id, 'sending', 1]])
  await t.rejects(
    ledger.record({ kind: 'pushed', message: { ...message, id: messageId('M301'), notice: asked.id }, attempt: 1, target: 'x' }),
  )
  value(await silence('unsent'))
  t.same(await stands(), [[asked.id, 'unsent', 1]], 'provably nothing arrived: the same bytes go again')
  t.same((await ledger.notices?.(9))?.length, 1, 'not in a second message')
  value(await push(2))
  await ledger.close('fault')
  ledger = await open(dir, clock)
  t.same(await stands(), [[asked.id, 'unknown', 2]], 'after a crash between push and answer it may have arrived')
  t.same(Buffer.from((await ledger.unfinished())[0]?.message.bytes ?? []).toString(), '<TDiep>300</TDiep>')
  value(await said('got it', { kind: 'taken' }))
  t.same(await stands(), [[asked.id, 'taken', 2]])
  value(await said('yes', { kind: 'noted', reference: '77' }))
  t.same(await stands(), [])
  const turned = await said('no', { kind: 'refused', fault: { code: 'NO' } })
  t.same(turned.ok ? '' : turned.fault, { code: 'LEDGER_CONTRADICTION', values: { message: 'M300', invoice: asked.id } })

  const second = { ...message, id: messageId('M302'), notice: 'N-00000002' as NoticeId }
  value(await ledger.record({ kind: 'pushed', message: second, attempt: 1, target: 'test' }))
  const refusal = { kind: 'refused', fault: { code: 'UP_NO' } } as const
  value(await ledger.record({ kind: 'answered', message: second.id, attempt: 1, reply: Buffer.from('2'), verdicts: [refusal] }))
  t.same(await stands(), [], 'a refused notice is not sent again by itself')
  t.same(value(await notify(2, 'n-3')), { id: 'N-00000002', again: true })
  t.same(await ledger.refused?.(), [{ notice: 'N-00000002', fault: refusal.fault }], 'it waits for a person')
  t.same(value(await notify(2, 'n-4')), { id: 'N-00000003', again: false })
  t.same(await ledger.refused?.(), [], 'another one speaks of its invoice now')
  const third = { ...message, id: messageId('M303'), notice: 'N-00000003' as NoticeId }
  value(await ledger.record({ kind: 'pushed', message: third, attempt: 1, target: 'test' }))
  value(await ledger.record({ kind: 'answered', message: third.id, attempt: 1, reply: Buffer.from('3'), verdicts: [refusal] }))
  await ledger.close()
  ledger = await open(dir, clock)
  t.match(await ledger.refused?.(), [{ notice: 'N-00000003' }], 'also after a restart')
  const fixing = value(await ledger.capture(R17, heard('PHO')))
  const plain = draft(clock.now())
  const more = { corrects: corrects('replace', 2) }
  const replacing = async (number: number) => ({ ok: true, value: { ...value(await plain.seal(number)), ...more } }) as const
  value(await ledger.issue(fixing, { ...plain, ...more, seal: replacing }))
  t.same(await ledger.refused?.(), [], 'a correction answers for it')

  const told = (await ledger.view.facts(-1, 99)).map(({ kind, line }) => [kind, (JSON.parse(line) as { body: object }).body])
  t.notMatch(JSON.stringify(told), 'VĂN MẪU')
  t.match(
    told.filter(([kind]) => kind === 'correction.notified').map(([, body]) => body),
    [
      { invoices: [[1, 'C26MAA', 1]], message: 'M300' },
      { invoices: [[1, 'C26MAA', 2]], message: 'M302' },
    ],
  )
  t.match(
    told.filter(([kind]) => kind === 'message.answered').map(([, body]) => body),
    [{ outcome: 'taken' }, { outcome: 'accepted' }, { outcome: 'rejected' }, { outcome: 'rejected' }],
  )
  t.match((await ledger.view.invoice(invoice(1)))?.facts.map(({ kind }) => kind).slice(2, 5), [
    'notice.ordered',
    'message.pushed',
    'correction.notified',
  ])
  t.match(await ledger.view.invoice(invoice(1)), { state: 'queued' }, 'the invoice itself goes its own way')
  await ledger.close()
  t.same(faultsOf(join(dir, 'tillgate.db')), [])
})

void t.test('R-084, R-011, R-045: the books answer from closed days and from the open one', async (t) => {
  const clock = fakeClock('2026-11-20T08:00:00.000+07:00')
  const desk = shopWith(5, folder(t), clock)
  const other = { kind: 'symbol', series: { form: 1, symbol: 'C26MAB' }, register: 'R018' as never, index: 18 } as const
  step(desk, { ...other, block: 'A1B2C', scheme: 'RRR+8' })
  const z = {
    count: 5,
    pay: 270_000n,
    counter: '991',
    rates: [{ rate: '8', gross: 270_000n }],
    tenders: [{ method: 'cash' as const, amount: 270_000n }],
  }
  const closing = hear(desk)
  step(desk, { kind: 'aside', entry: closing, why: 'closing', total: 270_000n, totals: z })
  step(desk, { kind: 'aside', entry: hear(desk), why: 'training', total: 9_000n })
  clock.set('2026-11-21T09:00:00.000+07:00')
  t.ok(seal(desk, hear(desk), 6, { corrects: corrects('replace', 2), tender: [['card', 54_000n]] }).ok)
  t.ok(seal(desk, hear(desk), 7, { corrects: corrects('adjust', 3), pay: -4_000n, rates: [['8%', -3_704n, -296n]] }).ok)
  t.ok(seal(desk, hear(desk), 8, { corrects: corrects('replace', 6) }).ok)
  t.ok(seal(desk, hear(desk, 'x', 'R018'), 1, { symbol: 'C26MAB', code: 'M1-26-A1B2C-01800000001' }).ok)
  step(desk, { kind: 'aside', entry: hear(desk), why: 'training', total: 1_000n })
  step(desk, { kind: 'aside', entry: hear(desk), why: 'training', total: 2_000n })
  clock.pass(60_000)
  push(desk, 'M1', 1, 2)
  clock.pass(60_000)
  answer(desk, 'M1', { kind: 'accepted', number: 1 }, { kind: 'rejected', number: 2 })
  push(desk, 'M2', 3)
  step(desk, { kind: 'unanswered', message: messageId('M2'), attempt: 1, fault: { code: 'NET' }, outcome: 'unknown' })
  const differences = [{ register: R17, what: 'cash', amount: -2_000n, why: 'thối nhầm' }]
  step(desk, { kind: 'reconciled', day: day('2026-11-20'), who: 'P01', differences: [] })
  step(desk, { kind: 'reconciled', day: day('2026-11-20'), who: 'P02', differences })
  const { books, close } = openView(desk.dir)
  t.teardown(close)
  const both = [day('2026-11-20'), day('2026-11-21')] as const

  await t.test('issued, page by page, with what corrects what', async (t) => {
    const numbers: string[] = []
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: Awaited<ReturnType<typeof books.issued>> = await books.issued({ from: both[0], to: both[1], limit: 2, after })
      t.ok(page.rows.length <= 2)
      numbers.push(...page.rows.map(({ identity }) => `${identity.symbol}-${identity.number}`))
      after = page.next
    }
    t.same(numbers, [...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `C26MAA-${n}`), 'C26MAB-1'], 'each once, in the order issued')
    const only = async (from: string, register?: string) =>
      (await books.issued({ from: day(from), to: both[1], ...(register ? { register: register as never } : {}) })).rows
    t.equal((await only('2026-11-21')).length, 4)
    t.same(
      (await only('2026-11-20', 'R018')).map(({ register }) => register),
      ['R018'],
    )
    const [first, second, third] = await only('2026-11-20')
    t.match(first, { state: 'acknowledged', sentAt: clock.now() - 60_000, acceptedAt: clock.now(), pay: 54_000n })
    t.match(second, { state: 'rejected', fault: { code: 'NO' }, replacedBy: invoice(6) })
    t.match(third, { state: 'in-doubt', rates: [{ rate: '8%', net: 50_000n, tax: 4_000n }] })
    t.notOk(third && ('replacedBy' in third || 'acceptedAt' in third), 'adjusted is not replaced')
    t.match((await only('2026-11-21'))[0], {
      corrects: corrects('replace', 2),
      tender: [{ method: 'card', amount: 54_000n }],
      replacedBy: invoice(8),
    })
  })

  await t.test('a chain is the same from each of its links', async (t) => {
    for (const number of [2, 6, 8]) {
      const { invoices } = await books.chain(invoice(number))
      t.same(
        invoices.map(({ identity, corrects: of }) => [identity.number, of?.invoice.number]),
        [
          [2, undefined],
          [6, 2],
          [8, 6],
        ],
      )
      t.ok(invoices.every(({ digest }) => digest === 'd'))
    }
    t.same(
      (await books.chain(invoice(7))).invoices.map(({ identity }) => identity.number),
      [3, 7],
    )
    t.same(await books.chain(invoice(99)), { invoices: [], notices: [] })
  })

  await t.test('closings, takings, what was set aside, exchanges', async (t) => {
    t.match(await books.closings(both[0], both[0]), [{ register: 'R017', entry: closing, totals: z }])
    t.same(await books.closings(both[1], both[1]), [])
    const person = await books.reconciled(both[0])
    t.match(person, { kind: 'reconciled', day: both[0], who: 'P02', differences })
    t.type(person?.at, 'number')
    t.equal(await books.reconciled(both[1]), undefined)
    const takings = [
      { month: 11, register: 'R017', invoices: 6, pay: 4n * 54_000n - 4_000n + 54_000n },
      { month: 11, register: 'R018', invoices: 1, pay: 54_000n },
    ]
    t.same(await books.revenue(2026), takings, 'two replaced ones are left out, one day is closed and one is open')
    t.same(await books.revenue(2025), [])
    const training = { register: 'R017', why: 'training' }
    const asides = [
      { day: both[0], register: 'R017', why: 'closing', count: 1, total: 270_000n },
      { day: both[0], ...training, count: 1, total: 9_000n },
      { day: both[1], ...training, count: 2, total: 3_000n },
    ]
    t.same(await books.asides(...both), asides)
    t.same(await books.gaps(), [])
    const rows = await books.exchanges(...both)
    t.match(
      rows.map((row) => [row.message, row.what, row.outcome, row.invoices]),
      [
        ['M1', 'pushed', undefined, 2],
        ['M1', 'answered', 'rejected', 2],
        ['M2', 'pushed', undefined, 1],
        ['M2', 'unanswered', 'unknown', 1],
      ],
    )
    t.match(rows[0], { digest: sha256('<TDiep>M1</TDiep>').toString('hex'), type: 206, attempt: 1 })
    clock.set('2026-11-22T00:00:01.000+07:00')
    ask(desk, { what: 'tick' })
    t.same(await books.revenue(2026), takings, 'the same once the day is closed')
    t.same(await books.asides(...both), asides)
  })

  await t.test('a number that was passed over is found, with its cause where a fact says one', async (t) => {
    desk.room.close()
    const raw = openForWriting(db(desk))
    const [kept, told] = [raw.sql('SELECT * FROM invoice WHERE number = 8').get(), raw.sql('SELECT max(n) AS n FROM fact').get()]
    const line = String(raw.sql('SELECT line FROM fact WHERE n = ?').get(kept?.['fact'] ?? 0)?.['line'])
    raw.exec('DROP TRIGGER invoice_no_update; DROP TRIGGER fact_no_update; UPDATE invoice SET number = 12 WHERE number = 8')
    const body = { form: 1, symbol: 'C26MAA', number: 9, cause: 'crash' }
    raw
      .sql('UPDATE fact SET kind = ?, line = ? WHERE n = ?')
      .run('number.voided', JSON.stringify({ ...(JSON.parse(line) as object), body }), told?.['n'] ?? 0)
    raw.close()
    const series = { form: 1, symbol: 'C26MAA' }
    t.same(await books.gaps(), [
      { series, from: 8, to: 8 },
      { series, from: 9, to: 9, cause: 'crash' },
      { series, from: 10, to: 11 },
    ])
  })
})

/** An invoice over two documents, the full one and the masked copy, as the country seals it where a buyer is named. */
function sealNamed(desk: Desk, number: number, phone: string) {
  const [full, masked] = [
    Buffer.from(`<HDon>${number}<Ten>VĂN MẪU ${phone}</Ten></HDon>`),
    Buffer.from('<HDon><Ten>***</Ten></HDon>'),
  ]
  const both = Buffer.concat([full, Buffer.alloc(16), masked])
  const more = { invoice: slice(full), masked: { from: 16 + full.length, size: 16 + masked.length } }
  const [entry, at] = [hear(desk), desk.clock.now()]
  const body = {
    entry,
    ...invoice(number),
    code: `M1-26-A1B2C-0170000000${number}`,
    issuedAt: at,
    due: at,
    pay: 54_000n,
    rates: [],
  }
  const digest = sha256(full).toString('hex')
  t.ok(ask(desk, { what: 'issue', ...body, digest, stamp: '{}', ...more }, both).ok)
  return { entry, full, digest }
}

void t.test('R-106: whoever has the disk without the key reads no buyer; without it exactly his documents wait', async (t) => {
  const root = folder(t, { data: {}, stick: {} })
  const desk = shopWith(1, join(root, 'data'), fakeClock())
  const medium = join(root, 'stick')
  const buyerKey = join(medium, 'buyer.key')
  desk.room.close()
  desk.room = begin(desk.dir, desk.clock, { buyerKey })
  t.notOk(existsSync(buyerKey), 'a shop that never names a buyer needs no key')
  const { entry, full, digest } = sealNamed(desk, 2, '0790123456')
  t.equal(statSync(buyerKey).mode & 0o777, 0o600)
  t.notOk(existsSync(buyerKeyPath(desk.dir)), 'nothing of it in the data folder')
  const order = Buffer.from('{"tillgate-order":1,"buyer":"0790123456"}')
  t.ok(ask(desk, { what: 'capture', register: 'R017', frame: slice(order), discarded: 0, torn: false, order: true }, order).ok)
  t.ok(
    ask(desk, { what: 'capture', register: 'R017', frame: slice(order), discarded: 0, torn: false, cursor: '#key-1\n' }, order)
      .ok,
  )
  const words = Buffer.from('{"note":"0790123456"}')
  const evidence = { channel: 'phone', note: '' } as const
  t.ok(step(desk, { kind: 'agreed', invoice: invoice(2), evidence, who: 'P01' }, words).ok)
  const reasons = [{ invoice: invoice(2), issuedOn: day('2026-11-21'), reason: 'Sai số 0790123456' }]
  const notice = noticeBytes({ at: desk.clock.now(), invoices: reasons })
  t.ok(ask(desk, { what: 'notify', name: 'n', who: 'P01', invoices: [invoice(2)], bytes: slice(notice) }, notice).ok)
  const message = Buffer.from(`<TDiep>${full.toString()}</TDiep>`)
  const named = { id: messageId('M1'), type: 206, bytes: message, invoices: [invoice(2)] }
  t.ok(step(desk, { kind: 'pushed', message: named, attempt: 1, target: 'test' }, message).ok)
  push(desk, 'M2', 1)
  const open = () => {
    const reply = ask(desk, { what: 'unfinished' })
    return (reply.ok ? (reply.value as OpenMessage[]) : []).map((m) => [m.message.id, Buffer.from(m.message.bytes).toString()])
  }
  const sealed = () => {
    const reply = ask(desk, { what: 'entry', entry })
    return (reply.ok ? (reply.value as { sealed: Sealed }) : undefined)?.sealed
  }
  const both = [
    ['M1', message.toString()],
    ['M2', '<TDiep>M2</TDiep>'],
  ]
  t.same(open(), both, 'with the key nothing shows')
  t.match(sealed(), { digest })
  const waiting = sealNamed(desk, 3, '0790999999')
  const listed = () => {
    const reply = ask(desk, { what: 'list', state: 'queued', limit: 9 })
    return (reply.ok ? (reply.value as Entry[]) : []).map(({ id }) => id)
  }
  t.same(listed(), [waiting.entry])
  desk.room.close()
  const files = readdirSync(desk.dir).filter((file) => file.startsWith('tillgate.db'))
  for (const trace of ['0790123456', '0790999999', 'VĂN MẪU', digest])
    t.notOk(
      files.some((file) => readFileSync(join(desk.dir, file)).includes(trace)),
      `${trace} is nowhere in the file or its log`,
    )

  renameSync(medium, `${medium}.away`)
  desk.room = begin(desk.dir, desk.clock, { buyerKey })
  t.equal(desk.room.health().buyers?.code, 'LEDGER_BUYER_KEY')
  t.same([desk.room.health().capture, desk.room.health().issue], [undefined, undefined], 'selling goes on')
  t.same(open(), [both[1]], 'what cannot be read is not sent')
  t.same(listed(), [])
  t.match(sealed(), { bytes: { length: 0 }, masked: /./ })
  const { books, view, close } = openView(desk.dir, buyerKey)
  t.teardown(close)
  t.equal(await view.sealed(entry), undefined)
  t.match((await books.chain(invoice(2))).invoices, [{ identity: invoice(2), pay: 54_000n, digest: '' }])
  t.ok(seal(desk, hear(desk), 4).ok)
  const meanwhile = sealNamed(desk, 5, '0790111111')
  t.ok(existsSync(buyerKeyPath(desk.dir)), 'a sale does not wait for a stick')
  t.same(listed(), [entryId('R017', 6), meanwhile.entry], 'those that can be read go on')

  renameSync(`${medium}.away`, medium)
  t.ok(desk.room.probe(), 'found by itself')
  t.equal(desk.room.health().buyers, undefined)
  t.same(open(), both)
  t.equal(listed().length, 3)
  t.equal(Buffer.from((await view.sealed(entry)) ?? []).toString(), full.toString())
  t.match(await books.chain(invoice(2)), {
    invoices: [{ digest }],
    notices: [{ state: 'queued', notice: { invoices: reasons } }],
  })
  const raw = openForWriting(db(desk))
  const place = 'SELECT fact * 8 + 1 FROM invoice WHERE number ='
  raw.exec(`DROP TRIGGER document_no_update; UPDATE document SET (under, salt, bytes) = (SELECT under, salt, bytes FROM document
    WHERE key = (${place} 2)) WHERE key = (${place} 3)`)
  raw.close()
  t.same(listed(), [entryId('R017', 6), meanwhile.entry], 'no document stands in for another')
  desk.room.close()
  t.same(faultsOf(db(desk)), [])
})

void t.test(
  'a store of an older program gains its tables at the start; where nobody can write it is read as it was',
  async (t) => {
    const desk = shopWith(2, folder(t), fakeClock())
    desk.room.close()
    const raw = openForWriting(db(desk))
    raw.exec('PRAGMA foreign_keys = OFF')
    const added = ['correction', 'tender', 'revision', 'notice_invoice', 'notice', 'letter', 'buyer_key']
    raw.exec(`DROP VIEW v_correction; ${added.map((table) => `DROP TABLE ${table};`).join('')}`)
    raw.exec('DROP INDEX fact_reported; DROP INDEX exchange_at; DROP INDEX resume_place; DROP INDEX resume_named')
    raw.close()
    const reading = openReading(desk.dir, false)
    t.match(issuedPage(reading, { from: day('2026-11-21'), to: day('2026-11-21') }).rows, [
      { identity: invoice(1) },
      { identity: invoice(2) },
    ])
    t.match(listOf(reading, 'queued', 9), [{ state: 'queued' }, { state: 'queued' }])
    t.same([chainOf(reading, invoice(1)).notices, lostKey(reading)], [[], undefined])
    reading.close()
    desk.room = begin(desk.dir, desk.clock)
    t.ok(seal(desk, hear(desk), 3, { corrects: corrects('replace', 1), tender: [['cash', 54_000n]] }).ok)
    t.equal(codeOf(seal(desk, hear(desk), 4, { corrects: corrects('adjust', 1) })), 'LEDGER_REPLACED')
    desk.room.close()
    t.same(faultsOf(db(desk)), [])
  },
)
