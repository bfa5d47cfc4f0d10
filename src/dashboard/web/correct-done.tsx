import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { How } from '../../domain/correction.ts'
import { ask } from './api.ts'
import type { Ordered } from './correct.tsx'
import type { EntryJson } from './entry-row.ts'
import { Refusal } from './fields.tsx'
import { Go } from './frame.tsx'
import { Sign } from './shapes.tsx'
import { say } from './state.ts'

/** Issued by the register's own lane a moment later: the true number is shown, not the forecast. */
export function Done({ ordered, how, back }: { ordered: Ordered; how: How; back: string }): JSX.Element {
  const [entry, set] = useState<EntryJson | undefined>(undefined)
  useEffect(() => {
    if (!ordered.entry) return
    const look = async (): Promise<void> => {
      const answer = await ask<EntryJson>(`/api/v1/entries/${ordered.entry}`)
      if (!answer.ok) return
      set(answer.value)
      if (answer.value.issued || answer.value.state === 'held') clearInterval(timer)
    }
    const timer = setInterval(() => void look(), 700)
    void look()
    return () => clearInterval(timer)
  }, [ordered.entry])
  const issued = entry?.issued
  const done = issued !== undefined || ordered.notice !== undefined
  return (
    <article class="card calm" role="status">
      <Sign level={entry?.state === 'held' ? 'serious' : done ? 'ok' : 'info'} size={44} />
      <h1>
        {ordered.notice
          ? say('fix.noticed', { notice: ordered.notice })
          : issued
            ? say('fix.done', { number: `${issued.form}${issued.symbol} ${issued.number}` })
            : say('fix.waiting')}
      </h1>
      {entry?.fault && <Refusal trouble={entry.fault} />}
      <p class="acts">
        {issued && (
          <Go to={`/hoa-don/${issued.form}/${issued.symbol}/${issued.number}`} class="act">
            {say(how === 'adjust' ? 'fix.open.adjust' : 'fix.open.replace')}
          </Go>
        )}
        {entry?.state === 'held' && (
          <Go to={`/can-xu-ly/${entry.id}`} class="act">
            {say('nav.inbox')}
          </Go>
        )}
        <Go to={back} class="act second">
          {say('fix.open.original')}
        </Go>
      </p>
    </article>
  )
}
