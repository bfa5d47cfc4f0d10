import type { Page, Row, Run } from '../../src/domain/page.ts'

/** A page as a driver would give it, from the text as it stands on the paper. */
export function pageOf(text: string, more: Partial<Page> = {}): Page {
  const rows = text.replace(/^\n/, '').split('\n').map(rowOf)
  return {
    columns: Math.max(...rows.map((r) => r.text.length)),
    encoding: 'utf-8',
    rows,
    barcodes: [],
    qrs: [],
    pictures: [],
    boundary: 'cut',
    unknown: 0,
    desync: false,
    ...more,
  }
}

function rowOf(line: string): Row {
  const runs: Run[] = [...line.matchAll(/\S+(?: \S+)*/g)].map((m) => ({ column: m.index, text: m[0], wide: false, bold: false }))
  return { text: line.normalize('NFC'), runs, align: 'left' }
}

/** Name left, amount right, as tills pad them. */
export const spread = (left: string, right: string, width: number): string =>
  `${left}${' '.repeat(Math.max(1, width - left.length - right.length))}${right}`
