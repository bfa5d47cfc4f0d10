import type { Dong } from '../../domain/dong.ts'
import { civilDate, type Instant } from '../../domain/time.ts'

/** `C26MAA` with the year of `at`: `C27MAA` from the first instant of 2027 on (R-034). */
export const symbolAt = (symbol: string, at: Instant): string =>
  `${symbol.slice(0, 1)}${civilDate(at).slice(2, 4)}${symbol.slice(3)}`

export const isCoded = (symbol: string): boolean => symbol.startsWith('C')

/** The part of the code that does not depend on the number: `M1-26-A1B2C-017` (R-041, R-044: register, then number). */
export const codePrefix = (form: number, symbol: string, block: string, index: number): string =>
  `M${form}-${symbol.slice(1, 3)}-${block}-${String(index).padStart(3, '0')}`

export const authorityCode = (prefix: string, number: number): string => `${prefix}${String(number).padStart(8, '0')}`

/** Registered for the decision's example; a 32-character GUID would overflow field 99 (einvoice-format 8). */
const GUID = 'A000000775'
const tlv = (id: string, value: string): string => `${id}${String(value.length).padStart(2, '0')}${value}`

/** `DLQRCode` but for the number, as a function of it. `taxCode` with or without dash, `day` = `2026-11-21`. */
export function qrOf(taxCode: string, form: number, symbol: string, day: string, pay: Dong): (number: string) => string {
  const before = `${tlv('00', GUID)}${tlv('01', taxCode.replaceAll('-', ''))}${tlv('02', String(form))}${tlv('03', symbol)}`
  const after = `${tlv('05', day.replaceAll('-', ''))}${tlv('06', pay.toString())}`
  return (number) => {
    const body = `000201${tlv('99', `${before}${tlv('04', number)}${after}`)}6304`
    return `${body}${crc16(body).toString(16).toUpperCase().padStart(4, '0')}`
  }
}

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  return crc & 0xffff
})

/** CRC-16/CCITT-FALSE over ASCII (einvoice-format 8): polynomial 0x1021, start 0xFFFF. */
export function crc16(text: string): number {
  let crc = 0xffff
  for (let i = 0; i < text.length; i++) crc = ((crc << 8) ^ (TABLE[(crc >> 8) ^ (text.charCodeAt(i) & 0xff)] ?? 0)) & 0xffff
  return crc
}
