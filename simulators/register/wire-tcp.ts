import { connect, type Socket } from 'node:net'
import { inPieces, PAPER, PAPER_ENDED, PROBE } from './pieces.ts'
import type { Job } from './script.ts'
import type { Around, Sent, Wire } from './wire.ts'

/** Milliseconds a till waits for a status byte, and for the end of its job, before it goes on; and between two looks for paper. */
const STATUS = 2_000
const PATIENCE = 60_000
const LOOK = 500

/** A connection as the till has it: what came back, and whether our peer ended it in order. */
interface Line {
  readonly socket: Socket
  readonly ended: Promise<boolean>
  /** The next status byte, or undefined where none comes in time. */
  answer(): Promise<number | undefined>
}

/** A connection for each job, as most tills do; `kept` ones serve the next job too. */
export function overTcp(host: string, port: number, { clock, signal }: Around): Wire {
  const open = new Set<Socket>()
  let kept: Line | undefined
  /** Bytes of jobs that leave together with the next one, and who waits for their fate. */
  let held: { readonly bytes: Uint8Array; readonly fate: (of: Promise<boolean>) => void }[] = []

  const dial = (): Promise<Line> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        socket.on('error', () => {})
        resolve(lineOf(socket))
      })
    })
  const lineOf = (socket: Socket): Line => {
    const came: number[] = []
    let wake = (): void => {}
    socket.on('data', (chunk: Buffer) => {
      came.push(...chunk)
      wake()
    })
    const ended = new Promise<boolean>((resolve) => {
      socket.once('end', () => resolve(true))
      socket.once('close', () => resolve(false))
    })
    return {
      socket,
      ended,
      async answer() {
        const enough = new AbortController()
        const heard = new Promise<void>((resolve) => {
          wake = resolve
        })
        if (came.length === 0) await Promise.race([heard, ended, clock.sleep(STATUS, AbortSignal.any([signal, enough.signal]))])
        enough.abort()
        const last = came.at(-1)
        came.length = 0
        return last
      },
    }
  }
  /** Asks before it prints; a printer without paper is asked again until somebody has seen to it. */
  const asked = async (line: Line, manner: Job['manner']): Promise<void> => {
    if (manner === 'ask') {
      await written(line.socket, PROBE)
      await line.answer()
    }
    for (const end = clock.up() + PATIENCE; manner === 'paper' && clock.up() < end && !signal.aborted; ) {
      await written(line.socket, PAPER)
      const said = await line.answer()
      if (said === undefined || (said & PAPER_ENDED) === 0) break
      await clock.sleep(LOOK, signal)
    }
  }
  const usable = (line: Line | undefined): line is Line => line?.socket.writable === true && !line.socket.readableEnded

  const send = async (job: Job): Promise<Sent> => {
    const { manner, before } = job
    if (manner === 'joined')
      return {
        acked: new Promise<boolean>((fate) => {
          held.push({ bytes: job.bytes, fate })
        }),
      }
    const line = usable(kept) ? kept : await dial()
    kept = manner === 'kept' ? line : undefined
    const { socket } = line
    await asked(line, manner)
    if (before) await written(socket, before)
    const together = held
    held = []
    const whole =
      together.length === 0 ? job : { ...job, bytes: Buffer.concat([...together.map(({ bytes }) => bytes), job.bytes]) }
    try {
      await inPieces(whole, (part) => written(socket, part), clock, signal)
    } catch (error) {
      held = [...together, ...held]
      throw error
    }
    if (manner === 'half' || manner === 'impatient') {
      // The bytes have to be on their way before the reset overtakes them.
      await clock.sleep(100, signal)
      socket.resetAndDestroy()
    } else if (manner !== 'kept') {
      socket.setTimeout(PATIENCE, () => socket.destroy())
      socket.end()
    }
    for (const { fate } of together) fate(line.ended)
    return { acked: line.ended }
  }
  const forget = (): void => {
    for (const { fate } of held) fate(Promise.resolve(false))
    held = []
  }
  return {
    send,
    async finish() {
      // Nobody there any more: who waits for it is told.
      if (held.length > 0) await send({ bytes: new Uint8Array(), sale: null, manner: 'plain' }).catch(forget)
      if (!usable(kept)) return
      kept.socket.setTimeout(PATIENCE, () => kept?.socket.destroy())
      kept.socket.end()
    },
    async close() {
      for (const socket of open) socket.destroy()
      forget()
    },
  }
}

const written = (socket: Socket, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve())))
