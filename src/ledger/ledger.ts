import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../domain/clock.ts'
import type { Entry } from '../domain/entry.ts'
import { fault } from '../domain/fault.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Sealed } from '../domain/invoice.ts'
import type { Arrivals, Books, Fact, Ledger, NamedEntry, OpenMessage, RefusedNotice, Step } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { Notice } from '../domain/notice.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Instant } from '../domain/time.ts'
import { keepAnchors, readAnchors } from './anchor.ts'
import type { Moment } from './book.ts'
import { evidenceBytes, LARGEST_EVIDENCE, noticeBytes, proofBytes } from './evidence.ts'
import { following } from './follow.ts'
import { freshlyHeard, LARGEST } from './fresh.ts'
import { numbering } from './numbering.ts'
import { killAt } from './points.ts'
import type {
  Asked,
  FromWriter,
  Health,
  IssueRequest,
  OpenIncident,
  ReadRequest,
  Reply,
  Slice,
  Tip,
  WriteRequest,
  WriterStart,
} from './requests.ts'
import { settling } from './settling.ts'
import { registerIn, seriesKey } from './story.ts'
import { startThread } from './thread.ts'
import { openView, type Shown } from './view.ts'
import { type Asking, type Wire, wireTo } from './wire.ts'

export interface LedgerOptions {
  /** The data folder; made, mode 0700, when it is not there. */
  readonly dir: string
  readonly clock: Clock
  readonly taxCode: string
  /** Version of the program, for `gateway.started`. */
  readonly build: string
  /** SHA-256 of the configuration without secrets, hex. */
  readonly config: string
  readonly log?: Log
  /** Further anchor files, on other media. */
  readonly anchors?: readonly string[]
  /** The key for documents of buyers, on another medium; unless told it lies in the folder. */
  readonly buyerKey?: string
  /** Kept for finishing what is open when the disk is full; 64 MiB unless told. */
  readonly reserveBytes?: number
  /** `issue.flushed:3`: where the crash tests end the process. */
  readonly points?: string
  /** A failed flush or a broken writer: the process must end. Unless told, it does, with 70. */
  readonly fatal?: (error: Error) => void
}

export interface OpenLedger extends Ledger {
  readonly view: Shown
  readonly books: Books
  /** `tillgate/0199999014/gw7k2m4q/1` */
  readonly origin: string
  /** The newest fact, the newest head (a signed note) and the last number of each series. */
  tip(): Tip
  /** Whether what names a buyer can be read: LEDGER_BUYER_KEY while a key is away. Last known, no I/O. */
  buyers(): Result<void>
  /** Called after each change of `health()` or `buyers()`; returns how to stop listening. */
  watch(listener: () => void): () => void
  /** Bytes of a buyer's document go, the fact that they went stays. LEDGER_NOT_ERASABLE. */
  erase(fact: number, role: string, who: string, why: string): Promise<Result<void>>
  /** Finishes what was asked, writes `gateway.stopped` and the anchors. */
  close(why?: 'asked' | 'upgrade' | 'fault'): Promise<void>
}

const RESERVE = 64 * 1024 * 1024
/** How often a day is asked whether it is over, in real time: an idle gateway closes it too. */
const TICK = 20_000

/**
 * Opens the book. Fails with LEDGER_SECOND_WRITER, LEDGER_FOLDER or LEDGER_NEWER; a damaged, read-only, full or
 * rolled-back one opens, and `health()` says what it refuses.
 */
export async function openLedger(options: LedgerOptions): Promise<Result<OpenLedger>> {
  const { dir, clock, log } = options
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (error) {
    return failed(fault('LEDGER_FOLDER', { folder: dir, why: error instanceof Error ? error.message : String(error) }))
  }
  killAt(options.points)
  const paths = [join(dir, 'anchor.json'), ...(options.anchors ?? [])]
  const anchor = await readAnchors(paths, options.taxCode, log)
  const began = clock.up()
  const now = (): Moment => ({ at: clock.now(), up: Math.max(0, Math.round(clock.up() - began)) })
  const start: WriterStart = {
    dir,
    taxCode: options.taxCode,
    build: options.build,
    config: options.config,
    moment: now(),
    host: hostname(),
    reserveBytes: options.reserveBytes ?? RESERVE,
    ...(options.points === undefined ? {} : { points: options.points }),
    ...(anchor ? { anchor } : {}),
    ...(options.buyerKey === undefined ? {} : { buyerKey: options.buyerKey }),
  }
  return new Promise((resolve, reject) => {
    const bell = new SharedArrayBuffer(4)
    const worker = startThread('writer', { ...start, bell })
    worker.once('error', reject)
    worker.once('message', (first: FromWriter) => {
      worker.off('error', reject)
      if (first.what === 'refused') {
        void worker.terminate().then(() => resolve(failed(first.fault)))
      } else if (first.what === 'opened') {
        resolve(ok(face(options, wireTo(worker, new Int32Array(bell)), worker, first, paths, now)))
      } else reject(new Error(`the writer began with ${first.what}`))
    })
  })
}

type Opened = Extract<FromWriter, { what: 'opened' }>

function face(
  options: LedgerOptions,
  wire: Wire,
  worker: ReturnType<typeof startThread>,
  opened: Opened,
  paths: readonly string[],
  now: () => Moment,
): OpenLedger {
  const { log } = options
  // What has seen more than we hold stays as it is: it is the proof.
  const anchors = keepAnchors(opened.behind ? [] : paths, log)
  const fatal = options.fatal ?? ((): void => process.exit(70))
  let health: Health = opened.health
  let tip = opened.tip
  let closing = false
  const listeners = new Set<() => void>()
  const arrivals = new Set<Arrivals>()
  const fresh = freshlyHeard()
  const read = async <T>(request: ReadRequest): Promise<T> => readOf<T>(await wire.ask(() => request))
  const follower = following((from, limit) => read<readonly Fact[]>({ what: 'facts', from, limit }), wire.watch, tip.n)
  const entryOf = async (entry: EntryId): Promise<Entry | undefined> =>
    fresh.entry(entry) ?? read<Entry | undefined>({ what: 'entry', entry })
  const waits = settling(entryOf)
  const left = (entry: EntryId, now?: Entry): void => {
    fresh.drop(entry)
    waits.left(entry, now)
  }

  const heal = (next: Health): void => {
    const changed = (['capture', 'issue', 'buyers'] as const).some((of) => next[of]?.code !== health[of]?.code)
    health = next
    if (changed) for (const listener of listeners) listener()
  }
  let dead = false
  const broken = (error: Error): void => {
    if (closing || dead) return
    dead = true
    log?.error({ part: 'ledger', code: 'LEDGER_BROKEN' }, error.stack ?? error.message)
    wire.fail(error)
    fatal(error)
  }
  worker.on('error', (error) => broken(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => broken(new Error('the writer ended')))
  worker.on('message', (message: FromWriter) => {
    if (message.what === 'health') return heal(message.health)
    if (message.what === 'taken') return wire.taken(message.entries)
    if (message.what !== 'done') return
    if (message.tip) {
      tip = message.tip
      anchors.moved(tip)
    }
    wire.answered(message)
    if (message.tip) follower.told(message.facts, tip.n)
    heal(message.health)
  })
  anchors.moved(tip)

  const write = async (build: (put: (bytes: Uint8Array) => Slice) => WriteRequest, how?: Asking): Promise<Result<unknown>> =>
    resultOf(await wire.ask(build, how))
  const send = async (entry: EntryId, sealed: Sealed, soon: boolean): Promise<Reply> => {
    const moment = now()
    const asked = wire.ask((put) => issueRequest(entry, sealed, put, moment), { soon })
    // Beside the flush, and behind the message to the writer.
    const foretell = fresh.foretell(entry)
    if (foretell) setImmediate(foretell, sealed)
    const reply = await asked
    if (reply.ok && reply.value === undefined) left(entry, queuedAs(entry, sealed, moment.at))
    else if (reply.ok) left(entry)
    return reply
  }
  const numbers = numbering(
    send,
    opened.series.map(({ form, symbol, next, lastAt }) => [seriesKey(form, symbol), { next, lastAt }]),
  )
  const { view, books, close: closeView } = openView(options.dir, options.buyerKey)
  const ticks = setInterval(() => void write(() => ({ what: 'tick', ...now() })).catch(broken), TICK).unref()

  return {
    view,
    books,
    origin: opened.tip.origin,
    tip: () => tip,
    end: () => tip.n + 1,
    async capture(register, heard, cursor) {
      // Once the printer's line is open and the text has gone on, still long before the flush is over.
      for (const { bytes } of arrivals) setTimeout(setImmediate, 1, bytes, register, heard.bytes)
      const moment = now()
      // A file is read in its own time, and an order is no paper that anybody waits for.
      const waited = cursor === undefined && !heard.order && heard.bytes.length <= LARGEST
      const early = waited && [...arrivals].some(({ ready }) => ready?.(register))
      let told = false
      const taken = (entry: EntryId): void => {
        told = true
        fresh.put(entry, heard, moment.at)
        for (const listener of arrivals) listener.entry?.(register, entry)
      }
      const request = (put: (bytes: Uint8Array) => Slice): WriteRequest => ({
        what: 'capture',
        ...moment,
        register,
        frame: put(heard.bytes),
        discarded: heard.discarded,
        torn: heard.torn,
        ...(heard.revised ? { revised: true as const } : {}),
        ...(heard.namesBuyer ? { namesBuyer: true as const } : {}),
        ...(heard.order ? { order: true as const } : {}),
        ...(cursor === undefined ? {} : { cursor }),
        ...(early ? { early } : {}),
      })
      const result = await write(request, { taken })
      // Told ahead it may have moved on already.
      if (result.ok && !told) fresh.put(result.value as EntryId, heard, moment.at)
      return result as Result<EntryId>
    },
    arriving(listener) {
      arrivals.add(listener)
      return () => void arrivals.delete(listener)
    },
    async frame(entry) {
      return fresh.frame(entry) ?? read<Uint8Array | undefined>({ what: 'frame', entry })
    },
    withheld: (entry) => read<boolean>({ what: 'withheld', entry }),
    issue: (entry, draft, signer) => numbers.issue(entry, draft, signer),
    async record(step) {
      const file = step.kind === 'agreed' ? step.evidence.file : step.kind === 'incident' ? step.proof?.file : undefined
      if ((file?.bytes.length ?? 0) > (LARGEST_EVIDENCE * 2) / 3) return failed(fault('LEDGER_EVIDENCE_LARGE'))
      const result = await write((put) => ({ what: 'step', ...now(), ...slim(step, put) }))
      if ('entry' in step) left(step.entry)
      return result.ok ? ok(undefined) : result
    },
    entry: entryOf,
    list: (state, limit, after) =>
      read<readonly Entry[]>({ what: 'list', state, limit, ...(after === undefined ? {} : { after }) }),
    named: (register, name) => read<readonly NamedEntry[]>({ what: 'named', register, name }),
    async notify(notice, name, who) {
      const { invoices, request } = notice
      const result = await write((put) => ({
        ...{ what: 'notify', ...now(), name, who },
        invoices: invoices.map(({ invoice }) => invoice),
        ...(request ? { request } : {}),
        bytes: put(noticeBytes(notice)),
      }))
      return result as Result<Asked>
    },
    notices: (limit) => read<readonly Notice[]>({ what: 'notices', limit }),
    refused: () => read<readonly RefusedNotice[]>({ what: 'refused' }),
    unfinished: () => read<readonly OpenMessage[]>({ what: 'unfinished' }),
    outages: () => read<readonly OpenIncident[]>({ what: 'outages' }),
    settled: waits.settled,
    follow: follower.follow,
    cursor: (register: RegisterId) => read<string | undefined>({ what: 'cursor', register }),
    health: () => ({
      capture: health.capture ? failed(health.capture) : ok(undefined),
      issue: health.issue ? failed(health.issue) : ok(undefined),
    }),
    buyers: () => (health.buyers ? failed(health.buyers) : ok(undefined)),
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async erase(fact, role, who, why) {
      const result = await write(() => ({ what: 'erase', ...now(), fact, role, who, why }))
      return result.ok ? ok(undefined) : result
    },
    async close(why = 'asked') {
      if (closing || dead) return
      clearInterval(ticks)
      await wire.drained()
      await write(() => ({ what: 'stop', ...now(), why }))
      closing = true
      follower.close()
      await Promise.all([anchors.close(), closeView(), ended(worker)])
      wire.fail(new Error('the ledger is closed'))
    },
  }
}

function ended(worker: ReturnType<typeof startThread>): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.postMessage('close')
  })
}

function resultOf(reply: Reply): Result<unknown> {
  if (reply.ok) return ok(reply.value)
  if ('fault' in reply) return failed(reply.fault)
  throw new Error('bug' in reply ? reply.bug : 'a number was asked for again')
}

function readOf<T>(reply: Reply): T {
  const result = resultOf(reply)
  if (!result.ok) throw new Error(result.fault.code)
  return result.value as T
}

/** The entry as the writer has just written it. */
const queuedAs = (id: EntryId, sealed: Sealed, since: Instant): Entry => {
  return { id, register: registerIn(id) as RegisterId, since, state: 'queued', sealed }
}

/** Bytes go into the block, the step without them goes beside it. */
function slim(step: Step, put: (bytes: Uint8Array) => Slice): { step: Step; bytes?: Slice; masked?: Slice } {
  switch (step.kind) {
    case 'answered':
      return { step: { ...step, reply: NONE }, bytes: put(step.reply) }
    case 'pushed': {
      const bytes = step.attempt === 1 ? { bytes: put(step.message.bytes) } : {}
      return { step: { ...step, message: { ...step.message, bytes: NONE } }, ...bytes }
    }
    case 'agreed': {
      const { channel } = step.evidence
      return { step: { ...step, evidence: { channel, note: '' } }, bytes: put(evidenceBytes(step.evidence)) }
    }
    case 'incident': {
      const { proof, ...rest } = step
      return { step: rest, ...(proof ? { bytes: put(proofBytes(proof)) } : {}) }
    }
    case 'letter':
      return { step: { ...step, bytes: NONE }, bytes: put(step.bytes) }
    case 'recoded': {
      const { masked, ...sealed } = step.sealed
      const bytes = put(sealed.bytes)
      return { step: { ...step, sealed: { ...sealed, bytes: NONE } }, bytes, ...(masked ? { masked: put(masked) } : {}) }
    }
    default:
      return { step }
  }
}
const NONE = new Uint8Array()

function issueRequest(entry: EntryId, sealed: Sealed, put: (bytes: Uint8Array) => Slice, { at, up }: Moment): WriteRequest {
  const { identity, series, authorityCode, masked } = sealed
  const request: IssueRequest = {
    what: 'issue',
    entry,
    seller: identity.seller,
    form: series.form,
    symbol: series.symbol,
    number: identity.number,
    issuedAt: sealed.at,
    due: sealed.due,
    pay: sealed.pay,
    rates: sealed.rates.map(({ rate, net, tax }) => [rate, net, tax] as const),
    ...(sealed.tender ? { tender: sealed.tender.map(({ method, amount }) => [method, amount] as const) } : {}),
    ...(sealed.corrects ? { corrects: sealed.corrects } : {}),
    ...(sealed.offline ? { offline: sealed.offline } : {}),
    digest: sealed.digest,
    stamp: JSON.stringify(sealed.stamp),
    invoice: put(sealed.bytes),
    ...(authorityCode === undefined ? {} : { code: authorityCode }),
    ...(masked === undefined ? {} : { masked: put(masked) }),
  }
  return { ...request, at, up }
}
