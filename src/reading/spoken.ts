import type { Dong } from '../domain/dong.ts'
import { key } from './fold.ts'

const DIGITS: Readonly<Record<string, bigint>> = {
  khong: 0n,
  mot: 1n,
  hai: 2n,
  ba: 3n,
  bon: 4n,
  tu: 4n,
  nam: 5n,
  lam: 5n,
  nham: 5n,
  sau: 6n,
  bay: 7n,
  tam: 8n,
  chin: 9n,
}
const SCALES: Readonly<Record<string, bigint>> = {
  nghin: 1_000n,
  ngan: 1_000n,
  trieu: 1_000_000n,
  ty: 1_000_000_000n,
  ti: 1_000_000_000n,
}
const SILENT = new Set(['linh', 'le', 'va'])
const LEAD = /^(?:so tien )?(?:viet |doc )?(?:bang chu|thanh chu) ?/
const OPENS = /^(?:khong|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi)\b/

/** Whether a line may hold an amount in words: it says so, or opens with a number word and ends with đồng. */
export const maySpeak = (lineKey: string): boolean => LEAD.test(lineKey) || (OPENS.test(lineKey) && /\bdong\b/.test(lineKey))

/** `(Một trăm nghìn đồng chẵn)`: 100000. Undefined where a word is not a number word: the proof is then absent, not false. */
export function spokenAmount(text: string): Dong | undefined {
  const words = key(text).replace(LEAD, '').split(' ')
  const end = words.indexOf('dong')
  if (end < 1) return undefined
  let total = 0n
  let group = 0n
  let unit: bigint | undefined
  for (const word of words.slice(0, end)) {
    const value = DIGITS[word]
    const scale = SCALES[word]
    if (value !== undefined) {
      if (unit !== undefined) return undefined
      unit = value
    } else if (word === 'tram') {
      group += (unit ?? 0n) * 100n
      unit = undefined
    } else if (word === 'muoi' || word === 'chuc') {
      group += (unit ?? 1n) * 10n
      unit = undefined
    } else if (scale !== undefined) {
      total += (group + (unit ?? 0n)) * scale
      group = 0n
      unit = undefined
    } else if (!SILENT.has(word)) return undefined
  }
  return total + group + (unit ?? 0n)
}
