import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { BUILD_VERSION, BUILT_IN, type Rules, withTable } from './countries/vn/rules.ts'
import type { Board } from './domain/board.ts'
import type { Clock } from './domain/clock.ts'
import type { Country } from './domain/country.ts'
import type { Ledger } from './domain/ledger.ts'
import type { Log } from './domain/log.ts'
import type { Part } from './domain/part.ts'
import { ok } from './domain/result.ts'
import { looking } from './looking.ts'
import { type KeptRules, keptRules } from './rules-file.ts'
import { openSettings } from './settings.ts'

/** How soon a table imported by a command counts in a gateway that runs. */
const LOOK = 30_000
const ITEM = 'rules'
/** Stands before the first import. */
const NO_TABLE = createHash('sha256').update(BUILD_VERSION).digest('hex')

export interface LawParts {
  readonly data: string
  /** The country under given rules. */
  readonly make: (rules: Rules) => Country
  readonly ledger: Pick<Ledger, 'record'>
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
  /** PEM of the publisher's key; absent: the one that came with this build. */
  readonly publisher?: string
}

export interface LivingLaw extends Part {
  /** The country under the rules that count now; one object for the life of the gateway. */
  readonly country: Country
  rules(): Rules
  /** Of the rules that count: of the imported table, or of this build. */
  version(): string
  /** Looks for a newly imported table, puts it in force, and writes the fact. */
  look(): Promise<void>
}

/**
 * The law of this installation: the rows of the build and over them those of a signed table, read at the start and
 * again when one is imported. A table that does not prove itself is told and not used; what counted goes on.
 */
export function livingLaw({ data, make, ledger, board, clock, log, publisher }: LawParts): LivingLaw {
  let rules = BUILT_IN
  let country = make(rules)
  let table: KeptRules | undefined

  const read = (): void => {
    const kept = keptRules(data, publisher)
    if (!kept.ok) {
      const { code, values } = kept.fault
      log.error({ part: ITEM, code }, 'the imported rules cannot be used')
      board.set(ITEM, { level: 'serious', key: `fault.${code}`, todo: `fault.${code}.hint`, ...(values ? { values } : {}) })
      return
    }
    board.clear(ITEM)
    if (kept.value?.digest === table?.digest) return
    table = kept.value
    rules = table ? withTable(BUILT_IN, table) : BUILT_IN
    country = make(rules)
    log.info({ part: ITEM, version: table?.version ?? BUILD_VERSION }, 'rules in force')
  }

  /** One fact for each table, whoever imported it and when; what was told last stands in the settings. */
  const tell = async (): Promise<void> => {
    const settings = openSettings(join(data, 'settings.json'))
    const [before, after] = [settings.data.rules ?? NO_TABLE, table?.digest ?? NO_TABLE]
    if (before === after) return
    const fields = table ? [...table.rows.keys()].sort() : []
    const told = await ledger.record({ kind: 'changed', what: 'rules', before, after, fields, who: 'owner' })
    if (!told.ok) return log.error({ part: ITEM, code: told.fault.code }, 'the change of rules was not written down')
    settings.read()
    settings.data.rules = after
    settings.write()
  }

  const look = async (): Promise<void> => {
    read()
    await tell()
  }

  read()
  return {
    rules: () => rules,
    version: () => table?.version ?? BUILD_VERSION,
    country: {
      code: country.code,
      draft: (sale, shop, register, at) => country.draft(sale, shop, register, at),
      series: (shop, register, at) => country.series(shop, register, at),
      view: (bytes) => country.view(bytes),
      buyer: (bytes) => country.buyer?.(bytes),
      changes: (at, days) => country.changes(at, days),
      timeline: () => country.timeline?.() ?? [],
      remedies: (on) => country.remedies?.(on) ?? [],
      mayNotify: (shop) => country.mayNotify?.(shop) ?? ok(undefined),
      late: (due, now, shop) => country.late?.(due, now, shop) ?? { days: 0 },
      unissued: (on, sales, shop) => country.unissued?.(on, sales, shop),
      erasable(what, of) {
        if (!country.erasable) throw new Error('this law knows no time of keeping')
        return country.erasable(what, of)
      },
      letter: (bytes) => country.letter?.(bytes),
    },
    look,
    ...looking('law', LOOK, look, clock),
  }
}
