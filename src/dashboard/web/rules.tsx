import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RulesPreviewJson } from '../routes-rules.ts'
import { Refusal } from './fields.tsx'
import { grouped, shownDate } from './format.ts'
import { useAnswer } from './load.ts'
import { role, say, status } from './state.ts'
import { Suspend } from './suspend.tsx'

interface Row {
  readonly code: string
  readonly from: string
  readonly to?: string
  readonly value: string
  readonly source: string
}
interface Rules {
  readonly today: string
  readonly rows: readonly Row[]
  readonly symbols: readonly { readonly register: string; readonly now: string; readonly next: string }[]
}
/** Kinds of rules an owner asks about first; the rest stands below, folded. */
const GROUPS = [
  'rate',
  'household',
  'cut',
  'threshold',
  'deadline',
  'cash',
  'retention',
  'legend',
  'title',
  'law',
  'fine',
  'symbol',
  'code',
  'format',
] as const

/** What holds today and what will change, each with its source (R-003, dashboard 3.11). Nothing is typed here. */
export function RulesPage(): JSX.Element {
  const answer = useAnswer<Rules>('/api/v1/rules')
  if (!answer) return <p class="empty">{say('app.loading')}</p>
  if (!answer.ok) return <Refusal trouble={answer.trouble} />
  const { today, rows, symbols } = answer.value
  const next = `${Number(today.slice(0, 4)) + 1}-01-01`
  const form = status.value?.shop.form
  const groups = GROUPS.filter((group) => (form === 1 ? !['household', 'cut'].includes(group) : true))
  return (
    <>
      <header class="page-head">
        <h1>{say('set.rules')}</h1>
      </header>
      {role.value === 'owner' && status.value?.offers['preview'] && <Preview first={next} />}
      <section class="card">
        <h2>{say('set.rules.bars', { from: today.slice(0, 4), to: next.slice(0, 4) })}</h2>
        <Bars rows={rows.filter(({ code }) => /^rate\.\d/.test(code) || (form === 2 && code === 'cut'))} today={today} />
      </section>
      <section class="card">
        <h2>{say('set.newyear')}</h2>
        {symbols.map((s) => (
          <p key={s.register}>
            {say('list.register', { register: s.register })}: {say('set.newyear.line', { old: s.now, new: s.next })}
          </p>
        ))}
      </section>
      {status.value?.offers['suspension'] && <Suspend />}
      {groups.map((group) => (
        <Group
          key={group}
          group={group}
          today={today}
          rows={rows.filter(
            ({ code, to }) => (code === group || code.startsWith(`${group}.`)) && (to === undefined || to >= today),
          )}
        />
      ))}
    </>
  )
}

function Group({ group, rows, today }: { group: string; rows: readonly Row[]; today: string }): JSX.Element | null {
  if (rows.length === 0) return null
  const later = rows.some(({ from, to }) => from > today || to !== undefined)
  return (
    <details class="card" open={later && ['rate', 'cut', 'household', 'threshold'].includes(group)}>
      <summary>{say(`rules.group.${group}`)}</summary>
      <div class="scroll">
        <table class="plain rules-table">
          <thead>
            <tr>
              <th>{say('rules.what')}</th>
              <th>{say('rules.value')}</th>
              <th>{say('rules.from')}</th>
              <th>{say('rules.to')}</th>
              <th>{say('rules.source')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.code} ${row.from}`} class={row.from > today ? 'later' : ''}>
                <th scope="row">{nameOf(row.code)}</th>
                <td>{/^\d{7,}$/.test(row.value) ? say('unit.dong', { n: grouped(row.value) }) : row.value}</td>
                <td>{shownDate(row.from)}</td>
                <td>{row.to ? <b>{shownDate(row.to)}</b> : '–'}</td>
                <td class="quiet">{row.source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

/** A rule the catalogue has no name for is shown by its own. */
function nameOf(code: string): string {
  const key = code.startsWith('rate.') ? code : `rules.name.${code.replace(/-/g, '_')}`
  const said = say(key)
  return said === key ? code : said
}

const [LEFT, WIDTH, HIGH] = [150, 820, 34]
/** This year and the next, a bar for each rate while it holds. */
function Bars({ rows, today }: { rows: readonly Row[]; today: string }): JSX.Element {
  const [first, last] = [`${today.slice(0, 4)}-01-01`, `${Number(today.slice(0, 4)) + 1}-12-31`]
  const span = Date.parse(last) - Date.parse(first)
  const x = (day: string): number =>
    LEFT + Math.min(Math.max((Date.parse(day) - Date.parse(first)) / span, 0), 1) * (WIDTH - LEFT - 8)
  const codes = [...new Set(rows.map(({ code }) => code))]
  const seen = rows.filter((row) => (row.to ?? last) >= first && row.from <= last)
  const year = `${Number(today.slice(0, 4)) + 1}-01-01`
  return (
    <figure class="rule-bars">
      <svg viewBox={`0 0 ${WIDTH} ${codes.length * HIGH + 26}`} role="img" aria-label={say('set.rules')}>
        {codes.map((code, i) => (
          <g key={code}>
            <text x="0" y={i * HIGH + 22} class="tick">
              {nameOf(code)}
            </text>
            {seen
              .filter((row) => row.code === code)
              .map((row, k) => (
                <g key={row.from}>
                  <rect
                    x={x(row.from)}
                    width={Math.max(2, x(row.to ?? last) - x(row.from) - 2)}
                    y={i * HIGH + 6}
                    height={HIGH - 12}
                    class={k % 2 ? 'rule-bar rule-later' : 'rule-bar'}
                  />
                  <text x={x(row.from) + 8} y={i * HIGH + 22} class={k % 2 ? 'tick' : 'tick on-bar'}>
                    {row.value.replace('%', ' %').replace('  ', ' ')}
                  </text>
                </g>
              ))}
          </g>
        ))}
        <line x1={x(today)} x2={x(today)} y1="0" y2={codes.length * HIGH} class="cut" />
        <text x={x(today) - 4} y={codes.length * HIGH + 18} class="tick end">
          {say('nav.today')} {shownDate(today)}
        </text>
        <line x1={x(year)} x2={x(year)} y1="0" y2={codes.length * HIGH} class="grid" />
        <text x={x(year) + 4} y={codes.length * HIGH + 18} class="tick">
          {shownDate(year)}
        </text>
      </svg>
    </figure>
  )
}

function Preview({ first }: { first: string }): JSX.Element {
  const [on, setOn] = useState(first)
  const [open, setOpen] = useState(false)
  return (
    <section class="card">
      <h2>{say('set.preview.on', { date: shownDate(on) })}</h2>
      <p class="pick">
        <input
          type="date"
          aria-label={say('rep.day')}
          value={on}
          onChange={(e) => e.currentTarget.value && setOn(e.currentTarget.value)}
        />
        <button type="button" class="act" onClick={() => setOpen(true)}>
          {say('set.preview')}
        </button>
      </p>
      {open && <Seen on={on} />}
    </section>
  )
}

function Seen({ on }: { on: string }): JSX.Element {
  const answer = useAnswer<RulesPreviewJson>(`/api/v1/rules/preview?on=${on}`)
  if (!answer) return <p class="empty">{say('app.loading')}</p>
  if (!answer.ok) return <Refusal trouble={answer.trouble} />
  const { items, summary, cut } = answer.value
  const [head, ...sums] = summary.map(({ key, values }) => say(key, values))
  const sum = (net: string, tax: string): string => say('rules.net_tax', { net: grouped(net), tax: grouped(tax) })
  return (
    <>
      <p class="quiet">{head}</p>
      {items.length === 0 ? (
        !cut && <p>{say('rules.same')}</p>
      ) : (
        <div class="scroll">
          <table class="plain">
            <thead>
              <tr>
                <th>{say('inv.line')}</th>
                <th class="end">{say('set.rules.now')}</th>
                <th class="end">{say('set.rate810.keep')}</th>
                <th class="end">{say('set.rate810.raise')}</th>
              </tr>
            </thead>
            <tbody>
              {items.slice(0, 30).map((item) => (
                <tr key={`${item.name} ${item.price}`}>
                  <th scope="row">
                    {item.name} <small>{grouped(item.price)}</small>
                  </th>
                  <td class="end">
                    {item.now.rate} · {sum(item.now.net, item.now.tax)}
                  </td>
                  <td class="end">
                    {item.later.rate} · {sum(item.later.net, item.later.tax)}
                  </td>
                  <td class="end">{say('unit.dong', { n: grouped(item.sameNet) })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {sums.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p class="quiet">
        {!cut && `${say('set.rate810.note')} `}
        {say('rules.nothing_written', { date: shownDate(on) })}
      </p>
    </>
  )
}
