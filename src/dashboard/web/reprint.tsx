import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ask, type Trouble } from './api.ts'
import { Refusal } from './fields.tsx'
import { role, say, status } from './state.ts'

/** One more copy, counted and marked as such: as a page of its own, or on the printer of the counter. */
export function Reprint({ path, done }: { path: string; done: () => void }): JSX.Element | null {
  const { offers } = status.value ?? {}
  const [busy, setBusy] = useState(false)
  const [copy, setCopy] = useState<number | undefined>(undefined)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  if (!offers?.reports || role.value !== 'owner') return null
  const page = async (): Promise<void> => {
    const paper = open('', '_blank')
    const answer = await ask<{ pdf: string }>(`/api/v1/invoices/${path}/reprint`, {})
    if (answer.ok && paper) paper.location.href = answer.value.pdf
    else paper?.close()
    done()
  }
  const here = async (): Promise<void> => {
    setBusy(true)
    setCopy(undefined)
    setTrouble(undefined)
    const answer = await ask<{ copy: number }>(`/api/v1/invoices/${path}/reprint/printer`, {})
    setBusy(false)
    if (answer.ok) setCopy(answer.value.copy)
    else setTrouble(answer.trouble)
    done()
  }
  return (
    <>
      <button type="button" class="act second" onClick={() => void page()}>
        {say('act.reprint')}
      </button>
      {offers.reprint && (
        <button type="button" class="act second" disabled={busy} onClick={() => void here()}>
          {say('act.reprint_here')}
        </button>
      )}
      {copy !== undefined && (
        <span class="said" role="status">
          {say('inv.reprinted_here', { n: copy })}
        </span>
      )}
      {trouble && (
        <div class="said">
          <Refusal trouble={trouble} />
        </div>
      )}
    </>
  )
}
