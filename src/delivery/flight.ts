import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Ledger, OpenMessage, Step } from '../domain/ledger.ts'
import { point } from '../domain/points.ts'
import type { Instant } from '../domain/time.ts'
import type { Answer, Message, Transport } from '../domain/transport.ts'
import type { Line, Trouble } from './line.ts'
import { pollDelay, retryDelay } from './schedule.ts'
import { type Final, identityKey, weigh } from './verdicts.ts'

/** One message on its way: its bytes and its id never change (law 3). */
export interface Flight {
  readonly message: Message
  readonly series: string
  /** Entries of its invoices as far as known; needed only to park one. */
  readonly entries: readonly EntryId[]
  readonly oldest: Instant
  readonly due: Instant
  /** Final verdicts so far, by invoice. */
  readonly known: Map<string, Final>
  attempts: number
  /** `unsent`: push it; `unknown`, `sending`: ask first; `taken`: they have it, ask for the verdict. */
  state: OpenMessage['state']
  /** They know one of its numbers already, with other content. */
  doubled?: true
  /** Set when it is over: every invoice, or the notice, has its verdict, or the whole was refused. */
  end?: { readonly kind: 'decided' } | { readonly kind: 'refused'; readonly fault: Fault }
}

export interface FlightParts {
  readonly ledger: Ledger
  readonly transport: Transport
  readonly line: Line
  readonly clock: Clock
  readonly random: () => number
  /** Ends the waiting; what is on the wire is finished. */
  readonly stopping: AbortSignal
  /** Cuts the wire itself. */
  readonly cut: AbortSignal
  /** The ledger could not write; the message is left as it is and tried again later. */
  readonly unwritten: (fault: Fault) => void
  readonly written: () => void
  readonly contradiction: (fault: Fault) => void
  /** After every step, so that the lane behind it may go on. */
  readonly moved: (flight: Flight) => void
}

/** An odd reply is kept as evidence this often; a captive portal would fill the disk with its pages. */
const ODD_KEPT = 3

/** Carries one message to its end, asking before repeating (I4); resolves when it ended or the courier stops. */
export async function carry(flight: Flight, parts: FlightParts): Promise<void> {
  const { ledger, transport, line, clock, random, stopping, cut, unwritten, contradiction, moved } = parts
  const { message } = flight
  let polls = 0
  let doubts = 0
  let oddKept = 0
  let refusedWrites = 0
  /** An attempt may have arrived; only their word that it never did ends that. */
  let doubted = flight.state === 'unknown' || flight.state === 'sending'

  /** True when it is on disk. */
  const written = async (step: Step): Promise<boolean> => {
    const result = await ledger.record(step)
    const done = result.ok || result.fault.code === 'LEDGER_CONTRADICTION'
    if (!result.ok && done) contradiction(result.fault)
    if (!result.ok && !done) unwritten(result.fault)
    if (done && refusedWrites > 0) parts.written()
    refusedWrites = done ? 0 : refusedWrites + 1
    return done
  }
  const unanswered = (outcome: 'unsent' | 'unknown', why: Fault): Promise<boolean> =>
    written({ kind: 'unanswered', message: message.id, attempt: Math.max(1, flight.attempts), fault: why, outcome })

  /** Id and bytes are durable before the first byte leaves; without that nothing is sent. */
  const push = async (): Promise<Answer | 'unused'> => {
    const attempt = flight.attempts + 1
    if (!(await written({ kind: 'pushed', message, attempt, target: transport.id }))) return 'unused'
    flight.attempts = attempt
    flight.state = 'sending'
    point('push.recorded')
    const answer = await transport.send(message, cut)
    point('push.sent')
    return answer
  }

  /** One reply, weighed and recorded. */
  const hear = async (reply: Uint8Array): Promise<Trouble | undefined> => {
    const read = transport.read(reply, message)
    const said = read.ok ? read.value : { verdicts: [{ kind: 'odd', fault: read.fault } as const] }
    const known = new Map(flight.known)
    const weighed = weigh(message, known, said.verdicts)
    if (weighed.contradiction) contradiction(weighed.contradiction)
    const onlyOdd = said.verdicts.length > 0 && said.verdicts.every((v) => v.kind === 'odd')
    if (!onlyOdd || oddKept++ < ODD_KEPT) {
      const type = said.type === undefined ? {} : { type: said.type }
      const attempt = Math.max(1, flight.attempts)
      const step = { kind: 'answered', message: message.id, attempt, ...type, reply, verdicts: weighed.verdicts } as const
      if (!(await written(step))) return undefined
      point('answer.recorded')
    }
    for (const [invoice, final] of known) flight.known.set(invoice, final)
    for (const verdict of weighed.verdicts)
      if (verdict.kind === 'rejected' && verdict.fault.code === 'DELIVERY_REJECTED_DUPLICATE') flight.doubled = true
    if (weighed.refused) flight.end = { kind: 'refused', fault: weighed.refused }
    else if (message.notice === undefined ? message.invoices.every((i) => flight.known.has(identityKey(i))) : weighed.noted)
      flight.end = { kind: 'decided' }
    else if (weighed.later) {
      flight.state = 'unsent'
      return weighed.later
    } else if (weighed.taken) flight.state = 'taken'
    else if (weighed.odd && !weighed.contradiction) return { fault: weighed.odd }
    return undefined
  }

  /** They have it and say nothing yet; the evidence of R-050 is that there were no words. */
  const stored = async (asked: boolean): Promise<undefined> => {
    flight.state = 'taken'
    if (asked) return
    const { id } = message
    const step = {
      kind: 'answered',
      message: id,
      attempt: flight.attempts,
      reply: new Uint8Array(),
      verdicts: [{ kind: 'taken' }],
    } as const
    if (await written(step)) point('answer.recorded')
  }

  const take = async (answer: Answer, asked: boolean): Promise<Trouble | undefined> => {
    switch (answer.kind) {
      case 'replies': {
        point('push.answered')
        let trouble: Trouble | undefined
        if (!asked) doubted = true
        if (answer.replies.length === 0) return stored(asked)
        if (!asked) flight.state = 'unknown'
        for (const reply of answer.replies) {
          if (flight.end?.kind === 'refused') break
          trouble = (await hear(reply)) ?? trouble
        }
        return flight.end ? undefined : trouble
      }
      case 'nothing':
        if (answer.never) {
          if (!(await unanswered('unsent', fault('DELIVERY_NEVER_ARRIVED')))) return undefined
          flight.state = 'unsent'
          doubted = false
        } else if (flight.state !== 'taken') {
          // Asked, and no proof of arrival: the same bytes under the same id may go again (rule 6).
          doubts += 1
          flight.state = 'unsent'
        }
        return undefined
      case 'unsent':
      case 'unknown': {
        const trouble = { fault: answer.fault, ...(answer.afterMs === undefined ? {} : { afterMs: answer.afterMs }) }
        if (asked) return trouble
        doubted ||= answer.kind === 'unknown'
        flight.state = doubted ? 'unknown' : 'unsent'
        await unanswered(answer.kind, answer.fault)
        return trouble
      }
    }
  }

  // A crash lies between the push and its outcome: that is doubt, and is written down as such.
  if (flight.state === 'sending') await unanswered('unknown', fault('DELIVERY_IN_DOUBT'))
  while (!stopping.aborted && !flight.end) {
    if (refusedWrites > 0) await clock.sleep(retryDelay(refusedWrites, clock.now(), random()), stopping)
    else if (flight.state === 'taken') await clock.sleep(pollDelay(polls++, random()), stopping)
    else if (flight.state === 'unsent' && doubts > 0) await clock.sleep(retryDelay(doubts, clock.now(), random()), stopping)
    await line.use(stopping, async () => {
      const asked = flight.state !== 'unsent'
      const answer = asked ? await transport.ask(message.id, cut) : await push()
      return answer === 'unused' ? answer : ((await take(answer, asked)) ?? 'good')
    })
    moved(flight)
  }
}
