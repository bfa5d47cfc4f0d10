import type { Clock } from '../../domain/clock.ts'
import type { Ask, Corrections, Ordered, Proposal } from '../../domain/correction.ts'
import type { InvoiceView } from '../../domain/country.ts'
import { cursorOf } from '../../domain/desk.ts'
import { fault } from '../../domain/fault.ts'
import type { EntryId } from '../../domain/ids.ts'
import type { Draft, InvoiceIdentity, Series } from '../../domain/invoice.ts'
import type { Step } from '../../domain/ledger.ts'
import { orderBytes } from '../../domain/order.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Register } from '../../domain/shop.ts'
import { civilDate } from '../../domain/time.ts'
import { marked } from '../marked.ts'
import type { Before } from './before.ts'
import { nameOf } from './chain.ts'
import { missingFor } from './evidence.ts'
import { find, type Sources, sealedOf, unknown } from './find.ts'
import { askOf, refundIn } from './refund.ts'
import { type Chosen, choose } from './remedy.ts'
import { adjustment, type Corrected, contentOf, isOtherCode, replacement } from './sale.ts'

export interface DeskParts extends Sources {
  readonly registers: readonly Register[]
  readonly clock: Clock
  /** The last number of a series, for the forecast on the button. */
  readonly lastNumber?: (series: Series) => number | undefined
}

/** What would be done, with all that is needed to do it. */
export interface Plan {
  readonly before: Before
  readonly chosen: Chosen
  readonly register: Register
  readonly made?: { readonly sale: Corrected; readonly draft: Draft }
  readonly missing: Proposal['missing']
}

/** The desk where a person has an issued invoice corrected. There is no cancel. */
export function correctionDesk(parts: DeskParts): Corrections {
  const { ledger, country } = parts
  // One order after the other: the second of two sees what the first has done.
  let line: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = line.then(work)
    line = mine.catch(() => undefined)
    return mine
  }

  const propose = async (ask: Ask): Promise<Result<Proposal>> => {
    const planned = await plan(parts, ask)
    if (!planned.ok) return planned
    const { before, chosen, made, missing } = planned.value
    const sealed = await sealedOf(parts, before.live)
    if (!sealed) return failed(unknown)
    const shown = { remedy: chosen.remedy, how: chosen.how, chain: before.chain, before: country.view(sealed.bytes), missing }
    if (!made) return ok(shown)
    const number = (parts.lastNumber?.(made.draft.series) ?? 0) + 1
    const forecast = await made.draft.seal(number)
    if (!forecast.ok) return forecast
    const after = country.view(forecast.value.bytes)
    const { legend } = after
    return ok({
      ...shown,
      after,
      difference: chosen.how === 'replace' ? apart(shown.before, after) : amounts(after),
      ...(legend === undefined ? {} : { legend }),
      ...(parts.lastNumber ? { number } : {}),
    })
  }

  /** `evidence`: as it is kept, where another order of the same question keeps its file. */
  const order = async (ask: Ask, name: string, who: string, evidence = ask.evidence): Promise<Result<Ordered>> => {
    const found = await find(parts, ask.invoice)
    if (!found.ok) return found
    const { live } = found.value
    const register = registerOf(parts, found.value)
    const { mark, same } = marked(ask)
    const called = { name: named(name), revision: mark }
    const [earlier] = (await ledger.named?.(register.id, called.name)) ?? []
    if (earlier) {
      return same(earlier.revision) ? ok({ entry: earlier.entry, again: true }) : failed(fault('SALES_NAME_USED', { name }))
    }
    const planned = await planFor(parts, ask, found.value)
    if (!planned.ok) return planned
    const { made, missing } = planned.value
    if (missing.length > 0) return failed(fault('CORRECTION_MISSING', { needs: missing.join(', ') }))
    if (evidence) {
      // Before anything is made: the law wants to see that the buyer knew first.
      const once = `${called.name} ${called.revision}`
      const agreed = await ledger.record({ kind: 'agreed', invoice: live.identity, evidence, who, name: once })
      if (!agreed.ok) return agreed
    }
    if (!made) return tell(ask, found.value, called.name, who)
    const bytes = orderBytes({ version: 1, sale: made.sale, who, why: ask.why })
    const heard = await ledger.capture(register.id, { bytes, discarded: 0, torn: false, order: true }, cursorOf(called))
    return heard.ok ? ok({ entry: heard.value, again: false }) : heard
  }

  /** Form 04/SS, or the answer to a review. */
  const tell = async (ask: Ask, { live }: Before, name: string, who: string): Promise<Result<Ordered>> => {
    if (!ledger.notify) return failed(fault('CORRECTION_METHOD'))
    const { identity, at, code } = live
    const invoice = { invoice: identity, issuedOn: civilDate(at), reason: ask.why, ...(code === undefined ? {} : { code }) }
    const notice = { at: parts.clock.now(), invoices: [invoice], ...(ask.request ? { request: ask.request } : {}) }
    const told = await ledger.notify(notice, name, who)
    return told.ok ? ok({ notice: told.value.id, again: told.value.again }) : told
  }

  const takeBack = async (entry: EntryId, who: string, invoice?: InvoiceIdentity): Promise<Result<Ordered>> => {
    const refund = await refundIn(parts, entry, invoice)
    if (!refund.ok) return refund
    const { before, mixed } = refund.value
    const name = `refund ${entry}`
    // Ordered already, and then something broke: it cannot be matched with what is left any more.
    const [earlier] = (await ledger.named?.(registerOf(parts, before).id, named(name))) ?? []
    const ask = earlier ? undefined : askOf(refund.value)
    if (ask && !ask.ok) return ask
    const ordered = ask ? await order(ask.value, name, who) : ok({ ...(earlier ? { entry: earlier.entry } : {}), again: true })
    if (!ordered.ok) return ordered
    const of = before.chain.links[0]?.entry
    const step: Step = mixed
      ? { kind: 'released', entry, who, why: name }
      : { kind: 'aside', entry, why: 'no-sale', who, ...(of === undefined ? {} : { of }) }
    const written = await ledger.record(step)
    return written.ok ? ordered : written
  }

  return {
    async chain(invoice) {
      const found = await find(parts, invoice)
      return found.ok ? ok(found.value.chain) : found
    },
    async content(invoice) {
      const found = await find(parts, invoice)
      return found.ok ? ok(contentOf(found.value)) : found
    },
    propose,
    order: (ask, name, who) => inTurn(() => order(ask, name, who)),
    async fromRefund(entry, invoice) {
      const refund = await refundIn(parts, entry, invoice)
      return refund.ok ? askOf(refund.value) : refund
    },
    takeBack: (entry, who, invoice) => inTurn(() => takeBack(entry, who, invoice)),
    async orderAll(ask, invoices, name, who) {
      const results: Result<Ordered>[] = []
      // One paper for all: its bytes are kept once, beside the first; the others name the invoice where it lies.
      let evidence = ask.evidence
      for (const invoice of invoices) {
        const result = await inTurn(() => order({ ...ask, invoice }, `${name} ${nameOf(invoice)}`, who, evidence))
        if (evidence?.file && result.ok && !result.value.again) {
          const { channel, note, file } = evidence
          evidence = { channel, note: `${note} (${file.name}: ${nameOf(invoice)})` }
        }
        results.push(result)
      }
      return results
    },
  }
}

/** Names of corrections stand apart from those of sales that programs hand over. */
const named = (name: string): string => `correction ${name}`

/** Faults: CORRECTION_*, and those of the country's draft. */
export async function plan(parts: DeskParts, ask: Ask): Promise<Result<Plan>> {
  const found = await find(parts, ask.invoice)
  return found.ok ? planFor(parts, ask, found.value) : found
}

async function planFor(parts: DeskParts, ask: Ask, before: Before): Promise<Result<Plan>> {
  const { country, shop } = parts
  const at = parts.clock.now()
  const chosen = choose(ask, country.remedies?.(civilDate(at)) ?? [], before.chain)
  if (!chosen.ok) return chosen
  const { remedy, how, cause } = chosen.value
  if (how === 'notify' && isOtherCode(ask, before.buyer)) return failed(fault('CORRECTION_BUYER_CODE'))
  // A notice that could not be made would wait where nobody looks: what is lacking is said to who asks for it.
  const able = how === 'notify' ? (country.mayNotify?.(shop) ?? ok(undefined)) : ok(undefined)
  if (!able.ok) return able
  const register = registerOf(parts, before)
  const missing = missingFor(remedy, ask, before.buyer)
  const shown = { before, chosen: chosen.value, register, missing }
  if (how === 'notify' || cause === undefined) return ok(shown)
  const sale = how === 'replace' ? replacement(ask, before, cause, shop) : adjustment(ask, before, cause, shop)
  if (!sale.ok) return sale
  const draft = country.draft(sale.value, shop, register, at)
  if (!draft.ok) return draft
  const worth = before.chain.worth + (how === 'adjust' ? draft.value.pay : 0n)
  if (worth < 0n) return failed(fault('CORRECTION_EXCEEDS', { item: ask.why }))
  return ok({ ...shown, made: { sale: sale.value, draft: draft.value } })
}

/** Where that register is gone, the first there is. */
function registerOf({ registers }: DeskParts, before: Before): Register {
  const found = registers.find(({ id }) => id === before.register) ?? registers[0]
  if (!found) throw new Error('a shop without registers')
  return found
}

const apart = (before: InvoiceView, after: InvoiceView): NonNullable<Proposal['difference']> => ({
  ...(after.net === undefined ? {} : { net: after.net - (before.net ?? 0n) }),
  ...(after.tax === undefined ? {} : { tax: after.tax - (before.tax ?? 0n) }),
  pay: after.pay - before.pay,
})

const amounts = ({ net, tax, pay }: InvoiceView): NonNullable<Proposal['difference']> => ({
  ...(net === undefined ? {} : { net }),
  ...(tax === undefined ? {} : { tax }),
  pay,
})
