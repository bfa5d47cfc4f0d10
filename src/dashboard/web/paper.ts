const fold = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()

/** The line of the paper that begins with this name; -1: none. Pure. */
export const pairOf = (paper: readonly string[], name: string): number => {
  const wanted = fold(name)
  return wanted === '' ? -1 : paper.findIndex((line) => fold(line).startsWith(wanted))
}

/** Whether the sealed total stands on the paper, however it is grouped. Pure. */
export const totalOnPaper = (paper: readonly string[], pay: string): boolean =>
  paper.some((line) =>
    (line.match(/\d[\d.,]*/g) ?? []).some((run) => run.replace(/[.,](?=\d{3}(?!\d))/g, '').replace(/[.,]0+$/, '') === pay),
  )
