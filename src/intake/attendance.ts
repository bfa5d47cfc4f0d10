import type { Board } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import type { Driver, Framed } from '../domain/driver.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Connection, Link } from '../domain/link.ts'
import type { Log } from '../domain/log.ts'
import type { Part } from '../domain/part.ts'
import { type Instant, instant } from '../domain/time.ts'
import type { Witness } from '../domain/witness.ts'
import { unlessAborted } from './reconnect.ts'

/** A customer display beside a register: where it is heard, and who remembers what it showed. */
export interface Attending {
  readonly register: RegisterId
  readonly link: Link
  readonly driver: Driver
  readonly witness: Witness
}

export interface AttendanceParts {
  readonly displays: readonly Attending[]
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds of silence after which a display stands still, where its driver does not say. */
const STILL = 150

/** Hears the displays: nothing of it is kept, printed or answered, and no sale waits for it. */
export function attendance({ displays, board, clock, log }: AttendanceParts): Part {
  const stopping = new AbortController()
  let attending: Promise<unknown> = Promise.resolve()

  const attend = async ({ register, link, driver, witness }: Attending): Promise<void> => {
    const part = `witness/${register}`
    for await (const connection of link.connections(undefined, stopping.signal, (trouble) => {
      if (!trouble) return board.set(part, { level: 'ok', key: 'board.witness.ok', values: { register, link: link.where } })
      const values = { register, ...trouble.values }
      log.warn({ part: 'intake', register, code: trouble.code }, 'display lost')
      board.set(part, { level: 'warning', key: `fault.${trouble.code}`, values, todo: `fault.${trouble.code}.hint` })
    })) {
      const note = (framed: Framed, at: Instant): void => {
        for (const { bytes } of framed.frames) {
          const read = driver.read(bytes)
          const reading = read.ok && read.value.kind === 'reading' ? read.value.reading : undefined
          const total = reading?.outcome === 'ignored' ? reading.totals?.pay : undefined
          if (total !== undefined) witness.saw(total, at)
        }
      }
      try {
        await listen(connection, driver, note)
      } catch (error) {
        // A display that cannot be read takes nothing away: its next connection begins anew.
        const what = error instanceof Error ? error.message : String(error)
        log.error(
          { part: 'intake', register, code: 'DRIVER_FAILED', where: driver.id, what: what.slice(0, 200) },
          'the driver failed',
        )
      }
      await connection.close()
    }
  }

  /** What is shown is dated by its last byte, not by the silence behind it. */
  const listen = async (connection: Connection, driver: Driver, note: (framed: Framed, at: Instant) => void): Promise<void> => {
    const framer = driver.framer()
    const chunks = connection.chunks[Symbol.asyncIterator]()
    let next = chunks.next()
    let last = clock.now()
    let moving = false
    while (!stopping.signal.aborted) {
      const woken = new AbortController()
      const still = moving ? [clock.sleep(driver.quietMs ?? STILL, woken.signal).then(() => 'still' as const)] : []
      const heard = await unlessAborted(Promise.race([next, ...still]), stopping.signal)
      woken.abort()
      if (heard === undefined) return
      if (heard === 'still') {
        moving = false
        note(framer.quiet(), last)
      } else if (heard.done) return note(framer.close(false), last)
      else {
        moving = true
        last = instant(clock.now())
        note(framer.push(heard.value), last)
        next = chunks.next()
      }
    }
  }

  return {
    name: 'displays',
    start() {
      attending = Promise.all(displays.map(attend))
      return Promise.resolve()
    },
    async stop(deadline) {
      stopping.abort(new Error('stopping'))
      const late = new AbortController()
      await Promise.race([attending, clock.sleep(Math.max(0, deadline - clock.now()), late.signal)])
      late.abort()
    },
  }
}
