import type { Evidence } from '../domain/correction.ts'
import type { Proof, ProofFile } from '../domain/incident.ts'
import type { Notice } from '../domain/notice.ts'
import { canonical } from './canonical.ts'

/** What a verifier takes at most (audit-pack 3.4, V03). */
export const LARGEST_EVIDENCE = 16 * 1024 * 1024

/** People's words may hold half a letter, which no fact and no other program can read. */
export const wellFormed = (text: string): string => Buffer.from(text).toString()

/** The document a `correction.agreed` commits to: canonical JSON (audit-pack 1.3), a file in it as base64. */
export const evidenceBytes = ({ channel, note, file }: Evidence): Uint8Array =>
  Buffer.from(canonical({ channel, file: attached(file), note: wellFormed(note) }))

const attached = (file: Evidence['file']) =>
  file && { data: Buffer.from(file.bytes).toString('base64'), name: wellFormed(file.name), type: wellFormed(file.type) }

/** The document an `incident.noted` commits to. */
export const proofBytes = ({ note, announcement, file }: Proof): Uint8Array =>
  Buffer.from(
    canonical({
      announcement: announcement === undefined ? undefined : wellFormed(announcement),
      file: attached(file),
      note: wellFormed(note),
    }),
  )

/** Reads what `proofBytes` wrote: a file by its name. */
export function readProof(bytes: Uint8Array): { readonly note: string; readonly announcement?: string; readonly file?: string } {
  const { file, ...words } = JSON.parse(Buffer.from(bytes).toString()) as {
    note: string
    announcement?: string
    file?: { name: string }
  }
  return { ...words, ...(file ? { file: file.name } : {}) }
}

/** The file in what `proofBytes` wrote; undefined: words alone. */
export function fileInProof(bytes: Uint8Array): ProofFile | undefined {
  const { file } = JSON.parse(Buffer.from(bytes).toString()) as { file?: { data: string; name: string; type: string } }
  return file && { name: file.name, type: file.type, bytes: Buffer.from(file.data, 'base64') }
}

/** The document a `notice.ordered` commits to: its reasons may name a buyer, so they stand in no fact. */
export function noticeBytes({ at, request, invoices }: Omit<Notice, 'id'>): Uint8Array {
  return Buffer.from(
    canonical({
      at,
      invoices: invoices.map(({ invoice: { seller, form, symbol, number }, code, issuedOn, reason }) => ({
        ...{ code, form, issuedOn, number, seller, symbol },
        reason: wellFormed(reason),
      })),
      request: request && { date: request.date, number: wellFormed(request.number) },
    }),
  )
}

type Told = Omit<Notice['invoices'][number], 'invoice'> & Notice['invoices'][number]['invoice']

/** Reads what `noticeBytes` wrote. */
export function readNotice(id: Notice['id'], bytes: Uint8Array): Notice {
  const { at, request, invoices } = JSON.parse(Buffer.from(bytes).toString()) as Pick<Notice, 'at' | 'request'> & {
    readonly invoices: readonly Told[]
  }
  return {
    id,
    at,
    ...(request ? { request } : {}),
    invoices: invoices.map(({ seller, form, symbol, number, ...rest }) => ({
      invoice: { seller, form, symbol, number },
      ...rest,
    })),
  }
}
