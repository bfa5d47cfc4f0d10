import type { ComponentChildren, JSX } from 'preact'
import type { Trouble } from './api.ts'
import { grouped } from './format.ts'
import { say } from './state.ts'

interface FieldProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly set: (value: string) => void
  readonly max?: number
  readonly mode?: 'numeric' | 'decimal' | 'text' | 'tel' | 'email'
  readonly type?: 'text' | 'date' | 'month' | 'datetime-local'
  readonly required?: boolean
  readonly hint?: ComponentChildren
  /** In a table, where the column names it. */
  readonly bare?: boolean
}

/** A field with its name; what it holds is the person's own text. */
export function Field({
  id,
  label,
  value,
  set,
  max = 200,
  mode = 'text',
  type = 'text',
  required,
  hint,
  bare,
}: FieldProps): JSX.Element {
  return (
    <p class={bare ? 'field bare' : 'field'}>
      <label for={id} class={bare ? 'unseen' : ''}>
        {label}
      </label>
      <input
        id={id}
        type={type}
        inputMode={mode}
        maxLength={max}
        required={required === true}
        autocomplete="off"
        value={value}
        onInput={(e) => set(e.currentTarget.value)}
      />
      {hint && <small class="quiet">{hint}</small>}
    </p>
  )
}

/** Whole đồng: grouped while it is typed, digits only in the value. */
export const Money = ({ value, set, ...rest }: FieldProps): JSX.Element => (
  <Field {...rest} mode="numeric" max={19} value={grouped(value)} set={(text) => set(digits(text))} />
)

export const digits = (text: string): string => text.replace(/\D/g, '').replace(/^0+(?=\d)/, '')
/** `1,5` as people write it, `1.5` as it travels. */
export const decimalText = (text: string): string => text.replace(',', '.').replace(/[^\d.]/g, '')

export const Refusal = ({ trouble }: { trouble: Trouble | undefined }): JSX.Element | null =>
  trouble ? (
    <p class="trouble" role="alert">
      <b>{trouble.message || say('err.unsaved')}</b> {trouble.hint} <small>{trouble.code}</small>
    </p>
  ) : null

/** Choices of which one is taken; each is a whole row to press. */
export function Choices<T extends string>({
  name,
  label,
  options,
  value,
  set,
}: {
  readonly name: string
  readonly label: string
  readonly options: readonly { readonly value: T; readonly text: ComponentChildren }[]
  readonly value: T | undefined
  readonly set: (value: T) => void
}): JSX.Element {
  return (
    <fieldset class="choices" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} class={option.value === value ? 'choice chosen' : 'choice'}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => set(option.value)} />
          <span>{option.text}</span>
        </label>
      ))}
    </fieldset>
  )
}
