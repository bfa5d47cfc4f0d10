import { connect, type Socket } from 'node:net'
import type { Clock } from '../domain/clock.ts'
import { fault } from '../domain/fault.ts'
import type { Connection, Link, Tell } from '../domain/link.ts'
import { aborted, retrying } from './reconnect.ts'
import { connected, connectionOverSocket } from './socket.ts'

export interface ConnectLinkOptions {
  readonly host: string
  readonly port: number
  readonly clock: Clock
  /** Milliseconds of silence after which the other side is asked whether it is still there. */
  readonly aliveMs?: number
}

/**
 * A register that serves its journal: we connect to it, one connection at a time, and again for ever (cap 30 s). A register
 * that was switched off without a word is found by keepalive: asked after `aliveMs` of silence, then ten times a second apart.
 */
export function connectLink({ host, port, clock, aliveMs = 15_000 }: ConnectLinkOptions): Link {
  const address = `${host}:${port}`
  async function* connections(_: string | undefined, signal: AbortSignal, tell: Tell = () => {}): AsyncGenerator<Connection> {
    const retry = retrying(clock)
    while (!signal.aborted) {
      const socket = connect({ host, port, noDelay: true, allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: aliveMs })
      const problem = await connected(socket, signal)
      if (problem === undefined) {
        retry.well()
        tell()
        const over = closed(socket)
        yield connectionOverSocket(socket)
        await Promise.race([over, aborted(signal)])
      } else if (!signal.aborted) tell(fault('CAPTURE_UNREACHABLE', { address, why: problem }))
      await retry.wait(signal)
    }
  }
  return { where: `tcp ${address}`, quietMs: 10_000, connections }
}

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()))
