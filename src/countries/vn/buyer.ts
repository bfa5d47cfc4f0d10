import type { Buyer } from '../../domain/sale.ts'
import { BUILT_IN } from './rules.ts'
import { find, readTree, textAt } from './tree.ts'

const FIELDS = {
  name: 'Ten',
  taxCode: 'MST',
  budgetCode: 'MDVQHNSach',
  address: 'DChi',
  phone: 'SDThoai',
  personalId: 'CCCDan',
  passport: 'SHChieu',
  email: 'DCTDTu',
  person: 'HVTNMHang',
} as const satisfies Record<keyof Buyer, string>

const ANONYMOUS = new Set(BUILT_IN['legend.consumer'].map((row) => row.value))

/** The buyer of a sealed invoice in plain; undefined where it was sold to a consumer without a name. */
export function buyerIn(bytes: Uint8Array): Buyer | undefined {
  const block = find(find(find(readTree(bytes), 'DLHDon'), 'NDHDon'), 'NMua')
  const said = Object.entries(FIELDS)
    .map(([field, element]) => [field, textAt(block, element)] as const)
    .filter(([, text]) => text !== '' && !ANONYMOUS.has(text))
  return said.length === 0 ? undefined : Object.fromEntries(said)
}
