import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { base64, MOST } from './correct-check.tsx'
import type { Proof } from './correct-draft.ts'
import { say } from './state.ts'

/** What proves an incident, while it is typed. */
export interface Paper {
  readonly note: string
  readonly announcement: string
  readonly file?: Proof | undefined
}
const NO_PAPER: Paper = { note: '', announcement: '' }

/** What is added never undoes what was typed while a file was being read. */
export function usePaper(): readonly [Paper, (more: Partial<Paper>) => void] {
  const [paper, set] = useState(NO_PAPER)
  return [paper, (more) => set((was) => ({ ...was, ...more }))]
}

interface PaperProps {
  readonly id: string
  readonly paper: Paper
  readonly set: (more: Partial<Paper>) => void
}

/** What happened, in the person's own words. */
export const Words = ({ id, label, hint, paper, set }: PaperProps & { label: string; hint?: string }): JSX.Element => (
  <p class="field">
    <label for={id}>{say(label)}</label>
    <textarea
      id={id}
      rows={3}
      required
      maxLength={1_000}
      value={paper.note}
      onInput={(e) => set({ note: e.currentTarget.value })}
    />
    {hint && <small class="quiet">{say(hint)}</small>}
  </p>
)

/** A photo or a paper; it stays in this window until the form is sent. */
export function Attached({ id, paper, set }: PaperProps): JSX.Element {
  const [big, setBig] = useState(false)
  const choose = async (file: File | undefined): Promise<void> => {
    setBig(file !== undefined && file.size > MOST)
    const fits = file !== undefined && file.size <= MOST
    set({ file: fits ? { name: file.name.slice(-120), type: file.type, content: await base64(file) } : undefined })
  }
  return (
    <p class="field file">
      <span>{say('fix.file')}</span>
      <label for={id} class="act second">
        {say('act.choose_file')}
      </label>
      <input
        id={id}
        class="unseen"
        type="file"
        accept="application/pdf,image/jpeg,image/png"
        onChange={(e) => void choose(e.currentTarget.files?.[0])}
      />
      {paper.file && <small class="quiet">{paper.file.name}</small>}
      {big && <small class="st-serious">{say('fix.file_big')}</small>}
    </p>
  )
}

/** What is posted; undefined: nothing was written yet. Pure. */
export function proofOf({ note, announcement, file }: Paper): object | undefined {
  if (note.trim() === '') return undefined
  const number = announcement.trim()
  return { note: note.trim(), ...(number === '' ? {} : { announcement: number }), ...(file ? { file } : {}) }
}
