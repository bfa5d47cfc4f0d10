import { createServer, type Server, type Socket } from 'node:net'
import { systemClock } from '../../src/clock.ts'
import type { Board, BoardItem } from '../../src/domain/board.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { Driver, Frame, Framed } from '../../src/domain/driver.ts'
import type { Entry } from '../../src/domain/entry.ts'
import { type Fault, fault } from '../../src/domain/fault.ts'
import { type EntryId, entryId, registerId } from '../../src/domain/ids.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import type { Heard, Ledger, Step } from '../../src/domain/ledger.ts'
import type { Log } from '../../src/domain/log.ts'
import type { Page } from '../../src/domain/page.ts'
import { failed, ok } from '../../src/domain/result.ts'
import { type Instant, instant } from '../../src/domain/time.ts'
import { type Hearing, type IntakeParts, intake } from '../../src/intake/intake.ts'
import { tcpLink } from '../../src/intake/link-tcp.ts'

export const clock = systemClock
/** Twenty times as fast, for what waits for seconds. */
export const hurried: Clock = { ...clock, sleep: (ms, signal) => clock.sleep(ms / 20, signal) }
export const R = registerId('R017')
export const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
export const pause = (ms: number): Promise<void> => clock.sleep(ms, new AbortController().signal)
export const CUT = '\x1dVB\x00'

/** Waits for a condition, at most five seconds. */
export async function until(what: () => boolean, ms = 5_000): Promise<boolean> {
  const end = clock.up() + ms
  while (!what()) {
    if (clock.up() > end) return false
    await pause(5)
  }
  return true
}

const page: Page = {
  ...{ columns: 48, encoding: 'utf-8', rows: [], barcodes: [], qrs: [], pictures: [], unknown: 0, desync: false },
  boundary: 'cut',
}

/** A dialect of one command, `GS V B 0`; text between cuts is a document, and `DLE EOT n` is answered with 0x12. */
export function tinyDriver(
  twist: { readonly throwsAt?: string; readonly quietMs?: number; readonly stampThrows?: boolean; readonly probe?: boolean } = {},
): Driver {
  const cut = bytes(CUT)
  return {
    id: 'tiny',
    ...(twist.quietMs === undefined ? {} : { quietMs: twist.quietMs }),
    ...(twist.probe ? { probe: bytes('\x10\x04\x01') } : {}),
    framer: () => {
      let all = Buffer.alloc(0)
      let from = 0
      const framed = (frames: Frame[], pass: number, handshake?: Buffer): Framed => ({
        ...{ frames, discarded: 0, pass },
        ...(handshake ? { handshake } : {}),
      })
      return {
        push(chunk) {
          const before = all.length
          all = Buffer.concat([all, chunk])
          if (twist.throwsAt && all.includes(twist.throwsAt)) throw new Error('stumbled')
          const frames: Frame[] = []
          for (let at = all.indexOf(cut, from); at >= 0; at = all.indexOf(cut, from)) {
            const end = at + cut.length
            if (at > from) frames.push({ bytes: all.subarray(from, end), end, tail: at - from, torn: false })
            from = end
          }
          let pass = all.length
          for (let n = 1; n < cut.length; n++)
            if (all.subarray(-n).equals(cut.subarray(0, n))) pass = Math.max(from, all.length - n)
          const asked = all.indexOf(bytes('\x10\x04\x01'), Math.max(0, before - 2)) >= 0
          return framed(frames, pass, asked ? bytes('\x12') : undefined)
        },
        quiet: () => framed([], all.length),
        close(torn) {
          const rest = all.subarray(from)
          from = all.length
          const frames = rest.length > 0 ? [{ bytes: rest, end: all.length, tail: rest.length, torn }] : []
          return framed(frames, all.length)
        },
      }
    },
    read: () => ok({ kind: 'page', page }),
    stamp: (stamp) => {
      if (twist.stampThrows) throw new Error('no ink')
      return bytes(`<${stamp.lines.join()}>`)
    },
  }
}

const sealed = (n: number): Sealed => ({
  ...{
    series: { form: 1, symbol: 'C26MAA' },
    at: instant(0),
    due: instant(0),
    pay: 1n,
    rates: [],
    bytes: bytes('x'),
    digest: 'x',
  },
  identity: { form: 1, symbol: 'C26MAA', seller: '0199999014', number: n },
  stamp: { lines: [`HD ${n}`], qr: 'qr' },
})

/** A ledger in memory that can be slow, full, and can judge documents as the clerk would. */
export class MemoryLedger implements Ledger {
  diskMs = 0
  sealMs = 0
  full: Fault | undefined
  readonly heard: { readonly heard: Heard; readonly cursor: string | undefined }[] = []
  readonly steps: Step[] = []
  readonly ids: EntryId[] = []
  /** The most captures that waited for the disk at one time. */
  most = 0
  #now = 0
  readonly #entries = new Map<EntryId, Promise<Entry>>()
  judge = (text: string): 'queued' | 'set-aside' | 'held' =>
    text.includes('TAM TINH') ? 'set-aside' : text.includes('HELD') ? 'held' : 'queued'

  async capture(_: unknown, heard: Heard, cursor?: string): ReturnType<Ledger['capture']> {
    this.most = Math.max(this.most, ++this.#now)
    if (this.diskMs > 0) await pause(this.diskMs)
    this.#now -= 1
    if (this.full) return failed(this.full)
    const id = entryId(R, this.heard.push({ heard, cursor }))
    this.ids.push(id)
    const state = heard.torn ? 'held' : this.judge(Buffer.from(heard.bytes).toString('latin1'))
    const common = { id, register: R, since: clock.now() }
    const entry: Entry =
      state === 'queued'
        ? { ...common, state, sealed: sealed(this.heard.length) }
        : state === 'held'
          ? { ...common, state, fault: fault('SALE_NO_ITEMS') }
          : { ...common, state, why: 'provisional' }
    this.#entries.set(id, this.sealMs > 0 ? pause(this.sealMs).then(() => entry) : Promise.resolve(entry))
    return ok(id)
  }
  async settled(id: EntryId, signal: AbortSignal): Promise<Entry | undefined> {
    const stop = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }))
    return Promise.race([this.#entries.get(id), stop])
  }
  async record(step: Step): ReturnType<Ledger['record']> {
    this.steps.push(step)
    return ok(undefined)
  }
  cursor = async (): Promise<string | undefined> => this.heard.at(-1)?.cursor
  texts = (): string[] => this.heard.map((h) => Buffer.from(h.heard.bytes).toString('latin1'))
  stamps = (): string[] => this.steps.flatMap((s) => (s.kind === 'stamped' ? [s.how] : []))
  frame = async (): Promise<undefined> => undefined
  entry = async (): Promise<undefined> => undefined
  list = async (): Promise<[]> => []
  unfinished = async (): Promise<[]> => []
  outages = async (): Promise<[]> => []
  issue = async (): ReturnType<Ledger['issue']> => failed(fault('LEDGER_READ_ONLY'))
  async *follow(): AsyncGenerator<never> {}
  health = (): ReturnType<Ledger['health']> => ({ capture: ok(undefined), issue: ok(undefined) })
}

export function memoryBoard(): Board & { readonly items: Map<string, BoardItem> } {
  const items = new Map<string, BoardItem>()
  return {
    items,
    set: (part, item) => void items.set(part, { ...item, since: clock.now() }),
    clear: (part) => void items.delete(part),
    all: () => Object.fromEntries(items),
    watch: () => () => {},
  }
}

export function memoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const at =
    (level: string): Log['info'] =>
    (fields, text) =>
      void lines.push(`${level} ${fields.code ?? ''} ${text}`)
  return { lines, error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

export const soon = (ms = 3_000): Instant => instant(clock.now() + ms)

/** A printer of bytes: one conversation at a time is up to its users; keeps what it got, answers if told. */
export async function plainPrinter(port = 0): Promise<{
  readonly port: number
  readonly got: () => string
  readonly conversations: () => number
  say(text: string): void
  answerTo(question: string, answer: string): void
  cutOff(): void
  stop(): Promise<void>
}> {
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  let conversations = 0
  let question: string | undefined
  let answer = ''
  const server: Server = createServer({ allowHalfOpen: false, noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.once('data', () => conversations++)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (question && chunk.toString('latin1').includes(question)) socket.write(bytes(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    got: () => Buffer.concat(chunks).toString('latin1'),
    conversations: () => conversations,
    say: (text) => {
      for (const socket of sockets) socket.write(bytes(text))
    },
    answerTo: (asked, said) => {
      question = asked
      answer = said
    },
    cutOff: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** An intake with one register on a free port of its own. */
export async function shop(hearing: Partial<Hearing> = {}, ledger = new MemoryLedger(), clock: Clock = systemClock) {
  const board = memoryBoard()
  const log = memoryLog()
  const link = hearing.link ?? tcpLink({ host: '127.0.0.1', port: 0, clock })
  const one: Hearing = { id: R, driver: tinyDriver(), link, stamp: 'before-cut', stampMs: 250, ...hearing }
  const parts: IntakeParts = { registers: [one], ledger, board, clock, log }
  const part = intake(parts)
  await part.start()
  const port = Number(/:(\d+)$/.exec(link.where)?.[1] ?? 0)
  return { part, ledger, board, log, port, item: (name: string) => board.items.get(name) }
}
