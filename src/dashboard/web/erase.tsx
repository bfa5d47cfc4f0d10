import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ERASE_REASONS } from '../../domain/erasure.ts'
import type { ErasableJson } from '../routes-erase.ts'
import { ask, type Trouble } from './api.ts'
import { Refusal } from './fields.tsx'
import { dayOf, shownDate } from './format.ts'
import { useAnswer } from './load.ts'
import { Sign } from './shapes.tsx'
import { role, say, status } from './state.ts'

type Documents = ErasableJson['documents']

/** Who the buyer was, erased as far as the law lets it go; it says what must stay and until when. */
export function Erase({ entry, done }: { entry: string; done: () => void }): JSX.Element | null {
  const [open, setOpen] = useState(false)
  if (role.value !== 'owner' || !status.value?.offers['erase']) return null
  if (open) return <Ask entry={entry} done={done} back={() => setOpen(false)} />
  return (
    <button type="button" class="quiet-act" onClick={() => setOpen(true)}>
      {say('act.erase')}
    </button>
  )
}

function Ask({ entry, done, back }: { entry: string; done: () => void; back: () => void }): JSX.Element | null {
  const url = `/api/v1/entries/${entry}/buyer/documents`
  const answer = useAnswer<ErasableJson>(url)
  const [after, setAfter] = useState<Documents | undefined>(undefined)
  const [reason, setReason] = useState('')
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  if (!answer) return null
  if (!answer.ok) return <Refusal trouble={answer.trouble} />
  const documents = after ?? answer.value.documents
  const free = documents.some(({ state }) => state === 'free')
  const erase = async (event: Event): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const erased = await ask<ErasableJson>(`${url}/erase`, { reason })
    setBusy(false)
    setTrouble(erased.ok ? undefined : erased.trouble)
    if (!erased.ok) return
    setAfter(erased.value.documents)
    done()
  }
  return (
    <form class="confirm" aria-label={say('erase.title')} onSubmit={(event) => void erase(event)}>
      <p>
        <b>{say('erase.title')}</b>
      </p>
      {documents.length === 0 ? <p class="quiet">{say('erase.none')}</p> : <List documents={documents} />}
      {free && (
        <>
          <p class="quiet">{say('erase.forever')}</p>
          <label for="erase-why">{say('erase.why')}</label>
          <select id="erase-why" required value={reason} onChange={(e) => setReason(e.currentTarget.value)}>
            <option value="" />
            {ERASE_REASONS.map((why) => (
              <option key={why} value={why}>
                {say(`erase.why.${why}`)}
              </option>
            ))}
          </select>
        </>
      )}
      {!free && documents.some(({ state }) => state === 'kept') && <p class="quiet">{say('fault.BUYER_KEPT.hint')}</p>}
      <Refusal trouble={trouble} />
      <p class="acts">
        <button type="button" class="act second" onClick={back}>
          {say('act.back')}
        </button>
        {free && (
          <button type="submit" class="act" disabled={busy || reason === ''}>
            {say('erase.do')}
          </button>
        )}
      </p>
    </form>
  )
}

const LEVEL = { erased: 'ok', free: 'info', kept: 'warning' } as const

const List = ({ documents }: { documents: Documents }): JSX.Element => (
  <ul class="erasable">
    {documents.map(({ fact, role: what, at, state, from }) => (
      <li key={`${fact} ${what}`}>
        <Sign level={LEVEL[state]} size={16} />
        <span>
          {say(`erase.role.${what}`)} <small class="quiet">{shownDate(dayOf(Date.parse(at)))}</small>
        </span>
        <span class="end">
          {state === 'erased'
            ? say('erase.gone')
            : state === 'free'
              ? say('erase.now')
              : say('erase.kept', { date: shownDate(from ?? '') })}
        </span>
      </li>
    ))}
  </ul>
)
