import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { escpos } from './shop.ts'

/** A printer that only looks at its watch: what arrived when, one conversation at a time. */
export interface Sink {
  readonly port: number
  /** The next conversation, from its first byte to its end. */
  next(): Promise<Arrival>
  stop(): Promise<void>
}

/** Bytes up to `upTo` had arrived at `at` milliseconds. */
export interface Arrival {
  readonly steps: readonly { readonly upTo: number; readonly at: number }[]
  readonly bytes: Buffer
}

export async function sink(): Promise<Sink> {
  const waiting: ((arrival: Arrival) => void)[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const steps: { upTo: number; at: number }[] = []
    const bytes: Buffer[] = []
    let upTo = 0
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      upTo += chunk.length
      bytes.push(chunk)
      steps.push({ upTo, at: performance.now() })
    })
    socket.on('end', () => {
      socket.end()
      // A knock at the door is no paper.
      if (upTo > 0) waiting.shift()?.({ steps, bytes: Buffer.concat(bytes) })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One receipt as a till sends it: one connection, one write, and it waits for the end. Milliseconds after the write. */
export interface Printed {
  /** When the last byte before the cut had arrived. */
  readonly text: number
  /** When the paper was cut: the last byte of all. */
  readonly cut: number
  readonly stamped: boolean
}

export async function print(bytes: Uint8Array, port: number, paper: Sink): Promise<Printed> {
  const [frame] = escpos.framer().push(bytes).frames
  if (!frame) throw new Error('a receipt without its cut')
  const arrived = paper.next()
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  const began = performance.now()
  socket.end(bytes)
  socket.resume()
  const late = new AbortController()
  const { steps, bytes: paperBytes } = await Promise.race([
    arrived,
    sleep(20_000, undefined, { signal: late.signal }).then(() =>
      Promise.reject(new Error('a receipt was not printed within 20 s')),
    ),
  ])
  late.abort()
  const text = steps.find(({ upTo }) => upTo >= frame.tail)?.at ?? Number.NaN
  const cut = steps.at(-1)?.at ?? Number.NaN
  return { text: text - began, cut: cut - began, stamped: paperBytes.length > bytes.length }
}
