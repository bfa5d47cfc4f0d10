import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ask } from './api.ts'
import type { OrderedRow } from './batch-ask.ts'
import { Bar, Refused } from './batch-look.tsx'
import { picked } from './batch-pick.ts'
import type { EntryJson } from './entry-row.ts'
import { Go } from './frame.tsx'
import { Sign } from './shapes.tsx'
import { rows, say, status } from './state.ts'

interface Props {
  readonly rows: readonly OrderedRow[]
  readonly all: number
  readonly going: boolean
  /** Month of the wrong invoices, where the buyer wants the list of R-077. */
  readonly month: string | undefined
  readonly stop: () => void
  readonly again: () => void
}

/** Asked for in one second; the box answers many more. */
const LOOKS = 10

/** Ordering, then issuing by the registers' own lanes: how far it is, what was not done and why, and that part once more. */
export function BatchRun({ rows: told, all, going, month, stop, again }: Props): JSX.Element {
  const done = told.filter(({ fault }) => !fault)
  const failed = told.filter(({ fault }) => fault)
  const left = all - told.length
  const made = [...useMade(done).values()]
  const held = made.filter((one) => one.held)
  const notices = done.filter(({ notice }) => notice).length
  const issued = made.flatMap(({ number }) => (number === undefined ? [] : [number]))
  const settled = issued.length + held.length + notices
  const finished = !going && settled === done.length
  const numbers = [...issued].sort((a, b) => a - b)
  useEffect(() => {
    if (!going && left === 0 && failed.length === 0) picked.value = undefined
  }, [going, left, failed.length])
  return (
    <section class="card" aria-live="polite">
      {going && <Bar text={say('many.ordering', { n: told.length, all })} at={told.length} of={all} />}
      {!finished && (
        <Bar text={say('many.issued', { n: settled, all: done.length })} at={settled} of={Math.max(done.length, 1)} />
      )}
      {finished && (
        <p class="st st-ok">
          <Sign level={failed.length + left + held.length > 0 ? 'warning' : 'ok'} size={28} />{' '}
          <b>
            {notices > 0 && say('many.done_notify', { n: notices })}{' '}
            {(issued.length > 0 || notices === 0) && say('many.done', { n: issued.length })}
          </b>
          {numbers.length > 0 && (
            <span class="quiet"> {say('many.numbers', { first: numbers[0] ?? 0, last: numbers.at(-1) ?? 0 })}</span>
          )}
        </p>
      )}
      {!going && left > 0 && <p>{say('many.left', { n: left })}</p>}
      {held.length > 0 && (
        <p class="st st-serious">
          <Sign level="serious" size={18} /> {say('many.held', { n: held.length })} <Go to="/can-xu-ly">{say('nav.inbox')}</Go>
        </p>
      )}
      <Refused rows={failed} title={say('many.failed', { n: failed.length })} />
      <p class="acts">
        {going && (
          <button type="button" class="act second" onClick={stop}>
            {say('many.stop')}
          </button>
        )}
        {!going && failed.length + left > 0 && (
          <button type="button" class="act" onClick={again}>
            {say('many.again', { n: failed.length + left })}
          </button>
        )}
        {finished && month && status.value?.offers['reports'] && (
          <Go to={`/bao-cao?name=amended&month=${month}`} class="act second">
            {say('many.open_list')}
          </Go>
        )}
        {!going && (
          <Go to="/hoa-don" class="act second">
            {say('nav.invoices')}
          </Go>
        )}
      </p>
    </section>
  )
}

interface Made {
  readonly number?: number | undefined
  readonly held: boolean
}

/** What became of the entries ordered: the feed tells of most, the rest is looked up until each is issued or held. */
function useMade(done: readonly OrderedRow[]): ReadonlyMap<string, Made> {
  const [asked, set] = useState<ReadonlyMap<string, Made>>(new Map())
  const fed = new Map(rows.value.map(({ id, state, number }) => [id, { number, held: state === 'held' && number === undefined }]))
  const made = new Map<string, Made>()
  const open: string[] = []
  for (const { entry } of done) {
    if (entry === undefined) continue
    const found = [fed.get(entry), asked.get(entry)].find((one) => one && (one.held || one.number !== undefined))
    if (found) made.set(entry, found)
    else open.push(entry)
  }
  const next = open.slice(0, LOOKS).join(' ')
  const [beat, again] = useState(0)
  useEffect(() => {
    if (next === '') return
    const look = async (): Promise<void> => {
      const answers = await Promise.all(next.split(' ').map((id) => ask<EntryJson>(`/api/v1/entries/${id}`)))
      const known = answers.flatMap((answer) => {
        if (!answer.ok) return []
        const { id, state, issued } = answer.value
        return [[id, { number: issued?.number, held: state === 'held' && !issued }] as const]
      })
      set((before) => new Map([...before, ...known]))
      again((n) => n + 1)
    }
    const timer = setTimeout(() => void look(), 1_000)
    return () => clearTimeout(timer)
  }, [next, beat])
  return made
}
