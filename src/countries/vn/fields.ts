import { type Fault, fault } from '../../domain/fault.ts'
import type { Buyer, Sale } from '../../domain/sale.ts'
import type { Register, Shop } from '../../domain/shop.ts'
import type { CivilDate } from '../../domain/time.ts'
import { isCoded } from './identity.ts'
import { CODE_BLOCK, ruling, SYMBOL } from './rules.ts'
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
export function unfit(sale: Sale, shop: Shop, register: Register, on: CivilDate): Fault | undefined {
  const location = register.location ?? shop.location
  const required: Check[] = [
    ['shop.name', shop.name, 400],
    ['shop.taxCode', shop.taxCode, TAX_CODE],
    ['shop.address', shop.address, 400],
    ...(isCoded(register.symbol) ? [['shop.codeBlock', shop.codeBlock, ruling(CODE_BLOCK, on)] as const] : []),
    [`registers.${register.id}.symbol`, register.symbol, ruling(SYMBOL, on)],
    [`registers.${register.id}.index`, String(register.index), /^\d{1,3}$/],
    ...sale.lines.map((line, i): Check => [`lines.${i}.name`, line.name, 500]),
  ]
  const optional: Check[] = [
    ['shop.phone', shop.phone, 20],
    ['shop.store.code', shop.store?.code, 50],
    ['shop.store.name', shop.store?.name, 400],
    ['location.code', location?.code, 5],
    ['location.name', location?.name, 400],
    ['location.address', location?.address, 400],
    ...sale.lines.flatMap((line, i): Check[] => [
      [`lines.${i}.code`, line.code, 50],
      [`lines.${i}.unit`, line.unit, 50],
      [`lines.${i}.qty`, String(line.quantity.scale), /^[0-6]$/],
    ]),
    ['corrects.cause', sale.corrects && String(sale.corrects.cause), /^([1-9]|1[0-4])$/],
    ...buyerChecks(sale.buyer),
  ]
  const bad = required.find((check) => !fits(check, true)) ?? optional.find((check) => !fits(check, false))
  return bad && fault('VN_FIELD', { field: bad[0] }, bad[0])
}

const buyerChecks = (buyer: Buyer | undefined): Check[] => [
  ['buyer.name', buyer?.name, 400],
  ['buyer.taxCode', buyer?.taxCode, TAX_CODE],
  ['buyer.budgetCode', buyer?.budgetCode, 7],
  ['buyer.address', buyer?.address, 400],
  ['buyer.phone', buyer?.phone, 20],
  ['buyer.personalId', buyer?.personalId, /^\d{12}$/],
  ['buyer.passport', buyer?.passport, 20],
  ['buyer.email', buyer?.email, 50],
  ['buyer.person', buyer?.person, 100],
]

function fits([, value, allowed]: Check, required: boolean): boolean {
  const text = value === undefined ? '' : clean(value)
  if (text === '') return !required
  if (typeof allowed !== 'number') return allowed.test(text)
  return text.length <= allowed || lengthOf(text) <= allowed
}
