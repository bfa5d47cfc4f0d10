import type { X509Certificate } from 'node:crypto'
import type { Finding, Judge, Judgement } from '../domain/judge.ts'
import { civilDate, factTime, instant } from '../domain/time.ts'
import { dates, issuer, owner, readCertificate, taxCodeOf } from './certificate.ts'
import type { Element, Opened, Schema } from './document.ts'
import { all, everyElement, only, openDocument } from './document.ts'
import { finding, unreadable } from './finding.ts'
import type { Judged } from './invoice.ts'
import { judgeInvoice } from './invoice.ts'
import { headerOf, orderFindings, packageFindings } from './message.ts'
import { isAuthoritysPaper, isTaxpayersNotice, noticeFindings, noticesOf } from './notice.ts'
import { straightened } from './oddities.ts'
import { schemas } from './schemas.ts'
import { checkSignature, DSIG } from './signature.ts'

const DAY = 86_400_000

interface Trusting {
  readonly trust?: readonly X509Certificate[]
  readonly now?: number
}

/** Where a signature must stand, what it covers, and whose it must be. */
interface Spot {
  readonly data: Element
  readonly holder: Element | undefined
  readonly taxCode?: string
  readonly required: boolean
  /** What it may cover as well: the number of the paper (einvoice-format 9). */
  readonly also?: Element
}

/**
 * The independent eye (audit-pack 5): reads documents by the written format only, sharing no code with the room that
 * writes them, so that a shared mistake shows. `folder` holds the XSDs. libxml2 is loaded at the first document.
 */
export function judge(folder: string): Judge {
  let ready: ReturnType<typeof load> | undefined
  const load = async () => {
    const lib = await import('libxml2-wasm')
    return { lib, schemaOf: schemas(lib, folder) }
  }
  return {
    async judge(bytes, options = {}) {
      ready ??= load()
      const { lib, schemaOf } = await ready
      const document = openDocument(lib, bytes)
      if ('why' in document) return nothing(unreadable('/', document.why, document.detail))
      try {
        const { root } = document
        if (root.space !== '' || !/^(TDiep|HDon)$/.test(root.name)) return nothing(unreadable(root.path, 'root', root.name))
        const header = root.name === 'TDiep' ? headerOf(root) : undefined
        const { schema, known } = await schemaOf(header ? header.type : 'invoice')
        const trust = options.trust?.map(readCertificate).filter((one) => one !== undefined)
        const now = options.now?.getTime()
        const read = judgeRoot(document, header, { ...(trust ? { trust } : {}), ...(now === undefined ? {} : { now }) })
        const masked = maskedPlaces(root, header === undefined)
        const odd = document.check(schema).filter(({ path }) => !masked.has(path))
        const wrong = odd.length === 0 ? [] : checkStraight(lib, root, schema).filter(({ path }) => !masked.has(path))
        // What only the order or an empty element breaks is a remark: the authority takes such files (einvoice-format 12).
        const remark = wrong.length === 0 ? { severity: 'warning' as const } : {}
        const against = (wrong.length === 0 ? odd : wrong).map(({ message, path }) =>
          unreadable(path, 'schema', message, { ...at(read.places, path), ...remark }),
        )
        const limits = [...read.limits, ...(known ? [] : ['body-not-checked']), ...(masked.size > 0 ? ['masked'] : [])]
        return { ...read.judgement, findings: [...against, ...read.judgement.findings], limits }
      } finally {
        document.dispose()
      }
    },
  }
}

/** What the schema says of the document without the oddities that real files have. */
function checkStraight(lib: Parameters<typeof openDocument>[0], root: Element, schema: Schema): ReturnType<Opened['check']> {
  const straight = openDocument(lib, Buffer.from(straightened(root)))
  if ('why' in straight) return [{ message: straight.why, path: root.path }]
  try {
    return straight.check(schema)
  } finally {
    straight.dispose()
  }
}

const nothing = (why: Finding): Judgement => ({ kind: 'unreadable', invoices: [], findings: [why], limits: [], certificates: [] })

/** Fields of the buyer hidden in a masked copy (audit-pack 1.3). A copy is an invoice alone; in a message it would be false. */
function maskedPlaces(root: Element, alone: boolean): ReadonlySet<string> {
  const buyer = only(root, 'DLHDon', 'NDHDon', 'NMua')
  return new Set(alone ? (buyer?.children ?? []).filter(({ text }) => text === '***').map(({ path }) => path) : [])
}

/** The invoice in which a path lies. */
function at(places: ReadonlyMap<string, string>, path: string): { invoice?: string } {
  for (const [place, label] of places) if (path === place || path.startsWith(`${place}/`)) return { invoice: label }
  return {}
}

interface Read {
  readonly judgement: Judgement
  readonly limits: readonly string[]
  readonly places: ReadonlyMap<string, string>
}

function judgeRoot(document: Opened, header: ReturnType<typeof headerOf> | undefined, trusting: Trusting): Read {
  const { root } = document
  const body = only(root, 'DLieu')
  const isPackage = header !== undefined && /^(206|216)$/.test(header.type)
  const elements = header ? (isPackage ? all(body, 'HDon') : []) : [root]
  const slices = [...document.text.matchAll(/<HDon(?=[\s>]).*?<\/HDon\s*>/gs)].map((m) => m[0])
  const judged = elements.map((element, i) => judgeInvoice(element, slices.length === elements.length ? slices[i] : undefined))
  const spots = [...messageSpots(root, header), ...elements.map((element, i) => sellerSpot(element, judged[i]))]
  const signed = signatures(document, spots, trusting)
  return {
    judgement: {
      kind: header ? 'message' : 'invoice',
      ...(header ? { message: header } : {}),
      invoices: judged.flatMap(({ invoice }) => (invoice ? [invoice] : [])),
      findings: [
        ...doubleIds(document),
        ...(header && isPackage ? packageFindings(header, judged, elements.length) : []),
        ...(header ? noticeFindings(root, header) : []),
        ...judged.flatMap((one) => one.findings),
        ...orderFindings(judged),
        ...signed.findings,
        ...future(judged, trusting.now),
      ],
      limits: [],
      certificates: signed.certificates,
    },
    limits: signed.certificates.length > 0 && !trusting.trust ? ['issuer-not-checked'] : [],
    places: new Map(elements.map((element, i) => [element.path, judged[i]?.label ?? element.path])),
  }
}

/** Places of signatures by message type (einvoice-format 9, table). 999 and -1 carry none. */
function messageSpots(root: Element, header: ReturnType<typeof headerOf> | undefined): Spot[] {
  const body = only(root, 'DLieu')
  if (!header || !body) return []
  const mine = header.taxCode ? { taxCode: header.taxCode } : {}
  if (/^(206|216)$/.test(header.type)) return [{ data: body, holder: only(root, 'CKSNNT'), required: true, ...mine }]
  if (isAuthoritysPaper(header.type)) return noticesOf(root).flatMap(({ notice, data }) => authoritysSpots(notice, data))
  if (!isTaxpayersNotice(header.type)) return []
  return noticesOf(root).map(({ notice, data }) => ({ data, holder: only(notice, 'DSCKS', 'NNT'), required: true, ...mine }))
}

/** The office signs; its head may sign as well (einvoice-format 9). */
function authoritysSpots(notice: Element, data: Element): Spot[] {
  const number = only(notice, 'STBao')
  const also = number ? { also: number } : {}
  return [
    { data, holder: only(notice, 'DSCKS', 'CQT'), required: true, ...also },
    { data, holder: only(notice, 'DSCKS', 'TTCQT'), required: false, ...also },
  ]
}

/** An invoice of a register needs no signature of its own (ND254 8.9); where there is one it must hold. */
function sellerSpot(element: Element, judged: Judged | undefined): Spot {
  const taxCode = judged?.invoice?.seller
  const data = only(element, 'DLHDon') ?? element
  return { data, holder: only(element, 'DSCKS', 'NBan'), required: false, ...(taxCode ? { taxCode } : {}) }
}

function signatures(
  document: Opened,
  spots: readonly Spot[],
  { trust, now }: Trusting,
): Pick<Judgement, 'findings' | 'certificates'> {
  const findings: Finding[] = []
  const certificates = new Map<string, Judgement['certificates'][number]>()
  const expected = new Set<Element>()
  for (const { data, holder, taxCode, required, also } of spots) {
    const [signature, ...more] = all(holder, 'Signature')
    const path = signature?.path ?? holder?.path ?? data.path
    if (!signature && required) findings.push(finding('V28', { path, why: 'unsigned' }))
    if (!signature || more.length > 0) continue
    expected.add(signature)
    const { wrong, certificate, at: signedAt } = checkSignature(signature, data, document.ids, also)
    findings.push(...wrong.map(({ why, detail }) => finding('V28', { path, why, ...(detail ? { detail } : {}) })))
    if (!certificate) continue
    const owned = taxCodeOf(certificate)
    const { serialNumber: serial, subject } = certificate
    certificates.set(serial, { serial, subject: subject.split('\n').join(', '), ...(owned ? { taxCode: owned } : {}) })
    if (taxCode) findings.push(...owner(certificate, taxCode, path))
    if (signedAt === undefined) continue
    findings.push(...dates(certificate, signedAt, path))
    if (trust) findings.push(...issuer(certificate, trust, signedAt, path))
    if (now !== undefined && signedAt > now + DAY) findings.push(finding('V42', { what: path, found: factTime(signedAt) }))
  }
  // Any signature elsewhere is one that somebody might read and nobody checked (signature wrapping, reliability P2).
  for (const element of everyElement(document.root)) {
    const odd = element.name === 'Signature' && element.space === DSIG && !expected.has(element)
    if (odd) findings.push(finding('V28', { path: element.path, why: 'misplaced' }))
  }
  return { findings, certificates: [...certificates.values()] }
}

function doubleIds({ ids }: Opened): Finding[] {
  return [...ids].flatMap(([id, where]) => (where.length > 1 ? [unreadable(where[1]?.path ?? '', 'duplicate-id', id)] : []))
}

/** V42 for issue dates, which are days: tomorrow's is in the future. */
function future(judged: readonly Judged[], now: number | undefined): Finding[] {
  if (now === undefined) return []
  const today = civilDate(instant(now))
  return judged.flatMap(({ invoice, label }) =>
    invoice && invoice.date > today ? [finding('V42', { what: label, found: invoice.date }, { invoice: label })] : [],
  )
}
