import type { JSX } from 'preact'
import { type BuyerWarning, buyerWarnings } from '../../domain/buyer.ts'
import { Field } from './fields.tsx'
import { Sign } from './shapes.tsx'
import { say } from './state.ts'

export type BuyerDraft = Readonly<Record<string, string>>

const FIELDS = [
  { field: 'taxCode', key: 'buyer.taxcode', max: 14, mode: 'numeric' },
  { field: 'name', key: 'buyer.name', max: 400, mode: 'text' },
  { field: 'address', key: 'buyer.address', max: 400, mode: 'text' },
  { field: 'personalId', key: 'buyer.id', max: 12, mode: 'numeric' },
  { field: 'phone', key: 'buyer.phone', max: 20, mode: 'tel' },
  { field: 'budgetCode', key: 'buyer.budget', max: 7, mode: 'numeric' },
  { field: 'passport', key: 'buyer.passport', max: 20, mode: 'text' },
] as const

/** What a wrong digit looks like is said at once, and nothing is refused for it. */
export const doubts = (buyer: BuyerDraft): readonly BuyerWarning[] => buyerWarnings(buyer)

export const Doubt = ({ buyer, field }: { buyer: BuyerDraft; field: string }): JSX.Element | null => {
  const doubt = doubts(buyer).find((warning) => warning.field === field)
  const text = (buyer[field] ?? '').trim()
  if (doubt)
    return (
      <span class="st st-warning" role="status">
        <Sign level="warning" size={18} /> {say(doubt.key)}
      </span>
    )
  return field === 'taxCode' && text.length >= 10 ? (
    <span class="st st-ok" role="status">
      <Sign level="ok" size={18} /> {say('buyer.check_ok')}
    </span>
  ) : null
}

/** All that a buyer may give; he gives what he wants. */
export function BuyerFields({ buyer, set }: { buyer: BuyerDraft; set: (buyer: BuyerDraft) => void }): JSX.Element {
  return (
    <>
      <p class="quiet">{say('buyer.privacy')}</p>
      <div class="pair-fields">
        {FIELDS.map(({ field, key, max, mode }) => (
          <Field
            key={field}
            id={`buyer-${field}`}
            label={say(key)}
            max={max}
            mode={mode}
            value={buyer[field] ?? ''}
            set={(text) => set({ ...buyer, [field]: text })}
            hint={<Doubt buyer={buyer} field={field} />}
          />
        ))}
      </div>
    </>
  )
}
