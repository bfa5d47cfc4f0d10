import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ProposalJson } from '../show-correct.ts'
import { type Draft, proof } from './correct-draft.ts'
import { Choices, Field } from './fields.tsx'
import { grouped, quantity } from './format.ts'
import { say } from './state.ts'

interface Props {
  readonly draft: Draft
  readonly proposal: ProposalJson
  readonly set: (more: Partial<Draft>) => void
  readonly busy: boolean
  readonly issue: () => void
  readonly back: () => void
}
type View = ProposalJson['before']

export const signed = (amount: string | undefined): string =>
  amount === undefined ? '' : amount.startsWith('-') ? `−${grouped(amount.slice(1))}` : grouped(amount)
export const more = (amount: string | undefined): string =>
  amount === undefined || amount === '0' || amount.startsWith('-') ? signed(amount) : `+${grouped(amount)}`

/** What would be issued beside what was; how the buyer knows of it; who answers for it (R-072..R-074). */
export function Check({ draft, proposal, set, busy, issue, back }: Props): JSX.Element {
  const [responsible, setResponsible] = useState(false)
  const { how, after, legend, number, missing } = proposal
  const told = draft.channel !== undefined && draft.note.trim() !== ''
  // What the box missed may have been given on this very page.
  const lacks = missing.length > 0 && !told
  const paper = missing.includes('agreement') && !(draft.channel === 'written' && proof.value)
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault()
        issue()
      }}
    >
      <h2>{say('fix.result', { document: say(`fix.doc.${how === 'notify' ? 'notice' : how}`) })}</h2>
      {after ? <Compare proposal={proposal} after={after} /> : <p>{draft.why}</p>}
      {legend && <p class="legend-line">{legend}</p>}
      <p class="quiet">{say('set.rules.source', { source: proposal.source })}</p>
      {proposal.needs.length > 0 && <Evidence draft={draft} needs={proposal.needs} set={set} />}
      <label class="choice">
        <input type="checkbox" checked={responsible} onChange={(e) => setResponsible(e.currentTarget.checked)} />
        <span>{say('fix.responsible')}</span>
      </label>
      <p class="acts">
        <button type="button" class="act second" onClick={back}>
          {say('act.back')}
        </button>
        <button type="submit" class="act" disabled={busy || !responsible || lacks || paper}>
          {how === 'notify' ? say('act.notify') : number === undefined ? say(`act.${how}`) : say(`fix.issue.${how}`, { number })}
        </button>
      </p>
    </form>
  )
}

/** Line by line where the content is whole; for a difference only the difference. */
function Compare({ proposal, after }: { proposal: ProposalJson; after: View }): JSX.Element {
  const { before, difference, how } = proposal
  const whole = how === 'replace'
  const names = [...new Set([...(whole ? before.lines : []), ...after.lines].map((line) => line.name))]
  const cell = (view: View, name: string): string => {
    const found = view.lines.filter((line) => line.name === name)
    return found.map((l) => [l.quantity && quantity(l.quantity), signed(l.amount)].filter(Boolean).join(' · ')).join(' + ')
  }
  const rows = [
    ['inv.net', before.net, after.net, difference?.net],
    ['inv.vat', before.tax, after.tax, difference?.tax],
    ['inv.total', before.pay, after.pay, difference?.pay],
  ] as const
  return (
    <div class="scroll">
      <table class="plain compare">
        <thead>
          <tr>
            <th>{say('inv.line')}</th>
            <th class="end">{say('fix.compare.before')}</th>
            <th class="end">{say(whole ? 'fix.compare.after' : 'fix.compare.adjustment')}</th>
            <th class="end">{say('fix.compare.diff')}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name} class={cell(before, name) === cell(after, name) ? 'same' : 'differs'}>
              <th scope="row">{name}</th>
              <td class="end">{cell(before, name) || '–'}</td>
              <td class="end">{cell(after, name) || '–'}</td>
              <td />
            </tr>
          ))}
          {rows.map(
            ([key, was, is, by]) =>
              is !== undefined && (
                <tr key={key} class={key === 'inv.total' ? 'sum' : ''}>
                  <th scope="row">{say(key)}</th>
                  <td class="end">{signed(was)}</td>
                  <td class="end">{signed(is)}</td>
                  <td class="end">{more(by)}</td>
                </tr>
              ),
          )}
        </tbody>
      </table>
    </div>
  )
}

const CHANNELS = ['phone', 'in-shop', 'message', 'website', 'written', 'return-slip', 'document'] as const
/** `FILE_LIMIT` of the box. */
export const MOST = 2 * 1024 * 1024

/** How the buyer knows of it; what is chosen as a file stays in this window. */
export function Evidence({
  draft,
  needs,
  set,
}: {
  draft: Pick<Draft, 'channel' | 'note'>
  needs: readonly string[]
  set: (more: Partial<Pick<Draft, 'channel' | 'note'>>) => void
}): JSX.Element {
  const [big, setBig] = useState(false)
  const slips = needs.includes('return-slip') || needs.includes('document') || needs.includes('list')
  const channels = slips ? (['return-slip', 'document', 'written'] as const) : CHANNELS.slice(0, 5)
  const choose = async (file: File | undefined): Promise<void> => {
    setBig(file !== undefined && file.size > MOST)
    proof.value =
      file && file.size <= MOST ? { name: file.name.slice(-120), type: file.type, content: await base64(file) } : undefined
  }
  return (
    <section class="evidence">
      <h3>{needs.map((need) => say(`fix.need.${need.replace('-', '_')}`)).join('. ')}</h3>
      <Choices
        name="channel"
        label={say('fix.told')}
        options={channels.map((value) => ({ value, text: say(`fix.channel.${value.replace('-', '_')}`) }))}
        value={draft.channel as (typeof CHANNELS)[number] | undefined}
        set={(channel) => set({ channel })}
      />
      <Field id="note" label={say('fix.note')} max={500} value={draft.note} set={(note) => set({ note })} />
      <p class="field file">
        <span>{say('fix.file')}</span>
        <label for="file" class="act second">
          {say('act.choose_file')}
        </label>
        <input
          id="file"
          class="unseen"
          type="file"
          accept="application/pdf,image/jpeg,image/png"
          onChange={(e) => void choose(e.currentTarget.files?.[0])}
        />
        {proof.value && <small class="quiet">{proof.value.name}</small>}
        {big && <small class="st-serious">{say('fix.file_big')}</small>}
      </p>
    </section>
  )
}

export const base64 = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
