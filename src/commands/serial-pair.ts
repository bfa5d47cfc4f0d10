import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'

export interface SerialPair {
  readonly till: string
  readonly box: string
  stop(): void
}

/** Two ends of a serial line made by socat; undefined where there is none: the demo then uses a folder. */
export async function serialPair(dir: string): Promise<SerialPair | undefined> {
  const till = join(dir, 'serial-till')
  const box = join(dir, 'serial-box')
  for (const end of [till, box]) rmSync(end, { force: true })
  const child = spawn('socat', [`pty,raw,echo=0,link=${till}`, `pty,raw,echo=0,link=${box}`], {
    stdio: 'ignore',
    detached: process.platform !== 'win32',
  })
  const missing = new Promise<true>((resolve) => child.once('error', () => resolve(true)))
  for (let tries = 0; tries < 40; tries++) {
    if (existsSync(till) && existsSync(box)) return { till, box, stop: () => void child.kill() }
    if (await Promise.race([missing, after(50)])) return undefined
  }
  child.kill()
  return undefined
}
