import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { INCIDENT_CAUSES } from '../../domain/incident.ts'
import { ask, type Trouble } from './api.ts'
import { Field, Refusal } from './fields.tsx'
import { dayOf, shortTime } from './format.ts'
import { Attached, proofOf, usePaper, Words } from './incident-paper.tsx'
import { boxNow, fresh, say } from './state.ts'

/** What a form tells the page that opened it. */
interface Ends {
  readonly done: () => void
  readonly back: () => void
}
/** The causes for which the law names days; of the others it says nothing, and neither do we. */
const GRANTED: ReadonlySet<string> = new Set(['authority', 'force-majeure'])

/** A person records what kept the shop from invoicing or filing in time, with its proof. */
export function ReportIncident(ends: Ends): JSX.Element {
  const [cause, setCause] = useState('')
  const [from, setFrom] = useState(() => minuteOf(boxNow.value))
  const [to, setTo] = useState('')
  const [paper, setPaper] = usePaper()
  const proof = proofOf(paper)
  const whole = cause !== '' && from.length >= 16 && proof
  const body = whole ? { cause, from: from.slice(0, 16), ...(to === '' ? {} : { to: to.slice(0, 16) }), ...proof } : undefined
  const announced = cause === 'authority'
  const number = (
    <Field
      id="incident-announcement"
      label={say('queue.incident.announcement')}
      max={60}
      value={paper.announcement}
      set={(announcement) => setPaper({ announcement })}
      hint={announced && say('incident.announcement.hint')}
    />
  )
  return (
    <Asking kind="card" verb="queue.incident.new" url="/api/v1/incidents" body={body} {...ends}>
      <h2>{say('queue.incident.new')}</h2>
      <p class="field">
        <label for="incident-cause">{say('queue.incident.cause')}</label>
        <select id="incident-cause" required value={cause} onChange={(e) => setCause(e.currentTarget.value)}>
          <option value="" />
          {INCIDENT_CAUSES.map((one) => (
            <option key={one} value={one}>
              {say(`incident.${one}`)}
            </option>
          ))}
        </select>
      </p>
      {cause !== '' && (
        <p class="remedy" role="status">
          {say(`incident.law.${GRANTED.has(cause) ? cause : 'unclear'}`)}
        </p>
      )}
      {announced && number}
      <div class="pair-fields">
        <Field id="incident-from" label={say('queue.incident.start')} type="datetime-local" required value={from} set={setFrom} />
        <Field
          id="incident-to"
          label={say('queue.incident.end')}
          type="datetime-local"
          value={to}
          set={setTo}
          hint={announced ? `${say('incident.end.announced')} ${say('incident.end.hint')}` : say('incident.end.hint')}
        />
      </div>
      <Words id="incident-note" label="incident.note" hint="incident.note.hint" paper={paper} set={setPaper} />
      {!announced && number}
      <Attached id="incident-file" paper={paper} set={setPaper} />
    </Asking>
  )
}

/** More words or papers about an incident that is known. */
export function AddProof({ incident, ...ends }: Ends & { readonly incident: string }): JSX.Element {
  const [paper, setPaper] = usePaper()
  return (
    <Asking kind="confirm" verb="incident.proof.add" url={`/api/v1/incidents/${incident}/proofs`} body={proofOf(paper)} {...ends}>
      <Words id={`note-${incident}`} label="incident.proof.note" paper={paper} set={setPaper} />
      <Field
        id={`announcement-${incident}`}
        label={say('queue.incident.announcement')}
        max={60}
        value={paper.announcement}
        set={(announcement) => setPaper({ announcement })}
      />
      <Attached id={`file-${incident}`} paper={paper} set={setPaper} />
    </Asking>
  )
}

/** For the authority's own trouble the days are counted from its announcement, so that is what is asked for. */
export function EndIncident({
  incident,
  cause,
  ...ends
}: Ends & { readonly incident: string; readonly cause: string }): JSX.Element {
  const [to, setTo] = useState(() => minuteOf(boxNow.value))
  const body = to.length >= 16 ? { to: to.slice(0, 16) } : undefined
  return (
    <Asking kind="confirm" verb="incident.over" url={`/api/v1/incidents/${incident}/end`} body={body} {...ends}>
      <Field
        id={`end-${incident}`}
        label={say('incident.over.at')}
        type="datetime-local"
        required
        value={to}
        set={setTo}
        hint={cause === 'authority' && say('incident.end.announced')}
      />
    </Asking>
  )
}

/** A form that stays open, with what was typed, until the box has written it down. No body: something is missing yet. */
function Asking({
  kind,
  verb,
  url,
  body,
  done,
  back,
  children,
}: Ends & {
  readonly kind: 'card' | 'confirm'
  readonly verb: string
  readonly url: string
  readonly body: object | undefined
  readonly children: ComponentChildren
}): JSX.Element {
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (!body) return
    setBusy(true)
    const answer = await ask(url, body)
    setBusy(false)
    if (!answer.ok) return setTrouble(answer.trouble)
    done()
  }
  const old = fresh.value === 'stale' || fresh.value === 'gone'
  return (
    <form class={kind} aria-label={say(verb)} onSubmit={(event) => void submit(event)}>
      {children}
      <Refusal trouble={trouble} />
      <p class="acts">
        <button type="button" class="act second" onClick={back}>
          {say('act.back')}
        </button>
        <button type="submit" class="act" disabled={busy || old || !body}>
          {say(verb)}
        </button>
      </p>
    </form>
  )
}

const minuteOf = (at: number): string => `${dayOf(at)}T${shortTime(at)}`
