import { BlockList, createServer, isIP, type Server, type Socket } from 'node:net'
import type { Clock } from '../domain/clock.ts'
import { fault } from '../domain/fault.ts'
import type { Connection, Link, Tell } from '../domain/link.ts'
import { retrying } from './reconnect.ts'
import { connectionOverSocket } from './socket.ts'

export interface TcpLinkOptions {
  readonly host: string
  /** 0: any free one; `where` then tells which. */
  readonly port: number
  /** Addresses or networks (`192.168.1.20`, `192.168.1.0/24`) that may print: port 9100 has no password. Absent: anyone who reaches it. */
  readonly allow?: readonly string[]
  readonly clock: Clock
}

/** More than any shop has; beyond it a stranger is knocking, and memory is bounded (F10). */
const MOST_CONNECTIONS = 256

/** A raw printer port (9100) that tills connect to; many connections at once (register-capture 1.1). */
export function tcpLink({ host, port, allow, clock }: TcpLinkOptions): Link {
  let heard = port
  const may = allowed(allow)

  async function* connections(_: string | undefined, signal: AbortSignal, tell: Tell = () => {}): AsyncGenerator<Connection> {
    const retry = retrying(clock)
    while (!signal.aborted) {
      // allowHalfOpen: a till sends its FIN and still waits for status, and for our FIN as the acknowledgement.
      const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 })
      server.maxConnections = MOST_CONNECTIONS
      const waiting = accepting(server, (socket) => {
        if (may(socket)) return true
        tell(fault('CAPTURE_REFUSED', { address: socket.remoteAddress ?? '?' }))
        socket.resetAndDestroy()
        return false
      })
      const problem = await listening(server, host, heard)
      if (problem) {
        tell(problem)
        await retry.wait(signal)
        continue
      }
      retry.well()
      const address = server.address()
      if (address !== null && typeof address === 'object') heard = address.port
      tell()
      try {
        yield* waiting(signal)
      } finally {
        // Stops listening; what is open stays open until its documents are finished.
        server.close()
      }
    }
  }

  return {
    get where() {
      return `tcp ${host}:${heard}`
    },
    quietMs: 10_000,
    connections,
  }
}

/** Sockets as they are accepted; ends when the server breaks or `signal` aborts. */
function accepting(server: Server, may: (socket: Socket) => boolean): (signal: AbortSignal) => AsyncGenerator<Connection> {
  const queue: Connection[] = []
  let wake = (): void => {}
  let broken = false
  server.on('connection', (socket) => {
    if (!may(socket)) return
    queue.push(connectionOverSocket(socket))
    wake()
  })
  server.on('error', () => {
    broken = true
    wake()
  })
  return async function* (signal) {
    signal.addEventListener('abort', () => wake(), { once: true })
    while (!signal.aborted) {
      const next = queue.shift()
      if (next) yield next
      else if (broken) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    // Accepted but never served: the till must see that nobody took it.
    for (const left of queue.splice(0)) left.abandon?.()
  }
}

const listening = (server: Server, host: string, port: number): Promise<ReturnType<typeof fault> | undefined> =>
  new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const busy = error.code === 'EADDRINUSE' || error.code === 'EACCES'
      resolve(fault(busy ? 'CAPTURE_PORT_BUSY' : 'CAPTURE_PORT_MISSING', { port: `${host}:${port}`, why: error.code ?? '' }))
    }
    server.once('error', failed)
    server.listen({ host, port, backlog: 128 }, () => {
      server.off('error', failed)
      resolve(undefined)
    })
  })

/** The allow list; addresses of IPv4 that came over IPv6 are taken as what they are. */
export function allowed(
  allow: readonly string[] | undefined,
): (peer: { readonly remoteAddress?: string | undefined }) => boolean {
  if (allow === undefined) return () => true
  const list = new BlockList()
  for (const entry of allow) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return ({ remoteAddress = '' }) => {
    const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '')
    return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
}
