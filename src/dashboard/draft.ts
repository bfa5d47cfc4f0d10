import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/**
 * What optical recognition makes of a picture, for a person to compare with it: digits are misread with confidence
 * (register-capture 10), so nothing is ever issued from it. Undefined: there is no recogniser on this machine, or it failed.
 */
export type Drafter = (picture: Uint8Array) => Promise<readonly string[] | undefined>

/** Milliseconds after which nobody waits for it any more. */
const PATIENCE = 10_000
const LONGEST = 256 * 1024

/** Debian's tesseract with its Vietnamese letters, one picture at a time and behind everything else. */
export function drafter(command = 'tesseract'): Drafter {
  let before: Promise<unknown> = Promise.resolve()
  return (picture) => {
    const mine = before.then(() => recognise(command, picture))
    before = mine
    return mine
  }
}

function recognise(command: string, picture: Uint8Array): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    // One block of text of one width: columns are not taken apart.
    const child = spawn(command, ['-', '-', '-l', 'vie', '--psm', '6'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: PATIENCE,
      env: { ...process.env, OMP_THREAD_LIMIT: '1' },
    })
    let text = ''
    child.once('spawn', () => {
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
    })
    child.once('error', () => resolve(undefined))
    child.stdin.on('error', () => {})
    child.stdin.end(picture)
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      if (text.length < LONGEST) text += piece
    })
    child.once('close', (code) => {
      const lines = text.normalize('NFC').split('\n')
      resolve(code === 0 ? lines.map((line) => line.trim()).filter((line) => line !== '') : undefined)
    })
  })
}
