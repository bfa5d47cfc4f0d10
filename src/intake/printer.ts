import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../domain/clock.ts'
import { fault } from '../domain/fault.ts'
import type { Printer, PrinterLine, Tell } from '../domain/link.ts'
import { type Flow, flowOf } from './flow.ts'
import { closeSerial, dropSerial, openSerial, type SerialOptions } from './serial-port.ts'
import { connected } from './socket.ts'
import { pulled, taken } from './stream.ts'

/** Seconds between tries while the printer does not answer; the last one for ever (register-capture 1.1). */
const WAITS = [1_000, 2_000, 5_000]
/** Milliseconds for the printer's own FIN after ours: late status answers still come, then the line is free. */
const LINGER = 1_000
/**
 * Milliseconds without a byte after which a printer's half of a line we left is given up. Until then it stays open: a
 * printer that still prints and says so would be answered with a reset, and forget what it has in hand.
 */
const SLOW = 180_000

/** One way to reach a printer: opens it once, or says why not. */
type Dial = (signal: AbortSignal) => Promise<Dialled | string>
interface Dialled {
  readonly line: Duplex
  readonly flow?: Flow
  close(): Promise<void>
  drop(): void
}

/** A network printer, raw port 9100. */
export function tcpPrinter({
  host,
  port,
  clock,
}: {
  readonly host: string
  readonly port: number
  readonly clock: Clock
}): Printer {
  const dial: Dial = async (signal) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 })
    const problem = await connected(socket, signal)
    return problem ?? { line: socket, close: () => farewell(socket, clock), drop: () => void socket.resetAndDestroy() }
  }
  return oneAtATime(`tcp ${host}:${port}`, dial, clock)
}

/** Our FIN behind the last byte, then the printer's own, for which we wait a little. */
async function farewell(socket: Socket, clock: Clock): Promise<void> {
  if (socket.destroyed) return
  const closed = new Promise<void>((done) => socket.once('close', () => done()))
  const sent = new Promise<void>((done) => socket.end(() => done()))
  await Promise.race([closed, sent])
  const lingered = new AbortController()
  await Promise.race([closed, clock.sleep(LINGER, lingered.signal)])
  lingered.abort()
  socket.unref()
  socket.setTimeout(SLOW, () => socket.destroy())
}

/** A printer on a serial line; the same care as for a serial register. */
export function serialPrinter(options: SerialOptions & { readonly clock: Clock }): Printer {
  const dial: Dial = async () => {
    const port = await openSerial(options, options.clock)
    if (!port.ok) return port.fault.values?.['why'] ?? port.fault.code
    const line = port.value
    return { line, flow: flowOf(line), close: () => closeSerial(line), drop: () => dropSerial(line) }
  }
  return oneAtATime(`serial ${options.path}`, dial, options.clock)
}

/** Real printers hold one conversation; the others wait here in the order they came. */
function oneAtATime(where: string, dial: Dial, clock: Clock): Printer {
  let before: Promise<void> = Promise.resolve()
  return {
    where,
    async open(signal: AbortSignal, tell: Tell = () => {}): Promise<PrinterLine> {
      let free = (): void => {}
      const mine = new Promise<void>((resolve) => {
        free = resolve
      })
      const turn = before
      before = turn.then(() => mine)
      try {
        await until(turn, signal)
        for (let attempt = 0; ; attempt++) {
          const answer = await dial(signal)
          if (typeof answer !== 'string') {
            tell()
            return conversation(answer, free)
          }
          signal.throwIfAborted()
          tell(fault('PRINTER_GONE', { printer: where, why: answer }))
          await clock.sleep(WAITS[Math.min(attempt, WAITS.length - 1)] ?? 0, signal)
          signal.throwIfAborted()
        }
      } catch (error) {
        free()
        throw error
      }
    },
  }
}

function conversation({ line, flow, close, drop }: Dialled, free: () => void): PrinterLine {
  const { chunks } = pulled(line)
  line.once('close', free)
  let broken = false
  let leaving = false
  line.once('error', () => {
    broken = true
  })
  return {
    answers: chunks,
    ended: new Promise((resolve) => {
      line.once('end', () => resolve('closed'))
      line.once('close', () => resolve(broken || !leaving ? 'torn' : 'left'))
    }),
    write: async (bytes) => {
      for (const piece of flow?.pieces(bytes) ?? [bytes]) {
        await flow?.clear()
        if (!(await taken(line, piece))) throw new Error('printer gone')
      }
    },
    close: async () => {
      leaving = true
      await close()
      free()
    },
    destroy: () => {
      leaving = true
      drop()
      free()
    },
  }
}

function until(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    void turn.then(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
  })
}
