import { createHash, hash } from 'node:crypto'
import { ok, type Result } from '../../domain/result.ts'
import type { Certificate, Signer } from '../../domain/signer.ts'
import { civilTime, type Instant } from '../../domain/time.ts'
import { clean, escapeText } from './xml.ts'

export interface ToSign {
  /** Unique in the document; names the ids of the signature and its object. */
  readonly name: string
  /** `Id` of the signed element. */
  readonly dataId: string
  /** The signed element's canonical bytes, in pieces. */
  readonly canonical: readonly (string | Uint8Array)[]
  readonly at: Instant
  readonly signer: Signer
}

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
const ENVELOPED = `${DS}enveloped-signature`

/**
 * A `Signature` element of the profile of einvoice-format 9, written canonically, so that a document which contains it
 * (an invoice inside a message) is digest-ready as well. SignedInfo and Object are digested with the namespace that is in
 * scope where they stand: inclusive C14N writes it out on the top element.
 */
export async function signature({ name, dataId, canonical, at, signer }: ToSign): Promise<Result<string>> {
  const certificate = await signer.certificate()
  if (!certificate.ok) return certificate
  const objectId = `Obj-${name}`
  const object = (scope: string): string =>
    `<Object${scope} Id="${objectId}"><SignatureProperties xmlns=""><SignatureProperty Target="#${name}">` +
    `<SigningTime>${civilTime(at)}</SigningTime></SignatureProperty></SignatureProperties></Object>`
  const references =
    `${algorithm('CanonicalizationMethod', C14N)}${algorithm('SignatureMethod', RSA_SHA256)}` +
    `<Reference URI="#${dataId}"><Transforms>${algorithm('Transform', ENVELOPED)}</Transforms>${digest(canonical)}</Reference>` +
    `<Reference URI="#${objectId}">${digest([object(SCOPE)])}</Reference></SignedInfo>`
  const value = await signer.sign(Buffer.from(`<SignedInfo${SCOPE}>${references}`))
  if (!value.ok) return value
  return ok(
    `<Signature${SCOPE} Id="${name}"><SignedInfo>${references}<SignatureValue>${base64(value.value)}</SignatureValue>` +
      `${keyInfo(certificate.value)}${object('')}</Signature>`,
  )
}

/** The same for every signature of a certificate. */
const keyInfos = new WeakMap<Certificate, string>()

function keyInfo(certificate: Certificate): string {
  const known = keyInfos.get(certificate)
  if (known !== undefined) return known
  const { subject, der } = certificate
  const made =
    `<KeyInfo><X509Data><X509SubjectName>${escapeText(clean(subject))}</X509SubjectName>` +
    `<X509Certificate>${base64(der)}</X509Certificate></X509Data></KeyInfo>`
  keyInfos.set(certificate, made)
  return made
}

const SCOPE = ` xmlns="${DS}"`
const algorithm = (element: string, uri: string): string => `<${element} Algorithm="${uri}"></${element}>`
const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

function digest(pieces: readonly (string | Uint8Array)[]): string {
  return `${algorithm('DigestMethod', SHA256)}<DigestValue>${sha256(pieces)}</DigestValue>`
}

function sha256(pieces: readonly (string | Uint8Array)[]): string {
  const [first, ...more] = pieces
  if (first !== undefined && more.length === 0) return hash('sha256', first, 'base64')
  const sha = createHash('sha256')
  for (const piece of pieces) sha.update(piece)
  return sha.digest('base64')
}
