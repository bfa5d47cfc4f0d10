import type { JSX } from 'preact'
import type { ContentJson } from '../show-correct.ts'
import { BuyerFields } from './buyer-fields.tsx'
import { type Draft, type Line, wants } from './correct-draft.ts'
import { decimalText, Field, Money } from './fields.tsx'
import { grouped, quantity } from './format.ts'
import { say } from './state.ts'

interface Props {
  readonly draft: Draft
  readonly original?: ContentJson
  readonly set: (more: Partial<Draft>) => void
  readonly ready: boolean
  readonly next: () => void
  readonly back: () => void
}

/** What is different now: the whole new content, what came back, or who bought. */
export function Content({ draft, original, set, ready, next, back }: Props): JSX.Element {
  const kind = wants(draft)
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        next()
      }}
    >
      {kind === 'lines' && <Lines lines={draft.lines ?? original?.lines ?? []} set={(lines) => set({ lines })} />}
      {kind === 'lines' && (
        <Money
          id="discount"
          label={say('fix.discount')}
          value={draft.discount ?? original?.discount ?? '0'}
          set={(discount) => set({ discount: discount || '0' })}
        />
      )}
      {kind === 'returned' && (
        <Returned
          lines={original?.lines ?? []}
          back={draft.returned ?? {}}
          set={(i, text) => set({ returned: { ...draft.returned, [i]: text } })}
        />
      )}
      {kind === 'amount' && (
        <Money
          id="amount"
          label={say('fix.amount')}
          required
          value={draft.discount ?? ''}
          set={(discount) => set({ discount })}
        />
      )}
      {kind === 'buyer' && <BuyerFields buyer={draft.buyer ?? {}} set={(buyer) => set({ buyer })} />}
      {draft.situation === 'authority' && (
        <div class="pair-fields">
          <Field
            id="request"
            label={say('fix.request')}
            required
            max={50}
            value={draft.request?.number ?? ''}
            set={(number) => set({ request: { date: '', ...draft.request, number } })}
          />
          <Field
            id="request-date"
            label={say('fix.request_date')}
            required
            type="date"
            value={draft.request?.date ?? ''}
            set={(date) => set({ request: { number: '', ...draft.request, date } })}
          />
        </div>
      )}
      <Field id="why" label={say('fix.why')} required value={draft.why} set={(why) => set({ why })} />
      <p class="acts">
        <button type="button" class="act second" onClick={back}>
          {say('act.back')}
        </button>
        <button type="submit" class="act" disabled={!ready}>
          {say('fix.look')}
        </button>
      </p>
    </form>
  )
}

export function Lines({ lines, set }: { lines: readonly Line[]; set: (lines: readonly Line[]) => void }): JSX.Element {
  const change = (i: number, more: Partial<Line>): void => set(lines.map((line, k) => (k === i ? { ...line, ...more } : line)))
  return (
    <div class="scroll">
      <table class="plain edit">
        <thead>
          <tr>
            <th>{say('inv.line')}</th>
            <th class="end">{say('inv.qty')}</th>
            <th class="end">{say('inv.price')}</th>
            <th class="end">{say('fix.line_discount')}</th>
            <th>{say('inv.rate')}</th>
            <th>
              <span class="unseen">{say('fix.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, i) => (
            <tr key={i}>
              <td class="wide-cell">
                <Field
                  bare
                  id={`name-${i}`}
                  label={say('inv.line')}
                  value={line.name}
                  max={500}
                  set={(name) => change(i, { name })}
                />
              </td>
              <td>
                <Field
                  bare
                  id={`qty-${i}`}
                  label={say('inv.qty')}
                  mode="decimal"
                  max={16}
                  value={line.quantity.replace('.', ',')}
                  set={(text) => change(i, { quantity: decimalText(text) })}
                />
              </td>
              <td>
                <Money
                  bare
                  id={`price-${i}`}
                  label={say('inv.price')}
                  value={line.unitPrice}
                  set={(unitPrice) => change(i, { unitPrice: unitPrice || '0' })}
                />
              </td>
              <td>
                <Money
                  bare
                  id={`off-${i}`}
                  label={say('fix.line_discount')}
                  value={line.discount}
                  set={(discount) => change(i, { discount: discount || '0' })}
                />
              </td>
              <td>
                <Rate id={`rate-${i}`} line={line} set={(rate) => change(i, { rate })} />
              </td>
              <td>
                <button
                  type="button"
                  class="quiet-act"
                  aria-label={`${say('fix.remove')} ${line.name}`}
                  disabled={lines.length < 2}
                  onClick={() => set(lines.filter((_, k) => k !== i))}
                >
                  ✕
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button
        type="button"
        class="act second"
        onClick={() => set([...lines, { name: '', quantity: '1', unitPrice: '0', discount: '0' }])}
      >
        {say('fix.add')}
      </button>
    </div>
  )
}

export const RATES = ['8', '10', '5', '0', 'KCT', 'KKKNT']
/** A line without a rate takes the shop's own. */
const Rate = ({ id, line, set }: { id: string; line: Line; set: (rate: string) => void }): JSX.Element => {
  const now = (line.rate ?? '').replace('%', '')
  return (
    <select id={id} aria-label={say('inv.rate')} value={now} onChange={(e) => set(e.currentTarget.value)}>
      {now === '' && <option value="">–</option>}
      {[...new Set([...(now === '' ? [] : [now]), ...RATES])].map((rate) => (
        <option key={rate} value={rate}>
          {/^\d/.test(rate) ? say('unit.percent', { n: rate }) : rate}
        </option>
      ))}
    </select>
  )
}

function Returned({
  lines,
  back,
  set,
}: {
  lines: readonly Line[]
  back: Readonly<Record<string, string>>
  set: (line: string, text: string) => void
}): JSX.Element {
  return (
    <table class="plain edit">
      <thead>
        <tr>
          <th>{say('inv.line')}</th>
          <th class="end">{say('fix.sold')}</th>
          <th class="end">{say('inv.price')}</th>
          <th class="end">{say('fix.returned')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, i) => {
          const now = back[i] ?? '0'
          const step = (by: number): void => {
            const next = Math.min(Math.max(Number(decimalText(now)) + by, 0), Number(line.quantity))
            set(String(i), String(next).replace('.', ','))
          }
          return (
            <tr key={i}>
              <th scope="row">{line.name}</th>
              <td class="end">
                {quantity(line.quantity)} <small>{line.unit}</small>
              </td>
              <td class="end">{grouped(line.unitPrice)}</td>
              <td class="end">
                <span class="stepper">
                  <button type="button" aria-label={`${say('fix.less')} ${line.name}`} onClick={() => step(-1)}>
                    −
                  </button>
                  <input
                    aria-label={`${say('fix.returned')} ${line.name}`}
                    inputMode="decimal"
                    maxLength={16}
                    value={now}
                    onInput={(e) => set(String(i), e.currentTarget.value)}
                  />
                  <button type="button" aria-label={`${say('fix.more')} ${line.name}`} onClick={() => step(1)}>
                    +
                  </button>
                </span>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
