import { X509Certificate } from 'node:crypto'
import type { Finding } from '../domain/judge.ts'
import type { Instant } from '../domain/time.ts'
import { factTime, instant } from '../domain/time.ts'
import { finding } from './finding.ts'

/** Reads DER or PEM. Undefined for anything else. */
export function readCertificate(bytes: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes)
  } catch {
    return undefined
  }
}

/** The tax code of a subject, `UID=MST:...` (einvoice-format 9). */
export function taxCodeOf(certificate: X509Certificate): string | undefined {
  const names = certificate.toLegacyObject().subject as unknown as Readonly<Record<string, string | string[] | undefined>>
  const codes = [names['UID'] ?? []].flat().map((name) => /^MST:\s*([\d-]+)$/.exec(name)?.[1])
  return codes.find((code) => code !== undefined)
}

/** V19: valid at the moment of signing, never today (audit-pack 5, notes). */
export function dates(certificate: X509Certificate, at: Instant, path: string): Finding[] {
  const [from, to] = [instant(Date.parse(certificate.validFrom)), instant(Date.parse(certificate.validTo))]
  if (at >= from && at <= to) return []
  const values = { serial: certificate.serialNumber, at: factTime(at), from: factTime(from), to: factTime(to), path }
  return [finding('V19', values)]
}

/** V18: the signature of this very taxpayer. */
export function owner(certificate: X509Certificate, taxCode: string, path: string): Finding[] {
  const found = taxCodeOf(certificate)
  return found === taxCode
    ? []
    : [finding('V18', { serial: certificate.serialNumber, found: found ?? '-', expected: taxCode, path })]
}

/** V20: is one of the trusted certificates, or issued by one of them that may issue and was valid then. */
export function issuer(certificate: X509Certificate, trust: readonly X509Certificate[], at: Instant, path: string): Finding[] {
  const known = trust.some((anchor) => {
    if (anchor.raw.equals(certificate.raw)) return true
    const alive = at >= Date.parse(anchor.validFrom) && at <= Date.parse(anchor.validTo)
    return anchor.ca && alive && certificate.checkIssued(anchor) && certificate.verify(anchor.publicKey)
  })
  return known ? [] : [finding('V20', { serial: certificate.serialNumber, path })]
}
