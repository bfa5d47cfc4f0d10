import type { Copy, CopyRow } from '../domain/copy.ts'
import { counted } from './invoice-html.ts'
import type { Paper } from './invoice-sheet.ts'

/** The invoice for a register's own printer: the same words as the narrow sheet, in its order. */
export function copyOf(paper: Paper): Copy {
  const line = (text: string): CopyRow => ({ text })
  const centred = (text: string): CopyRow => ({ text, centre: true })
  const loud = (text: string): CopyRow => ({ text, centre: true, bold: true })
  return {
    rows: [
      loud(paper.seller),
      ...paper.sellerLines.map(centred),
      'rule',
      ...paper.title.map(loud),
      ...(paper.copy === undefined ? [] : [loud(paper.copy)]),
      { text: paper.series, right: paper.number },
      ...(paper.code === undefined ? [] : [line(paper.code)]),
      line(paper.at),
      line(paper.register),
      ...(paper.legend === undefined ? [] : [{ text: paper.legend, bold: true } as const]),
      'rule',
      ...paper.lines.flatMap((sold): CopyRow[] => [
        line(sold.name),
        { text: counted(sold, paper.heads.discount), right: sold.amount },
      ]),
      'rule',
      ...paper.sums.map(([text, right]): CopyRow => ({ text, right })),
      { text: paper.total[0], right: paper.total[1], bold: true },
      line(paper.words),
      line(paper.payment),
      line(paper.buyer),
      'rule',
      ...paper.lookup.map(centred),
    ],
    qr: paper.qr,
  }
}
