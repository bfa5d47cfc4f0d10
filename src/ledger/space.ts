import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** Network file systems lie about locks and flushes (F09): NFS, SMB, CIFS, SMB2. */
const NETWORK = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42])
export const isNetworkFolder = (dir: string): boolean => NETWORK.has(statfsSync(dir).type)

/** EACCES, ENOENT ...: the folder's trouble, not a bug. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error

/** Mounted for reading only (F06). */
export function isReadOnlyFolder(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK)
    return false
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EROFS') return true
    throw error
  }
}

const PIECE = Buffer.alloc(4 * 1024 * 1024)
/** A few receipts with their invoices, as pages of the log. */
const ENOUGH = 512 * 1024

/** A file of zeros that is given back when the disk is full, so that what is open can be finished (F04). */
export interface Reserve {
  /** Brings it nearer to its size where there is room for it twice. True: it is whole. */
  fill(): boolean
  /** Whether there is enough of it to finish what is in work now. */
  ready(): boolean
  release(): void
}

export function reserveIn(dir: string, wanted: number): Reserve {
  const path = join(dir, 'reserve')
  const held = (): number => (existsSync(path) ? statSync(path).size : 0)
  return {
    fill() {
      const { bavail, bsize, blocks } = statfsSync(dir)
      // On a small medium a reserve must not eat what it is to save.
      const size = Math.min(wanted, Math.floor((blocks * bsize) / 8))
      const missing = size - held()
      if (missing <= 0) return true
      if (bavail * bsize < missing + size) return false
      // A piece at a time: nobody waits long behind it.
      const file = openSync(path, 'a', 0o600)
      try {
        writeSync(file, PIECE, 0, Math.min(PIECE.length, missing))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      return missing <= PIECE.length
    },
    ready: () => held() >= ENOUGH,
    release: () => rmSync(path, { force: true }),
  }
}
