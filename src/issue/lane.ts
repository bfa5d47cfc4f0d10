import { backoff } from '../domain/backoff.ts'
import { bell } from '../domain/bell.ts'
import type { Board } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import type { Country } from '../domain/country.ts'
import { showDong } from '../domain/dong.ts'
import type { Driver } from '../domain/driver.ts'
import type { Entry } from '../domain/entry.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Draft, Sealed } from '../domain/invoice.ts'
import type { Ledger, Step } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { NextBuyer } from '../domain/next-buyer.ts'
import { readOrder } from '../domain/order.ts'
import type { Reader } from '../domain/reader.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Sale } from '../domain/sale.ts'
import type { Register, Shop } from '../domain/shop.ts'
import type { Signer } from '../domain/signer.ts'
import { civilDate } from '../domain/time.ts'
import type { Witness } from '../domain/witness.ts'
import type { Corrected } from './corrections/sale.ts'
import { hintBoard } from './hints.ts'
import { recall } from './recall.ts'
import { repeats, saidBy } from './repeats.ts'
import { sellerWatch } from './seller.ts'
import type { TillWatch } from './till-watch.ts'
import { printedDate, type Slip, type Understood, understand } from './understand.ts'
import { usualEnd } from './usual-end.ts'
import { contradicted } from './witnessed.ts'

export interface LaneParts {
  readonly ledger: Ledger
  readonly country: Country
  readonly shop: Shop
  readonly register: Register
  readonly driver: Driver
  readonly reader: Reader
  /** Its documents come each under a name of its own (`Desk`). */
  readonly named?: boolean
  /** Whether it cuts every paper, where a person said so. */
  readonly cuts?: boolean
  /** What the buyer was shown, where the till has a display. */
  readonly witness?: Witness
  /** Shared by all tills of the shop. */
  readonly watch: TillWatch
  /** Who buys next, given before the sale. */
  readonly nextBuyer?: NextBuyer
  /** Whether a correction that was ordered may still be issued, and as what. Absent: there is no desk that orders any. */
  stands?(sale: Corrected): Promise<Result<Sale>>
  /** Only where every invoice is signed (R-027 asks for the message alone). */
  readonly signer?: Signer
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

/** One register's receipts, in the order heard. Registers wait for nobody but themselves. */
export interface Lane {
  /** A captured entry; the same one twice is one. */
  hear(entry: EntryId): void
  /** Bytes that will be an entry once they are on disk: read while they are flushed. */
  expect(frame: Uint8Array): void
  /** Whether what is heard now is worked on at once. */
  ready(): boolean
  /** A held entry that a person lets through. */
  release(entry: EntryId): void
  /** Works until `signal` aborts; what is in flight is finished first. */
  run(signal: AbortSignal): Promise<void>
}

interface Task {
  readonly order: number
  readonly entry: EntryId
  readonly released: boolean
  loaded?: Promise<readonly [Entry | undefined, Uint8Array | undefined]>
}

/** Sealing with a signature each is work for the other cores; numbers are still given in the order of these calls. */
const IN_FLIGHT = 16
const LOOK_AHEAD = 8
/** Milliseconds of reading after which everybody else has a turn. */
const TURN = 4
/** The ledger, the clock or the key refuse: nothing is wrong with the document, so it waits instead of being held. */
const MUST_WAIT = /^(LEDGER(?!_(CODE_TWICE|REPLACED|METHOD_LOCKED)$)|CLOCK|SIGN)_/
/** Papers that take a finished sale back. */
const TAKES_BACK = new Set(['SALE_REFUND', 'SALE_VOIDED'])
/** The day of the draft is over in the book. */
const DAY_CLOSED = 'CLOCK_DAY_CLOSED'
/** A person set it aside while we read it. */
const TOO_LATE = 'LEDGER_STATE'

export function lane(parts: LaneParts): Lane {
  const { ledger, country, shop, register, driver, reader, signer, watch, nextBuyer, board, clock, log } = parts
  const part = 'clerk'
  const memory = repeats()
  const ends = usualEnd(parts.cuts)
  const hint = hintBoard(register.id, board)
  const nothing = shop.zeroTotal !== 'hold'
  const heed = sellerWatch({ register: register.id, taxCode: shop.taxCode, board, log })
  const wake = bell()
  const activated = new Set<string>()
  const ahead = new WeakMap<Uint8Array, Understood>()
  const waiting: Task[] = []
  const sentBack: Task[] = []
  let heardUpTo = ''
  let noticed = ''
  let order = 0
  let flying = 0
  let trouble: Fault | undefined
  let tries = 0
  let running = false

  const put = (entry: EntryId, released: boolean): void => {
    waiting.push({ order: order++, entry, released })
    wake.ring()
  }

  /** The result of a write decides over its task: done, or back in line until it can be written. */
  const fly = (task: Task, write: Promise<Result<unknown>>): void => {
    flying += 1
    void write.then(async (result) => {
      flying -= 1
      if (result.ok) recovered()
      else if (result.fault.code === TOO_LATE) {
        nextBuyer?.giveBack(task.entry)
        recovered()
      } else if (MUST_WAIT.test(result.fault.code)) {
        trouble ??= result.fault
        sentBack.push(task)
      } else await hold(task, result.fault)
      wake.ring()
    })
  }

  const hold = async (task: Task, why: Fault): Promise<void> => {
    giveBack(task.entry, why)
    log.warn({ part, register: register.id, entry: task.entry, code: why.code }, 'held')
    fly(task, ledger.record({ kind: 'held', entry: task.entry, fault: why }))
  }

  /** Unless the buyer himself is what does not fit: he would stop the next sale as well. */
  const giveBack = (entry: EntryId, why: Fault): void => {
    if (!why.path?.startsWith('buyer.')) nextBuyer?.giveBack(entry)
  }

  const recovered = (): void => {
    if (tries === 0) return
    tries = 0
    for (const room of ['ledger', 'clock', 'signer']) board.clear(`${room}/${register.id}`)
    log.info({ part, register: register.id }, 'issuing again')
  }

  /** One document: understood, judged, drafted; its write then flies. What a driver or a template throws is its own fault. */
  const handle = async (task: Task): Promise<void> => {
    const [entry, frame] = await (task.loaded ?? load(task))
    if (!entry || (task.released ? entry.state !== 'held' || !entry.released : entry.state !== 'captured')) return
    const ordered = 'order' in entry && entry.order === true
    const { step, draft } = !frame ? await unread(entry) : ordered ? await obey(entry, frame) : decide(task, entry, frame)
    if (step?.kind === 'held') {
      const why = await withInvoice(step.fault)
      giveBack(entry.id, why)
      log.warn({ part, register: register.id, entry: entry.id, code: why.code }, 'held')
      return fly(task, ledger.record({ ...step, fault: why }))
    }
    if (step) return fly(task, ledger.record(step))
    if (!draft) return
    const active = await activate(draft)
    if (!active.ok) return fly(task, Promise.resolve(active))
    fly(task, issue(task, draft))
  }

  /** The bytes are gone, or lie under a key that is away: then only this one waits for it, not the sales behind it. */
  const unread = async (entry: Entry): Promise<Decision> =>
    held(entry, fault((await ledger.withheld?.(entry.id)) ? 'READING_LOCKED' : 'READING_NO_FRAME'))

  /** A correction that a person ordered: no paper of the till, so nothing of it is judged but the law of its chain. */
  const obey = async (entry: Entry, frame: Uint8Array): Promise<Decision> => {
    // What flies may be of the same chain.
    while (flying > 0) await wake.wait(new AbortController().signal)
    try {
      const order = readOrder(frame)
      if (!order) return held(entry, fault('CORRECTION_UNREADABLE'))
      const { corrects } = order.sale
      if (corrects && !parts.stands) return held(entry, fault('CORRECTION_UNREADABLE'))
      const sale = corrects && parts.stands ? await parts.stands({ ...order.sale, corrects }) : ok(order.sale)
      const draft = sale.ok ? country.draft(sale.value, shop, register, clock.now()) : failed(sale.fault)
      return draft.ok ? { draft: draft.value } : held(entry, draft.fault)
    } catch (error) {
      return thrown(entry, error)
    }
  }
  const thrown = (entry: Entry, error: unknown): Decision => {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error({ part, register: register.id, entry: entry.id, code: 'READING_FAILED', why }, 'reading threw')
    return held(entry, fault('READING_FAILED'))
  }

  /** Beside the flush or once it is an entry, whichever comes first. */
  const readOnce = (frame: Uint8Array): Understood => {
    const known = ahead.get(frame) ?? understand(frame, driver, reader, false, nothing)
    ahead.set(frame, known)
    return known
  }

  const decide = (task: Task, entry: Entry, frame: Uint8Array): Decision => {
    try {
      const found = task.released ? understand(frame, driver, reader, true, true) : readOnce(frame)
      if (!task.released && found.slip) notice(entry, found.slip)
      if (found.kind === 'held') {
        const first = task.released ? undefined : waitsAlready(entry, found.slip)
        if (first) return { step: { kind: 'aside', entry: entry.id, why: 'duplicate', of: first } }
        return held(entry, takenBack(found))
      }
      if (found.kind === 'aside') {
        const { slip: _, ...aside } = found
        return { step: { ...aside, entry: entry.id } }
      }
      const said = saidBy(entry.id, entry.since, found.receipt, found.textLines, parts.named)
      if (!task.released) {
        // The whole paper will be printed again; a sum that was cut off must not become an invoice (register-capture 1.1).
        if (entry.state === 'captured' && entry.torn) return held(entry, fault('CAPTURE_TORN'))
        if (found.end && ends.lacks(entry.id, found.end)) return held(entry, fault('CAPTURE_UNCUT'))
        if (entry.state === 'captured' && entry.revised)
          return held(entry, fault(parts.named ? 'SALE_REVISED' : 'SALE_FILE_REVISED'))
        const repeat = memory.judge(said)
        if (repeat?.kind === 'duplicate') {
          const total = found.receipt.total
          return { step: { kind: 'aside', entry: entry.id, why: 'duplicate', of: repeat.of, total } }
        }
        memory.remember(said)
        if (repeat) return held(entry, repeat.fault)
        const dated = printedDate(found.receipt, entry.since)
        if (!dated.ok) return held(entry, dated.fault)
        const differs = contradicted(found.receipt, parts.witness, entry.since)
        if (differs) return held(entry, differs)
      } else memory.remember(said)
      const sale = task.released ? found.sale : named(entry, found.sale)
      const draft = country.draft(sale, shop, register, clock.now())
      if (!draft.ok) return held(entry, draft.fault)
      heed(found.sale)
      hint(draft.value)
      return { draft: draft.value }
    } catch (error) {
      return thrown(entry, error)
    }
  }

  /** A buyer the machine itself names counts; one who waits at this till is for the receipt heard next, not for an older one. */
  const named = (entry: Entry, sale: Sale): Sale => {
    const buyer = sale.buyer === undefined ? nextBuyer?.take(register.id, entry.id, entry.since) : undefined
    return buyer ? { ...sale, buyer } : sale
  }

  /** The till timed out and printed it again: one task for a person, not two (register-capture 6.4). */
  const waitsAlready = (entry: Entry, slip: Slip | undefined): EntryId | undefined => {
    if (slip?.receipt?.receiptNo === undefined || (entry.state === 'captured' && entry.torn)) return undefined
    return memory.waits(saidBy(entry.id, entry.since, slip.receipt, slip.textLines))
  }

  /** A return or a cancellation, with the sale it speaks of where that was heard. */
  const takenBack = ({ fault: why, slip }: Extract<Understood, { kind: 'held' }>): Fault => {
    if (!slip || !TAKES_BACK.has(why.code)) return why
    const number = slip.ties.refersTo ?? slip.ties.number
    const sale = number === undefined ? undefined : memory.earlier(number)
    if (!sale) return slip.ties.refersTo === undefined ? why : fault(`${why.code}_UNHEARD`, { receipt: slip.ties.refersTo })
    return fault(`${why.code}_OF`, { receipt: sale.number ?? '', entry: sale.entry, total: showDong(sale.total) })
  }

  /** The invoice of the sale that is taken back, or that it has none yet: then nothing needs correcting. */
  const withInvoice = async (why: Fault): Promise<Fault> => {
    const of = why.values?.['entry']
    if (of === undefined || !why.code.endsWith('_OF')) return why
    const sale = await ledger.entry(of as EntryId)
    if (sale?.state === 'held') return { ...why, code: why.code.replace(/_OF$/, '_WAITING') }
    const invoice = sale && 'sealed' in sale ? nameOf(sale.sealed) : of
    return { ...why, values: { ...why.values, invoice } }
  }

  /** Tried again after trouble, it is the same paper. */
  const notice = (entry: Entry, slip: Slip): void => {
    if (entry.id <= noticed) return
    noticed = entry.id
    watch.hear(register.id, entry.since, slip)
    watch.look([register.id], clock.now())
  }

  /** The series comes into use before its first number; at the turn of the year it is another one. */
  const activate = async ({ series }: Draft): Promise<Result<void>> => {
    const name = `${series.form}${series.symbol}`
    if (activated.has(name)) return { ok: true, value: undefined }
    const { id, index } = register
    const step = { kind: 'symbol', series, register: id, index, block: shop.codeBlock, scheme: 'RRR+8' } as const
    const result = await ledger.record(step)
    if (result.ok) activated.add(name)
    return result
  }

  const issue = async (task: Task, draft: Draft): Promise<Result<unknown>> => {
    const sealed = await ledger.issue(task.entry, draft, signer)
    if (sealed.ok) {
      log.info({ part, register: register.id, entry: task.entry, invoice: nameOf(sealed.value) }, 'issued')
    }
    return sealed
  }

  const load = (task: Task): Promise<readonly [Entry | undefined, Uint8Array | undefined]> =>
    (task.loaded ??= Promise.all([ledger.entry(task.entry), ledger.frame(task.entry)]))

  /** Everything sent back goes in front again, in its old order, and waits until issuing looks possible. */
  const pause = async (why: Fault, signal: AbortSignal): Promise<void> => {
    // Overtaken by midnight: drafted anew at once, in today (audit-pack 1.5).
    if (why.code === DAY_CLOSED && why.values?.['day'] !== civilDate(clock.now())) return again()
    tries += 1
    const room = why.code.startsWith('CLOCK_') ? 'clock' : why.code.startsWith('SIGN_') ? 'signer' : 'ledger'
    const values = why.values ? { values: why.values } : {}
    board.set(`${room}/${register.id}`, {
      level: 'critical',
      key: `fault.${why.code}`,
      ...values,
      todo: `fault.${why.code}.hint`,
    })
    if (tries === 1) log.error({ part, register: register.id, code: why.code }, 'issuing waits')
    do await clock.sleep(backoff(tries, 0.5, { first: 1_000, cap: 15_000 }), signal)
    while (!signal.aborted && !ledger.health().issue.ok)
    again()
  }

  const again = (): void => {
    const tasks = sentBack.splice(0).sort((a, b) => a.order - b.order)
    // What they looked like may have changed while they waited.
    waiting.unshift(...tasks.map(({ order, entry, released }) => ({ order, entry, released })))
    trouble = undefined
  }

  return {
    hear(entry) {
      if (entry <= heardUpTo) return
      heardUpTo = entry
      put(entry, false)
    },
    expect(frame) {
      // In a queue it would be read too early to be remembered.
      if (waiting.length > LOOK_AHEAD) return
      try {
        readOnce(frame)
      } catch {
        // It will throw again once it is an entry, and is held then.
      }
    },
    ready: () => running && waiting.length === 0 && flying === 0 && !trouble && tries === 0,
    release: (entry) => put(entry, true),
    async run(signal) {
      await recall(parts, memory, ends, signal)
      running = !signal.aborted
      let turn = clock.up()
      while (!signal.aborted) {
        const health = ledger.health().issue
        if (!health.ok && waiting.length > 0) trouble ??= health.fault
        // One alone is the probe after trouble.
        const room = tries > 0 ? 1 : IN_FLIGHT
        const idle = flying >= room || waiting.length === 0
        if (trouble || idle) {
          await (trouble && flying === 0 ? pause(trouble, signal) : wake.wait(signal))
          turn = clock.up()
        } else {
          const task = waiting.shift()
          for (const next of waiting.slice(0, LOOK_AHEAD)) void load(next)
          if (task) await handle(task)
          // Reading shares its thread with the bytes of every till: they go first.
          if (clock.up() - turn >= TURN) {
            await new Promise(setImmediate)
            turn = clock.up()
          }
        }
      }
      while (flying > 0) await wake.wait(new AbortController().signal)
    },
  }
}

interface Decision {
  readonly step?: Step
  readonly draft?: Draft
}
const held = ({ id }: Entry, why: Fault): Decision => ({ step: { kind: 'held', entry: id, fault: why } })

/** `1C26MAA-00000153` */
const nameOf = ({ identity: { form, symbol, number } }: Sealed): string => `${form}${symbol}-${String(number).padStart(8, '0')}`
