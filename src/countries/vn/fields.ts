import { type Fault, fault } from '../../domain/fault.ts'
import type { Buyer, Sale } from '../../domain/sale.ts'
import type { Register, Shop } from '../../domain/shop.ts'
import type { CivilDate } from '../../domain/time.ts'
import { isCoded } from './identity.ts'
import { type Rules, ruling } from './rules.ts'
import { clean, lengthOf } from './xml.ts'

type Check = readonly [path: string, value: string | undefined, allowed: RegExp | number]

/** 10 digits, 10-3 for a branch, 12 of a person; a wrong check digit is only a warning. */
const TAX_CODE = /^(\d{10}(-\d{3})?|\d{12})$/

/** A branch code typed without its dash gets it. */
const dashed = (taxCode: string): string => taxCode.replace(/^(\d{10})(\d{3})$/, '$1-$2')

/** The buyer as the document writes him. */
export function tidyBuyer(buyer: Buyer): Buyer {
  return buyer.taxCode === undefined ? buyer : { ...buyer, taxCode: dashed(buyer.taxCode.replace(/\s/g, '')) }
}

/** What the schema of the document would refuse: found before a number is taken. Values are never repeated in the fault. */
export function unfit(sale: Sale, shop: Shop, register: Register, on: CivilDate, rules: Rules): Fault | undefined {
  const { buyer, corrects } = sale
  const bad =
    unfitSeller(shop, register, on, rules) ??
    unfitLines(sale.lines) ??
    (buyer && first(buyerChecks(buyer), false)) ??
    (corrects && first([['corrects.cause', String(corrects.cause), /^([1-9]|1[0-4])$/]], false))
  return bad === undefined ? undefined : fault('VN_FIELD', { field: bad }, bad)
}

/** Shop and register are the same for every sale of a day: judged once. */
const judged = new WeakMap<Register, { shop: Shop; on: CivilDate; rules: Rules; bad: string | undefined }>()

function unfitSeller(shop: Shop, register: Register, on: CivilDate, rules: Rules): string | undefined {
  const before = judged.get(register)
  if (before?.shop === shop && before.on === on && before.rules === rules) return before.bad
  const location = register.location ?? shop.location
  const required: Check[] = [
    ['shop.name', shop.name, 400],
    ['shop.taxCode', shop.taxCode, TAX_CODE],
    ['shop.address', shop.address, 400],
    ...(isCoded(register.symbol) ? [['shop.codeBlock', shop.codeBlock, ruling(rules['code.block'], on)] as const] : []),
    [`registers.${register.id}.symbol`, register.symbol, ruling(rules['symbol.own'], on)],
    [`registers.${register.id}.index`, String(register.index), /^\d{1,3}$/],
  ]
  const optional: Check[] = [
    ['shop.phone', shop.phone, 20],
    ['shop.store.code', shop.store?.code, 50],
    ['shop.store.name', shop.store?.name, 400],
    ['location.code', location?.code, 5],
    ['location.name', location?.name, 400],
    ['location.address', location?.address, 400],
  ]
  const bad = first(required, true) ?? first(optional, false)
  judged.set(register, { shop, on, rules, bad })
  return bad
}

function unfitLines(lines: Sale['lines']): string | undefined {
  for (const [i, { name, code, unit, quantity }] of lines.entries()) {
    if (!(isShort(name, 500) || fits(name, 500, true))) return `lines.${i}.name`
    if (code !== undefined && !isShort(code, 50) && !fits(code, 50, false)) return `lines.${i}.code`
    if (unit !== undefined && !isShort(unit, 50) && !fits(unit, 50, false)) return `lines.${i}.unit`
    if (quantity.scale < 0 || quantity.scale > 6) return `lines.${i}.qty`
  }
  return undefined
}

/** The path of the first that does not fit. */
const first = (checks: readonly Check[], required: boolean): string | undefined =>
  checks.find(([, value, allowed]) => !fits(value, allowed, required))?.[0]

const buyerChecks = (buyer: Buyer): Check[] => [
  ['buyer.name', buyer.name, 400],
  ['buyer.taxCode', buyer.taxCode, TAX_CODE],
  ['buyer.budgetCode', buyer.budgetCode, 7],
  ['buyer.address', buyer.address, 400],
  ['buyer.phone', buyer.phone, 20],
  ['buyer.personalId', buyer.personalId, /^\d{12}$/],
  ['buyer.passport', buyer.passport, 20],
  ['buyer.email', buyer.email, 50],
  ['buyer.person', buyer.person, 100],
]

function fits(value: string | undefined, allowed: RegExp | number, required: boolean): boolean {
  const text = value === undefined ? '' : clean(value)
  if (text === '') return !required
  if (typeof allowed !== 'number') return allowed.test(text)
  return text.length <= allowed || lengthOf(text) <= allowed
}

/** Begins with a letter or sign that cleaning keeps, and cannot grow beyond `allowed` (NFC makes three units of one at most). */
const isShort = (text: string, allowed: number): boolean =>
  text.length * 3 <= allowed && /^[!-~\u00c0-\u024f\u1e00-\u1eff]/.test(text)
