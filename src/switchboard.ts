import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Suspension } from './dashboard/parts.ts'
import type { Board } from './domain/board.ts'
import type { Country } from './domain/country.ts'
import { type Fault, fault } from './domain/fault.ts'
import type { Ledger } from './domain/ledger.ts'
import type { Log } from './domain/log.ts'
import { failed, ok } from './domain/result.ts'
import type { Shop } from './domain/shop.ts'
import type { Signer } from './domain/signer.ts'
import { readTime, shownTime } from './domain/time.ts'
import { openSettings } from './settings.ts'

/** The setting a suspension is kept under. */
export const SUSPENDED = 'shop.suspended'
const ITEM = 'activation'
const CERTIFICATE = 'activation/certificate'

type Stop = NonNullable<Shop['suspended']>

export interface SwitchboardParts {
  readonly shop: Pick<Shop, 'suspended' | 'accepted'>
  readonly data: string
  readonly ledger: Pick<Ledger, 'record'>
  readonly board: Board
  readonly log: Log
  /** The key in use, and the certificates of the acceptance notice where one was imported. */
  readonly signer: Pick<Signer, 'certificate'>
  readonly certificates?: readonly string[]
}

/** What may stop issuing while the gateway runs, looked at before each draft. */
export interface Switchboard extends Suspension {
  /** The country, which drafts nothing against a switch. */
  guard(country: Country): Country
  /** Compares the key in use with the accepted certificates; undefined: it is one of them, or no list is known. */
  look(): Promise<Fault | undefined>
}

/** Serial numbers are written with and without leading zeros. */
export const sameSerial = (one: string, other: string): boolean => bare(one) === bare(other)
const bare = (serial: string): string => serial.toUpperCase().replace(/^0+(?=.)/, '')

/** Suspension by notice and the certificate list of the registration, both without a restart. */
export function switchboard({ shop, data, ledger, board, log, signer, certificates }: SwitchboardParts): Switchboard {
  let stop = shop.suspended
  let unregistered: Fault | undefined
  /** Shops as they are judged: one object as long as nothing is switched, so that what was worked out for it stays. */
  let judged = new WeakMap<Shop, Shop>()

  const show = (): void => {
    if (!stop) {
      // Everything is heard and held until then: that must be seen before the first customer, not found in his entry.
      if (shop.accepted) board.clear(ITEM)
      else board.set(ITEM, { level: 'critical', key: 'board.activation.none', todo: 'fault.VN_NOT_ACTIVATED.hint' })
      return
    }
    const values = { time: Number.isNaN(readTime(stop.from)) ? stop.from : shownTime(readTime(stop.from)) }
    board.set(ITEM, { level: 'critical', key: 'alert.suspended', values, todo: 'alert.suspended.do' })
  }

  const put = async (next: Stop | undefined, who: string, why: string): ReturnType<Suspension['lift']> => {
    const before = stop
    const settings = openSettings(join(data, 'settings.json'))
    try {
      settings.data.overlay[SUSPENDED] = next ?? null
      settings.write()
    } catch (error) {
      return failed(fault('SETTINGS_NOT_KEPT', { why: error instanceof Error ? error.message : String(error) }))
    }
    stop = next
    judged = new WeakMap()
    show()
    log.warn({ part: ITEM, who, from: next?.from, why }, next ? 'issuing is suspended' : 'issuing goes on')
    const told = await ledger.record({
      kind: 'changed',
      what: 'config',
      before: digest(before),
      after: digest(next),
      fields: [SUSPENDED],
      who,
      why,
    })
    return told.ok ? ok(undefined) : told
  }

  const asNow = (given: Shop): Shop => {
    const known = judged.get(given)
    if (known) return known
    const { suspended: _, ...rest } = given
    const now = stop ? { ...rest, suspended: stop } : rest
    judged.set(given, now)
    return now
  }

  show()
  return {
    current: () => stop,
    suspend: (notice, from, who) => put({ notice, from }, who, notice),
    lift: (why, who) => put(undefined, who, why),
    async look() {
      const found = certificates?.length ? await signer.certificate() : undefined
      // Why there is no key is told by the key itself; invoices do without one.
      const strange = found?.ok && !certificates?.some((serial) => sameSerial(serial, found.value.serial))
      unregistered = strange && found.ok ? fault('VN_CERTIFICATE_NOT_REGISTERED', { serial: found.value.serial }) : undefined
      if (!unregistered) board.clear(CERTIFICATE)
      else {
        const { code, values } = unregistered
        board.set(CERTIFICATE, {
          level: 'critical',
          key: `fault.${code}`,
          todo: `fault.${code}.hint`,
          ...(values ? { values } : {}),
        })
      }
      return unregistered
    },
    guard: (country) => ({
      ...country,
      draft: (sale, given, register, at) =>
        unregistered ? failed(unregistered) : country.draft(sale, asNow(given), register, at),
    }),
  }
}

const digest = (stop: Stop | undefined): string =>
  createHash('sha256')
    .update(stop ? `${stop.notice}\n${stop.from}` : '')
    .digest('hex')
