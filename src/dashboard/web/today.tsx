import type { ComponentChildren, JSX } from 'preact'
import { Hours } from './chart.tsx'
import { clockTime, dayOf, grouped, midnightAfter, percentDown, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { LiveList } from './live-list.tsx'
import { Sign } from './shapes.tsx'
import { age, asOf, boxNow, fresh, role, type Snapshot, say, status } from './state.ts'

const DAY = 86_400_000

/** A figure with its name; old ones carry the time at which they were true (dashboard 5.3). */
function Figure({
  name,
  value,
  level,
  children,
}: {
  name: string
  value: string
  level?: 'serious' | 'quiet' | undefined
  children?: ComponentChildren
}): JSX.Element {
  const old = fresh.value !== 'live'
  const unknown = status.value?.known === false
  return (
    <section class={`card figure ${level && !old ? `figure-${level}` : ''}`}>
      <h2>
        {level === 'serious' && !old && <Sign level="serious" size={18} />}
        {name}
      </h2>
      <p class="value">{fresh.value === 'gone' || unknown ? '–' : value}</p>
      <div class="under">
        {old ? say('live.asof', { time: clockTime(asOf.value) }) : unknown ? say('level.unknown') : children}
      </div>
    </section>
  )
}

function Coverage({ day }: { day: Snapshot['day'] }): JSX.Element {
  const missing = day.sales - day.invoices
  const value = day.sales === 0 ? '–' : say('unit.percent', { n: percentDown(day.invoices, day.sales) })
  return (
    <Figure name={say('today.coverage')} value={value} {...(missing > 0 ? { level: 'serious' } : {})}>
      {missing > 0 ? (
        <Go to="/can-xu-ly">{say('today.coverage.missing', { n: missing })}</Go>
      ) : day.sales === 0 ? (
        say('today.none')
      ) : (
        say('today.coverage.value', { done: day.invoices, all: day.sales })
      )}
    </Figure>
  )
}

function Unsent({ queue }: { queue: Snapshot['queue'] }): JSX.Element {
  const waited = queue.oldest ? boxNow.value - Date.parse(queue.oldest) : 0
  const unsent = queue.unsent + queue.doubt
  const late = waited > DAY / 12
  return (
    <Figure name={say('today.unsent')} value={grouped(String(unsent))} {...(late ? { level: 'serious' } : {})}>
      {unsent === 0 ? say('today.unsent.none') : say('today.unsent.age', { age: age(waited) })}
      {late && role.value === 'owner' && status.value?.offers.incidents && (
        <>
          <br />
          <Go to="/su-co">{say('incident.late')}</Go>
        </>
      )}
    </Figure>
  )
}

/** The earliest legal limit of all unsent invoices, not a fixed midnight (R-033); quiet where nothing waits. */
function Deadline({ queue }: { queue: Snapshot['queue'] }): JSX.Element {
  const due = queue.due ? Date.parse(queue.due) + 1 : midnightAfter(boxNow.value)
  const left = due - boxNow.value
  const share = Math.max(0, Math.min(1, left / DAY))
  const waiting = queue.unsent + queue.doubt > 0
  return (
    <Figure
      name={say('today.deadline')}
      value={left > 0 ? age(left) : '0'}
      level={waiting ? (left < DAY / 12 ? 'serious' : undefined) : 'quiet'}
    >
      <svg class="bar left" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width={share * 100} height="6" />
      </svg>
      <span class="unseen">{say('today.deadline.help')}</span>
    </Figure>
  )
}

/** One bar per rate with its figure written on it; a pattern of its own each, so that grey printing keeps them apart. */
function Rates({ rates }: { rates: Snapshot['day']['rates'] }): JSX.Element {
  const most = rates.reduce((max, r) => (BigInt(r.net) > max ? BigInt(r.net) : max), 1n)
  const name = (rate: string): string => {
    const key = `rate.${rate.replace('%', '')}`
    const said = say(key)
    return said === key ? rate : said
  }
  return (
    <section class="rates" aria-label={say('today.vat')}>
      <h2>{say('today.vat')}</h2>
      {rates.length === 0 && <p class="quiet">{say('today.vat.none')}</p>}
      {rates.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>
                <span class="unseen">{say('inv.rate')}</span>
              </th>
              <th class="end">{say('inv.net')}</th>
              <th class="end">{say('inv.vat')}</th>
            </tr>
          </thead>
          <tbody>
            {rates.map(({ rate, net, tax }) => (
              <tr key={rate}>
                <th scope="row">
                  {name(rate)}
                  <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={Number((BigInt(net) * 100n) / most)} height="6" class={`rate-${rate.replace('%', '')}`} />
                  </svg>
                </th>
                <td>{grouped(net)}</td>
                <td>{grouped(tax)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Noise({ asides }: { asides: Snapshot['day']['asides'] }): JSX.Element {
  const all = asides.reduce((sum, a) => sum + a.count, 0)
  const parts = asides.map((a) => `${say(`aside.${a.why}`)} ${a.count}`).join(', ')
  return <p class="noise quiet">{all === 0 ? say('today.noise.none') : `${say('today.noise', { n: all })} (${parts})`}</p>
}

export function Today(): JSX.Element {
  const now = status.value
  if (!now) return <p class="empty">{say('app.loading')}</p>
  return (
    <>
      <h1 class="unseen">{say('today.title', { date: shownDate(dayOf(boxNow.value)) })}</h1>
      <div class="figures">
        <Coverage day={now.day} />
        <Unsent queue={now.queue} />
        <Deadline queue={now.queue} />
      </div>
      <div class="columns">
        <section class="card live" aria-labelledby="live-title">
          <LiveList />
          <Noise asides={now.day.asides} />
        </section>
        <section class="card money">
          <header class="sum">
            <h2>{say('today.revenue')}</h2>
            <p class="value">{fresh.value === 'gone' || !now.known ? '–' : say('unit.dong', { n: grouped(now.day.pay) })}</p>
          </header>
          <Hours day={now.day} />
          {now.shop.form === 1 && <Rates rates={now.day.rates} />}
        </section>
      </div>
    </>
  )
}
