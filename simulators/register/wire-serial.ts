import { SerialPort } from 'serialport'
import { inPieces, PAPER, PAPER_ENDED, PROBE } from './pieces.ts'
import type { Around, Wire } from './wire.ts'

/** Milliseconds a till waits for a status byte. */
const STATUS = 1_000
const LOOK = 500

/** One line for all jobs; nothing on it says that a job has arrived. */
export function overSerial(path: string, { clock, signal }: Around): Wire {
  let port: SerialPort | undefined
  let said: number | undefined
  const opened = async (): Promise<SerialPort> => {
    if (port?.isOpen) return port
    port = await new Promise<SerialPort>((resolve, reject) => {
      const fresh = new SerialPort({ path, baudRate: 9600, autoOpen: false })
      fresh.on('error', () => {})
      fresh.open((error) => (error ? reject(error) : resolve(fresh)))
    })
    port.on('data', (chunk: Buffer) => {
      said = chunk.at(-1)
    })
    return port
  }
  const written = (line: SerialPort, part: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      line.write(Buffer.from(part), (error) => (error ? reject(error) : undefined))
      line.drain((error) => (error ? reject(error) : resolve()))
    })
  const answered = async (line: SerialPort, question: Uint8Array): Promise<number | undefined> => {
    said = undefined
    await written(line, question)
    for (const end = clock.up() + STATUS; said === undefined && clock.up() < end && !signal.aborted; )
      await clock.sleep(20, signal)
    return said
  }
  return {
    async send(job) {
      const line = await opened()
      if (job.manner === 'ask') await answered(line, PROBE)
      while (job.manner === 'paper' && !signal.aborted) {
        const state = await answered(line, PAPER)
        if (state === undefined || (state & PAPER_ENDED) === 0) break
        await clock.sleep(LOOK, signal)
      }
      if (job.before) await written(line, job.before)
      // A line has no reset: the end of a half receipt never comes.
      const bytes = job.manner === 'half' ? job.bytes.subarray(0, job.bytes.length - 1) : job.bytes
      await inPieces({ ...job, bytes }, (part) => written(line, part), clock, signal)
      return { acked: Promise.resolve(false) }
    },
    finish: async () => {},
    close: () => new Promise((resolve) => (port?.isOpen ? port.close(() => resolve()) : resolve())),
  }
}
