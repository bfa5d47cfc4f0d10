import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { EntryId } from '../domain/ids.ts'
import { point } from '../domain/points.ts'
import type { Batch, FromWriter, Taken } from './requests.ts'
import { isRead, type Job } from './serve.ts'

/**
 * A receipt costs one flush, not two: what was captured is told ahead of it, the transaction stays open for a moment, and
 * the invoice that comes of it joins. The stamp waits for the disk, so this is half of what a till feels of us.
 */
export interface Joining {
  /** Says what was taken. Should it not be kept just so, this thread must end: others have gone on with it. */
  tell(entries: readonly Taken[]): void
  /** What comes next; undefined: nothing within the moment. */
  next(): Batch | undefined
}

/**
 * Milliseconds without a message after which the flush waits no more. To read and judge a receipt takes one to three, on an
 * old till's CPU ten; whatever is made of it ends the waiting at once.
 */
const MOMENT = 16
/** Messages that are waited for; a busy shop fills its flushes by itself. */
const MOST = 4

/** A message that is not for the transaction is handed to `other`. */
export function joiningOn(
  port: MessagePort,
  bell: Int32Array,
  say: (message: FromWriter) => void,
  other: (message: 'close') => void,
): Joining {
  return {
    tell: (entries) => say({ what: 'taken', entries }),
    next() {
      for (let seen = Atomics.load(bell, 0); ; seen = Atomics.load(bell, 0)) {
        const message = receiveMessageOnPort(port)?.message as Batch | 'close' | undefined
        if (message === 'close') other(message)
        else if (message) return message
        if (message === 'close' || Atomics.wait(bell, 0, seen, MOMENT) === 'timed-out') return undefined
      }
    },
  }
}

/** Serves `jobs`, and with them what follows from fresh captures among them. `more` makes jobs of a batch, all of them to be answered. */
export function serveJoined(
  jobs: Job[],
  joining: Joining | undefined,
  serve: (job: Job) => void,
  more: (batch: Batch) => readonly Job[],
): void {
  for (const job of jobs) serve(job)
  const fresh = joining ? jobs.filter(isFresh) : []
  if (!joining || fresh.length === 0 || fresh.length < jobs.length) return
  const waited = new Set<EntryId>()
  for (const job of fresh) {
    if (!job.reply?.ok) return
    job.taken = job.reply.value as EntryId
    waited.add(job.taken)
  }
  joining.tell(fresh.map(({ batch, place, taken }) => ({ batch, place, entry: taken as EntryId })))
  point('capture.taken')
  for (let messages = 0; messages < MOST && waited.size > 0; messages++) {
    const batch = joining.next()
    if (!batch) return
    for (const job of more(batch)) {
      jobs.push(job)
      serve(job)
      const entry = entryIn(job)
      if (entry) waited.delete(entry)
    }
    // A question is answered out of what is flushed: it waits for nothing else.
    if (batch.requests.some(isRead)) return
  }
}

const isFresh = ({ request }: Job): boolean => request.what === 'capture' && request.early === true

/** Whom a request moves. */
function entryIn({ request }: Job): EntryId | undefined {
  if (request.what === 'issue') return request.entry
  return request.what === 'step' && 'entry' in request.step ? request.step.entry : undefined
}

/** Throws where an entry that was told is not in the book as it was told: then no memory of it may live on. */
export function keptAsTold(jobs: readonly Job[]): void {
  for (const { taken, reply } of jobs)
    if (taken !== undefined && !(reply?.ok && reply.value === taken)) throw new Error(`${taken} was taken and is not kept`)
}
