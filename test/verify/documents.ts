/** Builds packages the way a careful shop would, from the written format alone: no code shared with the gateway. */

import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../src/domain/clock.ts'
import { makeTestIdentity } from '../../src/signing/index.ts'

export interface TestShop {
  readonly taxCode: string
  readonly key: string
  readonly pem: string
  readonly certificate: string
}

export interface Line {
  readonly name: string
  readonly quantity: string
  readonly price: string
  readonly amount: number
  readonly rate: string
}

export interface InvoicePlan {
  readonly number: number
  readonly symbol?: string
  readonly date?: string
  readonly code?: string
  readonly lines?: readonly Line[]
  /** Puts any text in the place of another, before anything is signed. */
  readonly change?: (xml: string) => string
}

/** A seller with a fresh certificate; OpenSSL opens the store, so the key is read by foreign eyes. */
export async function testShop(dir: string, clock: Clock, taxCode = '0199999014'): Promise<TestShop> {
  const made = await makeTestIdentity({ taxCode, name: 'QUÁN PHỞ MINH ANH', passphrase: 'thử' }, clock)
  const path = join(dir, `${randomUUID()}.p12`)
  writeFileSync(path, made.p12)
  const key = execFileSync('openssl', ['pkcs12', '-in', path, '-passin', 'pass:thử', '-nodes', '-nocerts'], {
    encoding: 'utf8',
    stdio: 'pipe',
  })
  const certificate = made.certificatePem.replace(/-----[^-]+-----|\s/g, '')
  return { taxCode, key, pem: made.certificatePem, certificate }
}

export const twoBeers: readonly Line[] = [
  { name: 'Phở bò', quantity: '2', price: '50000', amount: 100_000, rate: '8%' },
  { name: 'Bia & đá', quantity: '3', price: '15000', amount: 45_000, rate: '10%' },
]

const inText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export function invoiceXml(shop: TestShop, plan: InvoicePlan): string {
  const { number, symbol = 'C26MAA', date = '2026-11-22', lines = twoBeers } = plan
  const code = plan.code ?? `M1-${date.slice(2, 4)}-A1B2C-017${String(number).padStart(8, '0')}`
  const rates = [...new Set(lines.map((line) => line.rate))].map((rate) => {
    const net = lines.filter((line) => line.rate === rate).reduce((sum, line) => sum + line.amount, 0)
    return { rate, net, tax: Math.round((net * Number.parseInt(rate, 10)) / 100) }
  })
  const net = rates.reduce((sum, one) => sum + one.net, 0)
  const tax = rates.reduce((sum, one) => sum + one.tax, 0)
  const rows = lines.map(
    (line, i) =>
      `<HHDVu><TChat>1</TChat><STT>${i + 1}</STT><THHDVu>${inText(line.name)}</THHDVu><DVTinh>Phần</DVTinh><SLuong>${line.quantity}</SLuong><DGia>${line.price}</DGia><ThTien>${line.amount}</ThTien><TSuat>${line.rate}</TSuat></HHDVu>`,
  )
  const xml =
    `<HDon><DLHDon Id="HD-${symbol}-${number}"><TTChung><PBan>2.1.1</PBan><THDon>Hóa đơn giá trị gia tăng</THDon><KHMSHDon>1</KHMSHDon><KHHDon>${symbol}</KHHDon><SHDon>${number}</SHDon><NLap>${date}</NLap><HDCTTChinh>0</HDCTTChinh><DVTTe>VND</DVTTe><HTTToan>Tiền mặt</HTTToan></TTChung>` +
    `<NDHDon><NBan><Ten>QUÁN PHỞ MINH ANH</Ten><MST>${shop.taxCode}</MST><DChi>12 Nguyễn Trãi, Hà Nội</DChi></NBan><NMua><Ten>Bán cho người tiêu dùng</Ten></NMua><DSHHDVu>${rows.join('')}</DSHHDVu>` +
    `<TToan><THTTLTSuat>${rates.map((one) => `<LTSuat><TSuat>${one.rate}</TSuat><ThTien>${one.net}</ThTien><TThue>${one.tax}</TThue></LTSuat>`).join('')}</THTTLTSuat><TgTCThue>${net}</TgTCThue><TgTThue>${tax}</TgTThue><TgTTTBSo>${net + tax}</TgTTTBSo><TgTTTBChu>Một số tiền</TgTTTBChu></TToan></NDHDon></DLHDon>` +
    `<MCCQT>${code}</MCCQT></HDon>`
  return plan.change ? plan.change(xml) : xml
}

export interface PackageOptions {
  readonly id?: string
  readonly signingTime?: string
  readonly taxCode?: string
  readonly count?: number
  readonly hash?: 'sha256' | 'sha1'
  /** A third element to cover: its Id and itself. */
  readonly also?: readonly [id: string, text: string]
}

export const newId = (shop: TestShop): string => `${shop.taxCode}${randomUUID().replaceAll('-', '').toUpperCase()}`

export function packageXml(shop: TestShop, invoices: readonly string[], options: PackageOptions = {}): string {
  const { id = newId(shop), count = invoices.length, taxCode = shop.taxCode } = options
  const hex = id.slice(-32)
  const data = `<DLieu Id="_${hex}">${invoices.join('')}</DLieu>`
  const head = `<TTChung><PBan>2.1.1</PBan><MNGui>${id.slice(0, -32)}</MNGui><MNNhan>0100109106</MNNhan><MLTDiep>206</MLTDiep><MTDiep>${id}</MTDiep><MST>${taxCode}</MST><SLuong>${count}</SLuong></TTChung>`
  return `<?xml version="1.0" encoding="UTF-8"?><TDiep>${head}${data}<CKSNNT>${signatureXml(shop, data, `_${hex}`, `CKSNNT-${hex}`, options)}</CKSNNT></TDiep>`
}

/** The signature of einvoice-format section 9, its pieces written in canonical form. */
export function signatureXml(shop: TestShop, data: string, dataId: string, id: string, options: PackageOptions = {}): string {
  const { signingTime = '2026-11-22T09:00:00', hash = 'sha256', also } = options
  const object = `Id="Obj-${id}"><SignatureProperties xmlns=""><SignatureProperty Target="#${id}"><SigningTime>${signingTime}</SigningTime></SignatureProperty></SignatureProperties></Object>`
  const namespace = 'xmlns="http://www.w3.org/2000/09/xmldsig#"'
  const digest = (text: string): string => createHash(hash).update(text).digest('base64')
  const digestUri = hash === 'sha1' ? 'http://www.w3.org/2000/09/xmldsig#sha1' : 'http://www.w3.org/2001/04/xmlenc#sha256'
  const signUri =
    hash === 'sha1' ? 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' : 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
  const reference = (uri: string, text: string): string =>
    `<Reference URI="#${uri}"><DigestMethod Algorithm="${digestUri}"></DigestMethod><DigestValue>${digest(text)}</DigestValue></Reference>`
  const info = `<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></CanonicalizationMethod><SignatureMethod Algorithm="${signUri}"></SignatureMethod>${reference(dataId, data)}${reference(`Obj-${id}`, `<Object ${namespace} ${object}`)}${also ? reference(...also) : ''}</SignedInfo>`
  const value = sign(hash, Buffer.from(`<SignedInfo ${namespace}>${info}`), createPrivateKey(shop.key)).toString('base64')
  return `<Signature ${namespace} Id="${id}"><SignedInfo>${info}<SignatureValue>${value}</SignatureValue><KeyInfo><X509Data><X509Certificate>${shop.certificate}</X509Certificate></X509Data></KeyInfo><Object ${object}</Signature>`
}
