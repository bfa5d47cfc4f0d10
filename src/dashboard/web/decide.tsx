import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ask, type Trouble } from './api.ts'
import type { EntryJson } from './entry-row.ts'
import { Refusal } from './fields.tsx'
import { Sign } from './shapes.tsx'
import { fresh, go, role, say, status } from './state.ts'

/** What an owner may decide of an entry, by its state; each asks again with a verb and a reason (dashboard 1, rule 7). */
const ACTS: Readonly<Record<string, readonly Act[]>> = {
  held: [
    { name: 'release', verb: 'act.release', ask: 'ask.release', reason: 'inbox.reason.release' },
    { name: 'set-aside', verb: 'act.set_aside', ask: 'ask.set_aside', reason: 'inbox.reason', choose: true },
  ],
  rejected: [
    { name: 'retry', verb: 'act.retry', ask: 'ask.retry', reason: 'inbox.reason.retry' },
    { name: 're-encode', verb: 'act.reencode', ask: 'ask.reencode', reason: 'inbox.reason.retry' },
  ],
  parked: [{ name: 'retry', verb: 'act.retry', ask: 'ask.retry', reason: 'inbox.reason.retry' }],
}
interface Act {
  readonly name: string
  readonly verb: string
  readonly ask: string
  readonly reason: string
  readonly choose?: boolean
}
/** The list of audit-pack 1.4 that a person may choose from. */
const WHYS = [
  'void-before-payment',
  'duplicate',
  'reprint',
  'provisional',
  'kitchen',
  'test',
  'training',
  'no-sale',
  'cash-move',
  'delivery',
]

export function Decide({ entry, done }: { entry: EntryJson; done?: () => void }): JSX.Element {
  const [open, setOpen] = useState<Act | undefined>(undefined)
  const { fault } = entry
  const may = role.value === 'owner'
  return (
    <div class="decide">
      {fault && (
        <div class="why">
          <Sign level="serious" size={22} />
          <p>
            <b>{fault.message}</b>
            <br />
            {fault.hint}
            {fault.proofs
              ?.filter((proof) => proof.state === 'false' && proof.equation)
              .map((proof) => (
                <code key={proof.id} class="equation">
                  {proof.equation}
                </code>
              ))}
            <small class="quiet"> {fault.code}</small>
          </p>
        </div>
      )}
      {entry.issued && <p class="quiet">{say('inbox.buyer_has_it')}</p>}
      {may && !open && (
        <p class="acts">
          {fault && status.value?.offers.refunds && RETURNS.has(fault.code) && <Refund id={entry.id} />}
          {(ACTS[entry.state] ?? []).map((act, i) => (
            <button
              key={act.name}
              type="button"
              class={i === 0 ? 'act' : 'act second'}
              disabled={fresh.value === 'stale' || fresh.value === 'gone'}
              onClick={() => setOpen(act)}
            >
              {say(act.verb)}
            </button>
          ))}
        </p>
      )}
      {open && <Confirm entry={entry} act={open} back={() => setOpen(undefined)} {...(done ? { done } : {})} />}
    </div>
  )
}

/** Papers that take back an invoiced sale: one button begins the wizard, filled in. */
const RETURNS = new Set(['SALE_REFUND_OF', 'SALE_VOID_OF'])

function Refund({ id }: { id: string }): JSX.Element {
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const begin = async (): Promise<void> => {
    const answer = await ask<{ form: number; symbol: string; number: number }>(`/api/v1/entries/${id}/refund`)
    if (!answer.ok) return setTrouble(answer.trouble)
    const { form, symbol, number } = answer.value
    go(`/sua-sai/${form}/${symbol}/${number}?phieu=${id}`)
  }
  return (
    <>
      <button type="button" class="act" onClick={() => void begin()}>
        {say('act.adjust')}
      </button>
      <Refusal trouble={trouble} />
    </>
  )
}

function Confirm({ entry, act, back, done }: { entry: EntryJson; act: Act; back: () => void; done?: () => void }): JSX.Element {
  const [reason, setReason] = useState('')
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const answer = await ask(`/api/v1/entries/${entry.id}/${act.name}`, { reason: reason.trim() })
    setBusy(false)
    if (!answer.ok) return setTrouble(answer.trouble)
    back()
    done?.()
  }
  const field = `reason-${entry.id}`
  return (
    <form class="confirm" onSubmit={(event) => void submit(event)}>
      <p>{say(act.ask, { number: String(entry.issued?.number ?? '') })}</p>
      <label for={field}>{say(act.reason)}</label>
      {act.choose ? (
        <select id={field} required value={reason} onChange={(e) => setReason(e.currentTarget.value)}>
          <option value="" />
          {WHYS.map((why) => (
            <option key={why} value={why}>
              {say(`aside.${why}`)}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={field}
          required
          maxLength={200}
          value={reason}
          autocomplete="off"
          onInput={(e) => setReason(e.currentTarget.value)}
        />
      )}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble.message || say('err.unsaved')} {trouble.hint}
        </p>
      )}
      <p class="acts">
        <button type="button" class="act second" onClick={back}>
          {say('act.back')}
        </button>
        <button type="submit" class="act" disabled={busy || reason.trim() === ''}>
          {say(act.verb)}
        </button>
      </p>
    </form>
  )
}
