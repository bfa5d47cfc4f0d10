import { fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Draft, Sealed } from '../domain/invoice.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Signer } from '../domain/signer.ts'
import { type Instant, issueTime } from '../domain/time.ts'
import type { Reply } from './requests.ts'

/**
 * Numbers taken ahead of the flush (law 2). Several invoices are sealed in parallel, each with the number its place in
 * the queue gives it; they go to the writer in that order. When one fails, those behind it are sealed again under the
 * freed number: nothing of them has left the process.
 */
export interface Numbering {
  issue(entry: EntryId, draft: Draft, signer: Signer | undefined): Promise<Result<Sealed>>
}

interface Job {
  readonly entry: EntryId
  readonly draft: Draft
  readonly signer: Signer | undefined
  readonly resolve: (result: Result<Sealed>) => void
  readonly reject: (error: unknown) => void
  number: number
  sealed: Result<Sealed> | undefined
}

interface Queue {
  /** The next number as the writer last confirmed it. */
  next: number
  /** Issue time of the newest invoice in the book: a draft that failed must not hold up the ones after it. */
  lastAt: number
  /** Not yet sent, in order. */
  waiting: Job[]
  /** Sent, unanswered, in order. */
  sent: number
  /** Sent under a number that another one freed: to be sealed again. */
  back: Job[]
  halted: boolean
}

const seconds = (at: number): number => Math.floor(at / 1_000)

export function numbering(
  /** `soon`: the next numbers are being signed. */
  send: (entry: EntryId, sealed: Sealed, soon: boolean) => Promise<Reply>,
  start: Iterable<readonly [string, { next: number; lastAt: number }]>,
): Numbering {
  const queues = new Map<string, Queue>()
  for (const [key, { next, lastAt }] of start) queues.set(key, { next, lastAt, waiting: [], sent: 0, back: [], halted: false })
  const open = new Map<EntryId, Promise<Result<Sealed>>>()

  const seal = (queue: Queue, job: Job, number: number): void => {
    job.number = number
    job.sealed = undefined
    job.draft.seal(number, job.signer).then(
      (sealed) => {
        if (job.number !== number) return
        job.sealed = sealed
        drain(queue)
      },
      (error: unknown) => {
        if (job.number !== number) return
        queue.waiting = queue.waiting.filter((other) => other !== job)
        job.reject(error)
        renumber(queue)
      },
    )
  }

  /** Sends what is sealed, in order. */
  const drain = (queue: Queue): void => {
    for (let job = queue.waiting[0]; job?.sealed && !queue.halted; job = queue.waiting[0]) {
      queue.waiting.shift()
      if (!job.sealed.ok) {
        job.resolve(job.sealed)
        renumber(queue)
        return
      }
      queue.sent++
      void deliver(queue, job, job.sealed.value)
    }
  }

  const deliver = async (queue: Queue, job: Job, sealed: Sealed): Promise<void> => {
    try {
      const reply = await send(job.entry, sealed, queue.waiting.length > 0)
      queue.sent--
      if (reply.ok && reply.value === undefined) {
        queue.next = job.number + 1
        queue.lastAt = Math.max(queue.lastAt, sealed.at)
        job.resolve(ok(sealed))
        if (queue.halted) resume(queue)
        return
      }
      queue.halted = true
      if (reply.ok) job.resolve(ok(reply.value as Sealed))
      else if ('again' in reply) {
        queue.next = reply.again
        queue.back.push(job)
      } else if ('fault' in reply) job.resolve(failed(reply.fault))
      else job.reject(new Error(reply.bug))
      resume(queue)
    } catch (error) {
      queue.sent--
      job.reject(error)
    }
  }

  /** Once everything sent has come back, what is left is numbered anew from what the writer confirmed. */
  const resume = (queue: Queue): void => {
    if (queue.sent > 0) return
    queue.halted = false
    queue.waiting = [...queue.back, ...queue.waiting]
    queue.back = []
    renumber(queue)
  }

  const renumber = (queue: Queue): void => {
    if (queue.halted) return
    let number = queue.next + queue.sent
    for (const job of queue.waiting) {
      if (job.number !== number) seal(queue, job, number)
      number++
    }
    drain(queue)
  }

  return {
    issue(entry, draft, signer) {
      const running = open.get(entry)
      if (running) return running
      const { form, symbol } = draft.series
      const key = `${form}${symbol}`
      let queue = queues.get(key)
      if (!queue) queues.set(key, (queue = { next: 1, lastAt: 0, waiting: [], sent: 0, back: [], halted: false }))
      if (seconds(draft.at) < seconds(queue.lastAt)) {
        return Promise.resolve(failed(fault('CLOCK_BEHIND', { last: issueTime(queue.lastAt as Instant) })))
      }
      const to = queue
      const done = new Promise<Result<Sealed>>((resolve, reject) => {
        const job: Job = { entry, draft, signer, resolve, reject, number: 0, sealed: undefined }
        to.waiting.push(job)
        seal(to, job, to.next + to.sent + to.back.length + to.waiting.length - 1)
      }).finally(() => open.delete(entry))
      open.set(entry, done)
      return done
    },
  }
}
