import { createHash, sign } from 'node:crypto'
import type { Identity } from './identity.ts'

const DSIG = 'xmlns="http://www.w3.org/2000/09/xmldsig#"'

/**
 * The signature of a reply (einvoice-format 9): over the data element and the object with the signing time. All pieces are
 * written in their canonical form at once, so what is hashed here is what stands in the document.
 */
export function seal({ key, certificatePem }: Identity, data: string, hex: string, signingTime: string): string {
  const id = `Tct-${hex}`
  const object = `Id="Obj-${id}"><SignatureProperties xmlns=""><SignatureProperty Target="#${id}"><SigningTime>${signingTime}</SigningTime></SignatureProperty></SignatureProperties></Object>`
  const info =
    '<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></CanonicalizationMethod>' +
    '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></SignatureMethod>' +
    `${reference(`Id-${hex}`, data)}${reference(`Obj-${id}`, `<Object ${DSIG} ${object}`)}</SignedInfo>`
  const value = sign('sha256', Buffer.from(`<SignedInfo ${DSIG}>${info}`), key).toString('base64')
  const certificate = certificatePem.replace(/-----[^-]+-----|\s/g, '')
  return `<Signature ${DSIG} Id="${id}"><SignedInfo>${info}<SignatureValue>${value}</SignatureValue><KeyInfo><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo><Object ${object}</Signature>`
}

const reference = (id: string, canonical: string): string =>
  `<Reference URI="#${id}"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><DigestValue>${createHash('sha256').update(canonical).digest('base64')}</DigestValue></Reference>`
