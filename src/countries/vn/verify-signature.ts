import { createHash, createVerify, X509Certificate } from 'node:crypto'
import { canonical } from './c14n.ts'
import { all, attribute, descendants, type Element, find, rootOf, textAt, textOf } from './tree.ts'

/** Written today, and what files of early 2025 still carry (einvoice-format 9: read, never write). */
const DIGESTS: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
}
const METHODS: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'RSA-SHA256',
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1': 'RSA-SHA1',
}
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/**
 * Whether `signature` is whole and covers `data`. With `trust` (DER) its certificate must be one of them or be issued by
 * one; without, only its form is proven, not its owner.
 */
export function verifies(signature: Element, data: Element, trust: readonly Uint8Array[] | undefined): boolean {
  const info = find(signature, 'SignedInfo')
  const algorithm = METHODS[algorithmOf(find(info, 'SignatureMethod'))]
  const certificate = certificateOf(textAt(signature, 'KeyInfo/X509Data/X509Certificate'))
  if (!info || !algorithm || !certificate || algorithmOf(find(info, 'CanonicalizationMethod')) !== C14N) return false
  // An owner is proven with the algorithms of today only (reliability P2).
  if (trust && (algorithm !== 'RSA-SHA256' || !trust.some((der) => vouches(der, certificate)))) return false
  const covered = all(info, 'Reference').map((reference) => referred(reference, rootOf(signature)))
  if (covered.length === 0 || covered.includes(undefined) || !covered.includes(data)) return false
  const bytes = canonical(info)
  if (bytes === undefined) return false
  return createVerify(algorithm)
    .update(bytes)
    .verify(certificate.publicKey, textOf(find(signature, 'SignatureValue')), 'base64')
}

const algorithmOf = (element: Element | undefined): string => (element && attribute(element, 'Algorithm')) ?? ''

/** The element a reference names, if exactly one has that id and its digest is right. */
function referred(reference: Element, root: Element): Element | undefined {
  const id = attribute(reference, 'URI')?.replace(/^#/, '')
  const named = [...descendants(root)].filter((element) => id !== undefined && attribute(element, 'Id') === id)
  const [target] = named
  if (!target || named.length > 1) return undefined
  // The signature always lies outside of what it signs, so the enveloped-signature transform takes nothing away.
  const transforms = all(find(reference, 'Transforms'), 'Transform').map(algorithmOf)
  if (transforms.some((transform) => transform !== ENVELOPED && transform !== C14N)) return undefined
  const digest = DIGESTS[algorithmOf(find(reference, 'DigestMethod'))]
  const bytes = canonical(target)
  if (!digest || bytes === undefined) return undefined
  const found = createHash(digest).update(bytes).digest('base64')
  return found === textAt(reference, 'DigestValue').replace(/\s/g, '') ? target : undefined
}

function certificateOf(base64: string): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'))
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

function vouches(der: Uint8Array, certificate: X509Certificate): boolean {
  if (Buffer.compare(der, certificate.raw) === 0) return true
  const issuer = new X509Certificate(Buffer.from(der))
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}
