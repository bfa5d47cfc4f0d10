import type { Frame } from '../domain/driver.ts'
import type { Fault } from '../domain/fault.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Sealed } from '../domain/invoice.ts'
import type { Heard, Ledger } from '../domain/ledger.ts'
import type { Connection } from '../domain/link.ts'

/** Documents and bytes of one connection that may wait for the disk; beyond it the till is not pulled. */
const MOST = 8
const MARK = 8 * 1024 * 1024

/** The frames of one connection on their way to the ledger, beside the paper's way and never in it. */
export interface Captures {
  /** Undefined: it could not be kept. */
  add(frame: Frame, discarded: number): Promise<EntryId | undefined>
  /** Resolves when fewer are waiting than the bound. */
  room(): Promise<void>
  /** Whether none has been refused so far. */
  well(): boolean
  /** Once none is waiting: whether every one is durable. Only then may our side be closed in order (law 1). */
  durable(): Promise<boolean>
}

export interface CaptureOptions {
  readonly register: RegisterId
  readonly ledger: Ledger
  readonly connection: Connection
  /** What this register's driver says of its documents. */
  readonly namesBuyers?: true | undefined
  /** Bytes for the register once its frame is on disk. */
  readonly acknowledge: ((frame: Uint8Array) => Uint8Array) | undefined
  /** The invoice of a frame is made, and not durable yet. */
  readonly foreseen?: ((frame: Frame, sealed: Sealed) => void) | undefined
  readonly kept: (entry: EntryId, frame: Frame) => void
  readonly refused: (fault: Fault, heard: Heard) => void
}

export function capturing(options: CaptureOptions): Captures {
  const { register, ledger, connection, namesBuyers, acknowledge, foreseen, kept, refused } = options
  const waiting = new Set<Promise<EntryId | undefined>>()
  let size = 0
  let well = true
  let last: Promise<EntryId | undefined> = Promise.resolve(undefined)

  const add = async (frame: Frame, discarded: number, before: Promise<unknown>): Promise<EntryId | undefined> => {
    const marks = {
      ...(connection.revised ? { revised: true as const } : {}),
      ...(namesBuyers ? { namesBuyer: true as const } : {}),
      ...(foreseen ? { sealed: (sealed: Sealed) => foreseen(frame, sealed) } : {}),
    }
    const heard: Heard = { bytes: frame.bytes, discarded, torn: frame.torn, ...marks }
    if (connection.cursor) {
      // A file is heard again behind its last durable frame: nothing may be kept behind one that was not.
      await before
      if (!well) return undefined
    }
    const entry = await ledger.capture(register, heard, connection.cursor?.(frame.end))
    if (!entry.ok) {
      well = false
      refused(entry.fault, heard)
      return undefined
    }
    connection.kept?.(frame.end)
    kept(entry.value, frame)
    const answer = acknowledge?.(frame.bytes)
    // In front of our FIN in any case: the bytes of one side keep their order.
    if (answer) void connection.write(answer)
    return entry.value
  }
  return {
    well: () => well,
    add(frame, discarded) {
      const one = add(frame, discarded, last).finally(() => {
        waiting.delete(one)
        size -= frame.bytes.length
      })
      last = one
      waiting.add(one)
      size += frame.bytes.length
      return one
    },
    async room() {
      while (waiting.size >= MOST || size >= MARK) await Promise.race(waiting)
    },
    async durable() {
      while (waiting.size > 0) await Promise.all(waiting)
      return well
    },
  }
}
