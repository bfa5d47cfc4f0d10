import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { type ContentRow, listed, type ProposedRow, type Question, sumOf } from './batch-ask.ts'
import { keyOf, type Pick } from './batch-pick.ts'
import { Evidence, more, signed } from './correct-check.tsx'
import { proof } from './correct-draft.ts'
import { dayOf, shownDate } from './format.ts'
import { Sign } from './shapes.tsx'
import { say } from './state.ts'

interface Props {
  readonly question: Question
  readonly rows: readonly ProposedRow[]
  readonly contents: readonly ContentRow[]
  readonly set: (more: Partial<Question>) => void
  readonly busy: boolean
  readonly order: () => void
  readonly back: () => void
}

export const titleOf = ({ form, symbol, number }: Pick): string => `${form}${symbol} ${say('list.number', { number })}`

/** What would be issued for each, and the sum of the changes; how the buyers know of it, once. */
export function BatchLook({ question, rows, contents, set, busy, order, back }: Props): JSX.Element {
  const [responsible, setResponsible] = useState(false)
  const good = rows.filter(({ fault }) => !fault)
  const bad = rows.filter(({ fault }) => fault)
  const needs = [...new Set(good.flatMap((row) => row.needs ?? []))]
  const missing = new Set(good.flatMap((row) => row.missing ?? []))
  const told = question.channel !== undefined && question.note.trim() !== ''
  const lacks = missing.size > 0 && !told
  const paper = missing.has('agreement') && !(question.channel === 'written' && proof.value)
  const notices = good.length > 0 && good.every(({ how }) => how === 'notify')
  const sources = [...new Set(good.flatMap(({ source }) => (source ? [source] : [])))]
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        order()
      }}
    >
      <h2>{say(notices ? 'many.would_notify' : 'many.would', { n: good.length })}</h2>
      {good.length > 0 && <Changes rows={good} contents={contents} />}
      {sources.length > 0 && <p class="quiet">{say('set.rules.source', { source: sources.join(', ') })}</p>}
      <Refused rows={bad} title={say('many.cannot', { n: bad.length })} />
      {listed(good) && !notices && <p class="remedy">{say('many.list')}</p>}
      {needs.length > 0 && <Evidence draft={question} needs={needs} set={set} />}
      <label class="choice">
        <input type="checkbox" checked={responsible} onChange={(e) => setResponsible(e.currentTarget.checked)} />
        <span>{say('fix.responsible')}</span>
      </label>
      <p class="acts">
        <button type="button" class="act second" onClick={back}>
          {say('act.back')}
        </button>
        <button type="submit" class="act" disabled={busy || !responsible || lacks || paper || good.length === 0}>
          {say(notices ? 'many.issue_notify' : 'many.issue', { n: good.length })}
        </button>
      </p>
    </form>
  )
}

function Changes({ rows, contents }: { rows: readonly ProposedRow[]; contents: readonly ContentRow[] }): JSX.Element {
  const at = new Map(contents.map((row) => [keyOf(row), row.at]))
  const adjusts = rows.some(({ how }) => how === 'adjust')
  const sum = (pick: 'before' | 'after' | 'pay' | 'tax'): string => sumOf(rows.map((row) => row[pick]))
  const taxed = rows.some(({ tax }) => tax !== undefined && tax !== '0')
  return (
    <div class="scroll tall">
      <table class="plain compare">
        <thead>
          <tr>
            <th>{say('nav.invoices')}</th>
            <th>{say('rep.day')}</th>
            <th class="end">{say('fix.compare.before')}</th>
            <th class="end">{say(adjusts ? 'fix.compare.adjustment' : 'fix.compare.after')}</th>
            <th class="end">{say('fix.compare.diff')}</th>
            {taxed && <th class="end">{say('many.tax')}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const time = at.get(keyOf(row))
            return (
              <tr key={keyOf(row)}>
                <th scope="row">
                  {titleOf(row)} {row.buyer && <small>{row.buyer}</small>}
                </th>
                <td>{time ? shownDate(dayOf(Date.parse(time))) : ''}</td>
                <td class="end">{signed(row.before)}</td>
                <td class="end">{signed(row.after) || '–'}</td>
                <td class="end">{row.pay === undefined ? '–' : more(row.pay)}</td>
                {taxed && <td class="end">{more(row.tax)}</td>}
              </tr>
            )
          })}
        </tbody>
        <tfoot>
          <tr class="sum">
            <th scope="row" colSpan={2}>
              {say('many.sum', { n: rows.length })}
            </th>
            <td class="end">{signed(sum('before'))}</td>
            <td class="end">{rows.some(({ after }) => after) ? signed(sum('after')) : '–'}</td>
            <td class="end">{more(sum('pay'))}</td>
            {taxed && <td class="end">{more(sum('tax'))}</td>}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

/** Which of them it cannot be done for, and why; many with one reason are one line. */
export function Refused({ rows, title }: { rows: readonly Row[]; title: string }): JSX.Element | null {
  if (rows.length === 0) return null
  const reasons = new Map<string, { fault: NonNullable<Row['fault']>; of: Row[] }>()
  for (const row of rows) {
    if (!row.fault) continue
    const reason = reasons.get(row.fault.message) ?? { fault: row.fault, of: [] }
    reason.of.push(row)
    reasons.set(row.fault.message, reason)
  }
  return (
    <section class="difference">
      <p class="st st-serious">
        <Sign level="serious" size={18} /> <b>{title}</b>
      </p>
      {[...reasons.values()].map(({ fault, of }) => (
        <p key={fault.message}>
          <b>{fault.message}</b>: {of.slice(0, 12).map(titleOf).join(', ')}
          {of.length > 12 && ` … (${of.length})`}. <span class="quiet">{fault.hint}</span>
        </p>
      ))}
    </section>
  )
}
type Row = Pick & { readonly fault?: ProposedRow['fault'] }

/** How far long work is, for eyes and ears. */
export const Bar = ({ text, at, of }: { text: string; at: number; of: number }): JSX.Element => (
  <p class="bar">
    <label>
      <span aria-live="polite">{text}</span>
      <progress max={Math.max(of, 1)} value={at} />
    </label>
  </p>
)
