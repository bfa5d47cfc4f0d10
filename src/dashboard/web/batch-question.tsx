import type { JSX } from 'preact'
import type { RemedyJson } from '../show-correct.ts'
import { type Item, type Question, subject, TOGETHER } from './batch-ask.ts'
import { BuyerFields } from './buyer-fields.tsx'
import { Remedy } from './correct.tsx'
import { RATES } from './correct-content.tsx'
import { Choices, Field, Money } from './fields.tsx'
import { grouped } from './format.ts'
import { say } from './state.ts'

const KEYS = {
  goods: 'many.opt.goods',
  'buyer-code': 'fix.opt.taxcode',
  'buyer-name': 'fix.opt.name',
  undo: 'fix.opt.undo',
  authority: 'fix.opt.authority',
} as const satisfies Record<(typeof TOGETHER)[number], string>

interface Props {
  readonly question: Question
  readonly items: readonly Item[]
  readonly remedies: readonly RemedyJson[]
  readonly count: number
  readonly set: (more: Partial<Question>) => void
  readonly ready: boolean
  readonly look: () => void
}

/** One error that all of them have, said once. */
export function BatchQuestion({ question, items, remedies, count, set, ready, look }: Props): JSX.Element {
  const { situation, how } = question
  const remedy = remedies.find((one) => one.situation === situation)
  const about = subject(question)
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        look()
      }}
    >
      <h2>{say('fix.ask')}</h2>
      <Choices
        name="situation"
        label={say('fix.ask')}
        options={TOGETHER.map((value) => ({ value, text: say(KEYS[value]) }))}
        value={situation as (typeof TOGETHER)[number] | undefined}
        set={(chosen) => set({ situation: chosen, how: undefined })}
      />
      {remedy && <Remedy remedy={remedy} how={how ?? remedy.how} set={(chosen) => set({ how: chosen })} />}
      {situation && about === 'item' && <Mend question={question} items={items} count={count} set={set} />}
      {situation && about === 'buyer' && <BuyerFields buyer={question.buyer ?? {}} set={(buyer) => set({ buyer })} />}
      {situation === 'authority' && (
        <div class="pair-fields">
          <Field
            id="request"
            label={say('fix.request')}
            required
            max={50}
            value={question.request?.number ?? ''}
            set={(number) => set({ request: { date: '', ...question.request, number } })}
          />
          <Field
            id="request-date"
            label={say('fix.request_date')}
            required
            type="date"
            value={question.request?.date ?? ''}
            set={(date) => set({ request: { number: '', ...question.request, date } })}
          />
        </div>
      )}
      {situation && <Field id="why" label={say('fix.why')} required value={question.why} set={(why) => set({ why })} />}
      <p class="acts">
        <button type="submit" class="act" disabled={!ready}>
          {say('many.look')}
        </button>
      </p>
    </form>
  )
}

/** The item that is wrong, chosen from those on the invoices, and what it should say. What is left empty stays. */
function Mend({ question, items, count, set }: Pick<Props, 'question' | 'items' | 'count' | 'set'>): JSX.Element {
  const chosen = items.find(({ name }) => name === question.item)
  const was = (text: string | undefined): string => (text === undefined ? say('many.varies') : say('many.was', { text }))
  return (
    <section class="evidence">
      <p class="field">
        <label for="item">{say('many.item')}</label>
        <select id="item" value={question.item ?? ''} onChange={(e) => set({ item: e.currentTarget.value || undefined })}>
          <option value="">–</option>
          {items.map(({ name, on }) => (
            <option key={name} value={name}>
              {say('many.item.on', { item: name, n: on })}
            </option>
          ))}
        </select>
        {chosen && chosen.on < count && <small class="quiet">{say('many.only', { n: chosen.on })}</small>}
      </p>
      {chosen && (
        <>
          <h3>{say('many.becomes')}</h3>
          <div class="pair-fields">
            <Field
              id="item-name"
              label={say('many.name')}
              max={500}
              value={question.name ?? ''}
              set={(name) => set({ name })}
              hint={was(chosen.name)}
            />
            <Money
              id="item-price"
              label={say('many.price')}
              value={question.unitPrice ?? ''}
              set={(unitPrice) => set({ unitPrice })}
              hint={was(chosen.unitPrice && grouped(chosen.unitPrice))}
            />
            <p class="field">
              <label for="item-rate">{say('many.rate')}</label>
              <select
                id="item-rate"
                value={question.rate ?? ''}
                onChange={(e) => set({ rate: e.currentTarget.value || undefined })}
              >
                <option value="">–</option>
                {RATES.map((rate) => (
                  <option key={rate} value={rate}>
                    {percent(rate)}
                  </option>
                ))}
              </select>
              <small class="quiet">{was(chosen.rate && percent(chosen.rate))}</small>
            </p>
          </div>
        </>
      )}
    </section>
  )
}

const percent = (rate: string): string => (/^\d+$/.test(rate) ? say('unit.percent', { n: rate }) : rate)
