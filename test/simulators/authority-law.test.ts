import { execFileSync } from 'node:child_process'
import { randomUUID, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test as Tap } from 'tap'
import { book, type Filed } from '../../simulators/authority/book.ts'
import { type Authority, type AuthorityOptions, authority } from '../../simulators/authority/index.ts'
import { simulateAuthority } from '../../src/commands/simulate.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import { readLetter } from '../../src/countries/vn/letters.ts'
import { composeMessage } from '../../src/countries/vn/message.ts'
import { composeNotice } from '../../src/countries/vn/notice.ts'
import { messageId, noticeId } from '../../src/domain/ids.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import type { Notice } from '../../src/domain/notice.ts'
import { ok } from '../../src/domain/result.ts'
import type { Correction, Sale } from '../../src/domain/sale.ts'
import type { Register, Shop } from '../../src/domain/shop.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { civilDate, type Instant, instant, readTime } from '../../src/domain/time.ts'
import { judge } from '../../src/verify/index.ts'
import { household, line, must, register, sale, shop, without } from '../countries/support.ts'
import { folder } from '../folder.ts'
import { newId, signatureXml, type TestShop, testShop } from '../verify/documents.ts'
import {
  ADJUSTMENT,
  NOTICE,
  NOTICE_AS_A_WHOLE,
  REPLACEMENT,
  SALE_WITH_TAX,
  SALE_WITHOUT_CODE,
  SALE_WITHOUT_TAX,
  type Seed,
  swap,
  TOLERATED,
} from './seeds.ts'

const START = readTime('2026-11-22T10:00:00')
const TODAY = civilDate(START)
const DAY = 86_400_000
const eye = judge(join(import.meta.dirname, '../../src/countries/vn/schemas'))
const dir = folder(t)
const still = { now: () => START, up: () => 0, sleep: async () => {} }
const owners: Readonly<Record<string, TestShop>> = {
  [shop.taxCode]: await testShop(dir, still, shop.taxCode),
  [household.taxCode]: await testShop(dir, still, household.taxCode),
}
const owner = (of: Shop): TestShop => {
  const found = owners[of.taxCode]
  if (!found) throw new Error('a shop of this test')
  return found
}

/** The shop's own key, as the gateway signs with it. */
function signerOf({ key, certificate, taxCode }: TestShop): Signer {
  const der = Buffer.from(certificate, 'base64')
  const { serialNumber: serial, subject } = new X509Certificate(der)
  return {
    certificate: async () => ok({ der, serial, subject, taxCode, from: instant(0), to: instant(4e12) }),
    sign: async (bytes) => {
      const { createSign } = await import('node:crypto')
      return ok(createSign('RSA-SHA256').update(bytes).sign(key))
    },
  }
}

const basket: Sale = sale([line('Phở bò', 2n, 50_000n), line('Bia hơi', 3n, 15_000n)], 145_000n)
/** The same with the other sign: all of it came back. */
const back: Sale = {
  ...basket,
  lines: basket.lines.map((of) => ({ ...of, quantity: { ...of.quantity, units: -of.quantity.units }, amount: -of.amount })),
  total: -basket.total,
  payments: [],
}
const uncoded: Register = { ...register, symbol: 'K26MAA' }

async function invoice(
  number: number,
  how: { of?: Shop; by?: Register; what?: Sale; corrects?: Correction; at?: Instant } = {},
): Promise<Sealed> {
  const { of = shop, by = register, what = basket, corrects, at = START } = how
  return must(await must(vietnam.draft({ ...what, ...(corrects ? { corrects } : {}) }, of, by, at)).seal(number))
}

const correction = (number: number, how: Correction['how'], cause = how === 'replace' ? 14 : 5, of = shop): Correction => ({
  ...{ how, cause, issuedOn: TODAY },
  invoice: { seller: of.taxCode, form: of.form, symbol: 'C26MAA', number },
})

const envelope = (of: Shop): { sender: string; receiver: string; taxCode: string } => ({
  ...{ sender: of.taxCode, receiver: '0100109106', taxCode: of.taxCode },
})
const mint = (of: Shop): ReturnType<typeof messageId> => messageId(newId(owner(of)))

/** A package as the gateway composes it. */
async function pack(batch: readonly Sealed[], of = shop): Promise<string> {
  const message = must(await composeMessage(mint(of), batch, signerOf(owner(of)), START, envelope(of)))
  return Buffer.from(message.bytes).toString()
}

async function notify(about: Omit<Notice, 'id' | 'at'>, type: 300 | 303 = 300): Promise<string> {
  const taxpayer = { name: shop.name, office: { code: '10100', name: 'Thuế thành phố Hà Nội' }, place: 'Hà Nội' }
  const how = { ...envelope(shop), taxpayer, notice: type }
  const message = must(
    await composeNotice(mint(shop), { id: noticeId(1), at: START, ...about }, signerOf(owner(shop)), START, how),
  )
  return Buffer.from(message.bytes).toString()
}

/** Another message with this text in it, signed again: nothing but the change is wrong. */
function planted(message: string, change: Seed['change'], of = shop, usedCode = ''): string {
  const hex = randomUUID().replaceAll('-', '').toUpperCase()
  const fresh = message.replaceAll(/[0-9A-F]{32}(?=<\/MTDiep>)/g, hex)
  const body = /<DLTBao.*<\/DLTBao>/s.exec(fresh)?.[0]
  const [was, holder] = body === undefined ? [/<DLieu Id.*<\/DLieu>/s.exec(fresh)?.[0] ?? '', 'CKSNNT'] : [body, 'NNT']
  const changed =
    body === undefined ? was.replace(/<HDon>.*?<\/HDon>/s, (first) => change(first, { usedCode })) : change(was, { usedCode })
  const signature = signatureXml(owner(of), changed, /Id="([^"]*)"/.exec(changed)?.[1] ?? '', `${holder}-${hex}`)
  return fresh
    .replace(was, () => changed)
    .replace(new RegExp(`<${holder}>.*</${holder}>`, 's'), () => `<${holder}>${signature}</${holder}>`)
}

const idOf = (xml: string): string => /<MTDiep>([^<]*)/.exec(xml)?.[1] ?? ''
const fields = (xml: string | undefined, name: string): string[] =>
  [...(xml ?? '').matchAll(new RegExp(`<${name}>([^<]*)`, 'g'))].map((match) => match[1] ?? '')

interface Reply {
  readonly type: string
  readonly xml: string
}

let running = 0
interface Line {
  readonly at: string
  readonly kind: string
  readonly mtdiep: string
  readonly invoices: readonly { readonly symbol: string; readonly number: number; readonly verdict: string }[]
  readonly verdict: string
}

async function office(t: Tap, more: Partial<AuthorityOptions> = {}) {
  running += 1
  let ms = 0
  const clock = { now: () => instant(START + ms), up: () => ms, sleep: async () => {} }
  const log = join(dir, `law-${running}.jsonl`)
  const blocks = { [shop.taxCode]: 'A1B2C', [household.taxCode]: 'B3X9T' }
  const there: Authority = await authority({
    ...{ listen: '127.0.0.1:0', judge: eye, clock, log, blocks, resultMs: 0, tokenSeconds: 1e9, keys: join(dir, 'keys') },
    ...more,
  })
  t.teardown(() => there.stop())
  const login = await fetch(`${there.url}/auth/login`, { method: 'POST', body: '{}' })
  const token = ((await login.json()) as { access_token: string }).access_token
  const headers = { authorization: `Bearer ${token}`, cookie: `access_token=${token}` }
  const look = async (query: string): Promise<Reply[]> => {
    const answer = await fetch(`${there.url}/services/tctnapplication/api/tra-cuu-thong-diep?${query}`, { headers })
    if (answer.status !== 200) return []
    const rows = [(await answer.json()) as Record<string, unknown> | Record<string, unknown>[]].flat()
    return rows.map((row) => ({ type: String(row['mltdiep']), xml: String(row['dlieu']) }))
  }
  /** Sends it and gives the last reply. */
  const file = async (xml: string): Promise<Reply> => {
    const path = '/services/tctninboundgateway/api/v1/invoice/dvgp/request'
    await (await fetch(there.url + path, { method: 'POST', headers, body: xml })).arrayBuffer()
    const [taxCode = ''] = fields(/<TTChung>.*?<\/TTChung>/s.exec(xml)?.[0], 'MST')
    return (await look(`mst=${taxCode}&mtdiep=${idOf(xml)}`)).at(-1) ?? { type: '', xml: '' }
  }
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${there.url}/${path}`, { method: 'POST', body: JSON.stringify(body) })
  const lines = (): Line[] =>
    readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Line)
  return { there, file, look, post, lines, letters: (of = shop) => look(`mst=${of.taxCode}`), push: (by: number) => (ms += by) }
}

const accepted = (there: Authority): string[] => there.accepted().map(({ form, symbol, number }) => `${form}${symbol}-${number}`)
const isRight = (t: Tap, reply: Reply, name: string): void => {
  t.equal(reply.type, '204', name)
  t.same([fields(reply.xml, 'LTBao'), fields(reply.xml, 'MTLoi')], [['2'], []], name)
}

/**
 * Each seed is planted in the first of two invoices: it is refused in words that name it, the one beside it is accepted. In the
 * end the right one is accepted under the number that was refused all the time.
 */
async function refusesEach(
  t: Tap,
  seeds: readonly Seed[],
  target: Sealed,
  { of = shop, by = register }: { of?: Shop; by?: Register } = {},
): Promise<void> {
  const { there, file } = await office(t)
  for (const xml of await past(of, by)) await file(xml)
  const usedCode = there.accepted()[0]?.code ?? ''
  for (const [i, { name, change, says }] of seeds.entries()) {
    const wrong = planted(await pack([target, await invoice(4 + i, { of, by })], of), change, of, usedCode)
    const reply = await file(wrong)
    t.same([reply.type, fields(reply.xml, 'LTBao')], ['204', ['7']], name)
    const [reason = '', ...more] = fields(reply.xml, 'MTLoi')
    const [form, symbol, number] = ['KHMSHDon', 'KHHDon', 'SHDon'].map((field) => fields(wrong, field)[0] ?? '')
    t.ok(reason.startsWith(`${form};${symbol};${number};`), `${name}: named`)
    t.match(reason, says, name)
    t.same(more, [], `${name}: the one beside it is accepted`)
    t.equal(there.accepted().length, i + 2, name)
  }
  isRight(t, await file(await pack([target], of)), 'the right one')
}

/** A sale accepted as number 1, and one refused as number 2. */
async function past(of = shop, by = register): Promise<string[]> {
  const first = await pack([await invoice(1, { of, by })], of)
  const second = planted(await pack([await invoice(2, { of, by })], of), swap(/<TgTTTBSo>/, '<TgTTTBSo>9'), of)
  return [first, second]
}

void t.test('206 with tax, form 1: each wrong one is refused and named, the one beside it accepted', async (t) => {
  await refusesEach(t, SALE_WITH_TAX, await invoice(3))
})

void t.test('what a seller may round his own way is accepted', async (t) => {
  const { file } = await office(t)
  for (const [i, { name, change }] of TOLERATED.entries())
    isRight(t, await file(planted(await pack([await invoice(i + 1)]), change)), name)
})

void t.test('206 without tax, form 2, of a household: each wrong one is refused', async (t) => {
  await refusesEach(t, SALE_WITHOUT_TAX, await invoice(3, { of: household }), { of: household })
})

void t.test('216, invoices without code: each wrong one is refused', async (t) => {
  await refusesEach(t, SALE_WITHOUT_CODE, await invoice(3, { by: uncoded }), { by: uncoded })
})

void t.test('R-072: replacements: each wrong one is refused', async (t) => {
  await refusesEach(t, REPLACEMENT, await invoice(3, { corrects: correction(1, 'replace') }))
})

void t.test('R-074, R-075: adjustments of returned goods: each wrong one is refused', async (t) => {
  await refusesEach(t, ADJUSTMENT, await invoice(3, { what: back, corrects: correction(1, 'adjust') }))
})

void t.test('R-076: one method for a chain, one replacement for a document, no more taken back than is left', async (t) => {
  const { there, file } = await office(t)
  const part: Sale = { ...back, lines: back.lines.slice(1), total: -45_000n }
  const corrected = async (number: number, of: Correction, what = of.how === 'adjust' ? part : basket): Promise<Reply> =>
    file(await pack([await invoice(number, { what, corrects: of })]))
  const refused = (reply: Reply, says: RegExp): void => {
    t.same(fields(reply.xml, 'LTBao'), ['7'], String(says))
    t.match(fields(reply.xml, 'MTLoi')[0], says)
  }
  isRight(t, await file(await pack([await invoice(1), await invoice(2), await invoice(3)])), 'three sales')
  isRight(t, await corrected(4, correction(1, 'replace')), 'replaced')
  refused(await corrected(5, correction(1, 'replace')), /đã bị thay thế bởi 1C26MAA số 4/)
  refused(await corrected(5, correction(1, 'adjust')), /đã bị thay thế bởi/)
  refused(await corrected(5, correction(4, 'adjust')), /là hóa đơn thay thế, lần sau cũng phải thay thế/)
  isRight(t, await corrected(5, correction(4, 'replace')), 'R-086: an error in a replacement replaces the live one')
  isRight(t, await corrected(6, correction(2, 'adjust')), 'adjusted')
  refused(await corrected(7, correction(2, 'replace')), /đã điều chỉnh, lần sau cũng phải điều chỉnh/)
  refused(await corrected(7, correction(6, 'adjust')), /là hóa đơn điều chỉnh, phải nêu hóa đơn gốc/)
  refused(await corrected(7, correction(2, 'adjust')), /chỉ còn 100000 ở thuế suất 10%/)
  isRight(
    t,
    await corrected(7, correction(2, 'adjust', 13), { ...back, lines: back.lines.slice(0, 1), total: -100_000n }),
    'the rest',
  )
  refused(await corrected(8, correction(2, 'adjust'), { ...back, lines: back.lines.slice(0, 1), total: -100_000n }), /chỉ còn 0/)
  const both = [await invoice(8), await invoice(9, { corrects: correction(8, 'replace') })]
  isRight(t, await file(await pack(both)), 'an original and its replacement in one package')
  t.same(accepted(there).slice(-2), ['1C26MAA-8', '1C26MAA-9'])
})

void t.test('R-013, R-063: corrections of a household and of invoices without code are as right as any', async (t) => {
  const rest: Sale = { ...back, lines: back.lines.slice(0, 1), total: -100_000n }
  for (const { of, by, symbol } of [
    { of: household, by: register, symbol: 'C26MAA' },
    { of: shop, by: uncoded, symbol: 'K26MAA' },
  ]) {
    const { there, file } = await office(t)
    const about = (number: number, how: Correction['how']): Correction => {
      const made = correction(number, how, undefined, of)
      return { ...made, invoice: { ...made.invoice, symbol } }
    }
    isRight(t, await file(await pack([await invoice(1, { of, by }), await invoice(2, { of, by })], of)), 'sold')
    isRight(t, await file(await pack([await invoice(3, { of, by, corrects: about(1, 'replace') })], of)), 'replaced')
    isRight(t, await file(await pack([await invoice(4, { of, by, what: rest, corrects: about(2, 'adjust') })], of)), 'adjusted')
    const more = await file(await pack([await invoice(5, { of, by, what: back, corrects: about(2, 'adjust') })], of))
    t.match(fields(more.xml, 'MTLoi')[0], /hóa đơn gốc chỉ còn/)
    t.equal(there.accepted().length, 4)
  }
})

void t.test('R-075: what is taken back in parts may miss the whole by the rounding of each part, and by no more', async (t) => {
  const { file } = await office(t)
  const three = sale([line('Cà phê', 3n, 10_000n)], 30_000n)
  const one: Sale = { ...sale([line('Cà phê', { units: -1n, scale: 0 }, 10_000n)], -10_000n), payments: [] }
  isRight(t, await file(await pack([await invoice(1, { what: three })])), 'sold')
  for (const number of [2, 3, 4])
    isRight(
      t,
      await file(await pack([await invoice(number, { what: one, corrects: correction(1, 'adjust') })])),
      `part ${number}`,
    )
  const reply = await file(await pack([await invoice(5, { what: one, corrects: correction(1, 'adjust') })]))
  t.match(fields(reply.xml, 'MTLoi')[0], /chỉ còn 0/)
})

void t.test(
  'R-070, R-071: notices 300 and 303: what names no live invoice as it is gets a reason of its own in the 301',
  async (t) => {
    const { file, there } = await office(t)
    for (const xml of await past()) await file(xml)
    await file(await pack([await invoice(3), await invoice(4)]))
    const named = await invoice(3)
    const about = {
      invoices: [{ invoice: named.identity, code: named.authorityCode ?? '', issuedOn: TODAY, reason: 'Sai địa chỉ người mua' }],
    }
    for (const type of [300, 303] as const) {
      const right = await notify(about, type)
      for (const { name, change, says } of [...NOTICE, ...NOTICE_AS_A_WHOLE]) {
        const reply = await file(planted(right, change))
        t.equal(reply.type, '301', name)
        const some = /<DSHDon>.*<\/DSHDon>/s.exec(reply.xml)?.[0]
        const whole = NOTICE_AS_A_WHOLE.some((one) => one.name === name)
        t.match(whole ? fields(reply.xml, 'MTLoi')[0] : fields(some, 'MTa')[0], says, name)
        t.equal(some === undefined, whole, name)
        const trust = [Buffer.from(there.certificatePem)]
        t.same(
          (await eye.judge(Buffer.from(reply.xml), { trust, now: new Date(START) })).findings,
          [],
          `${name}: the 301 is in order`,
        )
      }
      t.same((await eye.judge(Buffer.from(right))).findings, [], 'the notice is in order')
      const reply = await file(right)
      t.same([reply.type, /<LDo>|<DSHDon>/.exec(reply.xml)], ['301', null], 'accepted: no reason anywhere')
      t.equal((await file(right.replace('Sai địa chỉ', 'Sai đại chỉ'))).type, '999', 'changed after signing')
    }
    await file(await pack([await invoice(5, { corrects: correction(3, 'replace') })]))
    const late = await file(await notify(about))
    t.match(fields(late.xml, 'MTa')[0], /đã bị thay thế bởi 1C26MAA số 5/)
  },
)

void t.test('R-078: a request to review is answered in time, late, or not at all, and the log says so', async (t) => {
  const reviews = [{ series: '1C26MAA', number: 2, days: 5, text: 'Đơn giá bất thường' }]
  const { file, there, letters, lines, post, push } = await office(t, { reviews })
  const batch = [await invoice(1), await invoice(2), await invoice(3)]
  await file(await pack(batch))
  const [letter, ...none] = await letters()
  t.same(none, [], 'asked as soon as the invoice was accepted')
  t.match(readLetter(Buffer.from(letter?.xml ?? ''), [new X509Certificate(there.certificatePem).raw]), {
    ...{ kind: 'review', on: TODAY, days: 5, time: 1 },
    invoices: [{ form: 1, symbol: 'C26MAA', number: 2, reason: 'Đơn giá bất thường' }],
  })
  t.same((await eye.judge(Buffer.from(letter?.xml ?? ''), { now: new Date(START) })).findings, [])
  const [number = ''] = fields(/<STBao>.*/s.exec(letter?.xml ?? '')?.[0], 'So')
  const explain = (which: number, request: string): Promise<string> =>
    notify({
      request: { number: request, date: TODAY },
      invoices: batch
        .filter(({ identity }) => identity.number === which)
        .map(({ identity, authorityCode = '' }) => ({
          invoice: identity,
          code: authorityCode,
          issuedOn: TODAY,
          reason: 'Giá đúng',
        })),
    })
  t.match(fields((await file(await explain(1, number))).xml, 'MTa')[0], /không có trong thông báo rà soát/)
  t.equal((await letters()).length, 1, 'still open')
  t.equal(/<LDo>/.exec((await file(await explain(2, number))).xml), null)
  t.same(await letters(), [], 'answered, so no longer shown')

  const asked = await post('reviews', { seller: shop.taxCode, form: 1, symbol: 'C26MAA', numbers: [1, 3], days: 1 })
  t.match(await asked.json(), { taxCode: shop.taxCode, open: ['0199999014/1C26MAA/1', '0199999014/1C26MAA/3'], state: 'open' })
  await file(await pack([await invoice(4, { corrects: correction(1, 'replace') })]))
  t.match(await (await fetch(`${there.url}/reviews`)).json(), [{ state: 'in time' }, { open: ['0199999014/1C26MAA/3'] }])
  push(2 * DAY)
  await letters()
  t.match(await (await fetch(`${there.url}/reviews`)).json(), [{ state: 'in time' }, { state: 'overdue' }])
  await file(await pack([await invoice(5, { corrects: correction(3, 'replace'), at: instant(START + 2 * DAY) })]))
  t.match(await (await fetch(`${there.url}/reviews`)).json(), [{ state: 'in time' }, { state: 'late' }])
  t.same(
    lines()
      .filter(({ kind }) => kind === '302')
      .map(({ verdict, invoices }) => [verdict, invoices.map((one) => one.number)]),
    [
      ['asked', [2]],
      ['answered in time', [2]],
      ['asked', [1, 3]],
      ['overdue', [1, 3]],
      ['answered late', [1, 3]],
    ],
  )
  t.same(
    lines()
      .filter(({ kind }) => kind === '300')
      .map(({ verdict, invoices }) => [verdict, invoices.map((one) => [one.number, one.verdict])]),
    [
      ['rejected', [[1, 'rejected']]],
      ['accepted', [[2, 'accepted']]],
    ],
  )
})

void t.test('R-014, R-015: a registration is told by 102 and 103, and from then on it is judged by', async (t) => {
  const { file, there, letters, post, lines } = await office(t, { blocks: {} })
  const { serialNumber } = new X509Certificate(Buffer.from(owner(shop).certificate, 'base64'))
  const right = { taxCode: shop.taxCode, name: shop.name, codeBlock: 'A1B2C', certificates: [`00${serialNumber.toLowerCase()}`] }
  t.equal((await post('registrations', { taxCode: '123' })).status, 400)
  t.equal((await post('registrations', right)).status, 200)
  const both = await letters()
  t.same(
    both.map(({ type }) => type),
    ['102', '103'],
  )
  for (const { xml } of both) t.same((await eye.judge(Buffer.from(xml), { now: new Date(START) })).findings, [])
  const trust = [new X509Certificate(there.certificatePem).raw]
  t.match(readLetter(Buffer.from(both[0]?.xml ?? ''), trust), { kind: 'registration-received', accepted: true })
  t.match(readLetter(Buffer.from(both[1]?.xml ?? ''), trust), {
    ...{ kind: 'registration', accepted: true, on: TODAY, taxCode: shop.taxCode, codeBlock: 'A1B2C' },
    ...{ coded: true, uncoded: false, certificates: [serialNumber.replace(/^0+/, '')], reasons: [] },
  })
  isRight(t, await file(await pack([await invoice(1)])), 'registered')
  const kind = await file(await pack([await invoice(1, { by: uncoded })]))
  t.match(fields(kind.xml, 'MTLoi')[0], /Chưa đăng ký hóa đơn máy tính tiền không có mã/)

  const receipt = (about: string, from = shop): string =>
    `<?xml version="1.0" encoding="UTF-8"?><TDiep><TTChung><PBan>2.1.1</PBan><MNGui>${from.taxCode}</MNGui><MNNhan>TCT</MNNhan><MLTDiep>999</MLTDiep><MTDiep>${newId(owner(from))}</MTDiep><MST>${from.taxCode}</MST></TTChung>` +
    `<DLieu><TBao><MTDiep>${about}</MTDiep><NNhan>2026-11-22T10:00:00</NNhan><TTTNhan>0</TTTNhan></TBao></DLieu></TDiep>`
  t.equal((await file(receipt(idOf(both[0]?.xml ?? ''), household))).type, '', 'nothing is answered to a receipt')
  t.equal((await letters()).length, 2, "another's receipt changes nothing")
  await file(receipt(idOf(both[0]?.xml ?? '')))
  t.same(
    (await letters()).map(({ type }) => type),
    ['103'],
    'what was received is shown no more',
  )
  t.same(
    lines()
      .filter(({ kind: told }) => /^(102|103|999)$/.test(told))
      .map(({ kind: told, verdict }) => `${told} ${verdict}`),
    ['102 registered', '103 registered', '999 rejected', '999 accepted'],
  )
  there.register({ ...right, accepted: false, coded: false, uncoded: false, certificates: ['77'], reasons: ['Sai chủ sở hữu'] })
  const refusal = (await letters()).at(-1)
  t.same((await eye.judge(Buffer.from(refusal?.xml ?? ''), { now: new Date(START) })).findings, [])
  t.match(readLetter(Buffer.from(refusal?.xml ?? ''), trust), {
    accepted: false,
    certificates: [],
    reasons: ['9992: Sai chủ sở hữu'],
  })
  const strange = await file(await pack([await invoice(2)]))
  t.same(fields(strange.xml, 'LTBao'), ['9'])
  t.match(fields(strange.xml, 'MTLoi')[0], new RegExp(`Chứng thư số ${serialNumber} không có trong đăng ký`))
})

void t.test('xmlsec1 finds every paper of the authority in order', { skip: without('xmlsec1') }, async (t) => {
  const { file, there, letters } = await office(t)
  const sold = await invoice(1)
  await file(await pack([sold]))
  there.register({
    ...{ taxCode: shop.taxCode, name: 'QUÁN <PHỞ> & BIA', accepted: true, codeBlock: 'A1B2C', coded: true, uncoded: true },
    ...{ certificates: [], reasons: [] },
  })
  there.review(['0199999014/1C26MAA/1'], 2, 'Giá > thường & "lạ"')
  const { identity, authorityCode = '' } = sold
  const unknown = { invoice: { ...identity, number: 9 }, code: authorityCode, issuedOn: TODAY, reason: 'Sai tên' }
  const papers = [...(await letters()), await file(await notify({ invoices: [unknown] }))]
  t.same(
    papers.map(({ type }) => type),
    ['102', '103', '302', '301'],
  )
  const ids = ['DLTBao', 'http://www.w3.org/2000/09/xmldsig#:Object'].flatMap((name) => ['--id-attr:Id', name])
  const certificate = join(dir, 'authority.pem')
  writeFileSync(certificate, there.certificatePem)
  for (const { type, xml } of papers) {
    const path = join(dir, `${type}.xml`)
    writeFileSync(path, xml)
    const verify = ['--verify', '--trusted-pem', certificate, '--verification-time', '2026-11-22 03:00:00', ...ids, path]
    t.doesNotThrow(() => execFileSync('xmlsec1', verify, { stdio: 'pipe' }), type)
    const { findings, limits } = await eye.judge(Buffer.from(xml), { trust: [Buffer.from(there.certificatePem)] })
    t.same([findings, limits], [[], []], `${type}: against its schema too`)
  }
})

void t.test('R-016: from the second of a stop on, packages and notices are refused as a whole', async (t) => {
  const { file, push } = await office(t, { suspendedFrom: instant(START + 2_000) })
  isRight(t, await file(await pack([await invoice(1)])), 'before')
  push(1_999)
  isRight(t, await file(await pack([await invoice(2)])), 'the last moment')
  push(1)
  const stopped = await file(await pack([await invoice(3)]))
  t.match([fields(stopped.xml, 'LTBao'), fields(stopped.xml, 'MTLoi')[0]], [['9'], /ngừng sử dụng hóa đơn điện tử/])
  const { identity, authorityCode = '' } = await invoice(1)
  const notice = await file(
    await notify({ invoices: [{ invoice: identity, code: authorityCode, issuedOn: TODAY, reason: 'Sai tên' }] }),
  )
  t.match(fields(notice.xml, 'MTLoi')[0], /ngừng sử dụng/)
})

void t.test(
  'R-039, R-079: what was refused may come again under its number when later ones of another day are there',
  async (t) => {
    const { file, there, push } = await office(t)
    const late = await invoice(2)
    await file(planted(await pack([await invoice(1), late].reverse()), swap(/<TgTTTBSo>/, '<TgTTTBSo>9')))
    push(DAY)
    const tomorrow = { at: instant(START + DAY) }
    isRight(t, await file(await pack([await invoice(3, tomorrow)])), 'the next day')
    isRight(t, await file(await pack([late])), 'number 2 of the day before')
    const between = await file(await pack([await invoice(4)]))
    t.match(fields(between.xml, 'MTLoi')[0], /Lập lùi ngày: số 4 ngày 2026-11-22, ký hiệu C26MAA đã có ngày 2026-11-23/)
    t.same(accepted(there), ['1C26MAA-1', '1C26MAA-3', '1C26MAA-2'])
  },
)

void t.test('chains, letters, registrations and old messages survive a restart', async (t) => {
  const store = join(dir, 'law-store.jsonl')
  const first = await office(t, { store })
  first.there.register({
    taxCode: shop.taxCode,
    name: shop.name,
    accepted: true,
    codeBlock: 'A1B2C',
    coded: true,
    uncoded: false,
    certificates: [],
    reasons: [],
  })
  const oldest = await pack([await invoice(1)])
  const told = await first.file(oldest)
  await first.file(await pack([await invoice(2, { corrects: correction(1, 'replace') })]))
  first.there.review(['0199999014/1C26MAA/2'], 3)
  t.same(await first.file(oldest), told, 'the same bytes, the same answers')
  await first.there.stop()
  const second = await office(t, { store })
  t.same(await second.file(oldest), told)
  t.same(
    (await second.letters()).map(({ type }) => type),
    ['102', '103', '302'],
  )
  const again = await second.file(await pack([await invoice(3, { corrects: correction(1, 'replace') })]))
  t.match(fields(again.xml, 'MTLoi')[0], /đã bị thay thế bởi 1C26MAA số 2/)
  const kind = await second.file(await pack([await invoice(1, { by: uncoded })]))
  t.match(fields(kind.xml, 'MTLoi')[0], /Chưa đăng ký/)
  t.equal(second.there.accepted().length, 2)
})

void t.test('memory is bounded: old messages are read from their place in the store', async (t) => {
  const store = join(dir, 'book.jsonl')
  const key = (n: number): string => n.toString(16).toUpperCase().padStart(32, '0')
  const entry = (n: number): Filed => ({
    ...{ key: key(n), id: `0199999014${key(n)}`, taxCode: shop.taxCode, sha256: '', at: START, verdict: 'accepted' },
    ...{ invoices: [], warnings: [], replies: [{ type: 999, id: `TCT${n}`, xml: 'đã nhận', readyAt: START }] },
  })
  const first = book(store)
  for (let n = 0; n < 600; n++) first.file(entry(n))
  first.file({ ...entry(3), verdict: 'again' })
  t.same(first.find(key(0)), entry(0), 'read from the store')
  t.equal(first.find(key(3))?.verdict, 'again')
  first.close()
  const second = book(store)
  t.same(second.find(key(1)), entry(1))
  t.same(second.find(key(599)), entry(599))
  t.equal(second.find(key(3))?.verdict, 'again')
  t.equal(second.find(key(600)), undefined)
  second.close()
  const forgetful = book(undefined)
  for (let n = 0; n < 5_001; n++) forgetful.file(entry(n))
  t.same([forgetful.find(key(0)), forgetful.find(key(1))?.key], [undefined, key(1)], 'without a store only so many')
})

void t.test('the examples of the format are read: day, code and original as written', async (t) => {
  const { file, lines } = await office(t)
  const example = readFileSync(join(import.meta.dirname, '../examples/vn/206-sales-household-replacement.xml'), 'utf8')
  const reply = await file(example)
  t.equal(reply.type, '999', 'its certificate is younger than its signature')
  t.equal(lines().at(-2)?.verdict, 'refused')
})

void t.test('the command says what it cannot play, and writes the 103 it was asked for', async (t) => {
  const said = t.capture(process.stderr, 'write', () => true)
  const command = { listen: '127.0.0.1:0', mood: 'normal', seed: 1 }
  const wrong = [
    { review: ['C26MAA-12'] },
    { register: ['nobody'] },
    { suspendedFrom: 'noon' },
    { out: join(dir, '103.xml') },
    { mood: 'grumpy' },
  ]
  for (const one of wrong) t.equal(await simulateAuthority({ ...command, ...one }), 2, JSON.stringify(one))
  const out = join(dir, '103.xml')
  const config = join(dir, 'tillgate.json')
  writeFileSync(config, JSON.stringify({ shop: { taxCode: shop.taxCode, name: shop.name, codeBlock: 'A1B2C' } }))
  const store = join(dir, 'command.jsonl')
  const run = simulateAuthority({ ...command, register: [config], out, store, review: ['1C26MAA-12:5'] })
  while (!said().some(({ args }) => /authority on/.test(String(args[0])))) await new Promise((resolve) => setTimeout(resolve, 5))
  process.emit('SIGTERM')
  t.equal(await run, 0)
  t.match(readLetter(readFileSync(out)), {
    kind: 'registration',
    accepted: true,
    taxCode: shop.taxCode,
    codeBlock: 'A1B2C',
    coded: true,
  })
  t.match(readFileSync(store, 'utf8'), /"codeBlock":"A1B2C"/)
})
