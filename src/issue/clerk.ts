import { setMaxListeners } from 'node:events'
import type { Board } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import type { Country } from '../domain/country.ts'
import type { Driver } from '../domain/driver.ts'
import type { Entry } from '../domain/entry.ts'
import { fault } from '../domain/fault.ts'
import { type EntryId, type RegisterId, registerId } from '../domain/ids.ts'
import type { Books, Fact, Ledger } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { NextBuyer } from '../domain/next-buyer.ts'
import type { Part } from '../domain/part.ts'
import type { Reader } from '../domain/reader.ts'
import type { Register, Shop } from '../domain/shop.ts'
import type { Signer } from '../domain/signer.ts'
import type { Witness } from '../domain/witness.ts'
import { find, type Sources } from './corrections/find.ts'
import { stillStands } from './corrections/stands.ts'
import { type Lane, type LaneParts, lane } from './lane.ts'
import { tillWatch } from './till-watch.ts'

export interface ClerkParts {
  readonly ledger: Ledger
  readonly country: Country
  readonly shop: Shop
  readonly registers: ReadonlyMap<
    RegisterId,
    {
      readonly register: Register
      readonly driver: Driver
      readonly named?: boolean
      readonly cuts?: boolean
      readonly witness?: Witness
    }
  >
  readonly reader: Reader
  /** Of registers with a template of their own. */
  readonly readers?: ReadonlyMap<RegisterId, Reader>
  /** Where the chain of a correction stands; absent: none is issued. */
  readonly books?: Pick<Books, 'chain'>
  /** Who buys next at each register. */
  readonly nextBuyer?: NextBuyer
  /** Only when each invoice is signed. */
  readonly signer?: Signer
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

const PAGE = 500
const LOOK_MS = 60_000

/** Turns heard receipts into numbered, sealed invoices: one lane a register, the ledger between it and everybody else. */
export function clerk(parts: ClerkParts): Part {
  const { ledger, registers, reader, readers, board, clock, log } = parts
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal)
  const lanes = new Map<RegisterId, Lane>()
  const watch = tillWatch(board, log, (on, sales) => parts.country.unissued?.(on, sales, parts.shop))
  let unhear: (() => void) | undefined
  let work: Promise<unknown> = Promise.resolve()

  /** A register taken out of the configuration leaves receipts behind: nothing vanishes (law 6). */
  const orphan = async (entry: EntryId): Promise<void> => {
    const result = await ledger.record({ kind: 'held', entry, fault: fault('READING_NO_REGISTER') })
    if (!result.ok) log.error({ part: 'clerk', entry, code: result.fault.code }, 'left captured: its register is not configured')
  }

  const hear = async (id: RegisterId, entry: EntryId): Promise<void> => {
    const of = lanes.get(id)
    if (of) of.hear(entry)
    else await orphan(entry)
  }

  /** What was captured, or released by a person, before this start; the fact stream was opened first, so nothing falls between. */
  const takeUp = async (state: 'captured' | 'held'): Promise<void> => {
    let after: EntryId | undefined
    for (;;) {
      const page: readonly Entry[] = await ledger.list(state, PAGE, after)
      for (const entry of page) {
        if (entry.state === 'captured') await hear(entry.register, entry.id)
        else release(entry)
      }
      after = page.at(-1)?.id
      if (page.length < PAGE || stopping.signal.aborted) return
    }
  }

  /** Held again since then: that release was used up, only a new one counts. */
  const release = (entry: Entry | undefined): void => {
    if (entry?.state === 'held' && entry.released) lanes.get(entry.register)?.release(entry.id)
  }

  const listen = async (from: number): Promise<void> => {
    for await (const fact of ledger.follow(from, stopping.signal)) {
      if (fact.kind === 'frame.captured') {
        const { register, entry } = body(fact)
        const of = lanes.get(registerId(register))
        if (of) of.hear(entry as EntryId)
      } else if (fact.kind === 'entry.released') {
        release(await ledger.entry(body(fact).entry as EntryId))
      }
    }
  }

  /** A shift ends and a gap grows old by time alone. */
  const tend = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(LOOK_MS, stopping.signal)
      watch.look(lanes.keys(), clock.now())
    }
  }

  return {
    name: 'clerk',
    async start() {
      const stands = standing(parts)
      for (const [id, of] of registers)
        lanes.set(id, lane({ ...parts, ...of, ...stands, watch, reader: readers?.get(id) ?? reader }))
      const from = ledger.end?.() ?? 0
      await takeUp('captured')
      await takeUp('held')
      unhear = ledger.arriving?.({
        bytes: (register, frame) => lanes.get(register)?.expect(frame),
        ready: (register) => lanes.get(register)?.ready() ?? false,
        entry: (register, entry) => lanes.get(register)?.hear(entry),
      })
      const running = [...lanes.values()].map((of) => of.run(stopping.signal))
      work = Promise.all([listen(from), tend(), ...running])
    },
    async stop(deadline) {
      unhear?.()
      stopping.abort()
      const late = new AbortController()
      await Promise.race([work, clock.sleep(Math.max(0, deadline - clock.now()), late.signal)])
      late.abort()
    },
  }
}

/** How the lanes ask whether a correction still stands, where the books can tell. */
function standing(parts: ClerkParts): Pick<LaneParts, 'stands'> {
  const { ledger, books, country, shop } = parts
  if (!books) return {}
  const sources = { ledger, books, country, shop, papers: papersOf(parts) }
  return {
    async stands(sale) {
      const before = await find(sources, sale.corrects.invoice)
      return before.ok ? stillStands(sale, before.value) : before
    },
  }
}

/** How the papers of each register are read. */
export const papersOf = ({
  registers,
  reader,
  readers,
}: Pick<ClerkParts, 'registers' | 'reader' | 'readers'>): Sources['papers'] =>
  new Map([...registers].map(([id, { driver }]) => [id, { driver, reader: readers?.get(id) ?? reader }]))

const body = (fact: Fact): { readonly entry: string; readonly register: string } =>
  (JSON.parse(fact.line) as { body: { entry: string; register: string } }).body
