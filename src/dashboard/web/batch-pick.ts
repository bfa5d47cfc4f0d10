import { signal } from '@preact/signals'

export interface Pick {
  readonly form: number
  readonly symbol: string
  readonly number: number
}

/** The most at once: a morning of a busy register, and an address that any browser keeps. */
export const MOST = 300
/** Invoices ticked in the list; undefined: nobody is choosing. */
export const picked = signal<readonly Pick[] | undefined>(undefined)

export const keyOf = ({ form, symbol, number }: Pick): string => `${form}${symbol}-${number}`

/** `1C26MAA-12.14_40~1C26MAB-3`: runs of numbers, so that a reload comes back with the same invoices. Pure. */
export function spelled(picks: readonly Pick[]): string {
  const series = new Map<string, number[]>()
  for (const { form, symbol, number } of picks) {
    const name = `${form}${symbol}`
    series.set(name, [...(series.get(name) ?? []), number])
  }
  return [...series].map(([name, numbers]) => `${name}-${runs(numbers)}`).join('~')
}

function runs(numbers: readonly number[]): string {
  const found: { first: number; last: number }[] = []
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const open = found.at(-1)
    if (open && number === open.last + 1) open.last = number
    else found.push({ first: number, last: number })
  }
  return found.map(({ first, last }) => (first === last ? String(first) : `${first}_${last}`)).join('.')
}

/** Reads what `spelled` wrote; what is anything else is left out, and nobody can ask for more than there may be. Pure. */
export function picksIn(text: string): readonly Pick[] {
  const picks: Pick[] = []
  for (const part of text.split('~')) {
    const [, form, symbol, list] = /^(\d)([A-Z0-9]{6})-([\d._]+)$/.exec(part) ?? []
    if (form === undefined || symbol === undefined || list === undefined) continue
    for (const run of list.split('.')) {
      const [first = 0, last = first] = run.split('_').map(Number)
      for (let number = first; number >= 1 && number <= last && picks.length < MOST; number++)
        picks.push({ form: Number(form), symbol, number })
    }
  }
  return picks
}
