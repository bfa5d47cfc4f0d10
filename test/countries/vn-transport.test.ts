import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import { lastDigits } from '../../src/countries/vn/message.ts'
import { signature } from '../../src/countries/vn/signature.ts'
import { transports } from '../../src/countries/vn/transports/index.ts'
import { readTree } from '../../src/countries/vn/tree.ts'
import { readVerdicts } from '../../src/countries/vn/verdicts.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { fault } from '../../src/domain/fault.ts'
import type { Http, HttpAnswer } from '../../src/domain/http.ts'
import { messageId } from '../../src/domain/ids.ts'
import { instant } from '../../src/domain/time.ts'
import type { Message, Transport, Verdict } from '../../src/domain/transport.ts'
import { readWords } from '../../src/words.ts'
import { line, must, noon, register, sale, shop, testSigner } from './support.ts'

const examples = join(import.meta.dirname, '../examples/vn')
const example = (name: string): string => readFileSync(join(examples, `${name}.xml`), 'utf8')
const identity = (number: number) => ({ seller: '0199999007', form: 1, symbol: 'C26MAA', number })
const message: Message = {
  id: messageId('K01999990075C1E0A6B9F4D4E2A8B7C3D2E1F0A9B8C'),
  type: 206,
  bytes: Buffer.from(example('206-vat-2-invoices')),
  invoices: [identity(152), identity(153)],
}
const read = (xml: string | Uint8Array, trust?: readonly Uint8Array[]) =>
  readVerdicts(typeof xml === 'string' ? Buffer.from(xml) : xml, message, trust)
const kinds = (verdicts: readonly Verdict[]): string[] =>
  verdicts.map((v) =>
    v.kind === 'accepted' || v.kind === 'rejected'
      ? `${v.kind} ${v.invoice.number}`
      : 'fault' in v
        ? `${v.kind} ${v.fault.code}`
        : v.kind,
  )
const verdict = (xml: string | Uint8Array, trust?: readonly Uint8Array[]): string => kinds(read(xml, trust).verdicts).join(', ')
/** A 204 without signature, for replies that cannot be signed here. */
const unsigned = (xml: string): string => xml.replace(/<Signature [\s\S]*?<\/Signature>/, '')

void t.test('every example reply is read as its paper says', async (t) => {
  t.equal(verdict(example('999-ok')), 'taken')
  t.equal(verdict(example('999-error')), 'taken', 'a double message is one they have')
  t.equal(verdict(example('999-error').replace('Trùng mã thông điệp', 'Sai chữ ký')), 'refused DELIVERY_REFUSED')
  t.equal(verdict(example('minus1-format-error')), 'refused DELIVERY_REJECTED_FORMAT')
  t.equal(verdict(example('204-accepted')), 'accepted 152, accepted 153')
  t.equal(verdict(example('204-rejected-one-invoice')), 'rejected 153, accepted 152')
  t.equal(verdict(example('204-rejected-package')), 'refused DELIVERY_REFUSED')
  t.same(read(example('204-accepted')).verdicts[0], {
    kind: 'accepted',
    invoice: identity(152),
    reference: '202610050000123/TB-KTDL',
  })
  t.same(
    [999, 204, -1, 300],
    ['999-ok', '204-accepted', 'minus1-format-error', '300-error-notice'].map((name) => read(example(name)).type),
  )
  for (const name of ['300-error-notice', '301-accepted', '301-rejected', '206-vat-2-invoices'])
    t.equal(verdict(example(name)), 'odd DELIVERY_ODD_ANSWER', name)
})

void t.test('a rejected invoice says why, in their words, without long numbers', async (t) => {
  const told = unsigned(example('204-rejected-one-invoice')).replace('không tồn tại', '0399999004 không tồn tại')
  const [first] = read(told).verdicts
  t.same(first?.kind === 'rejected' && first.fault, {
    code: 'DELIVERY_REJECTED',
    values: {
      code: '0001',
      text: 'Mã số thuế người mua *** không tồn tại (mã lỗi và nội dung ví dụ)',
      todo: 'Kiểm tra lại thông tin và gửi lại hóa đơn.',
    },
  })
  const double = unsigned(example('204-rejected-one-invoice')).replace(/1;C26MAA;153;[^<]*/, '1;C26MAA;00000153;Trùng số hóa đơn')
  t.equal(verdict(double), 'rejected 153, accepted 152')
  for (const [words, code] of [
    ['Mã số thuế không trùng khớp', 'DELIVERY_REJECTED'],
    ['Người bán Trung Nguyên chưa đăng ký', 'DELIVERY_REJECTED'],
    ['Hoa don da ton tai', 'DELIVERY_REJECTED_DUPLICATE'],
  ] as const) {
    const [told] = read(double.replace('Trùng số hóa đơn', words)).verdicts
    t.equal(told?.kind === 'rejected' && told.fault.code, code, words)
  }
  t.equal(
    verdict(example('999-error').replace(/Trùng mã thông điệp/, 'Trùng mã thông điệp, nội dung khác')),
    'odd DELIVERY_REJECTED_DUPLICATE',
  )
  const [again] = read(double).verdicts
  t.equal(again?.kind === 'rejected' && again.fault.code, 'DELIVERY_REJECTED_DUPLICATE')
})

void t.test('section 12: oddities a reader survives', async (t) => {
  const accepted = unsigned(example('204-accepted'))
  t.equal(
    verdict(
      accepted
        .replace(/<\?xml.*?\?>/, '')
        .replace('<PBan>2.1.1', '<PBan>2.0.1')
        .replaceAll('><', '>\r\n  <'),
    ),
    'accepted 152, accepted 153',
  )
  t.equal(verdict(`\ufeff${accepted}`), 'accepted 152, accepted 153')
  t.equal(verdict(accepted.replace('<SLuong>1</SLuong>', '<SLuong/><TTKhac/>')), 'accepted 152, accepted 153')
  const moved = accepted.replace('<LTBao>2</LTBao>', '').replace('</DLTBao>', '<LTBao> 2 </LTBao></DLTBao>')
  t.equal(verdict(moved), 'accepted 152, accepted 153', 'any order')
  t.equal(verdict(/<DLieu>(.*)<\/DLieu>/.exec(accepted)?.[1] ?? ''), 'accepted 152, accepted 153', 'the body alone')
  const rewrapped = example('999-ok').replaceAll('K0199999007' + '5C1E', 'V01999990145c1e')
  t.equal(verdict(rewrapped), 'taken', 'another prefix, other case, the same digits')
  const one = unsigned(example('204-rejected-one-invoice'))
  t.equal(verdict(one.replace('<MLoi>0001', '<MLoi>40051').replace('<STT>1</STT>', '')), 'rejected 153, accepted 152')
  t.equal(verdict(one.replace('1;C26MAA;153;', ' 1 ; c26maa ; 00000153 ;')), 'rejected 153, accepted 152')
})

void t.test('what is not certain is no result', async (t) => {
  const one = unsigned(example('204-rejected-one-invoice'))
  t.equal(
    verdict(one.replace('1;C26MAA;153;', '')),
    'refused DELIVERY_REFUSED',
    'a reason that names no invoice: the whole package',
  )
  t.equal(verdict(one.replace('</LDo>', '</LDo><LDo><MLoi>1</MLoi><MTLoi>khác</MTLoi></LDo>')), 'refused DELIVERY_REFUSED')
  t.equal(verdict(one.replace(/<LHDMTTien>.*<\/LHDMTTien>/, '')), 'refused DELIVERY_REFUSED', 'errors without a list')
  t.equal(verdict(one.replace('C26MAA;153', 'C26MAA;154')), 'odd DELIVERY_STRANGE_INVOICE')
  const accepted = unsigned(example('204-accepted'))
  t.equal(verdict(accepted.replace('<LTBao>2', '<LTBao>5')), 'odd DELIVERY_ODD_ANSWER')
  t.equal(
    verdict(accepted.replace(/<MGDDTu>.{10}/, '<MGDDTu>K01999990').replace(/A9B8C<\/MGDDTu>/, 'A9B8D</MGDDTu>')),
    'odd DELIVERY_OTHER_MESSAGE',
    'the reference inside decides',
  )
  t.equal(
    verdict(accepted.replace(/<MGDDTu>.*?<\/MGDDTu>/, '').replace(/<MTDTChieu>.*?<\/MTDTChieu>/, '')),
    'odd DELIVERY_OTHER_MESSAGE',
    'no reference at all',
  )
  t.equal(verdict(example('999-ok').replace('<TTTNhan>0', '<TTTNhan>')), 'odd DELIVERY_ODD_ANSWER')
})

void t.test('P1: hostile documents are refused unread', async (t) => {
  const accepted = example('204-accepted')
  const hostile = {
    'document type': accepted.replace('?>', '?><!DOCTYPE TDiep [<!ENTITY x "y">]>'),
    'processing instruction': accepted.replace('<DLieu>', '<?php x?><DLieu>'),
    'unknown entity': accepted.replace('<LTBao>2', '<LTBao>&two;'),
    'other encoding': accepted.replace('UTF-8', 'UTF-16'),
    'too deep': `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`,
    'cut off': accepted.slice(0, -20),
    'two roots': `${accepted}<x/>`,
    html: '<!doctype html><title>Wi-Fi</title>',
    json: '{"code":1}',
    empty: '',
  }
  for (const [name, xml] of Object.entries(hostile)) t.equal(verdict(xml), 'odd DELIVERY_ODD_ANSWER', name)
  t.equal(verdict(Buffer.concat([Buffer.from(accepted), Buffer.from([0xff])])), 'odd DELIVERY_ODD_ANSWER', 'no UTF-8')
  t.equal(
    verdict(accepted.replace('<SLuong>', `<X>${'x'.repeat(2 * 1024 * 1024)}</X><SLuong>`)),
    'odd DELIVERY_ODD_ANSWER',
    'over 2 MiB',
  )
  t.equal(readTree(Buffer.from(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`))?.local, 'a')
})

void t.test('who signed a 204: with trusted certificates only theirs count', async (t) => {
  const accepted = example('204-accepted')
  const der = Buffer.from(/<X509Certificate>(.*?)</.exec(accepted)?.[1] ?? '', 'base64')
  const stranger = testSigner('KẺ LẠ', '0199999007')
  t.equal(verdict(accepted, [der]), 'accepted 152, accepted 153')
  t.equal(verdict(accepted, [stranger.der]), 'odd DELIVERY_REPLY_SIGNATURE')
  t.equal(verdict(unsigned(accepted), [der]), 'odd DELIVERY_REPLY_SIGNATURE', 'none where one is due')
  t.equal(verdict(accepted.replace('<LTBao>2', '<LTBao>9')), 'odd DELIVERY_REPLY_SIGNATURE', 'a broken one, even without trust')
  const data = /<DLTBao[\s\S]*<\/DLTBao>/.exec(accepted)?.[0] ?? ''
  const forged = must(
    await signature({ name: 'F', dataId: 'Id-9c3d4e5f607142839aa5b6c7d8e9f0a1', canonical: [data], at: noon, signer: stranger }),
  )
  const replaced = accepted.replace(/<Signature [\s\S]*<\/Signature>/, forged)
  t.equal(verdict(replaced), 'accepted 152, accepted 153', 'whole in itself')
  t.equal(verdict(replaced, [der]), 'odd DELIVERY_REPLY_SIGNATURE', 'but not theirs')
  const moved = accepted.replace('<DLTBao ', '<DLTBao Id="other"><LTBao>2</LTBao></DLTBao><DLTBao ')
  t.equal(verdict(moved, [der]), 'odd DELIVERY_REPLY_SIGNATURE', 'a second, unsigned notice put before the signed one')
})

// --- the wire, against a real server ---

type Script = (request: IncomingMessage, body: string, response: ServerResponse) => void

async function provider(
  t: { teardown(end: () => unknown): unknown },
  script: Script,
): Promise<{ url: string; calls: string[]; server: Server }> {
  const calls: string[] = []
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      calls.push(`${req.method} ${req.url} ${req.headers.authorization ?? ''} ${req.headers.cookie ?? ''}`.trim())
      if (req.url !== '/auth/login') return script(req, body, res)
      const { password } = JSON.parse(body) as { password: string }
      if (password !== 'right') return res.writeHead(401).end()
      return res.end(JSON.stringify({ access_token: `T${calls.filter((c) => c.includes('login')).length}`, expires_in: 100 }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, calls, server }
}

/** The seam over node:http, as small as it can be. */
const http: Http = {
  request: (call, signal) =>
    new Promise((resolve) => {
      const out = request(call.url, { method: call.method, headers: call.headers, signal, agent: false }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({
            kind: 'answer',
            status: answer.statusCode ?? 0,
            headers: answer.headers as HttpAnswer['headers'],
            body: Buffer.concat(chunks),
          }),
        )
      })
      out.on('error', (error: NodeJS.ErrnoException) =>
        resolve(
          error.code === 'ECONNREFUSED'
            ? { kind: 'unsent', fault: fault('DELIVERY_OFFLINE') }
            : { kind: 'unknown', fault: fault('DELIVERY_IN_DOUBT') },
        ),
      )
      out.end(call.body)
    }),
}

let up = 0
const clock: Clock = { now: () => instant(Date.parse('2026-11-21T01:00:00Z')), up: () => up, sleep: async () => undefined }
const settings = { username: 'shop', password: 'right', sender: '0199999007', receiver: '0100109106', taxCode: '0199999007' }
const transport = (url: string, more = {}): Transport => transports['viettel-tvan']({ ...settings, url, ...more }, http, clock)
const never = new AbortController().signal
const reply =
  (status: number, body = '', headers = {}): Script =>
  (_req, _body, res) =>
    void res.writeHead(status, headers).end(body)

void t.test('sending: login once, token as bearer and cookie, the bytes as they are', async (t) => {
  let got = ''
  const { url, calls } = await provider(t, (req, body, res) => {
    got = `${req.headers['content-type']} ${body}`
    res.end('whatever')
  })
  const tvan = transport(url)
  t.same(await tvan.send(message, never), { kind: 'replies', replies: [] }, 'stored, whatever the body')
  t.equal(got, `application/xml ${Buffer.from(message.bytes).toString()}`)
  await tvan.send(message, never)
  const send = 'POST /services/tctninboundgateway/api/v1/invoice/dvgp/request Bearer T1 access_token=T1'
  t.same(calls, ['POST /auth/login', send, send])
  up += 71_000
  await tvan.send(message, never)
  t.match(calls.at(-1), 'Bearer T2', 'renewed before it ends')
})

void t.test('a 401 renews the token once; a second one is a matter of the account', async (t) => {
  const once = await provider(
    t,
    (req, _body, res) => void res.writeHead(req.headers.authorization === 'Bearer T1' ? 401 : 200).end(),
  )
  t.equal((await transport(once.url).send(message, never)).kind, 'replies')
  t.equal(once.calls.length, 4)
  const always = await provider(t, reply(401))
  t.same(await transport(always.url).send(message, never), { kind: 'unsent', fault: { code: 'DELIVERY_LOGIN' } })
  t.equal(always.calls.length, 4, 'not tried for ever')
  t.same(await transport(always.url, { password: 'wrong' }).send(message, never), {
    kind: 'unsent',
    fault: { code: 'DELIVERY_LOGIN' },
  })
})

void t.test('F13, F14, F16: what each answer to a sending proves', async (t) => {
  const outcome = async (script: Script) => transport((await provider(t, script)).url).send(message, never)
  t.match(await outcome(reply(429, '', { 'retry-after': '7' })), {
    kind: 'unsent',
    fault: { code: 'DELIVERY_BUSY' },
    afterMs: 7000,
  })
  t.match(await outcome(reply(503, '', { 'retry-after': 'Sat, 21 Nov 2026 01:01:00 GMT' })), {
    kind: 'unknown',
    fault: { code: 'DELIVERY_BUSY' },
    afterMs: 60_000,
  })
  t.match(await outcome(reply(503, '', { 'retry-after': '999999' })), { afterMs: 3_600_000 })
  t.match(await outcome(reply(500)), { kind: 'unknown', fault: { code: 'DELIVERY_BUSY', values: { status: '500' } } })
  t.match(await outcome(reply(302, '', { location: 'http://elsewhere.example/' })), {
    kind: 'unknown',
    fault: { code: 'DELIVERY_ODD_STATUS' },
  })
  t.match(await outcome(reply(200, '<html>Đăng nhập Wi-Fi</html>')), { kind: 'unknown', fault: { code: 'DELIVERY_ODD_ANSWER' } })
  t.match(await outcome(reply(200, 'x', { 'content-type': 'text/html; charset=utf-8' })), {
    kind: 'unknown',
    fault: { code: 'DELIVERY_ODD_ANSWER' },
  })
  t.same(await outcome(reply(409)), { kind: 'replies', replies: [] }, 'they have it already')
  const answered = await outcome(reply(200, example('999-ok'), { 'content-type': 'application/xml' }))
  t.equal(answered.kind === 'replies' && answered.replies.length, 1, 'a receipt that comes at once is a reply')
  t.match(await outcome((req) => req.socket.destroy()), { kind: 'unknown' }, 'reset after it was read')
  const gone = await provider(t, reply(200))
  gone.server.close()
  t.match(await transport(gone.url).send(message, never), { kind: 'unsent', fault: { code: 'DELIVERY_OFFLINE' } })
})

void t.test('asking: an object, a list, nothing yet, rubbish', async (t) => {
  const ask = async (script: Script) => {
    const { url, calls } = await provider(t, script)
    return { answer: await transport(url).ask(message.id, never), calls }
  }
  const row = (xml: string, id = 'TCT7A1B2C3D4E5F40618293A4B5C6D7E8F9') => ({
    mltdiep: '999',
    mtdiep: id,
    mtdtchieu: message.id,
    dlieu: xml,
  })
  const one = await ask(reply(200, JSON.stringify(row(example('999-ok')))))
  t.equal(
    one.calls.at(-1),
    `GET /services/tctnapplication/api/tra-cuu-thong-diep?mst=0199999007&mtdiep=${message.id} Bearer T1 access_token=T1`,
  )
  t.same(one.answer, { kind: 'replies', replies: [Buffer.from(example('999-ok'))] })
  const list = [row('<TDiep/>', message.id), row(example('999-ok')), row(Buffer.from(example('204-accepted')).toString('base64'))]
  const many = (await ask(reply(200, JSON.stringify(list)))).answer
  t.same(
    many,
    { kind: 'replies', replies: [Buffer.from(example('999-ok')), Buffer.from(example('204-accepted'))] },
    'without the echo of our own',
  )
  t.same(
    (await ask(reply(200, JSON.stringify([list[0]])))).answer,
    { kind: 'replies', replies: [] },
    'only the echo: they have it',
  )
  const nothing = { kind: 'nothing', never: false }
  t.same((await ask(reply(404, '<html>404</html>'))).answer, nothing, 'no proof that it never arrived')
  t.same((await ask(reply(200, '[]'))).answer, nothing)
  t.same((await ask(reply(200, JSON.stringify(row(''))))).answer, nothing, 'not there yet')
  for (const rubbish of ['<html>', 'null', '"x"', '[1]', '{"a":', ''])
    t.match((await ask(reply(200, rubbish))).answer, { kind: 'unknown', fault: { code: 'DELIVERY_ODD_ANSWER' } }, rubbish)
  t.match((await ask(reply(429, '', { 'retry-after': '3' }))).answer, { afterMs: 3000 })
})

void t.test('a login that is a web page, or gives a token that would break the header', async (t) => {
  for (const body of ['<html>', '{}', '{"access_token":"a\\r\\nx: y"}', '{"access_token":7}']) {
    const server = createServer((_req, res) => res.end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    t.same(await transport(url).send(message, never), { kind: 'unsent', fault: { code: 'DELIVERY_ODD_ANSWER' } }, body)
  }
})

void t.test('from sale to verdict over the wire', async (t) => {
  const signer = testSigner()
  const draft = must(vietnam.draft(sale([line('Phở bò', 1n, 54_000n)], 54_000n), shop, register, noon))
  const batch = [must(await draft.seal(1)), must(await draft.seal(2))]
  let stored = ''
  const { url } = await provider(t, (req, body, res) => {
    if (req.method === 'POST') stored = body
    const id = /<MTDiep>(.*?)</.exec(stored)?.[1] ?? ''
    const text = unsigned(example('204-accepted')).replaceAll(message.id, `V0199999021${lastDigits(id)}`)
    res.end(req.method === 'POST' ? '{}' : JSON.stringify({ dlieu: text }))
  })
  const tvan = transport(url, { taxCode: shop.taxCode, sender: shop.taxCode })
  const sent = must(await tvan.compose(tvan.mint(), batch, signer, noon))
  t.equal((await tvan.send(sent, never)).kind, 'replies')
  t.equal(stored, Buffer.from(sent.bytes).toString())
  const answer = await tvan.ask(sent.id, never)
  const [first] = answer.kind === 'replies' ? answer.replies : []
  t.equal(kinds(must(tvan.read(first ?? Buffer.alloc(0), sent)).verdicts).join(', '), 'accepted 1, accepted 2')
})

void t.test('every fault of this room has its words and its next step', async (t) => {
  const { readdirSync } = await import('node:fs')
  const root = join(import.meta.dirname, '../../src/countries')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const source = files.map((name) => readFileSync(join(root, name), 'utf8')).join('\n')
  const codes = new Set([...source.matchAll(/'((?:VN|SALE|DELIVERY|SIGN)_[A-Z_]+)'/g)].map((m) => m[1] ?? ''))
  const words = readWords()
  t.ok(codes.size > 20)
  for (const code of codes) {
    for (const lang of ['vi', 'en'] as const) {
      const { message: text, hint } = words.fault(lang, fault(code))
      t.ok(!text.startsWith('fault.') && !hint.startsWith('fault.'), `${code} ${lang}`)
    }
  }
})
