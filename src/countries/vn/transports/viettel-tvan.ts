import type { Clock } from '../../../domain/clock.ts'
import { fault } from '../../../domain/fault.ts'
import type { Http, HttpAnswer, HttpCall } from '../../../domain/http.ts'
import { ok } from '../../../domain/result.ts'
import type { Answer, Transport } from '../../../domain/transport.ts'
import { composeMessage, lastDigits, MESSAGE_LIMITS, mintMessage } from '../message.ts'
import { composeNotice, type Notifier } from '../notice.ts'
import type { Rules } from '../rules.ts'
import { readVerdicts } from '../verdicts.ts'
import { type Lost, looksLikePage, looksLikeXml, readJson, troubled } from './answers.ts'

export interface ViettelSettings {
  readonly url: string
  readonly username: string
  readonly password: string
  /** `MNGui` */
  readonly sender: string
  /** `MNNhan` */
  readonly receiver: string
  readonly taxCode: string
  /** Certificates (DER) that sign the authority's replies. */
  readonly trust?: readonly Uint8Array[]
  /** `PBan` where the provider asks for another than the dated one. */
  readonly format?: string
  /** The law as it is known now, for the format of envelopes. */
  readonly rules?: () => Rules
  /** Who notifies of errors; without it notices wait. */
  readonly taxpayer?: Notifier
  /** Message of such notices where the provider asks for another than the dated one. */
  readonly notice?: 300 | 303
}

const LOGIN = '/auth/login'
const SEND = '/services/tctninboundgateway/api/v1/invoice/dvgp/request'
const LOOK_UP = '/services/tctnapplication/api/tra-cuu-thong-diep'
/** A token is renewed this long before it ends. */
const MARGIN_MS = 30_000

/** T-VAN of Viettel: token, raw XML, look-up by message id (contract section 6, einvoice-format 11). */
export function viettelTvan(settings: ViettelSettings, http: Http, clock: Clock): Transport {
  const root = settings.url.replace(/\/+$/, '')
  let token: { readonly text: string; readonly until: number } | undefined

  /** A usable token, or why there is none. A login carries no invoice: whatever went wrong, none has arrived. */
  const login = async (signal: AbortSignal): Promise<string | Lost> => {
    if (token && clock.up() < token.until) return token.text
    const body = JSON.stringify({ username: settings.username, password: settings.password })
    const answer = await http.request(
      { method: 'POST', url: `${root}${LOGIN}`, headers: { 'content-type': 'application/json' }, body },
      signal,
    )
    if (answer.kind !== 'answer') return { ...answer, kind: 'unsent' }
    if (answer.status !== 200) return { ...troubled(answer, clock), kind: 'unsent' }
    const told = readJson(answer.body)
    const { access_token: text, expires_in: seconds } = isRecord(told) ? told : {}
    if (typeof text !== 'string' || !/^[\x21-\x3a\x3c-\x7e]+$/.test(text))
      return { kind: 'unsent', fault: fault('DELIVERY_ODD_ANSWER') }
    const life = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY
    token = { text, until: clock.up() + Math.max(life - MARGIN_MS, life / 2) }
    return text
  }

  /** One call with a token; a 401 renews it once. */
  const call = async (
    request: Omit<HttpCall, 'headers'>,
    type: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer | Lost> => {
    for (let attempt = 1; ; attempt++) {
      const known = await login(signal)
      if (typeof known !== 'string') return known
      const headers = {
        authorization: `Bearer ${known}`,
        cookie: `access_token=${known}`,
        ...(type ? { 'content-type': type } : {}),
      }
      const answer = await http.request({ ...request, headers }, signal)
      if (answer.kind !== 'answer' || answer.status !== 401) return answer
      token = undefined
      if (attempt === 2) return { kind: 'unsent', fault: fault('DELIVERY_LOGIN') }
    }
  }

  /** Rows of the look-up, or why there are none. */
  const lookUp = async (
    asked: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<{ readonly rows: readonly Row[] } | Answer> => {
    const answer = await call({ method: 'GET', url: `${root}${LOOK_UP}?${new URLSearchParams(asked)}` }, undefined, signal)
    if (answer.kind !== 'answer') return answer
    // 404 says only that there is nothing to see yet.
    if (answer.status === 404) return { kind: 'nothing', never: false }
    if (answer.status !== 200) return troubled(answer, clock)
    const told = looksLikePage(answer) ? undefined : readJson(answer.body)
    const rows = Array.isArray(told) ? told : [told]
    return rows.every(isRecord) ? { rows } : { kind: 'unknown', fault: fault('DELIVERY_ODD_ANSWER') }
  }

  return {
    id: 'viettel-tvan',
    limits: MESSAGE_LIMITS,
    mint: () => mintMessage(settings.sender),
    compose: (id, batch, signer, at) => composeMessage(id, batch, signer, at, settings),
    composeNotice: (id, notice, signer, at) =>
      composeNotice(id, notice, signer, at, { ...settings, taxpayer: settings.taxpayer ?? { name: '' } }),

    async send(message, signal): Promise<Answer> {
      const answer = await call({ method: 'POST', url: `${root}${SEND}`, body: message.bytes }, 'application/xml', signal)
      if (answer.kind !== 'answer') return answer
      // A message they have already is stored, whichever attempt brought it.
      if (answer.status !== 409 && (answer.status < 200 || answer.status > 299)) return troubled(answer, clock)
      if (looksLikePage(answer)) return { kind: 'unknown', fault: fault('DELIVERY_ODD_ANSWER') }
      return { kind: 'replies', replies: looksLikeXml(answer.body) ? [answer.body] : [] }
    },

    async ask(id, signal): Promise<Answer> {
      const found = await lookUp({ mst: settings.taxCode, mtdiep: id }, signal)
      if ('kind' in found) return found
      const { rows } = found
      const replies = rows.filter((row) => !isOwn(row, id)).flatMap((row) => replyOf(row['dlieu']))
      return rows.length === 0 || (replies.length === 0 && !rows.some((row) => isOwn(row, id)))
        ? { kind: 'nothing', never: false }
        : { kind: 'replies', replies }
    },

    /** What lies ready for the taxpayer; a provider that cannot list it answers 404 or with rows that are no letters. */
    async letters(seen, signal) {
      const found = await lookUp({ mst: settings.taxCode }, signal)
      if ('kind' in found) return []
      return found.rows.flatMap((row) => {
        const id = typeof row['mtdiep'] === 'string' ? row['mtdiep'] : ''
        const [bytes] = id === '' || seen.has(id) || !LETTERS.has(Number(row['mltdiep'])) ? [] : replyOf(row['dlieu'])
        return bytes ? [{ id, bytes }] : []
      })
    },

    read: (reply, message) => ok(readVerdicts(reply, message, settings.trust)),
  }
}

type Row = Readonly<Record<string, unknown>>

/** Message types that answer no package: registration received, accepted, stop of use, request to review (einvoice-format 3). */
const LETTERS: ReadonlySet<number> = new Set([102, 103, 108, 302])

const isRecord = (value: unknown): value is Row => typeof value === 'object' && value !== null

/** The look-up may list our own message beside its replies. */
const isOwn = (row: Row, id: string): boolean => typeof row['mtdiep'] === 'string' && lastDigits(row['mtdiep']) === lastDigits(id)

/** The XML of a reply as received, plain or in base64. */
function replyOf(data: unknown): Uint8Array[] {
  if (typeof data !== 'string' || data.trim() === '') return []
  return [/^\ufeff?\s*</.test(data) ? Buffer.from(data) : Buffer.from(data, 'base64')]
}
