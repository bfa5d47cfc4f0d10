import type { Letter } from '../../domain/notice.ts'
import { noticesIn, numberOf, reasonsIn, replyType, signedBy, tidy } from './reply.ts'
import { all, descendants, type Element, find, readTree, textAt } from './tree.ts'

/**
 * A letter of the authority that answers no package: 102, 103, 108 or 302, with or without its envelope, by local names and in any
 * order (einvoice-format 3.1, 10, 12). `trust`: as for verdicts. Undefined: another paper, one without the content that makes
 * it one, or one whose signature does not hold.
 */
export function readLetter(bytes: Uint8Array, trust?: readonly Uint8Array[]): Letter | undefined {
  const root = readTree(bytes)
  if (!root) return undefined
  const notices = noticesIn(root)
  const [notice] = notices
  const data = find(notice, 'DLTBao')
  if (!notice || !data || !signedBy(notice, trust)) return undefined
  switch (replyType(root, notices)) {
    case 102:
      return receipt(data)
    case 103:
      return registration(notice, data, root)
    case 108:
      return stop(notice, data)
    case 302:
      return review(notice, data)
    default:
      return undefined
  }
}

/** `THop` 1 and 3: a new or a changed declaration was received; 2 and 4: it was not. */
function receipt(data: Element): Letter | undefined {
  const state = textAt(data, 'THop')
  if (!/^[1-4]$/.test(state)) return undefined
  return { type: 102, kind: 'registration-received', accepted: state === '1' || state === '3', reasons: reasonsOf(data) }
}

/** A certificate that the registration takes out of use. */
const STOPPED = '3'

function registration(notice: Element, data: Element, root: Element): Letter | undefined {
  const state = textAt(data, 'TTXNCQT')
  const { number, on } = numberOf(notice)
  if (!/^[12]$/.test(state) || !on) return undefined
  const accepted = state === '1'
  const codeBlock = /^(?:M\d-\d{2}-)?([0-9A-Z]{5})(?:-\d{11})?$/.exec(textAt(data, 'MCCQT').toUpperCase())?.[1]
  const flag = (name: string): string => textAt(descendant(data, 'HTHDon'), name)
  const certificates = all(descendant(data, 'DSCTSSDung'), 'CTS').filter((row) => textAt(row, 'HThuc') !== STOPPED)
  return {
    type: 103,
    kind: 'registration',
    accepted,
    notice: number,
    on,
    taxCode: textAt(data, 'MST') || textAt(root, 'TTChung/MST'),
    ...(codeBlock === undefined ? {} : { codeBlock }),
    // Papers that repeat no kinds of invoices give the block to who may make codes, and to nobody else.
    coded: accepted && (flag('CMTMTTien') || (codeBlock === undefined ? '0' : '1')) === '1',
    uncoded: accepted && flag('KCMTMTTien') === '1',
    certificates: certificates.map((row) => serial(textAt(row, 'Seri'))).filter((text) => text !== ''),
    reasons: reasonsOf(data),
  }
}

/** Its layout is not published: number, day and reasons are where all papers have them, the rest is for people. */
function stop(notice: Element, data: Element): Letter | undefined {
  const { number, on } = numberOf(notice)
  return number === '' || !on ? undefined : { type: 108, kind: 'stop', number, on, reasons: reasonsOf(data) }
}

function review(notice: Element, data: Element): Letter | undefined {
  const { number, on } = numberOf(notice)
  const rows = all(find(data, 'DSHDon'), 'HDon').flatMap((row) => {
    const [form, symbol] = seriesOf(row)
    const digits = textAt(row, 'SHDon')
    const why =
      textAt(row, 'LDo') ||
      reasonsIn(row)
        .map(({ text }) => text)
        .join('; ')
    return /^\d{1,8}$/.test(digits) ? [{ form, symbol, number: Number(digits), reason: tidy(why) }] : []
  })
  if (number === '' || !on || rows.length === 0) return undefined
  const [days, time] = [textAt(data, 'THan'), textAt(data, 'Lan')]
  return {
    type: 302,
    kind: 'review',
    number,
    on,
    // A term that cannot be read is over at once: better early than late.
    days: /^\d{1,2}$/.test(days) ? Number(days) : 0,
    time: time === '2' ? 2 : 1,
    invoices: rows,
  }
}

/** Form and symbol stand apart, or together as people write them: `1C26MAA`. */
function seriesOf(row: Element): [form: number, symbol: string] {
  const [form, symbol] = [textAt(row, 'KHMSHDon'), textAt(row, 'KHHDon').toUpperCase()]
  const together = /^(\d)([CK]\d\d[A-Z]{3})$/.exec(symbol)
  return together ? [Number(together[1]), together[2] ?? symbol] : [Number(/^\d/.exec(form)?.[0] ?? 0), symbol]
}

const descendant = (of: Element, local: string): Element | undefined => [...descendants(of)].find((one) => one.local === local)

/** Hex as certificates say it, without separators and leading zeros. */
const serial = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^0-9A-F]/g, '')
    .replace(/^0+(?=.)/, '')

const reasonsOf = (data: Element): string[] =>
  reasonsIn(data).map(({ code, text }) => tidy([code, text].filter((part) => part !== '').join(': ')))
