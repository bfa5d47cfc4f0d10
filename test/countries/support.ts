import { execFileSync } from 'node:child_process'
import { createPrivateKey, createSign, generateKeyPairSync } from 'node:crypto'
import forge from 'node-forge'
import { type Decimal, decimal } from '../../src/domain/decimal.ts'
import { sumDong } from '../../src/domain/dong.ts'
import { registerId } from '../../src/domain/ids.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import type { Sale, SaleLine } from '../../src/domain/sale.ts'
import type { Register, Shop } from '../../src/domain/shop.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { type CivilDate, instant, readTime } from '../../src/domain/time.ts'

export const day = (text: string): CivilDate => text as CivilDate
export const noon = readTime('2026-11-21T08:15:02+07:00')

export const shop: Shop = {
  taxCode: '0199999014',
  name: 'QUÁN PHỞ MINH ANH',
  address: '12 Nguyễn Trãi, phường Thanh Xuân, Hà Nội',
  form: 1,
  codeBlock: 'A1B2C',
  accepted: { notice: '103-1', from: day('2026-01-01') },
  prices: 'inclusive',
  rates: {
    default: '8%',
    items: [
      { match: 'bia*', rate: '10%' },
      { match: 'cơm*', rate: '5%' },
      { match: 'rau*', rate: 'KCT' },
    ],
  },
  lookupUrl: 'https://hoadondientu.gdt.gov.vn',
  qr: 'invoice',
}

export const household: Shop = {
  ...shop,
  taxCode: '000299000001',
  name: 'HỘ KINH DOANH VÍ DỤ',
  address: 'Số 3 đường Mẫu, Đà Nẵng',
  phone: '0900000001',
  form: 2,
  codeBlock: 'B3X9T',
  location: { code: '00001', name: 'Quán Ví Dụ', address: 'Số 3 đường Mẫu, Đà Nẵng' },
}

export const register: Register = { id: registerId('R017'), index: 17, symbol: 'C26MAA' }

type LineOptions = { rate?: string; discount?: bigint; amount?: bigint; code?: string; unit?: string }

/** `price` in đồng; the amount follows unless given. */
export function line(name: string, quantity: bigint | Decimal, price: bigint, options: LineOptions = {}): SaleLine {
  const count = typeof quantity === 'bigint' ? decimal(quantity) : quantity
  const { discount = 0n, ...rest } = options
  const amount = (count.units * price) / 10n ** BigInt(count.scale) - discount
  return { name, quantity: count, unitPrice: price, amount, ...rest, discount }
}

export const sale = (lines: readonly SaleLine[], total: bigint, more: Partial<Sale> = {}): Sale => ({
  lines,
  discount: 0n,
  charges: [],
  total,
  rounding: 0n,
  payments: [{ method: 'cash', amount: total }],
  printed: { taxCode: false, rates: false, time: true, seller: true },
  ...more,
})

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.values ?? {})}`)
  return result.value
}

/** `KHAC:7.25%` is 725, `8` is 800, letters are 0. */
const hundredths = (code: string): bigint => {
  const [, whole = '0', part = ''] = /^(?:KHAC:)?(\d+)(?:\.(\d+))?%?$/.exec(code) ?? []
  return BigInt(whole + part.padEnd(2, '0'))
}

/** An independent count of R-069: shares and charge by largest remainder in plain loops. */
export function exclusiveTax(amounts: readonly bigint[], codes: readonly string[], discount: bigint, service: bigint): bigint {
  const after = largestRemainder(discount, amounts).map((share, i) => (amounts[i] ?? 0n) - share)
  const names = [...new Set(codes.filter((_, i) => (amounts[i] ?? 0n) > 0n || sumDong(amounts) === 0n))]
  const sums = names.map((name) => sumDong(after.filter((_, i) => codes[i] === name)))
  const parts = largestRemainder(service, sums)
  return sumDong(names.map((name, i) => (((sums[i] ?? 0n) + (parts[i] ?? 0n)) * hundredths(name) * 2n + 10_000n) / 20_000n))
}
export function largestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = sumDong(weights)
  if (whole === 0n) return weights.map((_, i) => (i === 0 ? total : 0n))
  const parts = weights.map((w) => (total * w) / whole)
  const rest = weights.map((w, i) => ({ i, w, r: (total * w) % whole }))
  rest.sort((a, b) => (a.r === b.r ? (a.w === b.w ? a.i - b.i : a.w > b.w ? -1 : 1) : a.r > b.r ? -1 : 1))
  for (let n = 0; sumDong(parts) < total; n++) {
    const at = rest[n]?.i ?? 0
    parts[at] = (parts[at] ?? 0n) + 1n
  }
  return parts
}

/** A throw-away RSA key with a certificate it signed itself. */
export function testSigner(
  subject = 'QUÁN PHỞ MINH ANH (TEST)',
  taxCode = '0199999014',
): Signer & { der: Uint8Array; pem: string } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keyPem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const key = forge.pki.privateKeyFromPem(keyPem)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2036-01-01T00:00:00Z')
  const name: forge.pki.CertificateField[] = [
    { name: 'commonName', value: forge.util.encodeUtf8(subject) },
    { type: '0.9.2342.19200300.100.1.1', value: `MST:${taxCode}` },
  ]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.sign(key, forge.md.sha256.create())
  const der = Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'binary')
  const signing = createPrivateKey(keyPem)
  return {
    der,
    pem: keyPem,
    certificate: async () =>
      ok({ der, serial: '01', subject: `CN=${subject},UID=MST:${taxCode}`, taxCode, from: instant(0), to: instant(4e12) }),
    sign: async (bytes) => ok(createSign('RSA-SHA256').update(bytes).sign(signing)),
  }
}

/** A reason to skip, or false: the program is there. */
export function without(program: string): string | false {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return false
  } catch {
    return `skipped because ${program} is not installed`
  }
}
