import type { Fault } from './fault.ts'

export type Lang = 'vi' | 'en'

/** The catalogue of everything shown to people. */
export interface Words {
  /** The text of `key` with `{name}` filled in; the key itself when there is none, so that a gap is seen. */
  say(lang: Lang, key: string, values?: Readonly<Record<string, string>>): string
  fault(
    lang: Lang,
    fault: Fault,
  ): { readonly code: string; readonly message: string; readonly hint: string; readonly path?: string }
  /** All keys of one language, for the screen. */
  all(lang: Lang): Readonly<Record<string, string>>
}
