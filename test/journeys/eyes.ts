import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'

const schema = join(import.meta.dirname, '../../src/countries/vn/schemas/msg-206.xsd')
/** Attributes that a reference of a signature may mean. */
const IDS = ['DLieu', 'DLHDon', 'http://www.w3.org/2000/09/xmldsig#:Object'].flatMap((name) => ['--id-attr:Id', name])
const SIGNATURE = '/TDiep/CKSNNT/*[local-name()="Signature"]'

/** A reason to skip, or false: the program is there. */
export function without(program: string): string | false {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return false
  } catch {
    return `skipped because ${program} is not installed`
  }
}

/** Two programs that are not ours find each message well formed, valid and well signed. */
export function allAgree(t: Test, dir: string, messages: readonly Uint8Array[]): void {
  const folder = join(dir, 'messages')
  mkdirSync(folder, { recursive: true })
  const files = messages.map((bytes, i) => {
    const file = join(folder, `${i}.xml`)
    writeFileSync(file, bytes)
    return file
  })
  t.ok(files.length > 0, 'messages were sent')
  const run = (program: string, args: readonly string[]): void => {
    const reason = without(program)
    if (reason) t.pass(program, { skip: reason })
    else t.doesNotThrow(() => execFileSync(program, args, { stdio: 'pipe' }), `${program} agrees`)
  }
  run('xmllint', ['--noout', '--schema', schema, ...files])
  for (const file of files) run('xmlsec1', ['--verify', '--insecure', ...IDS, '--node-xpath', SIGNATURE, file])
}
