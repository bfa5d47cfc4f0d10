import type { Config } from './config.ts'
import { vietnamWith } from './countries/vn/index.ts'
import type { Board } from './domain/board.ts'
import type { Clock } from './domain/clock.ts'
import type { Country } from './domain/country.ts'
import type { Books, Ledger } from './domain/ledger.ts'
import type { Log } from './domain/log.ts'
import type { Part } from './domain/part.ts'
import type { Shop } from './domain/shop.ts'
import type { Signer } from './domain/signer.ts'
import { type LivingLaw, livingLaw } from './law.ts'
import { looking } from './looking.ts'
import { overlayStory } from './overlay-story.ts'
import { rejectionWatch } from './rejection-watch.ts'
import { revenueWatch } from './revenue-watch.ts'
import { type Switchboard, switchboard } from './switchboard.ts'

export interface LegalParts {
  readonly config: Config
  readonly shop: Shop
  /** Certificates (DER) that sign the authority's papers. */
  readonly trust: readonly Uint8Array[] | undefined
  readonly ledger: Ledger
  readonly books: Pick<Books, 'revenue'>
  readonly signer: Signer
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

export interface Legal {
  /** The country as it may be used here and now: rules in force, switches looked at before each draft. */
  readonly country: Country
  readonly law: LivingLaw
  readonly suspension: Switchboard
  readonly parts: readonly Part[]
}

const HOUR = 3_600_000

/** Joins what the law asks of this installation: dated rules, suspension, registered certificates, thresholds, refusals. */
export function legal({ config, shop, trust, ledger, books, signer, board, clock, log }: LegalParts): Legal {
  const { data, values } = config
  const make: Parameters<typeof livingLaw>[0]['make'] = (rules) => vietnamWith({ rules, ...(trust ? { trust } : {}) })
  const law = livingLaw({ data, make, ledger, board, clock, log })
  const { certificates } = values.shop
  const suspension = switchboard({ shop, data, ledger, board, log, signer, ...(certificates ? { certificates } : {}) })
  const rules = (): ReturnType<LivingLaw['rules']> => law.rules()
  const household = shop.form === 2 ? [revenueWatch({ books, rules, board, clock })] : []
  return {
    country: suspension.guard(law.country),
    law,
    suspension,
    parts: [
      overlayStory({ data, ledger, log }),
      law,
      certificateWatch(suspension, clock),
      ...household,
      rejectionWatch({ ledger, board, clock }),
    ],
  }
}

/** A key that was exchanged while the gateway ran is found within the hour. */
const certificateWatch = (switches: Switchboard, clock: Clock): Part =>
  looking('registered certificate', HOUR, async () => void (await switches.look()), clock)
