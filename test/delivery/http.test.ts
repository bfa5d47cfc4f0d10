import { generateKeyPairSync } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import forge from 'node-forge'
import t from 'tap'
import { undiciHttp } from '../../src/delivery/http.ts'

const quiet = new AbortController().signal
const body = Buffer.from('<TDiep/>')

type Closing = { teardown(work: () => void): void }
const listen = (server: Server | ReturnType<typeof createTcp>): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))

async function web(t: Closing, handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${await listen(server)}`
}
async function raw(t: Closing, handler: (socket: Socket) => void): Promise<string> {
  const open = new Set<Socket>()
  const server = createTcp((socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    handler(socket)
  })
  t.teardown(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${await listen(server)}`
}
const client = (t: Closing, options: Parameters<typeof undiciHttp>[0] = {}) => {
  const http = undiciHttp({ idleMs: 400, totalMs: 1_000, ...options })
  t.teardown(() => void http.close())
  return (url: string, path = '/request') =>
    http.request({ method: 'POST', url: url + path, headers: { 'content-type': 'application/xml' }, body }, quiet)
}

void t.test('an answer comes back with status, lower-case headers and its bytes; the connection is used again', async (t) => {
  const ports = new Set<number | undefined>()
  const seen: string[] = []
  const url = await web(t, (request, response) => {
    ports.add(request.socket.remotePort)
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers['content-length']} ${text}`)
      response.writeHead(200, { 'X-Two': 'yes', 'content-type': 'application/json' }).end('{"ok":true}')
    })
  })
  const post = client(t)
  const answer = await post(url, '/a?b=c')
  t.match(answer, { kind: 'answer', status: 200, headers: { 'x-two': 'yes' } })
  t.equal(answer.kind === 'answer' && Buffer.from(answer.body).toString(), '{"ok":true}')
  await new Promise((resolve) => setTimeout(resolve, 20))
  await post(url)
  t.same(seen, ['POST /a?b=c 8 <TDiep/>', 'POST /request 8 <TDiep/>'])
  t.equal(ports.size, 1)
})

void t.test('nobody listens, no such name: provably nothing left', async (t) => {
  const server = createTcp()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  const post = client(t)
  t.match(await post(`http://127.0.0.1:${port}`), {
    kind: 'unsent',
    fault: { code: 'DELIVERY_OFFLINE', values: { why: 'ECONNREFUSED' } },
  })
  t.match(await post('https://khong-co.invalid'), { kind: 'unsent', fault: { code: 'DELIVERY_OFFLINE' } })
})

void t.test('reset before and after they read it: in doubt, whatever they did with it', async (t) => {
  const early = await raw(t, (socket) => socket.on('data', () => socket.resetAndDestroy()))
  t.match(await client(t)(early), { kind: 'unknown', fault: { code: 'DELIVERY_IN_DOUBT' } })
  let read = ''
  const late = await raw(t, (socket) =>
    socket.on('data', (chunk: Buffer) => {
      read += chunk.toString()
      if (read.includes('<TDiep/>')) socket.resetAndDestroy()
    }),
  )
  t.match(await client(t)(late), { kind: 'unknown', fault: { code: 'DELIVERY_IN_DOUBT' } })
  t.match(read, '<TDiep/>')
})

void t.test('the answer is cut at every byte', async (t) => {
  const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd'
  let length = 0
  const url = await raw(t, (socket) =>
    socket.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('<TDiep/>')) socket.end(whole.slice(0, length))
    }),
  )
  const post = client(t)
  for (length = 0; length < whole.length; length++) t.equal((await post(url)).kind, 'unknown', `${length} bytes of it`)
  t.equal((await post(url)).kind, 'answer')
})

void t.test('silence, a drip, an answer without end: every wait has its end', async (t) => {
  const silent = await web(t, () => undefined)
  // undici rounds its waits up to about a second: the whole call's own end must lie far behind the silence's.
  const patient = client(t, { totalMs: 30_000 })
  t.match(await patient(silent), { kind: 'unknown', fault: { code: 'DELIVERY_IN_DOUBT', values: { why: /TIMEOUT/ } } })
  const drip = await web(t, (_, response) => {
    const timer = setInterval(() => response.write('x'), 100)
    response.on('close', () => clearInterval(timer))
  })
  t.match(await client(t)(drip), { kind: 'unknown', fault: { code: 'DELIVERY_IN_DOUBT', values: { why: 'ABORTED' } } })
})

void t.test('more than 4 MiB is not an answer', async (t) => {
  const url = await web(t, (_, response) => {
    response.on('error', () => undefined)
    response.end(Buffer.alloc(5 * 1024 * 1024))
  })
  t.match(await client(t, { totalMs: 20_000, idleMs: 10_000 })(url), { kind: 'unknown', fault: { code: 'DELIVERY_ODD_ANSWER' } })
})

void t.test('a redirect and a web page are handed on as they are, and their connection is not used again', async (t) => {
  for (const [status, headers] of [
    [302, { location: 'http://127.0.0.1:1/elsewhere' }],
    [200, { 'content-type': 'text/html; charset=utf-8' }],
  ] as const) {
    const ports = new Set<number | undefined>()
    const url = await web(t, (request, response) => {
      ports.add(request.socket.remotePort)
      request.resume()
      request.on('end', () => response.writeHead(status, headers).end('<html>'))
    })
    const post = client(t)
    t.match(await post(url), { kind: 'answer', status })
    await post(url)
    t.equal(ports.size, 2)
  }
})

void t.test('an answer given twice does not become the answer to the next request', async (t) => {
  let count = 0
  const url = await raw(t, (socket) =>
    socket.on('data', (chunk: Buffer) => {
      if (!chunk.toString().includes('<TDiep/>')) return
      count += 1
      const one = `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${count}`
      socket.write(count === 1 ? one + one : one)
    }),
  )
  const post = client(t)
  await post(url)
  const second = await post(url)
  t.ok(second.kind !== 'answer' || Buffer.from(second.body).toString() === '2', 'its own answer or none')
})

/** A certificate that says what it wants and that no authority signed. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.validity.notBefore = new Date('2020-01-01')
  certificate.validity.notAfter = new Date('2120-01-01')
  certificate.setSubject([{ name: 'commonName', value: '127.0.0.1' }])
  certificate.setIssuer(certificate.subject.attributes)
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create())
  return { key: privateKey, cert: forge.pki.certificateToPem(certificate) }
}

void t.test('a certificate nobody vouches for: refused before anything leaves', async (t) => {
  let heard = 0
  const server = createTls(selfSigned(), (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => {
      heard += 1
    })
  })
  server.on('tlsClientError', () => undefined)
  t.teardown(() => void server.close())
  const port = await listen(server)
  t.match(await client(t)(`https://127.0.0.1:${port}`), { kind: 'unsent', fault: { code: 'DELIVERY_TLS' } })
  t.equal(heard, 0)
})

void t.test('plain http leaves this machine never', async (t) => {
  const post = client(t)
  t.match(await post('http://192.0.2.1'), { kind: 'unsent', fault: { code: 'CONFIG_PLAIN_HTTP' } })
  t.match(await post('http://127.0.0.1.example.vn'), { kind: 'unsent', fault: { code: 'CONFIG_PLAIN_HTTP' } })
})

void t.test('told to stop: before the connection stands nothing left, after it is doubt', async (t) => {
  const http = undiciHttp({ idleMs: 5_000, totalMs: 5_000 })
  t.teardown(() => void http.close())
  const call = (url: string) => ({ method: 'POST', url, headers: {}, body }) as const
  t.match(await http.request(call('http://127.0.0.1:9'), AbortSignal.abort()), { kind: 'unsent' })
  const stop = new AbortController()
  const url = await web(t, (request) => {
    request.resume()
    request.on('end', () => stop.abort())
  })
  t.match(await http.request(call(url), stop.signal), { kind: 'unknown' })
})
