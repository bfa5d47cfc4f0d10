import { generateKeyPairSync } from 'node:crypto'
import { request } from 'node:https'
import forge from 'node-forge'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/clock.ts'
import { guest } from '../../src/dashboard/guest.ts'
import { knownBuyers } from '../../src/dashboard/known-buyers.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { Fact } from '../../src/domain/ledger.ts'
import type { Armed } from '../../src/domain/next-buyer.ts'
import type { Buyer } from '../../src/domain/sale.ts'
import { instant } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { keptLog } from './fake.ts'

function certificate(): { cert: string; key: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const made = forge.pki.createCertificate()
  made.publicKey = forge.pki.publicKeyFromPem(pair.publicKey)
  made.serialNumber = '01'
  made.validity.notBefore = new Date(systemClock.now() - 86_400_000)
  made.validity.notAfter = new Date(systemClock.now() + 86_400_000)
  made.setSubject([{ name: 'commonName', value: 'localhost' }])
  made.setIssuer([{ name: 'commonName', value: 'localhost' }])
  made.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(made), key: pair.privateKey }
}
const pem = certificate()

async function open(t: Test) {
  let shift = 0
  const clock: Clock = { ...systemClock, now: () => instant(systemClock.now() + shift), up: () => systemClock.up() + shift }
  const armed = new Map<string, Armed>()
  const log: string[] = []
  const form = guest({
    host: '127.0.0.1',
    port: 0,
    ...pem,
    nextBuyer: {
      arm: (register, who) => void armed.set(register, who),
      drop: () => undefined,
      armed: (register) => armed.get(register),
      take: () => undefined,
      giveBack: () => undefined,
      taken: () => undefined,
    },
    shop: 'QUÁN <PHỞ>',
    clock,
    log: keptLog(log),
    words: readWords(),
    lang: 'vi',
  })
  await form.start()
  t.teardown(() => form.stop(instant(0)))
  const call = (url: string, body?: Record<string, string> | string, type = 'application/x-www-form-urlencoded') =>
    new Promise<{ status: number; text: string; headers: object }>((resolve, reject) => {
      const sent = request(
        url,
        {
          rejectUnauthorized: false,
          method: body === undefined ? 'GET' : 'POST',
          agent: false,
          headers: body === undefined ? {} : { 'content-type': type },
        },
        (reply) => {
          let text = ''
          reply.setEncoding('utf8').on('data', (piece: string) => (text += piece))
          reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text, headers: reply.headers }))
        },
      )
      sent.on('error', reject)
      sent.end(body === undefined ? undefined : typeof body === 'string' ? body : new URLSearchParams(body).toString())
    })
  return { form, armed, log, call, move: (ms: number) => void (shift += ms) }
}

void t.test('R-022 a buyer gives his data on his own telephone: one form, one token, once', async (t) => {
  const { form, armed, log, call } = await open(t)
  const link = form.mint(registerId('R017'))
  t.match(link, /^https:\/\/127\.0\.0\.1:\d+\/k\/[\w-]{22}$/)
  const first = await call(link)
  t.equal(first.status, 200)
  t.match(first.text, 'QUÁN &#60;PHỞ&#62;', 'names are text')
  t.notMatch(first.text, /<script|https?:/)
  t.match(first.headers, { 'cache-control': 'no-store', 'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/ })
  const doubt = await call(link, { taxCode: '0101234567', name: '"><script>alert(1)</script>', cashier: 'x' })
  t.match(doubt.text, 'class="doubt"')
  t.match(doubt.text, '&#34;&#62;&#60;script&#62;')
  t.equal(armed.size, 0, 'asked once more')
  const sent = await call(link, { taxCode: ' 0101243150 ', name: 'CÔNG TY\u0007 ABC', cashier: 'x' })
  t.equal(sent.status, 200)
  t.match(armed.get('R017'), { who: 'guest', buyer: { taxCode: '0101243150', name: 'CÔNG TY  ABC' } })
  t.same(Object.keys(armed.get('R017')?.buyer ?? {}), ['taxCode', 'name'], 'nothing but the fields of the form')
  t.equal((await call(link)).status, 404, 'used')
  t.notMatch(log.join(''), /0101243150|ABC/)
})

void t.test('R-022 the window closes after ten minutes; strangers, other addresses and floods get nothing', async (t) => {
  const { form, armed, call, move } = await open(t)
  const old = form.mint(registerId('R017'))
  const link = form.mint(registerId('R017'))
  t.equal((await call(old)).status, 404, 'a new QR takes the place of the old one')
  const base = new URL(link).origin
  for (const path of ['/', '/k/', '/k/AAAAAAAAAAAAAAAAAAAAAA', '/api/v1/status', '/k/../x', `${new URL(link).pathname}/x`])
    t.same(await call(base + path).then(({ status, text }) => [status, text]), [404, ''], path)
  t.equal((await call(link, {})).status, 400, 'nothing given')
  t.equal((await call(link, '{"name":"x"}', 'application/json')).status, 400)
  t.equal((await call(link, `name=${'x'.repeat(5_000)}`)).status, 400)
  move(10 * 60_000 + 1)
  t.equal((await call(link, { name: 'ABC' })).status, 404, 'too late')
  t.equal(armed.size, 0)
  const codes: number[] = []
  for (let i = 0; i < 40; i++) codes.push((await call(`${base}/x`)).status)
  t.ok(codes.includes(429))
})

void t.test('R-022 R-106 a buyer is found by the tax code he gave before, the newest first, until he is erased', async (t) => {
  const buyers = new Map<string, Buyer>()
  const facts: Fact[] = []
  let reads = 0
  const issue = (entry: string, buyer?: Buyer): void => {
    if (buyer) buyers.set(entry, buyer)
    const body = { entry, ...(buyer ? { masked: { c: '00', size: 1 } } : {}) }
    const n = facts.length
    facts.push({ n, kind: 'invoice.issued', at: instant(n * 86_400_000), line: JSON.stringify({ body }), hash: '' })
  }
  const known = knownBuyers({
    view: {
      async facts(after, limit) {
        reads++
        return facts.slice(after + 1, after + 1 + limit)
      },
      sealed: async (entry) => (buyers.has(entry) ? Buffer.from(entry) : undefined),
    },
    buyerOf: (bytes) => buyers.get(Buffer.from(bytes).toString()),
    newest: () => facts.length - 1,
  })
  const code = '0101243150'
  t.equal(await known.find(code), undefined, 'an empty book')
  for (let i = 0; i < 2_500; i++) issue(`R017-${i}`, i % 500 === 7 ? { taxCode: code, name: `ABC ${i}` } : undefined)
  const [one, two] = await Promise.all([known.find(code), known.find(code)])
  t.match(one, { buyer: { name: 'ABC 2007' }, at: 2_007 * 86_400_000 })
  t.same(two, one)
  t.equal(reads, 3, 'the story is read once, whoever asks')
  issue('R017-9000', { taxCode: code, name: 'ABC mới' })
  t.match(await known.find(code), { buyer: { name: 'ABC mới' } })
  t.equal(reads, 4)
  buyers.delete('R017-9000')
  t.equal(await known.find(code), undefined, 'erased: nothing is remembered beside the book')
  t.equal(await known.find('0100109106'), undefined)
})
