import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ask, type Trouble } from './api.ts'
import { Field, Refusal } from './fields.tsx'
import { clockTime, dayOf, shownDate } from './format.ts'
import { useAnswer } from './load.ts'
import { Sign } from './shapes.tsx'
import { boxNow, fresh, role, say } from './state.ts'

interface Suspended {
  readonly suspended?: { readonly notice: string; readonly from: string }
}

/** The notice to stop, effective to the second (R-016); the till goes on printing, nothing is issued. */
export function Suspend(): JSX.Element | null {
  const [version, again] = useState(0)
  const [open, setOpen] = useState(false)
  const [notice, setNotice] = useState('')
  const [from, setFrom] = useState(() => local(boxNow.value))
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const answer = useAnswer<Suspended>('/api/v1/shop/suspended', version)
  if (!answer?.ok) return null
  const { suspended } = answer.value
  const act = async (event: Event): Promise<void> => {
    event.preventDefault()
    const done = suspended
      ? await ask('/api/v1/shop/suspended', { reason: notice.trim() }, { method: 'DELETE' })
      : await ask('/api/v1/shop/suspended', { notice: notice.trim(), from: `${from.length === 16 ? `${from}:00` : from}+07:00` })
    setTrouble(done.ok ? undefined : done.trouble)
    if (!done.ok) return
    setOpen(false)
    setNotice('')
    again(version + 1)
  }
  const at = suspended ? Date.parse(suspended.from) : 0
  return (
    <section class={suspended ? 'card stopped' : 'card'} aria-labelledby="suspended">
      <h2 id="suspended">{say('stop.title')}</h2>
      {suspended ? (
        <p class="why">
          <Sign level="critical" size={26} />
          <span>
            <b>{say('stop.on', { time: `${clockTime(at)} ${shownDate(dayOf(at))}`, notice: suspended.notice })}</b>{' '}
            {say('stop.means')}
          </span>
        </p>
      ) : (
        <p class="quiet">{say('stop.off')}</p>
      )}
      {role.value === 'owner' && !open && (
        <p class="acts">
          <button type="button" class="act second" onClick={() => setOpen(true)}>
            {say(suspended ? 'stop.lift' : 'stop.enter')}
          </button>
        </p>
      )}
      {open && (
        <form class="confirm" onSubmit={(event) => void act(event)}>
          <p>{say(suspended ? 'stop.ask_lift' : 'stop.ask')}</p>
          <Field
            id="stop-notice"
            label={say(suspended ? 'stop.why' : 'stop.notice')}
            max={60}
            required
            value={notice}
            set={setNotice}
          />
          {!suspended && (
            <p class="field">
              <label for="stop-from">{say('stop.from')}</label>
              <input
                id="stop-from"
                type="datetime-local"
                step="1"
                required
                value={from}
                onInput={(e) => setFrom(e.currentTarget.value)}
              />
            </p>
          )}
          <Refusal trouble={trouble} />
          <p class="acts">
            <button type="button" class="act second" onClick={() => setOpen(false)}>
              {say('act.back')}
            </button>
            <button type="submit" class="act" disabled={notice.trim() === '' || fresh.value !== 'live'}>
              {say(suspended ? 'stop.lift' : 'stop.enter')}
            </button>
          </p>
        </form>
      )}
    </section>
  )
}

const local = (at: number): string => `${dayOf(at)}T${clockTime(at)}`
