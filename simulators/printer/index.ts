import { appendFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../src/domain/clock.ts'
import { drawing } from './draw.ts'

export type Trouble = 'paper-out' | 'cover-open' | 'slow' | 'gone'

export interface PrinterOptions {
  /** `9101`, or `127.0.0.1:9101`; 0: any free port. */
  readonly listen: string | number
  readonly clock: Clock
  /** The bytes as they were printed; the drawing goes beside it, to `out` with `.txt` behind it. */
  readonly out?: string
  readonly trouble?: readonly Trouble[]
  /** Letters on a line: 48 on 80 mm, 32 on 58 mm. */
  readonly columns?: number
}

export interface PrinterRun {
  readonly port: number
  /** What was printed: bytes, papers as text (the last one may not be cut yet); of a long run the latest. */
  printed(): { readonly bytes: Buffer; readonly papers: readonly string[] }
  /** What is wrong with it from now on. */
  trouble(names: readonly Trouble[]): Promise<void>
  stop(): Promise<void>
}

/** Bytes a real printer takes before it stops reading. */
const BUFFER = 4096
/** Bytes of paper it can still show; `out` has all. */
const REMEMBERED = 16 * 1024 * 1024
/** Milliseconds and bytes of a step: about 5 kB/s when slow. */
const STEP = 20
const SLOW = 100

/** A network receipt printer: one conversation at a time, the others wait; answers status; keeps and draws its paper. */
export async function printer({ listen, clock, out, trouble = [], columns = 48 }: PrinterOptions): Promise<PrinterRun> {
  const [host, wanted] = typeof listen === 'string' && listen.includes(':') ? splitAt(listen) : ['127.0.0.1', Number(listen)]
  const draw = drawing(columns, (paper) => {
    if (out !== undefined) appendFileSync(`${out}.txt`, `${paper}\n${'- '.repeat(columns / 2)}8<\n`)
  })
  const bytes: Buffer[] = []
  let size = 0
  const queue: Socket[] = []
  const sockets = new Set<Socket>()
  let wrong = new Set<Trouble>(trouble)
  let changed = new AbortController()
  let server: Server | undefined
  let port = wanted
  let wake = (): void => {}

  const print = (chunk: Buffer): Uint8Array => {
    bytes.push(chunk)
    size += chunk.length
    while (size > REMEMBERED) size -= bytes.shift()?.length ?? size
    if (out !== undefined) appendFileSync(out, chunk)
    return draw.print(chunk)
  }
  const stuck = (): boolean => wrong.has('paper-out') || wrong.has('cover-open')
  const later = (ms: number): Promise<void> => clock.sleep(ms, changed.signal)

  /** One conversation, to its end. */
  const serve = async (socket: Socket): Promise<void> => {
    let waiting: Buffer = Buffer.alloc(0)
    let ended = false
    socket.on('data', (chunk: Buffer) => {
      for (const answer of realTime(chunk, wrong)) socket.write(Uint8Array.of(answer))
      waiting = Buffer.concat([waiting, chunk])
      if (waiting.length >= BUFFER) socket.pause()
      wake()
    })
    const over = (): void => {
      ended = true
      wake()
    }
    socket.on('end', over).on('close', over)
    socket.resume()
    for (;;) {
      if (waiting.length > 0 && !stuck()) {
        const slow = wrong.has('slow')
        const part = waiting.subarray(0, slow ? SLOW : waiting.length)
        waiting = waiting.subarray(part.length)
        const answer = print(part)
        if (answer.length > 0 && socket.writable) socket.write(answer)
        if (waiting.length < BUFFER) socket.resume()
        if (slow) await later(STEP)
      } else if (ended && (waiting.length === 0 || socket.destroyed)) break
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    socket.end()
  }
  let serving = false
  const next = async (): Promise<void> => {
    if (serving) return
    serving = true
    for (let socket = queue.shift(); socket; socket = queue.shift()) await serve(socket)
    serving = false
  }
  const open = async (): Promise<void> => {
    const fresh = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
      queue.push(socket)
      void next()
    })
    await new Promise<void>((resolve, reject) => fresh.once('error', reject).listen(port, host, resolve))
    const address = fresh.address()
    if (address !== null && typeof address === 'object') port = address.port
    server = fresh
  }
  const close = async (): Promise<void> => {
    const old = server
    server = undefined
    for (const socket of sockets) socket.resetAndDestroy()
    if (old) await new Promise<void>((resolve) => old.close(() => resolve()))
  }

  await open()
  if (wrong.has('gone')) await close()
  return {
    get port() {
      return port
    },
    printed: () => ({ bytes: Buffer.concat(bytes), papers: draw.papers() }),
    async trouble(names) {
      wrong = new Set(names)
      if (wrong.has('gone')) await close()
      else if (!server) await open()
      const before = changed
      changed = new AbortController()
      before.abort()
      wake()
    },
    async stop() {
      await close()
      changed.abort()
      wake()
    },
  }
}

const splitAt = (listen: string): [string, number] => {
  const colon = listen.lastIndexOf(':')
  return [listen.slice(0, colon) || '0.0.0.0', Number(listen.slice(colon + 1))]
}

/** DLE EOT n is answered as it arrives, even when nothing prints; fixed bits 0xx1xx10 (register-capture 3). */
function realTime(chunk: Uint8Array, wrong: ReadonlySet<Trouble>): number[] {
  const answers: number[] = []
  const out = wrong.has('paper-out')
  const cover = wrong.has('cover-open')
  for (let at = chunk.indexOf(0x10); at >= 0; at = chunk.indexOf(0x10, at + 1)) {
    if (chunk[at + 1] !== 0x04) continue
    const n = chunk[at + 2]
    if (n === 1) answers.push(out || cover ? 0x1a : 0x12)
    if (n === 2) answers.push(0x12 | (cover ? 0x04 : 0) | (out ? 0x20 : 0))
    if (n === 3) answers.push(0x12)
    if (n === 4) answers.push(out ? 0x72 : 0x12)
  }
  return answers
}
