import type { Board, BoardItem } from './domain/board.ts'
import type { Clock } from './domain/clock.ts'
import type { Country } from './domain/country.ts'
import type { Part } from './domain/part.ts'
import type { Signer } from './domain/signer.ts'
import { type CivilDate, civilDate, dayStart } from './domain/time.ts'
import { looking } from './looking.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Days ahead at which each is told; the new year is known to everybody. */
const AHEAD = 30
/** Ends that have words of their own. */
const TOLD = new Set(['rate.8', 'cut', 'format', 'holidays', 'symbol.year'])
const NEW_YEAR = { code: 'symbol.year', days: 14 }
const CERTIFICATE = { info: 60, warning: 30 }

/** The sentence for a rule that ends or begins; below `key.do` stands what to do about it. */
export function sayingOf(
  { code, on }: { readonly code: string; readonly on: CivilDate },
  today: CivilDate,
): { readonly key: string; readonly values: Readonly<Record<string, string>> } {
  const days = String(Math.round((dayStart(on) - dayStart(today)) / DAY))
  const told = TOLD.has(code)
  const values = { days, date: on.split('-').reverse().join('/'), ...(told ? {} : { rule: code }) }
  return { key: `calendar.${told ? code : 'rule'}`, values }
}

export interface CalendarParts {
  readonly country: Country
  /** Form 2 bears no tax rates and form 1 no cut: nothing changes for them when one ends. */
  readonly form: 1 | 2
  /** Whether this shop takes the cut of R-065 at all. */
  readonly cut?: 'deduct' | 'priceIncludesCut' | 'off'
  readonly signer: Signer
  readonly board: Board
  readonly clock: Clock
}

/** What is coming and can be prepared: a rate that ends, new symbols, a certificate that runs out. Looks at start and each hour. */
export function calendar({ country, form, cut = 'off', signer, board, clock }: CalendarParts): Part {
  const shown = new Set<string>()

  const rules = (): Map<string, Omit<BoardItem, 'since'>> => {
    const now = clock.now()
    const coming = country.changes(now, AHEAD).flatMap(({ code, on }) => {
      const { key, values } = sayingOf({ code, on }, civilDate(now))
      const tooEarly = code === NEW_YEAR.code && Number(values['days']) > NEW_YEAR.days
      const others = form === 2 ? code.startsWith('rate.') : /^(cut|household|threshold)/.test(code)
      if (tooEarly || others || (code === 'cut' && cut === 'off')) return []
      return [[`calendar/${code}`, { level: 'warning', key, values, todo: `${key}.do` }] as const]
    })
    return new Map(coming)
  }

  const certificate = async (): Promise<Omit<BoardItem, 'since'> | undefined> => {
    const found = await signer.certificate()
    if (!found.ok) {
      // Why there is no key at all is said by the key itself.
      const gone = found.fault.code === 'SIGN_EXPIRED' && board.all()['signer'] === undefined
      return gone ? { level: 'serious', key: 'fault.SIGN_EXPIRED', todo: 'fault.SIGN_EXPIRED.hint' } : undefined
    }
    const left = Math.max(0, Math.floor((found.value.to - clock.now()) / DAY))
    if (left > CERTIFICATE.info) return undefined
    const level = left < CERTIFICATE.warning ? 'warning' : 'info'
    return { level, key: 'alert.cert30', values: { days: String(left) }, todo: 'alert.cert30.do' }
  }

  const look = async (): Promise<void> => {
    const now = rules()
    const cert = await certificate()
    if (cert) now.set('calendar/certificate', cert)
    for (const item of shown) if (!now.has(item)) board.clear(item)
    shown.clear()
    for (const [item, what] of now) {
      board.set(item, what)
      shown.add(item)
    }
  }

  return looking('calendar', HOUR, look, clock)
}
