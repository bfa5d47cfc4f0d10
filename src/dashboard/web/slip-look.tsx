import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { signed } from './correct-check.tsx'
import type { EntryJson, InvoiceJson } from './entry-row.ts'
import { clockTime, quantity } from './format.ts'
import { Go } from './frame.tsx'
import { hrefOf } from './live-list.tsx'
import { Sign } from './shapes.tsx'
import { say } from './state.ts'

export interface Looked {
  readonly invoice: Omit<InvoiceJson, 'entry' | 'state' | 'digest'>
  readonly earlier?: string
  readonly same?: boolean
}

/** The invoice a slip would become, and what speaks against issuing it: entered before, or a sale of the same sum that day. */
export function SlipLook({
  looked,
  slip,
  twins,
  busy,
  issue,
}: {
  looked: Looked
  slip: string
  twins: readonly EntryJson[]
  busy: boolean
  issue: () => void
}): JSX.Element {
  const { invoice, earlier, same } = looked
  const card = useRef<HTMLElement>(null)
  useEffect(() => card.current?.scrollIntoView({ block: 'nearest' }), [])
  const sums = [
    ['inv.net', invoice.net],
    ['inv.vat', invoice.tax],
    ['inv.total', invoice.pay],
  ] as const
  return (
    <section class="card" ref={card}>
      <h2>{say('slips.would', { number: `${invoice.form}${invoice.symbol} ${invoice.number}` })}</h2>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th>{say('inv.line')}</th>
              <th class="end">{say('inv.qty')}</th>
              <th class="end">{say('inv.rate')}</th>
              <th class="end">{say('inv.amount')}</th>
            </tr>
          </thead>
          <tbody>
            {invoice.lines.map((line, i) => (
              <tr key={i}>
                <th scope="row">{line.name}</th>
                <td class="end">{line.quantity && quantity(line.quantity)}</td>
                <td class="end">{line.rate}</td>
                <td class="end">{signed(line.amount)}</td>
              </tr>
            ))}
            {sums.map(
              ([key, sum]) =>
                sum !== undefined && (
                  <tr key={key} class={key === 'inv.total' ? 'sum' : ''}>
                    <th scope="row" colSpan={3}>
                      {say(key)}
                    </th>
                    <td class="end">{signed(sum)}</td>
                  </tr>
                ),
            )}
          </tbody>
        </table>
      </div>
      {earlier && (
        <p class="difference">
          <b>{say(same ? 'slips.known' : 'slips.other', { slip })}</b>{' '}
          <Go to={`/can-xu-ly/${earlier}`} class="act second">
            {say('act.open_receipt')}
          </Go>
        </p>
      )}
      {!earlier && twins.length > 0 && (
        <div class="difference">
          <p class="st st-serious">
            <Sign level="serious" size={18} /> <b>{say('slips.twin')}</b>
          </p>
          <ul class="open-list">
            {twins.slice(0, 5).map((twin) => (
              <li key={twin.id}>
                <Go to={hrefOf({ id: twin.id, ...(twin.issued ?? {}) })}>
                  {say('list.number', { number: twin.issued?.number ?? '' })} · {clockTime(Date.parse(twin.heard))}
                </Go>
              </li>
            ))}
          </ul>
        </div>
      )}
      {!earlier && (
        <p class="acts">
          <button type="button" class="act" disabled={busy} onClick={issue}>
            {say('slips.issue', { slip })}
          </button>
        </p>
      )}
    </section>
  )
}
