import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type forge from 'node-forge'
import type { Clock } from '../domain/clock.ts'
import { seal } from './passphrase.ts'

const DAY = 86_400_000

export interface TestIdentityOptions {
  readonly taxCode: string
  readonly name: string
  readonly passphrase: string
  /** How long it lasts, 730 days unless said. */
  readonly days?: number
}

/**
 * A self-signed identity to try things with: it says TEST in its name and no authority will accept it. RSA-2048 comes
 * from node:crypto (forge would need seconds); the store is encrypted with AES-256.
 */
export async function makeTestIdentity(
  options: TestIdentityOptions,
  clock: Clock,
): Promise<{ p12: Uint8Array; certificatePem: string }> {
  const [{ default: lib }, pair] = await Promise.all([
    import('node-forge'),
    promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    }),
  ])
  const key = lib.pki.privateKeyFromPem(pair.privateKey)
  const certificate = lib.pki.createCertificate()
  const utf8 = lib.asn1.Type.UTF8
  const name = [
    { shortName: 'C', value: 'VN' },
    { shortName: 'O', value: options.name, valueTagClass: utf8 },
    { type: '0.9.2342.19200300.100.1.1', value: `MST:${options.taxCode}`, valueTagClass: utf8 },
    { shortName: 'CN', value: `${options.name} (TEST)`, valueTagClass: utf8 },
  ]
  certificate.publicKey = lib.pki.publicKeyFromPem(pair.publicKey)
  certificate.serialNumber = serial(randomBytes(15))
  const now = clock.now()
  certificate.validity.notBefore = new Date(now - DAY)
  certificate.validity.notAfter = new Date(now + (options.days ?? 730) * DAY)
  certificate.setSubject(name as unknown as forge.pki.CertificateField[])
  certificate.setIssuer(name as unknown as forge.pki.CertificateField[])
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, nonRepudiation: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  certificate.sign(key, lib.md.sha256.create())
  const secret = lib.util.encodeUtf8(options.passphrase)
  const store = lib.pkcs12.toPkcs12Asn1(key, certificate, secret, { algorithm: 'aes256', useMac: false })
  return {
    p12: Buffer.from(lib.asn1.toDer(seal(lib, store, options.passphrase)).getBytes(), 'binary'),
    certificatePem: lib.pki.certificateToPem(certificate),
  }
}

/** Positive in DER whatever the random bytes are. */
const serial = (random: Buffer): string => `4e${random.toString('hex')}`
