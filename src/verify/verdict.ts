import { createHash } from 'node:crypto'
import { formatDecimal, parseDecimal, rescale } from '../domain/decimal.ts'
import type { Finding, Judgement } from '../domain/judge.ts'
import type { Lang } from '../domain/words.ts'
import { CHECKS } from './checks.ts'
import { sayFinding } from './words.ts'

/** At most this many findings per check are shown, then a count (audit-pack 5). */
const SHOWN = 100

/** The verdict of a message or an invoice, `tillgate-verdict/1` (audit-pack 5); money in strings of đồng. */
export interface Verdict {
  readonly format: 'tillgate-verdict/1'
  readonly verdict: 'valid' | 'remarks' | 'invalid' | 'unreadable'
  readonly exit: 0 | 1 | 2
  readonly subject: Readonly<Record<string, string | number | boolean | null>>
  readonly heads: { readonly count: 0; readonly last: null; readonly outside: readonly [] }
  readonly totals: readonly Totals[]
  readonly counts: Readonly<Record<string, number>>
  readonly limits: readonly string[]
  readonly checks: Readonly<Record<string, 'pass' | 'fail' | 'skipped'>>
  readonly findings: readonly (Pick<Finding, 'id' | 'severity'> & Readonly<Record<string, unknown>>)[]
  readonly more: Readonly<Record<string, number>>
}

interface Totals {
  readonly form: number
  readonly symbol: string
  readonly from: number
  readonly to: number
  readonly count: number
  readonly voids: 0
  readonly pay: string
  readonly rates: readonly (readonly [rate: string, net: string, tax: string])[]
}

export function verdict(
  judgement: Judgement,
  bytes: Uint8Array,
  options: { readonly trust: boolean; readonly now: boolean },
): Verdict {
  const { findings, invoices, kind, message } = judgement
  const worst = (severity: Finding['severity']): boolean => findings.some((one) => one.severity === severity)
  const word =
    kind === 'unreadable' || worst('fatal') ? 'unreadable' : worst('error') ? 'invalid' : worst('warning') ? 'remarks' : 'valid'
  const days = invoices.map((invoice) => invoice.date).sort()
  const authority = authorityType(message?.type)
  return {
    format: 'tillgate-verdict/1',
    verdict: word,
    exit: word === 'unreadable' ? 2 : word === 'invalid' ? 1 : 0,
    subject: {
      kind,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      ...(message ? { message: message.id, type: message.type } : {}),
      mst: message?.taxCode || invoices[0]?.seller || null,
      from: days[0] ?? null,
      to: days.at(-1) ?? null,
      masked: judgement.limits.includes('masked'),
    },
    heads: { count: 0, last: null, outside: [] },
    totals: totals(judgement),
    counts: {
      facts: 0,
      invoices: invoices.length,
      messages: kind === 'message' && !authority ? 1 : 0,
      answers: authority ? 1 : 0,
      incidents: 0,
      training: 0,
    },
    limits: judgement.limits,
    checks: checks(judgement, options),
    findings: shown(findings).map((one) => ({
      id: one.id,
      severity: one.severity,
      fact: null,
      day: null,
      invoice: one.invoice ?? null,
      path: one.path ?? null,
      found: one.found ?? null,
      expected: one.expected ?? null,
      vi: sayFinding('vi', one),
      en: sayFinding('en', one),
    })),
    more: more(findings),
  }
}

type Sentences = Readonly<Record<Verdict['verdict'], Readonly<Record<Lang, string>>>>

/** One document says nothing of the book it came from: only a pack may call that whole. */
const DOCUMENT: Sentences = {
  valid: {
    vi: '{kind} hợp lệ: {count} hóa đơn, không phát hiện sửa đổi',
    en: '{kind} valid, invoices: {count}, no change found',
  },
  remarks: { vi: '{kind} hợp lệ, có {points} điểm cần hỏi', en: '{kind} valid, points to ask about: {points}' },
  invalid: {
    vi: '{kind} không hợp lệ: {errors} lỗi, lỗi đầu tiên ở {place}',
    en: '{kind} not valid, errors: {errors}, the first at {place}',
  },
  unreadable: { vi: 'Không đọc được tệp', en: 'The file cannot be read' },
}
/** The sentences of audit-pack 5, verdict. */
const PACK: Sentences = {
  valid: {
    vi: 'Sổ nguyên vẹn: {count} hóa đơn, không phát hiện sửa đổi',
    en: 'The record is intact: {count} invoices, no change found',
  },
  remarks: { vi: 'Sổ nguyên vẹn, có {points} điểm cần hỏi', en: 'The record is intact, {points} points to ask about' },
  invalid: {
    vi: 'Sổ đã bị thay đổi hoặc mâu thuẫn: {errors} lỗi, lỗi đầu tiên ở {place}',
    en: 'The record was changed or contradicts itself: {errors} errors, the first at {place}',
  },
  unreadable: DOCUMENT.unreadable,
}
const KINDS: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  message: { vi: 'Thông điệp', en: 'Message' },
  invoice: { vi: 'Hóa đơn', en: 'Invoice' },
}

/** The sentence for people. */
export function sentence(lang: Lang, { verdict: word, subject, findings, counts }: Verdict): string {
  const errors = findings.filter((one) => one.severity === 'error')
  const kind = KINDS[String(subject['kind'])]?.[lang]
  const values: Readonly<Record<string, string>> = {
    kind: kind ?? '',
    count: String(counts['invoices'] ?? 0),
    points: String(findings.length),
    errors: String(errors.length),
    place: String(errors[0]?.['invoice'] ?? errors[0]?.['path'] ?? '-'),
  }
  return (kind === undefined ? PACK : DOCUMENT)[word][lang].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}

/** Replies: their signer is the authority, whose certificate names no taxpayer. */
const authorityType = (type = ''): boolean => /^(102|103|107|108|204|301|302|999|-1)$/.test(type)

/** The checks that a message or an invoice allows; all others belong to packs and are skipped. */
function checks(
  { kind, findings, certificates, invoices, message }: Judgement,
  options: { trust: boolean; now: boolean },
): Verdict['checks'] {
  const signed = certificates.length > 0
  const done: Readonly<Record<string, boolean>> = {
    V18: signed && !authorityType(message?.type),
    V19: signed,
    V20: signed && options.trust,
    V24: true,
    V26: invoices.length > 0,
    V27: invoices.length > 0,
    V28: kind === 'message' || signed,
    V33: kind === 'message' && invoices.length > 0,
    V34: kind === 'message' && invoices.length > 0,
    V35: invoices.length > 0,
    V36: kind === 'message' && invoices.length > 0,
    V37: invoices.length > 0,
    V42: options.now,
    V49: invoices.length > 0,
  }
  const failed = new Set(findings.map((one) => one.id))
  return Object.fromEntries(Object.keys(CHECKS).map((id) => [id, failed.has(id) ? 'fail' : done[id] ? 'pass' : 'skipped']))
}

function totals({ invoices }: Judgement): Totals[] {
  const series = [...new Set(invoices.map(({ form, symbol }) => `${form}${symbol}`))].sort()
  return series.flatMap((name) => {
    const mine = invoices.filter(({ form, symbol }) => `${form}${symbol}` === name)
    const [first] = mine
    if (!first) return []
    const numbers = mine.map(({ number }) => number).sort((a, b) => a - b)
    const rates = [...new Set(mine.flatMap((one) => (one.rates ?? []).map(([rate]) => rate)))].sort()
    const of = (rate: string, column: 1 | 2): string =>
      add(mine.flatMap((one) => (one.rates ?? []).filter((row) => row[0] === rate).map((row) => row[column])))
    return [
      {
        form: first.form,
        symbol: first.symbol,
        from: numbers[0] ?? 0,
        to: numbers.at(-1) ?? 0,
        count: mine.length,
        voids: 0,
        pay: add(mine.map(({ pay }) => pay)),
        rates: rates.map((rate) => [rate, of(rate, 1), of(rate, 2)] as const),
      },
    ]
  })
}

function add(amounts: readonly string[]): string {
  const units = amounts.reduce((sum, amount) => sum + rescale(parseDecimal(amount) ?? { units: 0n, scale: 0 }, 6).units, 0n)
  return formatDecimal({ units, scale: 6 })
}

function shown(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>()
  return findings.filter(({ id }) => {
    seen.set(id, (seen.get(id) ?? 0) + 1)
    return (seen.get(id) ?? 0) <= SHOWN
  })
}

function more(findings: readonly Finding[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { id } of findings) counts.set(id, (counts.get(id) ?? 0) + 1)
  return Object.fromEntries([...counts].filter(([, count]) => count > SHOWN).map(([id, count]) => [id, count - SHOWN]))
}
