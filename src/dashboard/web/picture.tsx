import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useAnswer } from './load.ts'
import { role, say } from './state.ts'

/** A receipt that is a picture, and on request what a machine reads in it: for comparing, never for issuing. */
export function Picture({ id }: { id: string }): JSX.Element {
  const [asked, ask] = useState(false)
  return (
    <figure class="picture">
      <img src={`/api/v1/entries/${id}/picture.png`} alt={say('inv.picture')} />
      {role.value === 'owner' &&
        (asked ? (
          <Draft id={id} />
        ) : (
          <button type="button" class="act second" onClick={() => ask(true)}>
            {say('act.read_picture')}
          </button>
        ))}
    </figure>
  )
}

function Draft({ id }: { id: string }): JSX.Element {
  const answer = useAnswer<{ readonly lines: readonly string[] }>(`/api/v1/entries/${id}/draft`)
  if (!answer) return <p class="empty">{say('inv.draft.reading')}</p>
  if (!answer.ok)
    return (
      <p class="quiet" role="status">
        {answer.trouble.message} {answer.trouble.hint}
      </p>
    )
  return (
    <figcaption>
      <p class="quiet">{say('inv.draft')}</p>
      <pre>{answer.value.lines.join('\n')}</pre>
    </figcaption>
  )
}
