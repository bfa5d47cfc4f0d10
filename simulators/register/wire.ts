import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { SerialPort } from 'serialport'
import type { Clock } from '../../src/domain/clock.ts'
import type { Job } from './scripts.ts'

/** How a job went: `acked` resolves with true once our peer closed in order, with false when it is known that it did not. */
export interface Sent {
  readonly acked: Promise<boolean>
}

export interface Wire {
  /** Resolves when the bytes have left; rejects when nobody takes them. */
  send(job: Job, name: string): Promise<Sent>
  close(): Promise<void>
}

/** What many drivers ask before a job: initialise, select the printer, transmit status (register-capture 3). */
const PROBE = Buffer.from([0x1b, 0x40, 0x1b, 0x3d, 0x01, 0x10, 0x04, 0x01])
/** Milliseconds a till waits for a status byte, and for the end of its job, before it goes on. */
const STATUS = 2_000
const PATIENCE = 60_000

/** `tcp://H:P`, `serial:PATH` or `file:DIR`. */
export function wireTo(to: string, clock: Clock, signal: AbortSignal): Wire {
  const tcp = /^tcp:\/\/(.+):(\d+)$/.exec(to)
  if (tcp) return overTcp(tcp[1] ?? '', Number(tcp[2]), clock, signal)
  if (to.startsWith('serial:')) return overSerial(to.slice(7))
  if (to.startsWith('file:')) return intoFolder(to.slice(5), clock, signal)
  throw new Error(`no such way: ${to}`)
}

/** A connection for each job, as most tills do. */
function overTcp(host: string, port: number, clock: Clock, signal: AbortSignal): Wire {
  const open = new Set<Socket>()
  const dial = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        socket.on('error', () => {})
        resolve(socket)
      })
    })
  return {
    async send({ bytes, manner }) {
      const socket = await dial()
      const acked = new Promise<boolean>((resolve) => {
        socket.once('end', () => resolve(true))
        socket.once('close', () => resolve(false))
        socket.setTimeout(PATIENCE, () => socket.destroy())
      })
      const answered = new Promise<void>((resolve) => socket.once('data', () => resolve()))
      socket.resume()
      if (manner === 'ask') {
        await written(socket, PROBE)
        const enough = new AbortController()
        await Promise.race([answered, clock.sleep(STATUS, AbortSignal.any([signal, enough.signal]))])
        enough.abort()
      }
      if (manner === 'slow') {
        for (let at = 0; at < bytes.length; at += 7) {
          await written(socket, bytes.subarray(at, at + 7))
          await clock.sleep(2, signal)
        }
      } else if (bytes.length > 0) await written(socket, bytes)
      if (manner === 'half' || manner === 'impatient') {
        // The bytes have to be on their way before the reset overtakes them.
        await clock.sleep(100, signal)
        socket.resetAndDestroy()
      } else socket.end()
      return { acked }
    },
    async close() {
      for (const socket of open) socket.destroy()
    },
  }
}

const written = (socket: Socket, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve())))

/** One line for all jobs; nothing on it says that a job has arrived. */
function overSerial(path: string): Wire {
  let port: SerialPort | undefined
  const opened = async (): Promise<SerialPort> => {
    if (port?.isOpen) return port
    port = await new Promise<SerialPort>((resolve, reject) => {
      const fresh = new SerialPort({ path, baudRate: 9600, autoOpen: false })
      fresh.on('error', () => {})
      fresh.open((error) => (error ? reject(error) : resolve(fresh)))
    })
    port.resume()
    return port
  }
  return {
    async send({ bytes, manner }) {
      const line = await opened()
      const part = manner === 'half' ? bytes.subarray(0, bytes.length - 1) : bytes
      if (part.length > 0)
        await new Promise<void>((resolve, reject) => {
          line.write(part, (error) => (error ? reject(error) : undefined))
          line.drain((error) => (error ? reject(error) : resolve()))
        })
      return { acked: Promise.resolve(false) }
    },
    close: () => new Promise((resolve) => (port?.isOpen ? port.close(() => resolve()) : resolve())),
  }
}

/** A file for each job, moved into place; taken away means kept. */
function intoFolder(dir: string, clock: Clock, signal: AbortSignal): Wire {
  return {
    async send({ bytes }, name) {
      await mkdir(dir, { recursive: true })
      const target = join(dir, name)
      await writeFile(`${target}.tmp`, bytes)
      await rename(`${target}.tmp`, target)
      const taken = async (): Promise<boolean> => {
        for (const end = clock.up() + PATIENCE; clock.up() < end && !signal.aborted; await clock.sleep(50, signal))
          if (!(await stat(target).catch(() => undefined))) return true
        return false
      }
      return { acked: taken() }
    },
    close: async () => {},
  }
}
