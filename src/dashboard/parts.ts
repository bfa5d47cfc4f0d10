import type { DayBalance } from '../domain/balance.ts'
import type { Board } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import type { Corrections, Remedy } from '../domain/correction.ts'
import type { InvoiceView, RuleRow } from '../domain/country.ts'
import type { Lateness } from '../domain/deadline.ts'
import type { Desk } from '../domain/desk.ts'
import type { Erasing } from '../domain/erasure.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Incidents } from '../domain/incident.ts'
import type { InvoiceIdentity, Stamp } from '../domain/invoice.ts'
import type { Books, Ledger, View } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { NextBuyer } from '../domain/next-buyer.ts'
import type { Bitmap } from '../domain/page.ts'
import type { Part } from '../domain/part.ts'
import type { Reports } from '../domain/reports.ts'
import type { Result } from '../domain/result.ts'
import type { Buyer } from '../domain/sale.ts'
import type { Slips } from '../domain/slip.ts'
import type { CivilDate, Instant } from '../domain/time.ts'
import type { Lang, Words } from '../domain/words.ts'

/** Who is looking (A5). The officer reads and sees nothing secret; the developer never acts on invoices. */
export type Role = 'owner' | 'officer' | 'developer'
export const ROLES: readonly Role[] = ['owner', 'officer', 'developer']

/** Everything the screen is made from; it owns no truth of its own. */
export interface DashboardParts {
  readonly ledger: Ledger
  readonly view: View
  readonly board: Board
  readonly words: Words
  readonly clock: Clock
  readonly log: Log
  /** A loopback address: without TLS nothing else is served (W1). */
  readonly host: string
  /** 0 takes a free port; `url` then names it. */
  readonly port: number
  readonly shop: { readonly name: string; readonly taxCode: string; readonly form: 1 | 2 }
  readonly registers: readonly DashboardRegister[]
  /** Language where a request names none. */
  readonly lang: Lang
  /** Version of the program; another one on the page makes it offer a reload. */
  readonly build: string
  /** A demo shop says so on every page. */
  readonly demo?: boolean
  /** The receipt of an entry, line by line as the register printed it; empty when it has no text. */
  paper(entry: EntryId): Promise<readonly string[]>
  /** The pictures of that receipt, in order; empty when it has none. */
  pictures(entry: EntryId): Promise<readonly Bitmap[]>
  /** What tillgate adds to that paper; absent while nothing is issued. */
  stamp(entry: EntryId): Promise<Stamp | undefined>
  invoiceView(bytes: Uint8Array): InvoiceView
  /** Files now what would be filed later: asks first, never sends twice. */
  sendNow(): void
  /** Keeps screens logged in over a restart. Without it sessions live in memory. */
  readonly sessions?: SessionStore
  /** A rejected invoice in a mended encoding, under the same number. Absent: there is no such route. */
  readonly recode?: (entry: EntryId, who: string, why: string) => Promise<Result<void>>
  /** Programs that sell by HTTP. Absent: their routes do not exist. */
  readonly counter?: Counter
  /** Where issued invoices are corrected. Absent, here and below: those routes do not exist. */
  readonly corrections?: Corrections
  /** Slips of a dead gateway. */
  readonly slips?: Slips
  /** What kept the shop from invoicing or filing in time. */
  readonly incidents?: Incidents
  /** Who buys next, given before the sale. */
  readonly nextBuyer?: NextBuyer
  /** The form for the buyer's own telephone, where a certificate for it is configured. */
  readonly guest?: { mint(register: RegisterId): string }
  /** The copy that hides the buyer: what is left of an invoice whose buyer was erased. */
  masked?(entry: EntryId): Promise<Uint8Array | undefined>
  /** Where the owner erases who a buyer was, as far as the law lets him. */
  readonly erasing?: Erasing
  /** The buyer of a sealed invoice in plain: shown only with a reason. */
  buyerOf?(bytes: Uint8Array): Buyer | undefined
  readonly books?: Books
  /** Reports and printed views. */
  readonly reports?: Reports
  /**
   * One more copy on the printer of the invoice's register. `count` is asked when its turn has come and says the number of
   * the copy. Absent: no register prints through us.
   */
  readonly reprint?: (invoice: InvoiceIdentity, count: () => Promise<Result<number>>) => Promise<Result<number>>
  readonly law?: Law
  /** A day's registers against its invoices. */
  readonly reconcile?: (day: CivilDate) => Promise<DayBalance>
  readonly suspension?: Suspension
  /** How late something is in law, and the fine to quote; absent: weekdays. */
  readonly late?: (due: Instant, now: Instant) => Lateness
  /** The folder of the built page: `index.html`, `app.js`, `app.css`. */
  readonly web?: string
}

/** The dated rules as the screen shows them. */
export interface Law {
  timeline(): readonly RuleRow[]
  /** Which document an error takes on that day. */
  remedies?(on: CivilDate): readonly Remedy[]
  /** Last month's sales with the rules of another day; nothing is written. */
  readonly preview?: (on: CivilDate) => Promise<Result<RulesPreview>>
}

/** What the rules of a day would make of sales that were: at the same price, and at the same net. */
export interface RulesPreview {
  readonly from: CivilDate
  readonly to: CivilDate
  readonly on: CivilDate
  /** Items whose rate changes, dearest first. */
  readonly items: readonly {
    readonly name: string
    readonly price: bigint
    readonly now: { readonly rate: string; readonly net: bigint; readonly tax: bigint }
    readonly later: { readonly rate: string; readonly net: bigint; readonly tax: bigint }
    /** Price at which the shop keeps the same net. */
    readonly sameNet: bigint
  }[]
  readonly changed: number
  readonly kept: number
  readonly now: { readonly pay: bigint; readonly tax: bigint }
  readonly later: { readonly pay: bigint; readonly tax: bigint }
  /** A household's: what its cut takes off, as issued and on that day. */
  readonly cut?: { readonly now: bigint; readonly later: bigint }
  /** What was looked at, then the sums, in words of the catalogue. */
  readonly summary: readonly { readonly key: string; readonly values: Readonly<Record<string, string>> }[]
}

/** A notice that issuing must stop, with its second. */
export interface Suspension {
  current(): { readonly notice: string; readonly from: string } | undefined
  /** `from`: `2026-11-21T12:00:00+07:00`. Effective at once, durable when it resolves. */
  suspend(notice: string, from: string, who: string): Promise<Result<void>>
  lift(why: string, who: string): Promise<Result<void>>
}

/** What a key of a program is good for. */
export type Purpose = 'sales' | 'metrics'

export interface MachineKey {
  readonly name: string
  readonly for: Purpose
  /** The register it sells at; absent: the only one that sells by HTTP. */
  readonly register?: string
}

export interface MachineKeys {
  /** Whose key that is, as things stand now; undefined: nobody's. */
  find(token: string): MachineKey | undefined
}

/** Where programs sell (contract section 5, register-capture 8.5). */
export interface Counter {
  readonly keys: MachineKeys
  /** By register; one with a webhook takes its orders there and nowhere else. */
  readonly desks: ReadonlyMap<string, { readonly desk: Desk; readonly webhook?: Webhook }>
}

/** Orders pushed by point-of-sale software, signed with a shared secret. */
export interface Webhook {
  readonly secret: string
  /** Lower-case name of the header with the HMAC-SHA256, hex or base64, with or without `sha256=`. */
  readonly header: string
  /** Lower-case name of the header with the moment of sending; absent: a replay is told by its order alone. */
  readonly timestampHeader?: string
  /** What is signed: the raw body, or the time as sent, a point and the raw body. */
  readonly signed: 'body' | 'timestamp.body'
  /** Where the body names the order, and which state of it this is: `order.id`. */
  readonly order: string
  readonly revision?: string
}

export interface DashboardRegister {
  readonly id: RegisterId
  readonly symbol: string
  /** Prints through us; the chain then shows its printer. */
  readonly printer: boolean
}

/** A login that was opened. `id` is the hash of the cookie, so a stolen store opens no door. */
export interface Session {
  readonly id: string
  readonly role: Role
  /** Pseudonym in facts: never a name (audit-pack 1.3). */
  readonly who: string
  readonly opened: Instant
  readonly seen: Instant
}

export interface SessionStore {
  load(): Promise<readonly Session[]>
  save(sessions: readonly Session[]): Promise<void>
}

export interface Dashboard extends Part {
  /** `http://127.0.0.1:8700`; with the true port once started. */
  readonly url: string
  /** Mints a login link: 128 random bits, good once, for ten minutes. To be shown on the machine only (A1). */
  link(role: Role): string
}
