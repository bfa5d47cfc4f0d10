import { execFileSync } from 'node:child_process'
import { folder } from './shop.ts'

/** A small file system of its own; undefined: not allowed here. */
export function smallDisk(): { dir: string; remount: (how: string) => void; drop: () => void } | undefined {
  const dir = folder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', dir], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  return {
    dir,
    remount: (how) => execFileSync('mount', ['-o', `remount,${how}`, dir]),
    drop: () => execFileSync('umount', ['-l', dir]),
  }
}
