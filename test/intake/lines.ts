import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { SerialPort } from 'serialport'
import { until } from './fakes.ts'

/** What a test of a serial line needs, or why it is skipped. */
export const socat = spawnSync('socat', ['-V']).status === 0 ? {} : { skip: 'skipped because socat is not installed' }

/** Two ends of a line; killed it is gone, as an unplugged cable. */
export async function pair(a: string, b: string): Promise<ChildProcess> {
  const line = spawn('socat', [`pty,raw,echo=0,link=${a}`, `pty,raw,echo=0,link=${b}`])
  if (!(await until(() => existsSync(a) && existsSync(b)))) throw new Error('socat did not make the line')
  return line
}

export const opened = (path: string): Promise<SerialPort> =>
  new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: 9600 }, (error) => (error ? reject(error) : resolve(port)))
    port.on('error', () => {})
  })

export const shut = (port: SerialPort): Promise<void> => new Promise((resolve) => port.close(() => resolve()))

/** All a port hears, as text of one byte a letter. */
export function heardBy(port: SerialPort): () => string {
  const chunks: Buffer[] = []
  port.on('data', (chunk: Buffer) => void chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('latin1')
}
