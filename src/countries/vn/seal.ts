import { hash } from 'node:crypto'
import { fault } from '../../domain/fault.ts'
import type { Draft, Sealed } from '../../domain/invoice.ts'
import { failed, ok } from '../../domain/result.ts'
import type { Shop } from '../../domain/shop.ts'
import { civilDate } from '../../domain/time.ts'
import { authorityCode } from './identity.ts'
import type { Sheet } from './invoice.ts'
import { LAST_NUMBER, ruling } from './rules.ts'
import { signature } from './signature.ts'
import { stampQr } from './stamp.ts'

/** All that was worked out before there was a number. */
export interface Blank {
  readonly draft: Omit<Draft, 'seal'>
  readonly sheet: Sheet
  readonly shop: Shop
  /** Absent: an invoice without code of the authority. */
  readonly codePrefix?: string
  readonly qr: (number: string) => string
  readonly stamp: (number: string, code: string | undefined) => readonly string[]
}

const OPENING = Buffer.from('<HDon>')

/** Puts the number into a blank: a dozen strings joined, one digest, and the signature where one is wanted. */
export function sealing({ draft, sheet, shop, codePrefix, qr, stamp }: Blank): Draft['seal'] {
  const { series, at } = draft
  const last = ruling(LAST_NUMBER, civilDate(at))
  return async (number, signer) => {
    if (number < 1 || number > last) return failed(fault('VN_NUMBERS_USED_UP', { symbol: `${series.form}${series.symbol}` }))
    const n = String(number)
    const code = codePrefix === undefined ? undefined : authorityCode(codePrefix, number)
    const qrText = qr(n)
    const before = `${sheet.head}${n}${sheet.afterId}${n}${sheet.afterNumber}`
    // Encoded once: what is signed is what is kept.
    const data = Buffer.from(`${before}${sheet.buyer}${sheet.rest}`)
    let tail = `<DLQRCode>${qrText}</DLQRCode>${code === undefined ? '' : `<MCCQT>${code}</MCCQT>`}`
    if (signer) {
      const id = `HD-${series.symbol}-${n}`
      const signed = await signature({ name: `NBan-${id}`, dataId: id, canonical: [data], at, signer })
      if (!signed.ok) return signed
      tail += `<DSCKS><NBan>${signed.value}</NBan></DSCKS>`
    }
    const end = Buffer.from(`${tail}</HDon>`)
    const whole = (body: Uint8Array): Uint8Array => Buffer.concat([OPENING, body, end])
    const bytes = whole(data)
    const sealed: Sealed = {
      ...draft,
      identity: { ...series, seller: shop.taxCode, number },
      ...(code === undefined ? {} : { authorityCode: code }),
      bytes,
      ...(sheet.maskedBuyer === undefined ? {} : { masked: whole(Buffer.from(`${before}${sheet.maskedBuyer}${sheet.rest}`)) }),
      digest: hash('sha256', bytes),
      stamp: { lines: stamp(n, code), qr: stampQr(shop, qrText, code) },
    }
    return ok(sealed)
  }
}
