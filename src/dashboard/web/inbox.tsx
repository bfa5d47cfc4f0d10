import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Decide } from './decide.tsx'
import type { Page } from './entry-row.ts'
import { clockTime, dayOf, grouped, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { hrefOf } from './live-list.tsx'
import { useAnswer } from './load.ts'
import { Sign } from './shapes.tsx'
import { role, say, status } from './state.ts'

/** Everything that waits for a person, in order of harm; what the box says of itself first. */
export function Inbox(): JSX.Element {
  const [version, set] = useState(0)
  const { queue, alerts = [] } = status.value ?? {}
  const open = queue ? queue.held + queue.rejected + queue.parked : 0
  const tasks = alerts.filter((alert) => !alert.part.startsWith('inbox/'))
  const again = (): void => set(version + 1)
  return (
    <>
      <header class="page-head">
        <h1>{say('inbox.title')}</h1>
        <p class="quiet">{say('inbox.count', { n: open + tasks.length })}</p>
        {role.value === 'owner' && status.value?.offers.slips && (
          <Go to="/phieu-cho" class="act second">
            {say('slips.open')}
          </Go>
        )}
        {role.value !== 'developer' && status.value?.offers.incidents && (
          <Go to="/su-co" class="act second">
            {say('incident.open')}
          </Go>
        )}
      </header>
      {tasks.length > 0 && (
        <section aria-labelledby="tasks">
          <h2 id="tasks">{say('inbox.tasks')}</h2>
          <ul class="items">
            {tasks.map((alert) => (
              <li key={alert.part} class="card why">
                <Sign level={alert.level} size={22} />
                <p>
                  <b>{say(alert.key, alert.values)}</b>
                  {alert.todo && (
                    <>
                      <br />
                      {say(alert.todo, alert.values)}
                    </>
                  )}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Section state="held" title="inbox.held" version={version + (queue?.held ?? 0)} done={again} />
      <Section state="rejected" title="inbox.rejected" version={version + (queue?.rejected ?? 0)} done={again} />
      <Section state="parked" title="inbox.parked" version={version + (queue?.parked ?? 0)} done={again} />
      {open + tasks.length === 0 && (
        <p class="card empty calm">
          <Sign level="ok" size={40} />
          {say('empty.inbox')}
        </p>
      )}
    </>
  )
}

function Section({
  state,
  title,
  version,
  done,
}: {
  state: string
  title: string
  version: number
  done: () => void
}): JSX.Element | null {
  const answer = useAnswer<Page>(`/api/v1/entries?state=${state}`, version)
  const found = answer?.ok ? answer.value.rows : []
  if (found.length === 0) return null
  return (
    <section aria-labelledby={state}>
      <h2 id={state}>{say(title)}</h2>
      <ul class="items">
        {found.map((entry) => {
          const { issued } = entry
          const at = Date.parse(entry.heard)
          const identity = issued ? { form: issued.form, symbol: issued.symbol, number: issued.number } : {}
          return (
            <li key={entry.id} class="card">
              <p class="item-head">
                <Go to={hrefOf({ id: entry.id, ...identity })}>
                  <b>{issued ? `${issued.form}${issued.symbol} ${say('list.number', { number: issued.number })}` : entry.id}</b>
                </Go>
                <time>
                  {clockTime(at)} {shownDate(dayOf(at))}
                </time>
                {issued && <b class="pay">{say('unit.dong', { n: grouped(issued.pay) })}</b>}
              </p>
              <Decide entry={entry} done={done} />
            </li>
          )
        })}
      </ul>
    </section>
  )
}
