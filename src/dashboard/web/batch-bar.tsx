import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ask, type Trouble } from './api.ts'
import { keyOf, MOST, type Pick, picked, spelled } from './batch-pick.ts'
import type { EntryJson, Page } from './entry-row.ts'
import { Refusal } from './fields.tsx'
import { go, say } from './state.ts'

/** Above the list while invoices are ticked: how many, all of the filter, and on to what happened. */
export function PickBar({ filter }: { filter: URLSearchParams }): JSX.Element | null {
  const [busy, setBusy] = useState(false)
  const [full, setFull] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const picks = picked.value
  if (!picks) return null
  const all = async (): Promise<void> => {
    setBusy(true)
    const found = await matching(filter, picks)
    setBusy(false)
    if ('code' in found) return setTrouble(found)
    setTrouble(undefined)
    setFull(found.more)
    picked.value = found.picks
  }
  return (
    <section class="card pick-bar" aria-live="polite">
      <p>
        <b>{say('many.picked', { n: picks.length })}</b> <span class="quiet">{say('many.hint')}</span>
        {full && <span class="quiet"> {say('many.most', { n: MOST })}</span>}
      </p>
      <p class="acts">
        <button type="button" class="act" disabled={picks.length === 0} onClick={() => go(`/sua-nhieu?hd=${spelled(picks)}`)}>
          {say('many.go')}
        </button>
        <button type="button" class="act second" disabled={busy} onClick={() => void all()}>
          {say('many.all')}
        </button>
        <button type="button" class="act second" onClick={() => (picked.value = undefined)}>
          {say('many.leave')}
        </button>
      </p>
      <Refusal trouble={trouble} />
    </section>
  )
}

export const pickOf = ({ issued }: EntryJson): Pick | undefined =>
  issued && { form: issued.form, symbol: issued.symbol, number: issued.number }

export const isPicked = (pick: Pick): boolean => (picked.value ?? []).some((one) => keyOf(one) === keyOf(pick))

/** Ticked or not; no more than there may be. */
export function toggle(pick: Pick): void {
  const others = (picked.value ?? []).filter((one) => keyOf(one) !== keyOf(pick))
  const fits = others.length < MOST
  picked.value = isPicked(pick) || !fits ? others : [...others, pick]
}

/** All issued invoices of the filter beside those ticked before, the newest first. `more`: there were too many. */
async function matching(
  filter: URLSearchParams,
  before: readonly Pick[],
): Promise<{ readonly picks: readonly Pick[]; readonly more: boolean } | Trouble> {
  const found = new Map(before.map((pick) => [keyOf(pick), pick]))
  const query = new URLSearchParams(filter)
  query.set('limit', '200')
  for (query.delete('after'); ; ) {
    const answer = await ask<Page>(`/api/v1/entries?${query}`)
    if (!answer.ok) return answer.trouble
    for (const pick of answer.value.rows.map(pickOf)) if (pick) found.set(keyOf(pick), pick)
    const { next } = answer.value
    if (found.size > MOST || !next) break
    query.set('after', next)
  }
  return { picks: [...found.values()].slice(0, MOST), more: found.size > MOST }
}
