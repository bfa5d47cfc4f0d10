import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { ask } from './api.ts'
import { clockTime, dayBefore, grouped, hourOf, thousands } from './format.ts'
import { asOf, boxNow, fresh, type Snapshot, say } from './state.ts'

type Day = Snapshot['day']
const asTable = signal(false)
const before = signal<{ readonly day: string; readonly hours: Day['hours'] } | undefined>(undefined)
let asked = ''

/** The same weekday of last week, read once a day; without it there is no line. */
function readBefore(day: string): void {
  if (asked === day) return
  asked = day
  void ask<Day>(`/api/v1/days/${dayBefore(day, 7)}`).then((answer) => {
    if (answer.ok) before.value = { day, hours: answer.value.hours }
    else asked = ''
  })
}

/** A round top for the axis: 1, 2 or 5 times a power of ten. */
export function axisTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)))
  return [1, 2, 5, 10].map((f) => f * power).find((top) => top >= most) ?? 10 * power
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [400, 150, 46, 22, 8]

/** Revenue by hour: bars from zero, the running hour hatched, last week as a dashed line; its table says the same. */
export function Hours({ day }: { day: Day }): JSX.Element {
  readBefore(day.day)
  const last = before.value?.day === day.day ? before.value.hours : []
  if (day.hours.length === 0) return <p class="empty">{say('empty.chart')}</p>
  return (
    <section class="hours">
      <header class="list-head">
        <h3>{say('today.revenue.hourly')}</h3>
        <button type="button" class="quiet-act" aria-pressed={asTable.value} onClick={() => (asTable.value = !asTable.value)}>
          {say(asTable.value ? 'chart.as_chart' : 'chart.as_table')}
        </button>
      </header>
      {asTable.value ? <Table hours={day.hours} /> : <Bars hours={day.hours} last={last} total={day.pay} />}
    </section>
  )
}

function Bars({ hours, last, total }: { hours: Day['hours']; last: Day['hours']; total: string }): JSX.Element {
  const now = hourOf(boxNow.value)
  const named = [...hours, ...last].map((h) => h.hour)
  const [from, to] = [Math.max(0, Math.min(...named) - 1), Math.min(23, Math.max(...named, now) + 1)]
  const top = axisTop(Math.max(...[...hours, ...last].map((h) => thousands(h.pay))))
  const step = (WIDTH - LEFT) / (to - from + 1)
  const x = (hour: number): number => LEFT + (hour - from) * step
  const y = (pay: string): number => HEIGHT - BOTTOM - (thousands(pay) / top) * (HEIGHT - BOTTOM - TOP)
  const best = hours.reduce((a, b) => (BigInt(b.pay) > BigInt(a.pay) ? b : a))
  const summary = say('chart.summary', {
    title: say('today.revenue.hourly'),
    max: `${grouped(best.pay)} đ`,
    when: `${best.hour}:00`,
    total: `${grouped(total)} đ`,
  })
  const marks = hours.length + last.length > 0 ? [0, top / 2, top] : []
  const every = to - from > 12 ? 2 : 1
  return (
    <figure>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary}>
        <defs>
          <pattern id="running" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" class="bar-ground" />
            <rect width="3" height="6" class="bar-ink" />
          </pattern>
        </defs>
        {marks.map((mark) => (
          <g key={mark}>
            <line x1={LEFT} x2={WIDTH} y1={y(String(mark * 1000))} y2={y(String(mark * 1000))} class="grid" />
            <text x={LEFT - 6} y={y(String(mark * 1000)) + 4} class="tick end">
              {grouped(String(mark))}
            </text>
          </g>
        ))}
        {hours.map((h) => (
          <rect
            key={h.hour}
            x={x(h.hour) + step * 0.14}
            width={step * 0.72}
            y={y(h.pay)}
            height={HEIGHT - BOTTOM - y(h.pay)}
            class={h.hour === now && fresh.value === 'live' ? 'bar-running' : 'bar-done'}
            fill={h.hour === now ? 'url(#running)' : undefined}
          />
        ))}
        {last.length > 1 && (
          <polyline class="last-week" points={last.map((h) => `${x(h.hour) + step / 2},${y(h.pay)}`).join(' ')} />
        )}
        {Array.from({ length: to - from + 1 }, (_, i) => from + i)
          .filter((hour) => (hour - from) % every === 0)
          .map((hour) => (
            <text key={hour} x={x(hour) + step / 2} y={HEIGHT - 6} class="tick middle">
              {hour}
            </text>
          ))}
        {fresh.value !== 'live' && <line class="cut" x1={x(now) + step} x2={x(now) + step} y1={TOP} y2={HEIGHT - BOTTOM} />}
      </svg>
      <figcaption>
        {say('chart.revenue')}
        {last.length > 1 && <span class="legend"> ┄ {say('chart.same_day')}</span>}
        {fresh.value !== 'live' && <span> · {say('live.asof', { time: clockTime(asOf.value) })}</span>}
      </figcaption>
    </figure>
  )
}

const Table = ({ hours }: { hours: Day['hours'] }): JSX.Element => (
  <div class="scroll">
    <table class="plain">
      <thead>
        <tr>
          <th>{say('chart.hour')}</th>
          <th class="end">{say('unit.invoices')}</th>
          <th class="end">{say('today.revenue')}</th>
        </tr>
      </thead>
      <tbody>
        {hours.map((h) => (
          <tr key={h.hour}>
            <th scope="row">{h.hour}:00</th>
            <td class="end">{h.count}</td>
            <td class="end">{grouped(h.pay)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
