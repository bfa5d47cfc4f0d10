/**
 * Code pages of Star by `ESC GS t n`, in the numbers the alphabets of the text grid know (those of Epson): only the
 * western ones matter, from which hosts borrow single letters. Star has no page of Vietnamese.
 */
const WESTERN: Readonly<Record<number, number>> = { 1: 0, 3: 0, 4: 19, 5: 18, 32: 16 }
/** No page of Epson's has such a number. */
const OWN = 1_000

export const westernOf = (codePage: number): number => (codePage < 0 ? codePage : (WESTERN[codePage] ?? OWN + codePage))

/** The way back, for the stamp. */
export const starOf = (codePage: number | undefined): number | undefined => {
  if (codePage === undefined) return undefined
  if (codePage >= OWN) return codePage - OWN
  const found = Object.entries(WESTERN).find(([, western]) => western === codePage)
  return found ? Number(found[0]) : undefined
}
