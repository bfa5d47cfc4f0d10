import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { isPicked, PickBar, pickOf, toggle } from './batch-bar.tsx'
import { MOST, picked } from './batch-pick.ts'
import type { EntryJson, Page } from './entry-row.ts'
import { clockTime, dayBefore, dayOf, grouped, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { hrefOf, stateKey } from './live-list.tsx'
import { useAnswer } from './load.ts'
import { levelNow, Sign } from './shapes.tsx'
import { boxNow, go, path, role, say, status } from './state.ts'

/** Filters live in the address: shareable, and the back button works. */
const query = (): URLSearchParams => new URLSearchParams(path.value.split('?')[1] ?? '')
function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const next = query()
  next.delete('after')
  for (const [name, value] of Object.entries(changes))
    if (value) next.set(name, value)
    else next.delete(name)
  go(`/hoa-don${next.size > 0 ? `?${next}` : ''}`)
}

function Chips(): JSX.Element {
  const asked = query()
  const today = dayOf(boxNow.value)
  const chips: { name: string; label: string; value: string }[] = [
    { name: 'day', label: say('nav.today'), value: today },
    { name: 'day', label: say('list.yesterday'), value: dayBefore(today, 1) },
    { name: 'state', label: say('state.queued'), value: 'queued' },
    { name: 'state', label: say('state.acknowledged'), value: 'acknowledged' },
    { name: 'state', label: say('state.rejected'), value: 'rejected' },
    ...(status.value?.registers ?? []).map((r) => ({
      name: 'register',
      label: say('list.register', { register: r.id }),
      value: r.id,
    })),
  ]
  return (
    <fieldset class="chips" aria-label={say('act.filter')}>
      {chips.map(({ name, label, value }) => {
        const on = asked.get(name) === value
        return (
          <button
            key={name + value}
            type="button"
            class="chip"
            aria-pressed={on}
            onClick={() => setQuery({ [name]: on ? undefined : value })}
          >
            {label}
          </button>
        )
      })}
    </fieldset>
  )
}

function Search(): JSX.Element {
  const [text, set] = useState(query().get('q') ?? '')
  const submit = (event: Event): void => {
    event.preventDefault()
    setQuery({ q: text.trim() })
  }
  return (
    <search>
      <form class="search" onSubmit={submit}>
        <label class="unseen" for="q">
          {say('act.search')}
        </label>
        <input
          id="q"
          type="search"
          value={text}
          maxLength={64}
          autocomplete="off"
          placeholder={say('list.search')}
          onInput={(e) => set(e.currentTarget.value)}
        />
        <button type="submit" class="act">
          {say('act.search')}
        </button>
      </form>
    </search>
  )
}

function Line({ row, index }: { row: EntryJson; index: number }): JSX.Element {
  const { issued } = row
  const level = levelNow(row.state)
  const at = Date.parse(issued?.at ?? row.heard)
  const href = hrefOf({ id: row.id, ...(issued ? { form: issued.form, symbol: issued.symbol, number: issued.number } : {}) })
  const pick = pickOf(row)
  const picking = picked.value !== undefined
  const on = pick !== undefined && isPicked(pick)
  return (
    <tr aria-rowindex={index + 2} class={on ? 'on' : ''} onClick={() => (picking ? pick && toggle(pick) : go(href))}>
      {picking && (
        <td class="tick-cell">
          {pick && (
            <input
              type="checkbox"
              aria-label={say('many.pick', { number: pick.number })}
              checked={on}
              disabled={!on && (picked.value?.length ?? 0) >= MOST}
              onClick={(event) => event.stopPropagation()}
              onChange={() => toggle(pick)}
            />
          )}
        </td>
      )}
      <td class="time">
        {clockTime(at)} <small>{shownDate(dayOf(at)).slice(0, 5)}</small>
      </td>
      <td class="end">{issued ? <Go to={href}>{issued.number}</Go> : '–'}</td>
      <td class="wide">{issued ? `${issued.form}${issued.symbol}` : <Go to={href}>{row.id}</Go>}</td>
      <td class="wide">{say('list.register', { register: row.register })}</td>
      <td class="end">
        <b>{issued ? say('unit.dong', { n: grouped(issued.pay) }) : '–'}</b>
      </td>
      <td>
        <span class={`st st-${level}`}>
          <Sign level={level} size={16} />
          <span>{row.why ? say(`aside.${row.why}`) : say(stateKey(row.state))}</span>
        </span>
      </td>
    </tr>
  )
}

export function Invoices(): JSX.Element {
  const asked = query()
  const answer = useAnswer<Page>(`/api/v1/entries?limit=50${asked.size > 0 ? `&${asked}` : ''}`)
  const page = answer?.ok ? answer.value : undefined
  const next = page?.next
  const more = (): void => {
    if (!next) return
    asked.set('after', next)
    go(`/hoa-don?${asked}`)
  }
  return (
    <>
      <header class="page-head">
        <h1>{say('nav.invoices')}</h1>
        <Search key={asked.get('q') ?? ''} />
        {status.value?.offers.several && role.value === 'owner' && !picked.value && (
          <button type="button" class="act second" onClick={() => (picked.value = [])}>
            {say('many.start')}
          </button>
        )}
      </header>
      <Chips />
      <PickBar filter={asked} />
      {answer && !answer.ok && <p class="trouble">{answer.trouble.message || say('err.unsaved')}</p>}
      {page?.rows.length === 0 && <p class="card empty">{say('empty.search')}</p>}
      {page && page.rows.length > 0 && (
        <div class="card scroll">
          <table class="list" aria-rowcount={-1}>
            <thead>
              <tr aria-rowindex={1}>
                {picked.value && (
                  <th>
                    <span class="unseen">{say('many.start')}</span>
                  </th>
                )}
                <th>{say('list.time')}</th>
                <th class="end">{say('inv.number')}</th>
                <th class="wide">{say('inv.form_symbol')}</th>
                <th class="wide">{say('chain.register')}</th>
                <th class="end">{say('inv.total')}</th>
                <th>{say('list.state')}</th>
              </tr>
            </thead>
            <tbody>
              {page.rows.map((row, i) => (
                <Line key={row.id} row={row} index={i} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <nav class="pager" aria-label={say('nav.invoices')}>
        {asked.has('after') && (
          <button type="button" class="act small" onClick={() => history.back()}>
            {say('page.prev')}
          </button>
        )}
        {next && (
          <button type="button" class="act small" onClick={more}>
            {say('page.next')}
          </button>
        )}
      </nav>
    </>
  )
}
