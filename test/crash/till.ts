import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { random } from '../../simulators/register/random.ts'
import { type Job, SCRIPTS } from '../../simulators/register/scripts.ts'
import type { Clock } from '../../src/domain/clock.ts'

/** One line of a truth log: one try of one document. Written again with `acked` once it was acknowledged. */
export interface TruthLine {
  readonly n: number
  readonly register: string
  readonly kind: string
  readonly receiptNo: string | null
  readonly total: number | null
  /** base64 of all the till sent */
  readonly bytes: string
  readonly attempt: number
  /** Milliseconds of the machine's wall clock when all bytes had been handed to the network. */
  readonly sent: number | null
  readonly acked: number | null
  /** Port of the till's side. */
  readonly port: number | null
}

export interface TillOptions {
  readonly register: string
  readonly port: number
  readonly truth: string
  readonly seed: number
  readonly clock: Clock
  readonly script?: string
  /** Whether an orderly close seen just now was made by the daemon (see `Daemon.lives`). */
  readonly meant: () => boolean
}

export interface Till {
  /** Serves so many customers; each paper is sent again, the same bytes, until it is acknowledged. Ends early with `signal`. */
  sell(customers: number, signal: AbortSignal): Promise<void>
  /** Documents of kind sale that a person paid for: each must become one invoice. */
  sales(): number
  /** Papers begun and not acknowledged yet. */
  open(): number
}

/** Milliseconds until a till gives up waiting for the end of its job, and between two tries. */
const PATIENCE = 15_000
const AGAIN = 25

/** A till that trusts nobody: whatever was not acknowledged is sent again, and every try is in its truth log before the next. */
export function till({ register, port, truth, seed, clock, script = 'cafe', meant }: TillOptions): Till {
  const act = SCRIPTS[script]
  if (!act) throw new Error(`no such script: ${script}`)
  const dice = random(seed)
  const queue: Job[] = []
  let customers = 0
  let n = 0
  let sales = 0
  let attempt = 0

  const write = (line: TruthLine): void => {
    const file = openSync(truth, 'a')
    writeSync(file, `${JSON.stringify(line)}\n`)
    fdatasyncSync(file)
    closeSync(file)
  }
  /** True: acknowledged, or not worth another try. */
  const one = async ({ bytes, sale, manner }: Job): Promise<boolean> => {
    const hasty = manner === 'half' || manner === 'impatient' || manner === 'empty'
    const line = {
      ...{ n, register, kind: hasty && manner !== 'impatient' ? 'incomplete' : (sale?.kind ?? 'unknown'), attempt: ++attempt },
      ...{ receiptNo: sale?.receiptNo ?? null, total: sale?.total ?? null, bytes: Buffer.from(bytes).toString('base64') },
      ...{ sent: null, acked: null, port: null },
    }
    const socket = await dial(port)
    if (!socket) return false
    const over = ended(socket)
    const out = manner === 'slow' ? await piecemeal(socket, bytes) : await written(socket, bytes)
    const sent = { ...line, sent: out ? Date.now() : null, port: socket.localPort ?? null }
    write(sent)
    if (hasty) {
      // The bytes have to be on their way before the reset overtakes them.
      await new Promise((resolve) => setTimeout(resolve, 20))
      socket.resetAndDestroy()
      return true
    }
    socket.end()
    const acked = (await over) && meant()
    socket.destroy()
    if (acked) write({ ...sent, acked: Date.now() })
    return acked
  }
  return {
    async sell(count, signal) {
      const last = customers + count
      while (!signal.aborted && (queue.length > 0 || customers < last)) {
        if (queue.length === 0) queue.push(...act({ random: dice, clock, count: ++customers }))
        const [job] = queue
        if (!job) continue
        if (attempt === 0) {
          n += 1
          if (job.sale?.kind === 'sale' && job.manner !== 'half' && job.manner !== 'impatient') sales += 1
        }
        if (await one(job)) {
          queue.shift()
          attempt = 0
        } else await clock.sleep(AGAIN, signal)
      }
    },
    sales: () => sales,
    open: () => queue.length,
  }
}

const dial = (port: number): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
    socket.once('error', () => resolve(undefined))
    socket.once('connect', () => {
      socket.on('error', () => {})
      socket.resume()
      resolve(socket)
    })
  })

/** True: closed in order, as far as the network can tell. */
const ended = (socket: Socket): Promise<boolean> =>
  new Promise((resolve) => {
    socket.once('end', () => resolve(true))
    socket.once('close', () => resolve(false))
    socket.setTimeout(PATIENCE, () => socket.destroy())
  })

const written = (socket: Socket, bytes: Uint8Array): Promise<boolean> =>
  bytes.length === 0 ? Promise.resolve(true) : new Promise((resolve) => socket.write(bytes, (error) => resolve(!error)))

async function piecemeal(socket: Socket, bytes: Uint8Array): Promise<boolean> {
  let well = true
  for (let at = 0; well && at < bytes.length; at += 97) well = await written(socket, bytes.subarray(at, at + 97))
  return well
}
