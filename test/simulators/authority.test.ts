import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test as Tap } from 'tap'
import { type Authority, type AuthorityOptions, authority, MOODS } from '../../simulators/authority/index.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { instant } from '../../src/domain/time.ts'
import { judge } from '../../src/verify/index.ts'
import { folder } from '../folder.ts'
import { invoiceXml, newId, packageXml, testShop } from '../verify/documents.ts'

const START = Date.parse('2026-11-22T10:00:00+07:00')
const eye = judge(join(import.meta.dirname, '../../src/countries/vn/schemas'))
const dir = folder(t)

/** A clock that stands still until it is pushed; sleepers wake when their time has come. */
function handClock(): Clock & { push(ms: number): void } {
  let ms = 0
  const waiting = new Set<{ at: number; wake: () => void }>()
  return {
    now: () => instant(START + ms),
    up: () => ms,
    sleep: (time, signal) =>
      new Promise((resolve) => {
        const one = { at: ms + time, wake: resolve }
        waiting.add(one)
        signal.addEventListener('abort', () => resolve(), { once: true })
      }),
    push: (time) => {
      ms += time
      for (const one of waiting) if (one.at <= ms && waiting.delete(one)) one.wake()
    },
  }
}

const shop = await testShop(dir, handClock())
const account = { username: 'shop', password: 'mật khẩu' }
let running = 0

/** An authority of its own, and a client that knows its wire. */
async function office(t: Tap, more: Partial<AuthorityOptions> = {}) {
  running += 1
  const clock = handClock()
  const log = join(dir, `log-${running}.jsonl`)
  const open = (): Promise<Authority> =>
    authority({ listen: '127.0.0.1:0', judge: eye, clock, log, account, keys: join(dir, 'keys'), ...more })
  const there = await open()
  t.teardown(() => there.stop())
  return {
    there,
    clock,
    log,
    ...client(there.url),
    lines: () =>
      readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line),
  }
}

interface Line {
  readonly at: string
  readonly kind: string
  readonly mtdiep: string | null
  readonly sha256: string | null
  readonly invoices: readonly Readonly<Record<string, unknown>>[]
  readonly verdict: string | null
  readonly answered: string
  readonly warning?: string
}

function client(url: string) {
  let token = ''
  const headers = (): Record<string, string> => ({ authorization: `Bearer ${token}`, cookie: `access_token=${token}` })
  const login = async (password = account.password): Promise<number> => {
    const answer = await fetch(`${url}/auth/login`, { method: 'POST', body: JSON.stringify({ ...account, password }) })
    const told = (await answer.json()) as { access_token?: string }
    token = told.access_token ?? token
    return answer.status
  }
  const send = async (xml: string): Promise<number | 'broken'> => {
    const path = '/services/tctninboundgateway/api/v1/invoice/dvgp/request'
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { ...headers(), 'content-type': 'application/xml' },
      body: xml,
    }).catch(() => undefined)
    await answer?.arrayBuffer()
    return answer?.status ?? 'broken'
  }
  const look = async (id: string, mst = shop.taxCode): Promise<Response | undefined> =>
    fetch(`${url}/services/tctnapplication/api/tra-cuu-thong-diep?mst=${mst}&mtdiep=${id}`, { headers: headers() }).catch(
      () => undefined,
    )
  /** The replies a look-up shows, oldest first. */
  const replies = async (id: string): Promise<{ type: string; xml: string; row: Record<string, unknown> }[]> => {
    const answer = await look(id)
    if (answer?.status !== 200) return []
    const told = (await answer.json()) as Record<string, unknown> | Record<string, unknown>[]
    return [told].flat().map((row) => ({ type: String(row['mltdiep']), xml: String(row['dlieu']), row }))
  }
  return { login, send, look, replies }
}

const idOf = (xml: string): string => /<MTDiep>([^<]*)/.exec(xml)?.[1] ?? ''
const field = (xml: string | undefined, name: string): string => new RegExp(`<${name}>([^<]*)`).exec(xml ?? '')?.[1] ?? ''
const pack = (...numbers: number[]): string =>
  packageXml(
    shop,
    numbers.map((number) => invoiceXml(shop, { number })),
  )
const outcome = (replies: { type: string; xml: string }[]): string =>
  replies.map(({ type, xml }) => `${type}:${field(xml, type === '999' ? 'TTTNhan' : 'LTBao')}`).join(' ')

void t.test('a package in order: 999 at once, 204 a little later, both as the law writes them', async (t) => {
  const { there, clock, lines, login, send, replies, look } = await office(t)
  t.equal(await login('sai'), 401)
  t.equal(await send(pack(1)), 401, 'nothing without a login')
  t.equal(await login(), 200)
  const xml = pack(1, 2)
  t.equal((await look(idOf(xml)))?.status, 404, 'nothing yet')
  t.equal(await send(xml), 200)
  t.equal(outcome(await replies(idOf(xml))), '999:0')
  clock.push(300)
  const both = await replies(idOf(xml))
  t.equal(outcome(both), '999:0 204:2')
  t.match(both[1]?.row, {
    pban: '2.1.1',
    mngui: 'TCT',
    mnnhan: shop.taxCode,
    mltdiep: '204',
    mtdtchieu: idOf(xml),
    mst: shop.taxCode,
    sluong: 1,
  })
  for (const { xml: reply } of both) {
    const seen = await eye.judge(Buffer.from(reply), { now: new Date(START), trust: [Buffer.from(there.certificatePem)] })
    t.same(seen.findings, [], 'our own eyes find nothing')
  }
  writeFileSync(join(dir, 'reply.xml'), both[1]?.xml ?? '')
  writeFileSync(join(dir, 'authority.pem'), there.certificatePem)
  t.doesNotThrow(() =>
    execFileSync(
      'xmlsec1',
      [
        '--verify',
        '--trusted-pem',
        'authority.pem',
        '--verification-time',
        '2026-11-22 03:00:00',
        '--id-attr:Id',
        'DLTBao',
        '--id-attr:Id',
        'http://www.w3.org/2000/09/xmldsig#:Object',
        'reply.xml',
      ],
      { cwd: dir, stdio: 'pipe' },
    ),
  )
  t.equal((await look(idOf(xml), '0199999021'))?.status, 404, "another's message is not shown")
  t.match(there.accepted(), [
    { seller: shop.taxCode, form: 1, symbol: 'C26MAA', number: 1, code: 'M1-26-A1B2C-01700000001', message: idOf(xml) },
    { number: 2 },
  ])
  const logged = lines().filter((line) => line.kind === 'request')
  t.match(logged[1], {
    at: '2026-11-22T10:00:00.000+07:00',
    mtdiep: idOf(xml),
    verdict: 'accepted',
    answered: 'sent',
    invoices: [{ form: 1, symbol: 'C26MAA', number: 1, code: 'M1-26-A1B2C-01700000001', verdict: 'accepted' }, {}],
  })
  t.match(logged[1]?.sha256, /^[0-9a-f]{64}$/)
})

void t.test('a token ends; one that is not in the cookie as well does not count', async (t) => {
  const { clock, login, send, there } = await office(t, { tokenSeconds: 60 })
  await login()
  t.equal(await send(pack(1)), 200)
  clock.push(61_000)
  t.equal(await send(pack(2)), 401)
  await login()
  t.equal(await send(pack(2)), 200)
  const told = (await (await fetch(`${there.url}/auth/login`, { method: 'POST', body: JSON.stringify(account) })).json()) as {
    access_token: string
  }
  const half = await fetch(`${there.url}/services/tctnapplication/api/tra-cuu-thong-diep?mst=1&mtdiep=1`, {
    headers: { authorization: `Bearer ${told.access_token}` },
  })
  t.equal(half.status, 401)
})

void t.test(
  'the same message twice is one message; the same id with other bytes is an error; re-wrapped ids match',
  async (t) => {
    const { there, clock, lines, login, send, replies } = await office(t, { rewrap: '0100109106' })
    await login()
    const xml = pack(1)
    t.equal(await send(xml), 200)
    clock.push(300)
    const first = await replies(idOf(xml))
    t.equal(await send(xml), 200)
    t.same(await replies(idOf(xml)), first, 'the same answers again')
    t.equal(field(first[1]?.xml, 'MTDTChieu'), `V0100109106${idOf(xml).slice(-32)}`)
    t.same(await replies(`V0100109106${idOf(xml).slice(-32)}`), first)
    const other = packageXml(shop, [invoiceXml(shop, { number: 2 })], { id: idOf(xml) })
    t.equal(await send(other), 400)
    t.equal(outcome(await replies(idOf(xml))), '999:0 204:2 999:1')
    t.same(
      there.accepted().map(({ number }) => number),
      [1],
    )
    t.same(
      lines()
        .filter(({ kind }) => kind === 'request')
        .map(({ verdict }) => verdict),
      ['accepted', 'duplicate', 'conflict'],
    )
  },
)

void t.test('an invoice or code accepted before is refused in another message, a rejected one may come again', async (t) => {
  const { there, clock, login, send, replies } = await office(t)
  await login()
  await send(pack(1))
  const again = pack(1, 2)
  const code = packageXml(shop, [invoiceXml(shop, { number: 3, code: 'M1-26-A1B2C-01700000001' })])
  const bad = packageXml(shop, [
    invoiceXml(shop, { number: 4, change: (xml) => xml.replace('<TgTTTBSo>157500', '<TgTTTBSo>157501') }),
    invoiceXml(shop, { number: 5 }),
  ])
  const fixed = pack(4)
  for (const xml of [again, code, bad, fixed]) t.equal(await send(xml), 200)
  clock.push(300)
  const [first, second, third, last] = await Promise.all([again, code, bad, fixed].map((xml) => replies(idOf(xml))))
  t.equal(outcome(first ?? []), '999:0 204:7')
  t.match(field(first?.[1]?.xml, 'MTLoi'), /^1;C26MAA;1;Trùng hóa đơn/)
  t.equal(field(first?.[1]?.xml, 'MLoi'), '80001')
  t.match(field(second?.[1]?.xml, 'MTLoi'), /^1;C26MAA;3;Trùng/)
  t.match(field(third?.[1]?.xml, 'MTLoi'), /^1;C26MAA;4;V26 TgTTTBSo 157501 \/ 157500/)
  t.equal(outcome(last ?? []), '999:0 204:2')
  t.same(
    there.accepted().map(({ number }) => number),
    [1, 2, 5, 4],
  )
})

void t.test('wrong documents get the answer of their kind: -1, 999 with reasons, 204 with the invoice', async (t) => {
  const { there, clock, login, send, replies, lines } = await office(t, { blocks: { [shop.taxCode]: 'A1B2C' } })
  await login()
  const stranger = await testShop(dir, handClock(), '0199999021')
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'against the schema': [pack(1).replace('<HTTToan>', '<HTToan>').replace('</HTTToan>', '</HTToan>'), '-1:'],
    'changed after signing': [pack(1).replace('Phở bò', 'Phở gà'), '999:1'],
    "signed by another's certificate": [
      packageXml(stranger, [invoiceXml(shop, { number: 1 })], { id: newId(shop), taxCode: shop.taxCode }),
      '999:1',
    ],
    'count that lies': [packageXml(shop, [invoiceXml(shop, { number: 1 })], { count: 2 }), '999:0 204:9'],
    'code of another form': [packageXml(shop, [invoiceXml(shop, { number: 1, code: 'M2-26-A1B2C-01700000001' })]), '999:0 204:7'],
    'code of another block': [
      packageXml(shop, [invoiceXml(shop, { number: 1, code: 'M1-26-ZZZZZ-01700000001' })]),
      '999:0 204:7',
    ],
    'issued tomorrow': [packageXml(shop, [invoiceXml(shop, { number: 1, date: '2026-11-23' })]), '999:0 204:7'],
    'issued in spring': [packageXml(shop, [invoiceXml(shop, { number: 1, date: '2026-03-01' })]), '999:0 204:7'],
    'last year symbol': [packageXml(shop, [invoiceXml(shop, { number: 1, symbol: 'C25MAA' })]), '999:0 204:7'],
    'a kind nobody sends': [pack(1).replace('<MLTDiep>206', '<MLTDiep>400'), '999:1'],
  }
  for (const [name, [xml, expected]] of Object.entries(cases)) {
    t.equal(await send(xml), 200, name)
    clock.push(300)
    const found = await replies(idOf(xml))
    t.equal(outcome(found), expected, name)
    for (const reply of found)
      t.same(
        (await eye.judge(Buffer.from(reply.xml), { now: new Date(START) })).findings,
        [],
        `${name}: the reply itself is in order`,
      )
  }
  t.same(there.accepted(), [])
  t.equal(await send('xin chào'), 400)
  t.equal(lines().at(-1)?.verdict, 'unreadable')
})

void t.test('an error notice is answered with 301', async (t) => {
  const { clock, login, send, look } = await office(t)
  await login()
  const notice = readFileSync(join(import.meta.dirname, '../examples/vn/300-error-notice.xml'), 'utf8')
  await send(notice)
  const early = await (await look(idOf(notice), '0199999007'))?.json()
  t.match(early, { mltdiep: '999' }, 'its certificate is younger than its signature')
  const { signatureXml } = await import('../verify/documents.ts')
  const data = /<DLTBao.*<\/DLTBao>/s.exec(notice)?.[0].replace('<MST>0199999007', `<MST>${shop.taxCode}`) ?? ''
  const id = newId(shop)
  const mine = notice
    .replace(
      /<TTChung>.*?<\/TTChung>/s,
      `<TTChung><PBan>2.1.1</PBan><MNGui>${shop.taxCode}</MNGui><MNNhan>TCT</MNNhan><MLTDiep>300</MLTDiep><MTDiep>${id}</MTDiep><MST>${shop.taxCode}</MST><SLuong>1</SLuong></TTChung>`,
    )
    .replace(/<DLTBao.*<\/DLTBao>/s, data)
    .replace(/<Signature.*<\/Signature>/s, signatureXml(shop, data, /Id="([^"]*)"/.exec(data)?.[1] ?? '', 'NNT-1'))
  t.equal(await send(mine), 200)
  clock.push(300)
  const answers = (await (await look(id))?.json()) as Record<string, unknown>[]
  t.same(
    answers.map((row) => row['mltdiep']),
    ['999', '301'],
  )
  t.same((await eye.judge(Buffer.from(String(answers[1]?.['dlieu'])), { now: new Date(START) })).findings, [])
})

void t.test('a review request is a letter: shown without a message id until its receipt comes', async (t) => {
  const { there, clock, login, send, replies, look } = await office(t)
  await login()
  const xml = pack(1)
  await send(xml)
  clock.push(300)
  const ask = (number: number): Promise<Response> =>
    fetch(`${there.url}/reviews`, {
      method: 'POST',
      body: JSON.stringify({ seller: shop.taxCode, form: 1, symbol: 'C26MAA', number, text: 'Đơn giá bất thường' }),
    })
  t.equal((await ask(2)).status, 404)
  t.equal((await ask(1)).status, 200)
  t.equal((await replies(idOf(xml))).length, 2, 'it answers no message')
  const [last, ...more] = await replies('')
  t.equal(last?.type, '302')
  t.same(more, [])
  t.match(last?.row, { mtdiep: idOf(last?.xml ?? ''), mtdtchieu: '', mst: shop.taxCode })
  t.equal((await look('', '0199999021'))?.status, 404, "another's letters are not shown")
  t.match(last?.xml, /<LDo>Đơn giá bất thường<\/LDo>/)
  t.same((await eye.judge(Buffer.from(last?.xml ?? ''), { trust: [Buffer.from(there.certificatePem)] })).findings, [])
})

void t.test('gaps, steps back and late days are warnings in the log', async (t) => {
  const { login, send, lines } = await office(t)
  await login()
  await send(pack(1, 2))
  await send(pack(5))
  await send(pack(4))
  await send(packageXml(shop, [invoiceXml(shop, { number: 6, symbol: 'C26MAB', date: '2026-11-21' })]))
  t.same(
    lines()
      .filter(({ kind }) => kind === 'request')
      .map(({ warning, verdict }) => [verdict, warning ?? '']),
    [
      ['accepted', ''],
      ['accepted', 'gap 0199999014/1C26MAA 3..4'],
      ['accepted', 'descending 0199999014/1C26MAA 4 after 5'],
      ['accepted', 'gap 0199999014/1C26MAB 1..5; late 0199999014/1C26MAB/6 of 2026-11-21'],
    ],
  )
})

void t.test('memory and key survive a restart, also one in the middle of a line', async (t) => {
  const store = join(dir, 'store.jsonl')
  const keys = join(dir, 'keys-of-its-own')
  const first = await office(t, { store, keys })
  await first.login()
  const xml = pack(1)
  await first.send(xml)
  first.clock.push(300)
  const told = await first.replies(idOf(xml))
  await first.there.stop()
  appendFileSync(store, '{"key":"torn')
  const second = await office(t, { store, keys })
  second.clock.push(300)
  await second.login()
  t.equal(second.there.certificatePem, first.there.certificatePem)
  t.equal(statSync(join(keys, 'authority.key.pem')).mode & 0o777, 0o600)
  t.same(await second.replies(idOf(xml)), told)
  const again = pack(1, 2)
  await second.send(again)
  second.clock.push(300)
  t.equal(outcome(await second.replies(idOf(again))), '999:0 204:7')
  await second.there.stop()
  const third = await office(t, { store, keys })
  t.same(
    third.there.accepted().map(({ number }) => number),
    [1, 2],
  )
})

void t.test('moods of the answers: silent, late, twice, rejects, half-rejects, suspended', async (t) => {
  const { there, clock, login, send, replies, look } = await office(t)
  await login()
  const through = async (moods: string[], ...numbers: number[]): Promise<string> => {
    await there.setMoods(moods)
    const xml = pack(...numbers)
    t.equal(await send(xml), 200)
    clock.push(300)
    const now = outcome(await replies(idOf(xml)))
    if (moods[0] === 'silent') {
      t.equal((await look(idOf(xml)))?.status, 404)
      await there.setMoods([])
      return `${now}|${outcome(await replies(idOf(xml)))}`
    }
    if (moods[0] === 'late') {
      clock.push(60_000)
      return `${now}|${outcome(await replies(idOf(xml)))}`
    }
    return now
  }
  t.equal(await through(['silent'], 1), '|999:0 204:2')
  t.equal(await through(['late'], 2), '999:0|999:0 204:2')
  t.equal(await through(['twice'], 3), '999:0 204:2 999:0 204:2')
  t.equal(await through(['rejects'], 4), '999:0 204:9')
  t.equal(await through(['suspended'], 4), '999:0 204:9')
  t.equal(await through(['half-rejects'], ...Array.from({ length: 20 }, (_, i) => i + 10)), '999:0 204:7')
  const half = there
    .accepted()
    .filter(({ number }) => number >= 10)
    .map(({ number }) => number)
  t.equal(half.length, 10)
  const other = await office(t, { moods: ['half-rejects'] })
  await other.login()
  await other.send(pack(...Array.from({ length: 20 }, (_, i) => i + 10)))
  t.same(
    other.there.accepted().map(({ number }) => number),
    half,
    'the same half for the same seed',
  )
})

void t.test('moods of the wire: what the client sees, and whether the message was dealt with', async (t) => {
  const { there, clock, login, send, look, replies, lines } = await office(t, { slowMs: 5000 })
  await login()
  let number = 0
  const under = async (...moods: string[]): Promise<{ status: number | 'broken'; taken: boolean; id: string }> => {
    await there.setMoods(moods)
    number += 1
    const xml = pack(number)
    const status = await send(xml)
    return { status, taken: there.accepted().some((one) => one.message === idOf(xml)), id: idOf(xml) }
  }
  t.match(await under('lost-answer'), { status: 'broken', taken: true })
  t.match(await under('401'), { status: 401, taken: false })
  t.match(await under('429'), { status: 429, taken: false })
  t.equal((await look('x'))?.headers.get('retry-after'), '2')
  t.match(await under('html'), { status: 200, taken: false })
  t.match((await look('x'))?.headers.get('content-type'), /text\/html/)
  const garbled = await under('garbage')
  t.match(garbled, { status: 200, taken: true })
  const noise = Buffer.from((await (await look(garbled.id))?.arrayBuffer()) ?? new ArrayBuffer(0)).toString()
  t.notOk(/<LTBao>|<TTTNhan>/.test(noise), 'no verdict can be read from it')
  const fives = await Promise.all(Array.from({ length: 12 }, () => under('5xx')))
  t.ok(fives.every(({ status }) => typeof status === 'number' && status >= 500 && status <= 504))
  t.ok(
    fives.every(({ status, taken }) => taken === (status === 500 || status === 504)),
    'dealt with or not, by what failed',
  )
  t.ok(new Set(fives.map(({ status }) => status)).size > 1)
  const resets = await Promise.all(Array.from({ length: 12 }, () => under('reset')))
  t.ok(resets.every(({ status }) => status === 'broken'))
  t.equal(new Set(resets.map(({ taken }) => taken)).size, 2, 'before and after')
  t.same(lines().filter(({ answered }) => answered === 'withheld').length, 1)
  t.ok(resets.filter(({ taken }) => taken).length === lines().filter(({ answered }) => answered === 'reset after').length)

  await there.setMoods(['slow'])
  let done = false
  const slow = send(pack(90)).then((status) => {
    done = true
    return status
  })
  while (there.accepted().every((one) => one.number !== 90)) await new Promise((resolve) => setTimeout(resolve, 5))
  t.equal(done, false, 'dealt with, and the client still waits')
  while (!done) {
    clock.push(5000)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  t.equal(await slow, 200)
  // Each waits on the one signal that ends the authority: as many listeners as there are clients are no leak.
  const leaks: string[] = []
  const warned = ({ name }: Error): void => void leaks.push(name)
  process.on('warning', warned)
  let looked = 0
  const crowd = Array.from({ length: 15 }, async () => void ((await look('V0199999014NONE')) && looked++))
  while (lines().filter(({ kind, answered }) => kind === 'lookup' && answered === 'nothing').length < 15)
    await new Promise((resolve) => setTimeout(resolve, 5))
  while (looked < 15) {
    clock.push(5000)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all(crowd)
  process.off('warning', warned)
  t.same(leaks, [])
  await there.setMoods([])
  const calm = pack(91)
  t.equal(await send(calm), 200)
  clock.push(300)
  t.equal(outcome(await replies(idOf(calm))), '999:0 204:2', 'good weather again')
})

void t.test('down is refused connections, and it comes back on the same port', async (t) => {
  const { there, login, send } = await office(t)
  await login()
  await there.setMoods(['down'])
  const why = await fetch(there.url).then(
    () => '',
    (error: { cause?: { code?: string } }) => error.cause?.code,
  )
  t.equal(why, 'ECONNREFUSED')
  await there.setMoods([])
  t.equal(await send(pack(1)), 200)
})

void t.test('developers turn moods over HTTP, for a while if they like; names that are none are refused', async (t) => {
  const { there, clock, login, send } = await office(t)
  await login()
  const post = (body: unknown): Promise<Response> => fetch(`${there.url}/moods`, { method: 'POST', body: JSON.stringify(body) })
  t.equal((await post({ moods: ['429', 'slow:0.5'], ms: 1000 })).status, 200)
  t.same(there.moods(), ['429', 'slow:0.5'])
  t.equal(await send(pack(1)), 429)
  // The answer comes before the waiting begins: pushed until the waiter has seen it.
  while (there.moods().length > 0) {
    clock.push(1000)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  t.same(there.moods(), [])
  t.equal((await post({ moods: ['grumpy'] })).status, 400)
  t.equal((await post('x')).status, 400)
  await t.rejects(there.setMoods(['reset:2']), /no such mood/)
  t.match(await (await fetch(`${there.url}/moods`)).json(), { moods: [], known: [...MOODS] })
  await send(pack(1))
  t.match(await (await fetch(`${there.url}/accepted`)).json(), [{ number: 1 }])
  t.equal((await fetch(`${there.url}/nowhere`)).status, 404)
  await t.rejects(authority({ listen: 'nowhere', judge: eye, clock }), /host:port/)
})
