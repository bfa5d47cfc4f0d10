import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Clock } from '../../src/domain/clock.ts'
import type { Wanted } from './mischief.ts'
import { random } from './random.ts'
import type { Job, TrueSale } from './script.ts'
import { closeOf, replay, scriptOf } from './scripts.ts'
import { lastOf, type TruthLine, truthLog } from './truth.ts'
import { type Sent, Unwelcome, wireTo } from './wire.ts'

export interface RegisterOptions {
  /** A trade, `mischief`, or a file whose bytes are played again. */
  readonly script: string
  /** What goes wrong, instead of the little that always does. */
  readonly mischief?: Wanted
  /** `tcp://H:P`, `serial:PATH`, `file:DIR`, `http://H:P`. */
  readonly to: string
  readonly clock: Clock
  readonly id?: string
  /** Where the truth is written; a run goes on behind what stands there. */
  readonly truth?: string
  /** Customers per second; 0: as fast as they are taken. */
  readonly rate?: number
  readonly seed?: number
  /** Customers; absent: until `signal`. */
  readonly count?: number
  /** Prints the report that ends its day (Z) behind the last customer. */
  readonly close?: boolean
  /** The machine key where sales are posted. */
  readonly key?: string
  readonly signal?: AbortSignal
  readonly onSale?: (sale: TrueSale, bytes: Uint8Array) => void
}

export interface RegisterRun {
  /** Resolves when all is sent and answered, or given up. Rejects on a script that is not there, a way that is none, a wrong key. */
  readonly done: Promise<{ readonly jobs: number; readonly sales: number; readonly acked: number }>
  /** Documents of kind sale whose bytes have left. */
  sold(): number
}

/** Milliseconds a till waits for the end of a job before the next one, and between two tries to reach the printer. */
const MOMENT = 5_000
const AGAIN = 500

/** Plays a till: jobs in order, one after the other, with the manners of their script. */
export function register(options: RegisterOptions): RegisterRun {
  const counts = { jobs: 0, sales: 0, acked: 0 }
  return { done: play(options, counts), sold: () => counts.sales }
}

async function play(options: RegisterOptions, counts: { jobs: number; sales: number; acked: number }): Promise<typeof counts> {
  const { script, to, clock, id = 'R001', truth, rate = 0.5, seed = 1, count = Infinity } = options
  const signal = options.signal ?? new AbortController().signal
  const before = lastOf(truth)
  const dice = random(seed + before.n)
  const act = scriptOf(script, options.mischief, random(~(seed + before.n))) ?? replay(readFileSync(script))
  const wire = wireTo(to, { clock, signal, ...(options.key === undefined ? {} : { key: options.key }) })
  const log = truthLog(truth)
  const late = new Set<Promise<void>>()
  let n = before.n

  const send = async (job: Job): Promise<void> => {
    if (wire.carries?.(job) === false) return
    const sha256 = createHash('sha256').update(job.bytes).digest('hex')
    n += 1
    const mine = n
    const sent = await reached(() => wire.send(job, `${id}-${String(mine).padStart(6, '0')}.txt`))
    if (!sent) return
    const line: TruthLine = { n: mine, register: id, sha256, sale: job.sale, sent: clock.now(), acked: null }
    log.write(line)
    counts.jobs += 1
    if (job.sale?.kind === 'sale') counts.sales += 1
    if (job.sale) options.onSale?.(job.sale, job.bytes)
    const told = sent.acked.then((well) => {
      if (!well) return
      counts.acked += 1
      log.write({ ...line, acked: clock.now() })
    })
    late.add(told)
    void told.finally(() => late.delete(told))
    if (job.manner !== 'kept' && job.manner !== 'joined') await patience(told)
  }
  /** Where nobody listens, a till tries again with the same bytes. */
  const reached = async (go: () => Promise<Sent>): Promise<Sent | undefined> => {
    while (!signal.aborted) {
      const sent = await go().catch((error: unknown) => {
        if (error instanceof Unwelcome) throw error
        return undefined
      })
      if (sent) return sent
      await clock.sleep(AGAIN, signal)
    }
    return undefined
  }
  const patience = async (told: Promise<void>): Promise<void> => {
    const enough = new AbortController()
    await Promise.race([told, clock.sleep(MOMENT, AbortSignal.any([signal, enough.signal]))])
    enough.abort()
  }

  let last = { random: dice, clock, count: before.receipt, day: before.day }
  for (let i = 1; i <= count && !signal.aborted; i++) {
    const scene = { random: dice, clock, count: before.receipt + i, day: before.day }
    for (const job of act(scene)) if (!signal.aborted) await send(job)
    last = scene
    if (rate > 0 && i < count) await clock.sleep((1_000 / rate) * (0.7 + 0.6 * dice.next()), signal)
  }
  const z = options.close ? closeOf(script)?.({ ...last, count: last.count + 1 }) : undefined
  if (z && !signal.aborted) await send(z)
  if (!signal.aborted) {
    await wire.finish()
    await Promise.all(late)
  }
  await wire.close()
  await Promise.all(late)
  log.close()
  return counts
}

export type { TrueSale } from './script.ts'
