/** What the QR text of an invoice must say about it (einvoice-format 8). */
export interface QrFacts {
  readonly seller: string
  readonly form: string
  readonly symbol: string
  readonly number: string
  /** `20261121` */
  readonly date: string
  readonly pay: string
}

/**
 * Reads the TLV text with its own eyes and names what differs. The first kind contradicts the invoice; the second is
 * the form only (many programs copy the checksum of the decision's example), which phones still read.
 */
export function qrFaults(text: string, facts: QrFacts): { readonly wrong: readonly string[]; readonly form: readonly string[] } {
  const outer = fields(text)
  const inner = outer && fields(outer.get('99') ?? '')
  if (!outer || !inner || outer.get('00') !== '01') return { wrong: ['TLV'], form: [] }
  const said: readonly (readonly [string, string | undefined, string])[] = [
    ['01', inner.get('01'), facts.seller.replace('-', '')],
    ['02', inner.get('02'), facts.form],
    ['03', inner.get('03'), facts.symbol],
    ['04', inner.get('04')?.replace(/^0+/, ''), facts.number],
    ['05', inner.get('05'), facts.date],
    ['06', inner.get('06'), facts.pay],
  ]
  const wrong = said
    .filter(([, found, expected]) => found !== expected)
    .map(([id, found, expected]) => `99.${id} ${found ?? '-'} ≠ ${expected}`)
  const at = text.length - 8
  const computed = crc(text.slice(0, at + 4))
  const found = text.slice(at)
  return { wrong, form: found === `6304${computed}` ? [] : [`CRC ${found} ≠ 6304${computed}`] }
}

/** Fields of two digits id, two digits length, value; undefined where the lengths do not come out. */
function fields(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>()
  let at = 0
  while (at < text.length) {
    const head = /^(\d\d)(\d\d)/.exec(text.slice(at, at + 4))
    if (!head?.[1]) return undefined
    const end = at + 4 + Number(head[2])
    if (end > text.length) return undefined
    found.set(head[1], text.slice(at + 4, end))
    at = end
  }
  return found
}

/** CRC-16/CCITT-FALSE, four upper-case hex digits. */
function crc(text: string): string {
  let sum = 0xffff
  for (const byte of Buffer.from(text)) {
    sum ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1) sum = ((sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1) & 0xffff) >>> 0
  }
  return sum.toString(16).toUpperCase().padStart(4, '0')
}
