/** Printed cells of `text`: a printer that does not compose gives every tone byte a cell of its own. */
export type Measure = (text: string) => number

/** Breaks `text` between words into lines of at most `columns` cells; longer words are broken where they must. */
export function wrap(text: string, columns: number, measure: Measure): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (measure(longer) <= columns) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const letter of word) {
      if (line !== '' && measure(line + letter) > columns) {
        lines.push(line)
        line = ''
      }
      line += letter
    }
  }
  if (line !== '') lines.push(line)
  return lines
}
