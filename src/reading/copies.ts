import { type Line, oncePerLine } from './line.ts'

/** Which sheet it is, or where to sign: all that may differ between two copies of one receipt (register-capture 6). */
const MARK =
  /^(?:(?:hoa don )?(?:ban (?:sao|in lai|goc|luu|khach hang|cua hang)|in lai|lien (?:\d|mot|hai|ba|luu|khach|cua hang|giao))|copy|duplicate|reprint|(?:customer|merchant|store|shop) copy|chu ky|ky ten|signature)\b/
const isMark = oncePerLine((line) => !line.rule && MARK.test(line.key) && line.words.length <= 9)

/**
 * LIÊN 1 and LIÊN 2 printed in one go without a cut are one sale: the first sheet of it. Undefined: anything else, as two
 * sales that only look alike.
 */
export function firstCopy(lines: readonly Line[]): readonly Line[] | undefined {
  if (!lines.some(isMark)) return undefined
  const said = lines.flatMap((line, at) => (line.rule || isMark(line) ? [] : [{ text: line.text, at }]))
  const half = said.length / 2
  const second = said[half]
  if (!second || half < 3 || said.slice(0, half).some(({ text }, i) => text !== said[half + i]?.text)) return undefined
  // The mark of the second sheet may stand above its first line; rules between the two belong to neither.
  let at = second.at
  for (let before = at - 1; before > (said[half - 1]?.at ?? 0); before--) {
    const line = lines[before]
    if (line && (line.rule || isMark(line))) at = before
  }
  return lines.slice(second.at).some(isMark) || lines.slice(at, second.at).some(isMark) ? lines.slice(0, at) : undefined
}
