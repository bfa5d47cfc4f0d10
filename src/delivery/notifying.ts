import type { Board } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { NoticeId } from '../domain/ids.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { Notice } from '../domain/notice.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Signer } from '../domain/signer.ts'
import type { Message, Transport } from '../domain/transport.ts'
import type { Flight } from './flight.ts'

/** Notices travel one after the other, apart from the series of invoices. */
export const NOTICES = 'notice'

export interface NotifyingParts {
  readonly ledger: Pick<Ledger, 'refused'>
  readonly transport: Transport
  readonly signer: Signer | (() => Promise<Result<Signer>>)
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

/** Notices of errors (04/SS, R-071, R-078): made into messages once, and what became of them said aloud. */
export interface Notifying {
  /** Faults: DELIVERY_NO_NOTICES, those of the transport, and of the key (SIGN_). What is no fault of the key is on the board. */
  prepare(notice: Notice): Promise<Result<Flight>>
  ended(notice: NoticeId, end: Flight['end']): Promise<void>
  /** Puts on the board which refused notices nothing was done for since, and takes the others off. */
  look(): Promise<void>
}

export function notifying({ ledger, transport, signer, board, clock, log }: NotifyingParts): Notifying {
  const part = 'courier'
  const show = (where: string, why: Fault): void =>
    board.set(where, {
      level: 'serious',
      key: `fault.${why.code}`,
      ...(why.values ? { values: why.values } : {}),
      todo: `fault.${why.code}.hint`,
    })

  const compose = async (notice: Notice): Promise<Result<Message>> => {
    if (!transport.composeNotice) return failed(fault('DELIVERY_NO_NOTICES'))
    const key = typeof signer === 'function' ? await signer() : ok(signer)
    return key.ok ? transport.composeNotice(transport.mint(), notice, key.value, clock.now()) : key
  }

  const shown = new Set<NoticeId>()
  const look = async (): Promise<void> => {
    const refused = await ledger.refused?.()
    if (!refused) return
    const open = new Set(refused.map(({ notice }) => notice))
    for (const notice of shown) if (!open.has(notice) && shown.delete(notice)) board.clear(`${NOTICES}/${notice}`)
    for (const { notice, fault: why } of refused) {
      shown.add(notice)
      show(`${NOTICES}/${notice}`, why)
    }
  }

  return {
    async prepare(notice) {
      const made = await compose(notice)
      if (!made.ok) {
        if (!made.fault.code.startsWith('SIGN_')) show(NOTICES, made.fault)
        return made
      }
      board.clear(NOTICES)
      const message = { ...made.value, notice: notice.id }
      const { at } = notice
      return ok({ message, series: NOTICES, entries: [], oldest: at, due: at, known: new Map(), attempts: 0, state: 'unsent' })
    },
    async ended(notice, end) {
      if (end?.kind === 'refused') {
        show(`${NOTICES}/${notice}`, end.fault)
        shown.add(notice)
        log.error({ part, notice, code: end.fault.code }, 'notice refused')
      } else log.info({ part, notice }, 'notice accepted')
      await look()
    },
    look,
  }
}
