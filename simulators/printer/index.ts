import { appendFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../src/domain/clock.ts'
import { drawing } from './draw.ts'
import { type Strip, textOf } from './paper.ts'
import { pictureOf } from './raster.ts'
import { automaticStatus, buffered, realTimeStatus, type Trouble } from './status.ts'

export type { Trouble } from './status.ts'

export interface PrinterOptions {
  /** `9101`, or `127.0.0.1:9101`; 0: any free port. */
  readonly listen: string | number
  readonly clock: Clock
  /**
   * The bytes as they were printed; the drawing goes beside it, to `out` with `.txt` behind it. Where it ends in `.png`, each
   * paper is drawn instead: `NAME-0001.png` and so on, the newest as `NAME.png`.
   */
  readonly out?: string
  /** `png`: also papers are drawn as pictures, `OUT-0001.png`. */
  readonly draw?: 'text' | 'png'
  readonly trouble?: readonly Trouble[]
  /** Letters on a line: 48 on 80 mm, 32 on 58 mm. */
  readonly columns?: number
  /** Bytes a second when it is slow; 5,000 where it does not say. 960 is a line of 9,600 baud. */
  readonly pace?: number
}

export interface PrinterRun {
  readonly port: number
  /** What was printed: bytes, papers as text (the last one may not be cut yet); of a long run the latest. */
  printed(): { readonly bytes: Buffer; readonly papers: readonly string[] }
  /** The newest paper as PNG. */
  picture(): Buffer
  /** What is wrong with it from now on. */
  trouble(names: readonly Trouble[]): Promise<void>
  stop(): Promise<void>
}

/** Bytes a real printer takes before it stops reading. */
const BUFFER = 4096
/** Bytes of paper it can still show; `out` has all. */
const REMEMBERED = 16 * 1024 * 1024
/** Milliseconds of a step, and bytes a second when slow. */
const STEP = 20
const PACE = 5_000

/** A network receipt printer: one conversation at a time, the others wait; answers status; keeps and draws its paper. */
export async function printer(options: PrinterOptions): Promise<PrinterRun> {
  const { listen, clock, out, trouble = [], columns = 48, pace = PACE } = options
  const [host, wanted] = typeof listen === 'string' && listen.includes(':') ? splitAt(listen) : ['127.0.0.1', Number(listen)]
  const keep = out === undefined ? undefined : keeper(out, options.draw ?? 'text', columns)
  let wrong = new Set<Trouble>(trouble)
  /** Whether the host of this conversation wants to be told of changes by itself. */
  let watched = false
  let speaking: Socket | undefined
  const draw = drawing(
    columns,
    (paper) => keep?.paper(paper),
    (name, n) => {
      if (name === 'GS a') watched = n !== 0
      return buffered(name, n, wrong)
    },
  )
  const bytes: Buffer[] = []
  let size = 0
  const queue: Socket[] = []
  const sockets = new Set<Socket>()
  let changed = new AbortController()
  let server: Server | undefined
  let port = wanted
  let wake = (): void => {}

  const print = (chunk: Buffer): Uint8Array => {
    bytes.push(chunk)
    size += chunk.length
    while (size > REMEMBERED) size -= bytes.shift()?.length ?? size
    keep?.bytes(chunk)
    return draw.print(chunk)
  }
  const stuck = (): boolean => wrong.has('paper-out') || wrong.has('cover-open')
  const later = (ms: number): Promise<void> => clock.sleep(ms, changed.signal)

  /** One conversation, to its end. */
  const serve = async (socket: Socket): Promise<void> => {
    let waiting: Buffer = Buffer.alloc(0)
    let ended = false
    speaking = socket
    watched = false
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
        const part = waiting.subarray(0, slow ? Math.max(1, Math.round((pace * STEP) / 1_000)) : waiting.length)
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
    picture: () => pictureOf(draw.last(), columns),
    async trouble(names) {
      const told = automaticStatus(wrong).join()
      wrong = new Set(names)
      const tells = automaticStatus(wrong)
      if (watched && tells.join() !== told && speaking?.writable) speaking.write(Uint8Array.from(tells))
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

/** DLE EOT n is answered as it arrives, even when nothing prints. */
function realTime(chunk: Uint8Array, wrong: ReadonlySet<Trouble>): number[] {
  const answers: number[] = []
  for (let at = chunk.indexOf(0x10); at >= 0; at = chunk.indexOf(0x10, at + 1)) {
    const answer = chunk[at + 1] === 0x04 ? realTimeStatus(chunk[at + 2] ?? 0, wrong) : undefined
    if (answer !== undefined) answers.push(answer)
  }
  return answers
}

/** Where the paper goes. */
function keeper(
  out: string,
  draw: 'text' | 'png',
  columns: number,
): { bytes(chunk: Uint8Array): void; paper(strips: readonly Strip[]): void } {
  const name = out.replace(/\.png$/, '')
  const pictures = draw === 'png' || name !== out
  let count = 0
  return {
    bytes(chunk) {
      if (name === out) appendFileSync(out, chunk)
    },
    paper(strips) {
      if (name === out) appendFileSync(`${out}.txt`, `${textOf(strips, columns)}\n${'- '.repeat(columns / 2)}8<\n`)
      if (!pictures) return
      const picture = pictureOf(strips, columns)
      writeFileSync(`${name}-${String(++count).padStart(4, '0')}.png`, picture)
      if (name !== out) writeFileSync(out, picture)
    },
  }
}
