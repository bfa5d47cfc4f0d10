import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { request as plain } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import forge from 'node-forge'
import t from 'tap'
import { freePort } from '../../src/commands/free-port.ts'
import { testClock } from './clock.ts'
import { ownerOf } from './owner.ts'
import { type Bought, paperOf, say } from './papers.ts'
import { openShop } from './shop.ts'

const DAY = '2026-11-23'
const COFFEE: readonly Bought[] = [['Cà phê sữa đá', 2, 29_000]]
const BEER: readonly Bought[] = [['Bia Hà Nội', 2, 25_000]]

/** What an installer makes for the counter: signed by nobody but itself. */
function selfSigned(dir: string): void {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const made = forge.pki.createCertificate()
  made.publicKey = forge.pki.publicKeyFromPem(pair.publicKey)
  made.serialNumber = '01'
  made.validity.notBefore = new Date(Date.now() - 86_400_000)
  made.validity.notAfter = new Date(Date.now() + 86_400_000)
  made.setSubject([{ name: 'commonName', value: 'quay.local' }])
  made.setIssuer([{ name: 'commonName', value: 'quay.local' }])
  made.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create())
  writeFileSync(join(dir, 'counter.pem'), forge.pki.certificateToPem(made))
  writeFileSync(join(dir, 'counter.key'), pair.privateKey, { mode: 0o600 })
}

interface Told {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** A telephone: no cookie, no header of ours, and a certificate it is asked to trust. */
const phone = (url: string, form?: Readonly<Record<string, string>>, method?: string): Promise<Told> =>
  new Promise((resolve, reject) => {
    const headers = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
    const sent = request(
      url,
      { rejectUnauthorized: false, agent: false, method: method ?? (form ? 'POST' : 'GET'), headers },
      (reply) => {
        let text = ''
        reply.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text, headers: reply.headers }))
      },
    )
    sent.on('error', reject)
    sent.end(form && new URLSearchParams(form).toString())
  })

t.test('R-022 the buyer at the counter: QR, his own telephone, the next sale of that register and no other', async (t) => {
  const clock = testClock({ start: `${DAY}T09:00:00`, speed: 5 })
  const [second, page] = [await freePort(0), await freePort(0)]
  const shop = await openShop(t, {
    clock,
    config(config, dir) {
      selfSigned(dir)
      const [first] = config.registers
      if (!first) throw new Error('a shop has a register')
      const other = { ...first, id: 'R018', index: 18, symbol: 'C26MAB', link: { tcp: { host: '127.0.0.1', port: second } } }
      return {
        ...config,
        registers: [first, other],
        buyerPage: { host: '127.0.0.1', port: page, cert: 'counter.pem', key: 'counter.key' },
      }
    },
  })
  const me = ownerOf(shop)
  const [here] = (await shop.api<{ registers: { id: string }[] }>('/api/v1/status')).body.registers.map(({ id }) => id)
  const url = `/api/v1/registers/${here}/buyer`
  const mint = async (): Promise<string> => (await shop.api<{ link: string }>(`${url}/link`, {})).body.link
  const armed = async (register = here): Promise<unknown> =>
    (await shop.api<{ armed?: unknown }>(`/api/v1/registers/${register}/buyer`)).body.armed
  const named = async (symbol: string, number: number): Promise<string> => {
    await me.filed(number)
    return me.xml(symbol, number)
  }

  const link = await mint()
  t.match(link, new RegExp(`^https://127\\.0\\.0\\.1:${page}/k/[\\w-]{22}$`))
  const sheet = await phone(link)
  t.equal(sheet.status, 200)
  t.match(sheet.text, /<form method="post">/)
  t.match(sheet.text, 'QUÁN CÀ PHÊ MINH ANH')
  t.equal((await phone(link, { taxCode: '0101243150', name: 'CÔNG TY TNHH MẪU', address: '1 Tràng Tiền' })).status, 200)
  t.match(await armed(), { guest: true, buyer: { taxCode: '0101***150' } }, 'the cashier sees enough to read it back')
  t.equal((await phone(link)).status, 404, 'the QR is good once')

  await say(second, paperOf('HD000201', clock.now(), BEER))
  t.ok(await me.until(async () => (await me.issued()).length === 1))
  t.notMatch(await named('C26MAB', 1), 'CÔNG TY TNHH MẪU', 'the other register sells to nobody')
  await me.sell('HD000101', COFFEE)
  t.ok(await me.until(async () => (await me.issued()).length === 2))
  const xml = await me.xml('C26MAA', 1)
  for (const text of ['CÔNG TY TNHH MẪU', '0101243150', '1 Tràng Tiền']) t.match(xml, text)
  t.match(await shop.api(url), { body: { taken: { symbol: 'C26MAA', number: 1 } } }, 'and the screen says which invoice it was')
  await me.sell('HD000102', COFFEE)
  t.ok(await me.until(async () => (await me.issued()).length === 3))
  t.notMatch(await me.xml('C26MAA', 2), 'CÔNG TY TNHH MẪU', 'one sale, not the next')

  const find = async (taxCode: string) => shop.api('/api/v1/buyers/find', { taxCode })
  const known = { on: DAY, name: 'CÔNG TY TNHH MẪU', address: '1 Tràng Tiền' }
  t.same((await find('0101243150')).body, known, 'seen before: name and address need not be typed again')
  t.same((await find('0100109106')).body, {}, 'a stranger')
  t.equal((await find('001099000018')).status, 400, 'no number of a person (R-106)')
  await shop.stop()
  await shop.start()
  t.same((await find('0101243150')).body, known, 'after a restart, too: it is read from the locked book')

  const late = await mint()
  await phone(late, { name: 'KHÁCH ĐỢI LÂU' })
  t.ok(await armed())
  clock.jump(10 * 60_000)
  t.equal(await armed(), undefined, 'forgotten after ten minutes')
  await me.sell('HD000103', COFFEE)
  t.ok(await me.until(async () => (await me.issued()).length === 4))
  t.notMatch(await me.xml('C26MAA', 3), 'KHÁCH ĐỢI LÂU', 'no stranger stands on another man’s invoice')
  const old = await mint()
  clock.jump(10 * 60_000 + 1_000)
  t.equal((await phone(old)).status, 404, 'a QR nobody scanned closes, too')
  t.notMatch(shop.logged.join('\n'), /0101243150|CÔNG TY TNHH MẪU|KHÁCH ĐỢI LÂU/, 'the log names no buyer (R-106)')
  const story = JSON.stringify(await shop.facts())
  t.notMatch(story, /0101243150|CÔNG TY TNHH MẪU|KHÁCH ĐỢI LÂU/, 'nor does the chain')

  const base = `https://127.0.0.1:${page}`
  for (const path of [
    '/',
    '/dang-nhap',
    '/app.js',
    '/healthz',
    '/metrics',
    '/live',
    '/api/v1/status',
    '/api/v1/openapi.json',
    '/k/',
  ])
    t.same(await phone(base + path).then(({ status, text }) => [status, text]), [404, ''], `${path} is not there`)
  t.equal((await phone(`${base}/api/v1/login`, { token: 'x' })).status, 404)
  t.equal((await phone(await mint(), undefined, 'DELETE')).status, 405)
  const unsafe = await new Promise<string>((resolve) => {
    const sent = plain(`http://127.0.0.1:${page}/`, { agent: false }, ({ statusCode }) => resolve(String(statusCode)))
    sent.on('error', ({ message }) => resolve(message)).end()
  })
  t.match(unsafe, /hang up|ECONNRESET|EPIPE/, 'nothing in plain')
  const weak = await new Promise<string>((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port: page,
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    })
    socket.on('secureConnect', () => resolve('connected')).on('error', ({ message }) => resolve(message))
  })
  t.not(weak, 'connected', 'nor over an old TLS')
  const codes: number[] = []
  // A minute of the shop passes in twelve seconds: where it ends among these, counting begins again.
  for (let i = 0; i < 120 && codes.at(-1) !== 429; i++) codes.push((await phone(`${base}/k/AAAAAAAAAAAAAAAAAAAAAA`)).status)
  t.ok(codes.includes(404) && codes.at(-1) === 429, 'who guesses is sent away')
  clock.jump(60_000)
  t.equal((await phone(await mint())).status, 200, 'a minute later he may ask again')
})
