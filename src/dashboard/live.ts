import type { WebSocket } from 'ws'
import { bell } from '../domain/bell.ts'
import { fault } from '../domain/fault.ts'
import type { Access } from './access.ts'
import type { Door } from './door.ts'
import { type DashboardParts, ROLES, type Role, type Session } from './parts.ts'
import type { App } from './server.ts'
import type { Status } from './status.ts'

/** Closing codes the page understands (dashboard 5.2). */
export const CLOSE = { restart: 1012, nonsense: 1008, over: 4401, slow: 4408, ahead: 4409 } as const
const BUFFER = 1024 * 1024
const DRAIN_MS = 5_000
const BEAT_MS = 2_000
const BOARD_MS = 250
const SOCKETS = 200
const PER_SESSION = 16
const WORDS = 8

interface Client {
  readonly socket: WebSocket
  readonly session: Session
  readonly end: AbortController
}

export interface Live {
  /** Sends boards until `signal` aborts, then closes all sockets. */
  run(signal: AbortSignal): Promise<void>
}

/**
 * The feed. A client says `{"after": N}` and hears `{"n": N+1, "fact": {...}}` ... without a hole, then each new one; beside
 * them `{"board": {...}}`, the answer of `/api/v1/status`, at most four times a second and at least every two seconds.
 * A client that does not read is dropped (F26); facts wait for it in the ledger.
 */
export function live(app: App, parts: DashboardParts, status: Status, access: Access, { refuse }: Door): Live {
  const { ledger, clock, log } = parts
  const clients = new Set<Client>()
  const someone = bell()

  const close = ({ socket, end }: Client, code: number): void => {
    end.abort()
    socket.close(code)
    // One that does not even answer the close must not keep its buffer.
    const kill = setTimeout(() => socket.terminate(), BEAT_MS)
    socket.once('close', () => clearTimeout(kill))
  }
  const broken =
    (client: Client) =>
    (error: unknown): void => {
      log.error({ part: 'dashboard', code: 'DASHBOARD_BROKEN', error: String(error) }, 'feed failed')
      close(client, CLOSE.restart)
    }
  access.onLeave((id) => {
    for (const client of clients) if (client.session.id === id) close(client, CLOSE.over)
  })

  /** Waits while the client's buffer is full; false: it did not drain in time. */
  const room = async ({ socket, end }: Client): Promise<boolean> => {
    for (let waited = 0; socket.bufferedAmount > BUFFER / 4; waited += 50) {
      if (waited > DRAIN_MS || end.signal.aborted) return false
      await clock.sleep(50, end.signal)
    }
    return true
  }

  /** Facts are pulled from the book one by one, so a slow client costs no memory but its own buffer. */
  const feed = async (client: Client, after: number): Promise<void> => {
    for await (const fact of ledger.follow(after + 1, client.end.signal)) {
      if (!(await room(client))) return close(client, CLOSE.slow)
      client.socket.send(`{"n":${fact.n},"fact":${fact.line}}`)
    }
  }

  const hear = (client: Client): void => {
    let heard = 0
    let fed = false
    client.socket.on('message', (data, binary) => {
      const after = binary ? undefined : readAfter(String(data))
      if (after === undefined || ++heard > WORDS || fed) return close(client, CLOSE.nonsense)
      // Ahead of the book: an older copy of it was put back (I7). The page must start anew and say so.
      if (after > status.newest()) return close(client, CLOSE.ahead)
      fed = true
      feed(client, after).catch(broken(client))
    })
  }

  app.route({
    method: 'GET',
    url: '/live',
    config: { may: ROLES },
    schema: { summary: 'websocket: {"after": N}, then {"n","fact"} for each later fact and {"board"} at least every 2 s' },
    handler: (request, reply) => refuse(request, reply, 426, fault('DASHBOARD_UPGRADE')),
    wsHandler: (socket: WebSocket, request) => {
      const { session } = request
      const mine = [...clients].filter((client) => client.session.id === session?.id).length
      if (!session || clients.size >= SOCKETS || mine >= PER_SESSION) return socket.close(CLOSE.slow)
      const client: Client = { socket, session, end: new AbortController() }
      clients.add(client)
      someone.ring()
      socket.on('close', () => {
        client.end.abort()
        clients.delete(client)
      })
      hear(client)
      tell([client]).catch(broken(client))
    },
  })

  /** The board to one client; to all: one text per role. */
  const tell = async (to: Iterable<Client>): Promise<void> => {
    const texts = new Map<Role, string>()
    for (const client of to) {
      const { role, id } = client.session
      const text = texts.get(role) ?? JSON.stringify({ board: await status.snapshot(role) })
      texts.set(role, text)
      if (!access.alive(id)) close(client, CLOSE.over)
      else if (client.socket.bufferedAmount > BUFFER) close(client, CLOSE.slow)
      else if (client.socket.bufferedAmount < BUFFER / 4 && !client.end.signal.aborted) client.socket.send(text)
    }
  }

  return {
    async run(signal) {
      let told = { mark: '', up: 0 }
      while (!signal.aborted) {
        // With nobody looking there is nothing to wake up for; who comes first is told by itself.
        if (clients.size === 0) {
          await someone.wait(signal)
          told = { mark: status.mark(), up: clock.up() }
        }
        const mark = status.mark()
        if (mark !== told.mark || clock.up() - told.up >= BEAT_MS - 2 * BOARD_MS) {
          told = { mark, up: clock.up() }
          await tell([...clients])
        }
        await clock.sleep(BOARD_MS, signal)
      }
      for (const client of clients) close(client, CLOSE.restart)
    },
  }
}

function readAfter(text: string): number | undefined {
  try {
    const said: unknown = JSON.parse(text)
    const after = typeof said === 'object' && said !== null && 'after' in said ? said.after : undefined
    return typeof after === 'number' && Number.isSafeInteger(after) && after >= -1 ? after : undefined
  } catch {
    return undefined
  }
}
