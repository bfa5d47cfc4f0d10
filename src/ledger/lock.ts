import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, fault } from '../domain/fault.ts'
import { isReadOnlyFolder, isSystemError } from './space.ts'
import { type Database, openPlain, troubleOf } from './sqlite.ts'

export interface Owner {
  readonly pid: number
  readonly host: string
  /** `2026-11-21T08:00:00.000+07:00` */
  readonly started: string
}

/**
 * One gateway per folder (F09): an exclusive lock of the operating system on `lock`, held for life. It falls with the
 * process, however that ends, and cannot be taken from a living one. `owner.json` only says who it is.
 */
export function takeLock(dir: string, owner: Owner): Pick<Database, 'close'> | Fault {
  try {
    // Nobody can write there, so nobody has to be kept out.
    return isReadOnlyFolder(dir) ? { close: () => undefined } : lockOf(dir, owner)
  } catch (error) {
    if (!isSystemError(error) && troubleOf(error) === undefined) throw error
    return fault('LEDGER_FOLDER', { folder: dir, why: error instanceof Error ? error.message : String(error) })
  }
}

function lockOf(dir: string, owner: Owner): Database | Fault {
  const lock = openPlain(join(dir, 'lock'))
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (troubleOf(error) !== 'busy') throw error
    const holder = readOwner(dir)
    return fault('LEDGER_SECOND_WRITER', {
      pid: String(holder?.pid ?? '?'),
      host: holder?.host ?? '?',
      started: holder?.started ?? '?',
    })
  }
  writeFileSync(join(dir, 'owner.json'), `${JSON.stringify(owner)}\n`, { mode: 0o600 })
  return lock
}

/** Undefined while the holder has not written it yet; it is for people only. */
function readOwner(dir: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8')) as Owner
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
