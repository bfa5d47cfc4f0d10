import type { JSX } from 'preact'
import { axisTop } from './chart.tsx'
import { dayOf, grouped, shownDate } from './format.ts'
import type { Cells } from './reports.tsx'
import { boxNow, say } from './state.ts'

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [880, 180, 62, 24, 10]
/** Thousands, for an axis; only for drawing. */
const thousands = (amount: string): number => Math.max(0, Number(BigInt(amount) / 1000n))

/** Revenue by day: bars from zero; today is hatched, it is not over. The table below says the same. */
export function Days({ rows }: { rows: readonly Cells[] }): JSX.Element | null {
  const days = rows.flatMap((row) =>
    typeof row['day'] === 'string' && typeof row['pay'] === 'string' ? [{ day: row['day'], pay: row['pay'] }] : [],
  )
  const [first, last] = [days[0], days.at(-1)]
  if (!first || !last || days.length < 2) return null
  const at = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000
  const count = at(last.day) - at(first.day) + 1
  const step = (WIDTH - LEFT) / count
  const top = axisTop(Math.max(...days.map(({ pay }) => thousands(pay))))
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP)
  const best = days.reduce((a, b) => (BigInt(b.pay) > BigInt(a.pay) ? b : a))
  const sum = days.reduce((total, { pay }) => total + BigInt(pay), 0n)
  const today = dayOf(boxNow.value)
  const every = Math.ceil(count / 16)
  return (
    <figure class="days">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={say('chart.summary', {
          title: say('rep.by_day'),
          max: `${grouped(best.pay)} đ`,
          when: shownDate(best.day),
          total: `${grouped(String(sum))} đ`,
        })}
      >
        <defs>
          <pattern id="open-day" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" class="bar-ground" />
            <rect width="3" height="6" class="bar-ink" />
          </pattern>
        </defs>
        {[0, top / 2, top].map((mark) => (
          <g key={mark}>
            <line x1={LEFT} x2={WIDTH} y1={y(mark)} y2={y(mark)} class="grid" />
            <text x={LEFT - 6} y={y(mark) + 4} class="tick end">
              {grouped(String(Math.round(mark)))}
            </text>
          </g>
        ))}
        {days.map(({ day, pay }) => (
          <rect
            key={day}
            x={LEFT + (at(day) - at(first.day)) * step + step * 0.14}
            width={Math.min(step * 0.72, 60)}
            y={y(thousands(pay))}
            height={HEIGHT - BOTTOM - y(thousands(pay))}
            class={day === today ? 'bar-running' : 'bar-done'}
            fill={day === today ? 'url(#open-day)' : undefined}
          />
        ))}
        {days
          .filter(({ day }) => (at(day) - at(first.day)) % every === 0)
          .map(({ day }) => (
            <text
              key={day}
              x={LEFT + (at(day) - at(first.day)) * step + Math.min(step * 0.72, 60) / 2 + step * 0.14}
              y={HEIGHT - 6}
              class="tick middle"
            >
              {shownDate(day).slice(0, 5)}
            </text>
          ))}
      </svg>
      <figcaption>{say('chart.revenue')}</figcaption>
    </figure>
  )
}

/** How far the year has come towards the revenues at which a household's duties change. */
export function Gauge({ rows }: { rows: readonly Cells[] }): JSX.Element {
  return (
    <div class="gauges">
      {rows.map((row) => {
        const [limit, pay] = [String(row['threshold'] ?? '0'), String(row['pay'] ?? '0')]
        const percent = limit === '0' ? 0 : Math.min(100, Number((BigInt(pay) * 100n) / BigInt(limit)))
        return (
          <p key={limit}>
            <span>
              {say('rep.threshold', { limit: say('unit.dong', { n: grouped(limit) }) })}:{' '}
              <b>{say('unit.percent', { n: percent })}</b>
            </span>
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
              <rect width="100" height="6" class="gauge-ground" />
              <rect width={percent} height="6" class={percent >= 90 ? 'gauge-near' : 'gauge-done'} />
            </svg>
            <small class="quiet">
              {say('unit.dong', { n: grouped(pay) })} · {say('rep.estimate')}
            </small>
          </p>
        )
      })}
    </div>
  )
}
