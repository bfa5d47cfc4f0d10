import { hash } from 'node:crypto'
import { fault } from '../../domain/fault.ts'
import type { Draft, Sealed } from '../../domain/invoice.ts'
import { failed, ok } from '../../domain/result.ts'
import type { Shop } from '../../domain/shop.ts'
import { civilDate } from '../../domain/time.ts'
import { authorityCode } from './identity.ts'
import type { Sheet } from './invoice.ts'
import { type Rules, ruling } from './rules.ts'
import { signature } from './signature.ts'
import { stampQr } from './stamp.ts'

/** All that was worked out before there was a number. */
export interface Blank {
  readonly draft: Omit<Draft, 'seal'>
  readonly sheet: Sheet
  readonly shop: Shop
  readonly rules: Rules
  /** Absent: an invoice without code of the authority. */
  readonly codePrefix?: string
  readonly qr: (number: string) => string
  readonly stamp: (number: string, code: string | undefined) => readonly string[]
}

const CLOSING = '</HDon>'

/** The document but for its number, in bytes: a draft may wait for a while, and text on the heap is what waiting costs. */
interface Pieces {
  readonly head: Uint8Array
  readonly afterId: Uint8Array
  readonly afterNumber: Uint8Array
}

const inBytes = ({ head, afterId, afterNumber, rest }: Sheet, buyer: string): Pieces => ({
  head: Buffer.from(`<HDon>${head}`),
  afterId: Buffer.from(afterId),
  afterNumber: Buffer.from(`${afterNumber}${buyer}${rest}`),
})
const OPENING = '<HDon>'.length

const numbered = ({ head, afterId, afterNumber }: Pieces, number: Uint8Array): Uint8Array[] => [
  head,
  number,
  afterId,
  number,
  afterNumber,
]

/** Puts the number into a blank: a few pieces joined, one digest, and the signature where one is wanted. */
export function sealing({ draft, sheet, shop, rules, codePrefix, qr, stamp }: Blank): Draft['seal'] {
  const { series, at } = draft
  const last = ruling(rules['number.last'], civilDate(at))
  const pieces = inBytes(sheet, sheet.buyer)
  const masked = sheet.maskedBuyer === undefined ? undefined : inBytes(sheet, sheet.maskedBuyer)
  return async (number, signer) => {
    if (number < 1 || number > last) return failed(fault('VN_NUMBERS_USED_UP', { symbol: `${series.form}${series.symbol}` }))
    const n = String(number)
    const digits = Buffer.from(n)
    const code = codePrefix === undefined ? undefined : authorityCode(codePrefix, number)
    const qrText = qr(n)
    const document = numbered(pieces, digits)
    let tail = `<DLQRCode>${qrText}</DLQRCode>${code === undefined ? '' : `<MCCQT>${code}</MCCQT>`}`
    if (signer) {
      const id = `HD-${series.symbol}-${n}`
      const data = Buffer.concat(document).subarray(OPENING)
      const signed = await signature({ name: `NBan-${id}`, dataId: id, canonical: [data], at, signer })
      if (!signed.ok) return signed
      tail += `<DSCKS><NBan>${signed.value}</NBan></DSCKS>`
    }
    const end = Buffer.from(`${tail}${CLOSING}`)
    const bytes = Buffer.concat([...document, end])
    const sealed: Sealed = {
      ...draft,
      identity: { ...series, seller: shop.taxCode, number },
      ...(code === undefined ? {} : { authorityCode: code }),
      bytes,
      ...(masked === undefined ? {} : { masked: Buffer.concat([...numbered(masked, digits), end]) }),
      digest: hash('sha256', bytes),
      stamp: { lines: stamp(n, code), qr: stampQr(shop, qrText, code) },
    }
    return ok(sealed)
  }
}
