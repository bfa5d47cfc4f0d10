import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import { backChannel, type PrinterState, type Told } from './back-channel.ts'

/** What a printer says of itself on its way back to the till: only read along, never changed. */
export interface PrinterSays {
  /** From the till: which status it asks for. */
  asked(bytes: Uint8Array): void
  /** From the printer. */
  answered(bytes: Uint8Array): void
  /** The same, where its line is listened to elsewhere. */
  heard(told: readonly Told[]): void
  /** Paper out, cover open, offline or XOFF: a pause of the till is then no end of its document (register-capture 3). */
  busy(): boolean
  /** Its line is gone: what it said counts no more. */
  forget(): void
}

/** `tell`: the worst there is, or nothing when it is well again; only when that changes. */
export function printerSays(clock: Clock, tell: (trouble?: Fault) => void): PrinterSays {
  let state: PrinterState = {}
  let told: string | undefined
  let channel = backChannel(clock)

  const worst = (): string | undefined => {
    if (state.paperOut) return 'PRINTER_PAPER_OUT'
    if (state.cover) return 'PRINTER_COVER_OPEN'
    if (state.error) return 'PRINTER_ERROR'
    if (state.offline) return 'PRINTER_OFFLINE'
    return state.low ? 'PRINTER_PAPER_LOW' : undefined
  }

  const heard: PrinterSays['heard'] = (news) => {
    for (const one of news) state = { ...state, ...one.state }
    const code = worst()
    if (code === told) return
    told = code
    tell(code === undefined ? undefined : fault(code))
  }

  return {
    asked: (bytes) => channel.asked(bytes),
    answered: (bytes) => heard(channel.answered(bytes).told),
    heard,
    busy: () => [state.stopped, state.offline, state.paperOut, state.cover].includes(true),
    forget() {
      state = {}
      channel = backChannel(clock)
      told = undefined
    },
  }
}
