import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { IncidentJson } from '../routes-incidents.ts'
import { Refusal } from './fields.tsx'
import { dayBefore, dayOf, shortTime, shownDate } from './format.ts'
import { AddProof, EndIncident, ReportIncident } from './incident-form.tsx'
import { useAnswer } from './load.ts'
import { Sign } from './shapes.tsx'
import { boxNow, fresh, role, say } from './state.ts'

const DAYS = 31

/** Where the owner keeps the proof for invoices that come late without her fault; the officer reads it. */
export function IncidentsPage(): JSX.Element {
  const [version, again] = useState(0)
  const [open, setOpen] = useState(false)
  const today = dayOf(boxNow.value)
  const answer = useAnswer<{ readonly rows: readonly IncidentJson[] }>(
    `/api/v1/incidents?from=${dayBefore(today, DAYS - 1)}&to=${today}`,
    version,
  )
  const done = (): void => {
    setOpen(false)
    again(version + 1)
  }
  const rows = answer?.ok ? answer.value.rows : []
  return (
    <>
      <header class="page-head">
        <h1>{say('queue.incident')}</h1>
        {role.value === 'owner' && !open && (
          <span class="head-acts">
            <button type="button" class="act" disabled={old()} onClick={() => setOpen(true)}>
              {say('queue.incident.new')}
            </button>
          </span>
        )}
      </header>
      <p class="note">{say('incident.intro')}</p>
      {open && <ReportIncident done={done} back={() => setOpen(false)} />}
      {answer && !answer.ok && <Refusal trouble={answer.trouble} />}
      {answer?.ok && rows.length === 0 && <p class="card empty">{say('empty.incidents')}</p>}
      {rows.length > 0 && (
        <section aria-labelledby="lately">
          <h2 id="lately">{say('incident.lately')}</h2>
          <ul class="items" aria-live="polite">
            {rows.map((row) => (
              <Incident key={row.id} row={row} done={done} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Incident({ row, done }: { row: IncidentJson; done: () => void }): JSX.Element {
  const { cause, began, ended, who, affected, grace, proofs } = row
  const times = ended
    ? say('incident.from_to', { from: minute(began), to: minute(ended) })
    : say('incident.from', { from: minute(began) })
  return (
    <li class="card incident">
      <p class="item-head">
        <b>{say(`incident.${cause}`)}</b>
        <span>{times}</span>
        {!ended && (
          <span class="st st-warning">
            <Sign level="warning" size={18} />
            {say('incident.lasts')}
          </span>
        )}
      </p>
      <p class="item-head quiet">
        <span>{say('queue.incident.affected', { n: affected })}</span>
        <span>{who ? say('incident.who') : say('incident.itself')}</span>
      </p>
      {grace && <p class="remedy">{say('incident.grace', { date: shownDate(grace) })}</p>}
      <h3>{say('queue.incident.evidence')}</h3>
      {proofs.length === 0 ? (
        <p class="quiet">{say('incident.proof.none')}</p>
      ) : (
        <ul class="proofs">
          {proofs.map((proof) => (
            <Shown key={proof.fact} incident={row.id} proof={proof} />
          ))}
        </ul>
      )}
      {role.value === 'owner' && <Acts row={row} done={done} />}
    </li>
  )
}

interface ShownProps {
  readonly incident: string
  readonly proof: IncidentJson['proofs'][number]
}

function Shown({ incident, proof: { fact, at, note, announcement, file } }: ShownProps): JSX.Element {
  return (
    <li>
      <p class="told">{note ?? <span class="quiet">{say('incident.proof.unread')}</span>}</p>
      <p class="item-head quiet">
        <time>{minute(at)}</time>
        {announcement && <span>{say('incident.proof.announcement', { number: announcement })}</span>}
        {file && (
          <a href={`/api/v1/incidents/${incident}/proofs/${fact}`} target="_blank" rel="noopener">
            {say('incident.proof.file', { name: file })}
          </a>
        )}
      </p>
    </li>
  )
}

/** One form at a time; the box has the last word on what may still be said. */
function Acts({ row: { id, cause, ended }, done }: { row: IncidentJson; done: () => void }): JSX.Element {
  const [open, setOpen] = useState<'proof' | 'end' | undefined>(undefined)
  const ends = {
    incident: id,
    back: () => setOpen(undefined),
    done: () => {
      setOpen(undefined)
      done()
    },
  }
  if (open === 'proof') return <AddProof {...ends} />
  if (open === 'end') return <EndIncident cause={cause} {...ends} />
  return (
    <p class="acts">
      <button type="button" class="act second" disabled={old()} onClick={() => setOpen('proof')}>
        {say('incident.proof.add')}
      </button>
      {!ended && (
        <button type="button" class="act second" disabled={old()} onClick={() => setOpen('end')}>
          {say('incident.over')}
        </button>
      )}
    </p>
  )
}

const old = (): boolean => fresh.value === 'stale' || fresh.value === 'gone'

/** `14:32 21/11/2026` */
const minute = (at: string): string => `${shortTime(Date.parse(at))} ${shownDate(dayOf(Date.parse(at)))}`
