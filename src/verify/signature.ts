import type { X509Certificate } from 'node:crypto'
import { createHash, verify } from 'node:crypto'
import type { Instant } from '../domain/time.ts'
import { readTime } from '../domain/time.ts'
import { readCertificate } from './certificate.ts'
import type { Element } from './document.ts'
import { all, attribute, everyElement, only } from './document.ts'

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const ENVELOPED = `${DSIG}enveloped-signature`
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

export interface Checked {
  /** Keys of words, with a detail where there is one to show. Empty: the signature holds. */
  readonly wrong: readonly { readonly why: string; readonly detail?: string }[]
  readonly certificate?: X509Certificate
  readonly at?: Instant
}

/**
 * Judges one XML-DSig signature by the profile of einvoice-format 9 and nothing wider (reliability P2): inclusive c14n,
 * RSA-SHA256, exactly two references: the data element itself, found by its place and not by its name, and the
 * object of this signature that holds the signing time; a third only to `also`.
 */
export function checkSignature(
  signature: Element,
  data: Element,
  ids: ReadonlyMap<string, readonly Element[]>,
  also?: Element,
): Checked {
  const info = only(signature, 'SignedInfo')
  const value = only(signature, 'SignatureValue')
  const objects = all(signature, 'Object')
  const known = new Set(['SignedInfo', 'SignatureValue', 'KeyInfo', 'Object'])
  const shape = signature.children.every((child) => known.has(child.name) && child.space === DSIG)
  if (!info || !value || !shape || signature.space !== DSIG) return { wrong: [{ why: 'structure' }] }

  const certificate = certificateOf(signature)
  const holder = timeHolder(objects)
  const at = holder ? timeOf(holder) : undefined
  const who = { ...(certificate ? { certificate } : {}), ...(at === undefined ? {} : { at }) }
  const plan = algorithms(info)
  if (plan) return { wrong: [plan], ...who }
  if (!holder || at === undefined) return { wrong: [{ why: 'time' }], ...who }

  const references = all(info, 'Reference')
  const third = also && references.some((reference) => attribute(reference, 'URI') === `#${attribute(also, 'Id') ?? ''}`)
  const targets = [data, holder, ...(third ? [also] : [])]
  const wrong: { why: string; detail?: string }[] = []
  if (info.children.length !== targets.length + 2 || references.length !== targets.length)
    return { wrong: [{ why: 'reference' }], ...who }
  for (const target of targets) {
    const id = attribute(target, 'Id') ?? ''
    const pointing = references.filter((reference) => attribute(reference, 'URI') === `#${id}`)
    const [reference] = pointing
    if (!id || !reference || pointing.length !== 1 || ids.get(id)?.length !== 1)
      wrong.push({ why: 'reference', detail: target.path })
    else if (digestOf(reference) !== sha256(target.canonical())) wrong.push({ why: 'digest', detail: target.path })
  }
  if (!certificate) wrong.push({ why: 'certificate' })
  else if (!strong(certificate)) wrong.push({ why: 'weak-key' })
  else if (!holds(info, value, certificate)) wrong.push({ why: 'value' })
  return { wrong, ...who }
}

/** What is not on the list of allowed algorithms and transforms. */
function algorithms(info: Element): { why: string; detail: string } | undefined {
  const c14n = only(info, 'CanonicalizationMethod')
  const method = only(info, 'SignatureMethod')
  const allowed = (element: Element | undefined, wanted: string): boolean =>
    element !== undefined && attribute(element, 'Algorithm') === wanted && element.children.length === 0
  const refused = (element: Element | undefined): { why: string; detail: string } => ({
    why: 'algorithm',
    detail: (element && attribute(element, 'Algorithm')) ?? '-',
  })
  if (!allowed(c14n, C14N)) return refused(c14n)
  if (!allowed(method, RSA_SHA256)) return refused(method)
  for (const reference of all(info, 'Reference')) {
    const digest = only(reference, 'DigestMethod')
    if (!allowed(digest, SHA256)) return refused(digest)
    const transforms = all(only(reference, 'Transforms'), 'Transform')
    const first = transforms.findIndex((transform) => !allowed(transform, ENVELOPED) && !allowed(transform, C14N))
    if (first >= 0) return refused(transforms[first])
    if (transforms.length > 2 || all(reference, 'Transforms').length > 1) return refused(transforms[0])
  }
  return undefined
}

/** The element a second reference must cover: the Object itself, or XAdES signed properties inside one (einvoice-format 9). */
function timeHolder(objects: readonly Element[]): Element | undefined {
  const holders = objects.flatMap((object) => {
    const times = [...everyElement(object)].filter((element) => element.name === 'SigningTime')
    if (times.length !== 1) return times.length === 0 ? [] : [undefined, undefined]
    return [only(object, 'QualifyingProperties', 'SignedProperties') ?? object]
  })
  return holders.length === 1 ? holders[0] : undefined
}

function timeOf(holder: Element): Instant | undefined {
  const text = [...everyElement(holder)].find((element) => element.name === 'SigningTime')?.text ?? ''
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined
  const at = readTime(text)
  return Number.isNaN(at) ? undefined : at
}

function certificateOf(signature: Element): X509Certificate | undefined {
  const data = only(signature, 'KeyInfo', 'X509Data')
  const bytes = base64(all(data, 'X509Certificate')[0])
  return bytes && readCertificate(bytes)
}

const strong = ({ publicKey }: X509Certificate): boolean =>
  publicKey.asymmetricKeyType === 'rsa' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048

function holds(info: Element, value: Element, certificate: X509Certificate): boolean {
  const signature = base64(value)
  return signature !== undefined && verify('sha256', info.canonical(), certificate.publicKey, signature)
}

const digestOf = (reference: Element): string | undefined => base64(only(reference, 'DigestValue'))?.toString('base64')

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')

/** Strict but for white space between the letters: one spelling for the same bytes. */
function base64(element: Element | undefined): Buffer | undefined {
  const text = element?.children.length === 0 ? element.text.replace(/\s+/g, '') : ''
  const bytes = Buffer.from(text, 'base64')
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined
}
