import type { IncomingMessage } from 'node:http'
import { type Fault, fault } from '../domain/fault.ts'

/** Addresses only this machine can reach. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host)

const bracket = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)

/**
 * The `Host` values that mean us, lower case, with port. Every name of the loopback is one of ours; any other name that
 * resolves to us is a rebinding attack (W2). A trailing dot is another origin to a browser and never in our links.
 */
export function hostNames(host: string, port: number): ReadonlySet<string> {
  const names = isLoopback(host) ? ['localhost', '127.0.0.1', '[::1]', bracket(host)] : [bracket(host)]
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])).map((n) => n.toLowerCase()))
}

/** Routes that no cookie opens. */
const PROGRAMS = /^\/api\/v1\/(sales|webhooks\/)/
const JSON_TYPE = /^application\/json *; *charset="?utf-8"?$/i

export interface Refused {
  readonly status: 403 | 415 | 421
  readonly fault: Fault
}

/** What every request and upgrade must pass before any handler; undefined: may go on. */
export function gate(request: IncomingMessage, hosts: ReadonlySet<string>, upgrade: boolean): Refused | undefined {
  const { headers, method = 'GET', url = '' } = request
  const named = request.rawHeaders?.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host').length ?? 1
  if (named > 1 || !hosts.has((headers.host ?? '').toLowerCase()) || !url.startsWith('/'))
    return { status: 421, fault: fault('DASHBOARD_HOST') }
  const stranger: Refused = { status: 403, fault: fault('DASHBOARD_ORIGIN') }
  const reading = method === 'GET' || method === 'HEAD'
  const origin = headers.origin
  const ours = origin?.startsWith('http://') === true && hosts.has(origin.slice('http://'.length))
  // ASVS 4.4.2: an upgrade without an origin is no browser page of ours. A POST without one comes from a program,
  // which cannot be lured; every browser of today sends it.
  if (upgrade ? !ours : origin !== undefined && !ours) return stranger
  const site = headers['sec-fetch-site']
  // `same-site` is another port of this machine: not us. A link from a chat may open the page, nothing more.
  const opened = reading && !upgrade && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !(opened && !url.startsWith('/api/'))) return stranger
  // Exact: `text/plain` and form types are what a foreign page can send without asking (W4). Programs often add the charset.
  const json =
    headers['content-type'] === 'application/json' || (PROGRAMS.test(url) && JSON_TYPE.test(headers['content-type'] ?? ''))
  if (!reading && !json) return { status: 415, fault: fault('DASHBOARD_TYPE') }
  return undefined
}

/** On every answer, errors included, beside those of helmet (W5). */
export const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=(), display-capture=()',
}

/** Only our own files; nothing inline, nothing from outside, never framed. */
export const POLICY: Readonly<Record<string, readonly string[]>> = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
}
