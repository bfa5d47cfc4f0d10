import type { Socket } from 'node:net'
import type { Connection } from '../domain/link.ts'
import { connectionOver } from './stream.ts'

/** Milliseconds the other side may take to answer a connect. */
const CONNECT = 3_000
/** Milliseconds without a byte, after our FIN. */
const LINGER = 30_000

/** Undefined when it is; else why not, as a system code. */
export const connected = (socket: Socket, signal: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve) => {
    const settle = (problem?: string): void => {
      signal.removeEventListener('abort', stop)
      socket.off('error', failed)
      socket.setTimeout(0)
      if (problem !== undefined) socket.on('error', () => {}).destroy()
      resolve(problem)
    }
    const stop = (): void => settle('ABORTED')
    const failed = (error: NodeJS.ErrnoException): void => settle(error.code ?? error.message)
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', failed)
    socket.setTimeout(CONNECT, () => settle('ETIMEDOUT'))
    socket.once('connect', () => settle())
    if (signal.aborted) stop()
  })

/** A till's socket as a connection: our FIN is the acknowledgement, a reset says that something was not kept. */
export function connectionOverSocket(socket: Socket): Connection {
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return connectionOver(socket, {
    close: async () => {
      if (socket.destroyed) return
      await new Promise<void>((resolve) => {
        void gone.then(resolve)
        socket.end(() => resolve())
      })
      // Ours is out. A till that never sends its own FIN would keep the socket, and us, for ever.
      socket.unref()
      socket.setTimeout(LINGER, () => socket.destroy())
    },
    abandon: () => {
      socket.resetAndDestroy()
    },
  })
}
