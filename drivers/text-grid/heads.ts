/** Lines at the begin of a document that are compared with the next ones. */
const MOST = 5
/** A head is two lines or more, with as many letters as a name and an address have. */
const [LEAST, LETTERS] = [2, 10]
/** So many documents in a row that began alike and ended by themselves. */
const ALIKE = 3

/**
 * The lines with which every document of a till begins, as a boundary where nothing cuts (register-capture 6, 3): whole and in
 * their order behind the totals of a document, they open the next one. Known from the settings, or learned from the documents of
 * this connection that silence, a reset or a form feed ended. Never where the till cuts, and never where it prints its head at
 * the foot as well. Depends on the bytes alone.
 */
export interface Heads {
  /** A line that shows something ended; it began at `from`. Returns where the next document began, if this line tells that one has. */
  lineEnded(line: string, from: number, sums: number): number | undefined
  /** The first lines of the document in hand. */
  begins(): readonly string[]
  /** The document in hand is over, with so many lines of totals. */
  over(sums: number): void
  /** The till has a knife. */
  cuts(): void
  /** A new document; `opened`: its head has been met already. */
  begin(): void
  opened(): void
  /** Whether the text of this line matters. */
  wants(sums: number): boolean
}

export function heads(stated: readonly string[] = []): Heads {
  let learned: readonly string[] = []
  let alike = 0
  let never = false
  /** Of the document in hand. */
  let first: string[] = []
  /** Lines of the head met in a row, and where the first of them began. */
  let met = 0
  let metAt = 0
  /** The head stood in the document once more, when it had so many lines of totals. */
  let again: number | undefined
  /** The document in hand was opened by its head. */
  let split = false

  const head = (): readonly string[] => (stated.length > 0 ? stated : learned)
  const watching = (sums: number): boolean => sums > 0 && (stated.length > 0 || (!never && learned.length >= LEAST))
  const trusted = (): boolean => stated.length > 0 || (!never && alike >= ALIKE && isHead(learned))

  const meet = (line: string, from: number): boolean => {
    const wanted = head()
    if (line !== wanted[met]) met = 0
    if (line !== wanted[met]) return false
    if (met === 0) metAt = from
    met += 1
    if (met < wanted.length) return false
    met = 0
    return true
  }

  const begin = (): void => {
    first = []
    met = 0
    again = undefined
    split = false
  }

  return {
    wants: (sums) => first.length < MOST || watching(sums),
    lineEnded(line, from, sums) {
      if (first.length < MOST) first.push(line)
      if (!watching(sums) || !meet(line, from)) return undefined
      if (trusted()) return metAt
      again = sums
      return undefined
    },
    begins: () => first,
    over(sums) {
      // What it opened is no document, or nothing was summed up behind it: it was the foot.
      if ((split && sums === 0) || (again !== undefined && again === sums)) never = true
      if (sums === 0) return
      const same = common(learned, first)
      alike = isHead(same) ? alike + 1 : 1
      learned = isHead(same) ? same : first
    },
    cuts() {
      never = true
    },
    begin,
    opened() {
      begin()
      first = [...head()]
      split = true
    },
  }
}

const isHead = (lines: readonly string[]): boolean =>
  lines.length >= LEAST && lines.join('').replace(/[^a-z]/g, '').length >= LETTERS

/** The lines two documents both begin with. */
export function common(a: readonly string[], b: readonly string[]): readonly string[] {
  const differs = a.findIndex((line, i) => line !== b[i])
  return differs < 0 ? a : a.slice(0, differs)
}

/** What the settings may say: lines as `template learn` writes them. */
export const isStarts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length >= LEAST &&
  value.length <= MOST &&
  value.every((line) => typeof line === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(line)) &&
  isHead(value as readonly string[])
