import type { Buyer } from './sale.ts'

/** Something about a buyer that looks mistyped: shown, never a reason to refuse him. */
export interface BuyerWarning {
  readonly field: keyof Buyer
  /** `buyer.check_bad` */
  readonly key: string
}

/** Weights of the first nine digits of a tax code. */
const WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3] as const

/** What to ask the buyer again. Pure; an empty list says that nothing looks wrong. */
export function buyerWarnings(buyer: Buyer): readonly BuyerWarning[] {
  const warnings: BuyerWarning[] = []
  const doubt = (field: keyof Buyer, key: string, holds: (text: string) => boolean): void => {
    const text = buyer[field]
    if (text !== undefined && text.trim() !== '' && !holds(text.trim())) warnings.push({ field, key })
  }
  doubt('taxCode', 'buyer.check_bad', isTaxCode)
  doubt('personalId', 'buyer.id_bad', isPersonalId)
  doubt('phone', 'buyer.phone_bad', isPhone)
  doubt('budgetCode', 'buyer.budget_bad', (text) => /^\d{7}$/.test(text))
  return warnings
}

/** 10 digits with a true check digit, the same with a branch of three, or the 12 digits of a person. */
export function isTaxCode(text: string): boolean {
  const bare = text.replace(/[\s-]/g, '')
  if (/^\d{12}$/.test(bare)) return isPersonalId(bare)
  if (!/^\d{10}(\d{3})?$/.test(bare)) return false
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(bare[i]), 0)
  return 10 - (sum % 11) === Number(bare[9])
}

/** Province (001 to 096), century and sex, year of birth, six digits of its own. */
const isPersonalId = (text: string): boolean => {
  const province = Number(text.slice(0, 3))
  return /^\d{12}$/.test(text) && province >= 1 && province <= 96
}

const isPhone = (text: string): boolean => /^(?:0|\+?84)[2-9]\d{8,9}$/.test(text.replace(/[\s.()-]/g, ''))

/** A business or public body, whose written agreement a correction needs; a person is told. */
export function isOrganisation({ taxCode, budgetCode }: Buyer): boolean {
  const digits = (taxCode ?? '').replace(/\D/g, '')
  return digits.length === 10 || digits.length === 13 || (budgetCode ?? '').trim() !== ''
}
