import type { KeyObject } from 'node:crypto'
import { createPrivateKey, generateKeyPair, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type forge from 'node-forge'
import type { Clock } from '../../src/domain/clock.ts'

/** The key that seals the simulated authority's replies, and the certificate others must trust to believe them. */
export interface Identity {
  readonly key: KeyObject
  readonly certificatePem: string
}

const DAY = 86_400_000

/** Made at the first use; kept in `folder` (key mode 0600) where one is named, else only in memory. */
export async function identity(folder: string | undefined, clock: Clock): Promise<Identity> {
  if (folder === undefined) return make(clock).then(({ key, certificatePem }) => ({ key: createPrivateKey(key), certificatePem }))
  const [keyFile, certificateFile] = [join(folder, 'authority.key.pem'), join(folder, 'authority.cert.pem')]
  const kept = await Promise.all([readFile(keyFile, 'utf8'), readFile(certificateFile, 'utf8')]).catch(() => undefined)
  if (kept) return { key: createPrivateKey(kept[0]), certificatePem: kept[1] }
  const { key, certificatePem } = await make(clock)
  await mkdir(folder, { recursive: true })
  await writeFile(keyFile, key, { mode: 0o600 })
  await writeFile(certificateFile, certificatePem)
  return { key: createPrivateKey(key), certificatePem }
}

async function make(clock: Clock): Promise<{ key: string; certificatePem: string }> {
  const [{ default: lib }, pair] = await Promise.all([
    import('node-forge'),
    promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    }),
  ])
  const certificate = lib.pki.createCertificate()
  const utf8 = lib.asn1.Type.UTF8
  const name = [
    { shortName: 'C', value: 'VN' },
    { shortName: 'O', value: 'CƠ QUAN THUẾ GIẢ LẬP (TEST)', valueTagClass: utf8 },
    { shortName: 'CN', value: 'TILLGATE SIMULATED TAX AUTHORITY (TEST)', valueTagClass: utf8 },
  ] as unknown as forge.pki.CertificateField[]
  certificate.publicKey = lib.pki.publicKeyFromPem(pair.publicKey)
  certificate.serialNumber = `4e${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = new Date(clock.now() - 400 * DAY)
  certificate.validity.notAfter = new Date(clock.now() + 3650 * DAY)
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, nonRepudiation: true, critical: true },
  ])
  certificate.sign(lib.pki.privateKeyFromPem(pair.privateKey), lib.md.sha256.create())
  return { key: pair.privateKey, certificatePem: lib.pki.certificateToPem(certificate) }
}
