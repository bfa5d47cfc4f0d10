import type { Clock } from '../../src/domain/clock.ts'
import type { Job } from './script.ts'
import { intoFolder } from './wire-folder.ts'
import { overHttp } from './wire-http.ts'
import { overSerial } from './wire-serial.ts'
import { overTcp } from './wire-tcp.ts'

/** How a job went: `acked` resolves with true once our peer closed in order or said so, with false when it is known that it did not. */
export interface Sent {
  readonly acked: Promise<boolean>
}

export interface Wire {
  /** Resolves when the bytes have left; rejects when nobody takes them. `name` tells this job from the others of the till. */
  send(job: Job, name: string): Promise<Sent>
  /** Whether it can carry such a job; absent: any. */
  carries?(job: Job): boolean
  /** All is sent: what was held back leaves, what was kept open is ended in order. */
  finish(): Promise<void>
  close(): Promise<void>
}

export interface Around {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The machine key of `http`. */
  readonly key?: string
}

/** `tcp://H:P`, `serial:PATH`, `file:DIR`, or `http://H:P` of a gateway. Throws where it is none of them. */
export function wireTo(to: string, around: Around): Wire {
  const tcp = /^tcp:\/\/(.+):(\d+)$/.exec(to)
  if (tcp) return overTcp(tcp[1] ?? '', Number(tcp[2]), around)
  if (to.startsWith('serial:')) return overSerial(to.slice(7), around)
  if (to.startsWith('file:')) return intoFolder(to.slice(5), around)
  if (/^https?:\/\//.test(to)) return overHttp(to, around)
  throw new Error(`no such way: ${to}; there are tcp://HOST:PORT, serial:PATH, file:FOLDER and http://HOST:PORT`)
}

/** No peer will ever take this till's jobs: wrong key, no such route. Not tried again. */
export class Unwelcome extends Error {}
