import type { X509Certificate } from 'node:crypto'
import type { Clock } from '../domain/clock.ts'
import type { Fault } from '../domain/fault.ts'
import { fault } from '../domain/fault.ts'
import type { Certificate } from '../domain/signer.ts'
import { instant, shownTime } from '../domain/time.ts'

/** What the gateway needs to know of a certificate; times in milliseconds UTC. */
export function describe(certificate: X509Certificate): Certificate {
  const taxCode = taxCodeOf(certificate)
  return {
    der: certificate.raw,
    serial: certificate.serialNumber.toUpperCase(),
    subject: certificate.subject.split('\n').join(', '),
    ...(taxCode ? { taxCode } : {}),
    from: instant(Date.parse(certificate.validFrom)),
    to: instant(Date.parse(certificate.validTo)),
  }
}

/**
 * The tax code a Vietnamese public CA writes as `UID=MST:<code>` into the subject (einvoice-format 9). Read from the
 * parsed names, never from the printed line, where one name could imitate another.
 */
function taxCodeOf(certificate: X509Certificate): string | undefined {
  const names = certificate.toLegacyObject().subject as unknown as Readonly<Record<string, string | string[] | undefined>>
  for (const name of [names['UID'] ?? []].flat()) {
    const code = /^MST:\s*(\d{10}(?:-\d{3})?|\d{12})$/.exec(name)?.[1]
    if (code) return code
  }
  return undefined
}

/** Whether it may sign at this very moment; asked again before every signature (F19). */
export function dateFault(certificate: Certificate, clock: Clock): Fault | undefined {
  const now = clock.now()
  if (now < certificate.from) return fault('SIGN_NOT_YET', { from: shownTime(certificate.from), serial: certificate.serial })
  if (now > certificate.to) return fault('SIGN_EXPIRED', { to: shownTime(certificate.to), serial: certificate.serial })
  return undefined
}

/** The certificate must name the taxpayer whose invoices it signs. */
export function ownerFault(certificate: Certificate, taxCode: string | undefined): Fault | undefined {
  if (taxCode === undefined || certificate.taxCode === taxCode) return undefined
  return fault('SIGN_WRONG_OWNER', { taxcode: taxCode, found: certificate.taxCode ?? '-' })
}
