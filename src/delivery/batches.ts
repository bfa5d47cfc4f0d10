import type { Clock } from '../domain/clock.ts'
import type { Fault } from '../domain/fault.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { Result } from '../domain/result.ts'
import type { Signer } from '../domain/signer.ts'
import type { Message, Transport } from '../domain/transport.ts'
import { cutBatch, type Queued, retryDelay } from './schedule.ts'
import { identityKey } from './verdicts.ts'

/** Refused alone this often: it waits for a person while the others go on. */
const PARK_AFTER = 3
/** Halving a full message to one invoice takes ten refusals; with three more alone it is this one, restarts included. */
const PARK_AT_REFUSALS = 13

export type Made =
  | { readonly kind: 'message'; readonly message: Message; readonly batch: readonly Queued[] }
  /** This one cannot be put into any message. */
  | { readonly kind: 'unfit'; readonly entry: Queued; readonly fault: Fault }
  /** Nothing is wrong with the invoices; the key is. */
  | { readonly kind: 'key'; readonly fault: Fault }

/** How many invoices travel together, learnt from refusals: one bad invoice must not block the day. */
export interface Batches {
  next(series: string, queue: readonly Queued[]): Promise<Made>
  /** The whole message was refused. Tells whether its only invoice must be parked, and how long its series rests. */
  refused(series: string, invoices: readonly InvoiceIdentity[]): { readonly park: boolean; readonly restMs: number }
  /** Some of a message were accepted: larger ones may be tried again. */
  accepted(series: string): void
}

export function batches(
  transport: Transport,
  signer: Signer | (() => Promise<Result<Signer>>),
  clock: Clock,
  random: () => number,
): Batches {
  const most = new Map<string, number>()
  const alone = new Map<string, number>()
  const refusals = new Map<string, number>()
  /** Parked in a row with nothing accepted between: then it is not the invoices, and parking slows down. */
  let barren = 0

  const compose = async (batch: readonly Queued[]): Promise<Result<Message>> => {
    const key = typeof signer === 'function' ? await signer() : ({ ok: true, value: signer } as const)
    if (!key.ok) return key
    return transport.compose(
      transport.mint(),
      batch.map((entry) => entry.sealed),
      key.value,
      clock.now(),
    )
  }

  return {
    async next(series, queue) {
      const [first] = queue
      if (!first) throw new Error(`no invoice of ${series} to send`)
      const before = first.refusals ?? 0
      if (before > 0) refusals.set(identityKey(first.sealed.identity), before)
      let size = most.get(series) ?? Math.max(1, transport.limits.invoices >> Math.min(before, 20))
      for (;;) {
        const batch = cutBatch(queue, transport.limits, size)
        const made = await compose(batch)
        if (made.ok && (made.value.bytes.length <= transport.limits.bytes || batch.length === 1))
          return { kind: 'message', message: made.value, batch }
        if (!made.ok && made.fault.code.startsWith('SIGN_')) return { kind: 'key', fault: made.fault }
        if (!made.ok && batch.length === 1) return { kind: 'unfit', entry: first, fault: made.fault }
        size = Math.ceil(batch.length / 2)
        if (!made.ok) most.set(series, size)
      }
    },
    refused(series, invoices) {
      const [only] = invoices
      if (!only || invoices.length > 1) {
        most.set(series, Math.ceil(invoices.length / 2))
        return { park: false, restMs: 0 }
      }
      const key = identityKey(only)
      const times = (alone.get(key) ?? 0) + 1
      most.set(series, 1)
      const tries = barren * PARK_AFTER + times
      if (times < PARK_AFTER && (refusals.get(key) ?? 0) + 1 < PARK_AT_REFUSALS) {
        alone.set(key, times)
        return { park: false, restMs: retryDelay(tries, clock.now(), random()) }
      }
      alone.delete(key)
      refusals.delete(key)
      barren += 1
      return { park: true, restMs: barren > 1 ? retryDelay(tries, clock.now(), random()) : 0 }
    },
    accepted(series) {
      barren = 0
      const size = most.get(series)
      if (size === undefined) return
      if (size * 2 >= transport.limits.invoices) most.delete(series)
      else most.set(series, size * 2)
    },
  }
}
