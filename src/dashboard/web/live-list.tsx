import { effect, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { isSale, type LiveRow } from './facts.ts'
import { clockTime, grouped } from './format.ts'
import { Go } from './frame.tsx'
import { levelNow, Sign } from './shapes.tsx'
import { rows, say } from './state.ts'

const SHOWN = 30
/** What stood in the list when the person asked for rest; undefined: it runs. */
const frozen = signal<readonly LiveRow[] | undefined>(undefined)
const announced = signal('')

/** Rows never jump under a finger: away from the top of the page, new ones wait behind a button. */
const sales = (): readonly LiveRow[] => rows.value.filter(isSale)
export function watchScroll(): void {
  addEventListener('scroll', () => {
    if (scrollY > 120 && !frozen.value) frozen.value = sales()
  })
}

/** At most one polite announcement in ten seconds: "12 hóa đơn mới". */
let toldAt = 0
let toldTop: string | undefined
effect(() => {
  const list = sales()
  const place = list.findIndex((row) => row.id === toldTop)
  const since = performance.now() - toldAt
  if (toldTop === undefined) toldTop = list[0]?.id
  else if (place > 0 && since > 10_000) {
    toldAt = performance.now()
    toldTop = list[0]?.id
    announced.value = say('live.announce', { n: place })
  }
})

export const hrefOf = (row: Pick<LiveRow, 'id' | 'form' | 'symbol' | 'number'>): string =>
  row.number === undefined ? `/can-xu-ly/${row.id}` : `/hoa-don/${row.form}/${row.symbol}/${row.number}`

export const stateKey = (state: string): string => `state.${state.replace('-', '_')}`

function Row({ row }: { row: LiveRow }): JSX.Element {
  const level = levelNow(row.state)
  return (
    <li>
      <Go to={hrefOf(row)} class="row">
        <time>{clockTime(Date.parse(row.heard))}</time>
        <span class="reg">{row.register}</span>
        <span class="num">{row.number === undefined ? '' : say('list.number', { number: row.number })}</span>
        <b class="pay">{row.pay === undefined ? '–' : say('unit.dong', { n: grouped(row.pay) })}</b>
        <span class={`st st-${level}`}>
          <Sign level={level} size={16} />
          <span>{say(stateKey(row.state))}</span>
        </span>
      </Go>
    </li>
  )
}

export function LiveList(): JSX.Element {
  const list = frozen.value ?? sales()
  const news = frozen.value ? sales().filter((row) => !frozen.value?.some((old) => old.id === row.id)).length : 0
  const current = new Map(rows.value.map((row) => [row.id, row]))
  const resume = (): void => {
    frozen.value = undefined
    scrollTo(0, 0)
  }
  return (
    <>
      <header class="list-head">
        <h2 id="live-title">{say('today.live')}</h2>
        {frozen.value ? (
          <button type="button" class="act small" onClick={resume}>
            {news > 0 ? say('today.live.new', { n: news }) : say('act.next')}
          </button>
        ) : (
          <button type="button" class="quiet-act" onClick={() => (frozen.value = sales())}>
            {say('today.live.pause')}
          </button>
        )}
      </header>
      <p class="unseen" aria-live="polite">
        {announced.value}
      </p>
      {list.length === 0 ? (
        <p class="empty">{say('empty.today')}</p>
      ) : (
        <ol class="rows">
          {list.slice(0, SHOWN).map((row) => (
            <Row key={row.id} row={current.get(row.id) ?? row} />
          ))}
        </ol>
      )}
    </>
  )
}
