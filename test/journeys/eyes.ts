import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'

const schemas = join(import.meta.dirname, '../../src/countries/vn/schemas')
/** Attributes that a reference of a signature may mean. */
const IDS = ['DLieu', 'DLHDon', 'DLTBao', 'http://www.w3.org/2000/09/xmldsig#:Object'].flatMap((name) => ['--id-attr:Id', name])
/** Packages of invoices are signed as a whole, notices of errors each for itself. */
const SIGNATURES = ['/TDiep/CKSNNT/*[local-name()="Signature"]', '/TDiep/DLieu/TBao/DSCKS/NNT/*[local-name()="Signature"]']
const typeOf = (bytes: Uint8Array): string => /<MLTDiep>(\d+)</.exec(Buffer.from(bytes).toString('utf8'))?.[1] ?? ''

/** A reason to skip, or false: the program is there. */
export function without(program: string): string | false {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return false
  } catch {
    return `skipped because ${program} is not installed`
  }
}

/** Two programs that are not ours find each message well formed, valid and well signed; the files they were kept in. */
export function allAgree(t: Test, dir: string, messages: readonly Uint8Array[]): readonly string[] {
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
  const types = messages.map(typeOf)
  for (const type of new Set(types)) {
    const schema = join(schemas, `msg-${type}.xsd`)
    run('xmllint', ['--noout', '--schema', schema, ...files.filter((_, i) => types[i] === type)])
  }
  for (const [i, file] of files.entries())
    run('xmlsec1', ['--verify', '--insecure', ...IDS, '--node-xpath', SIGNATURES[types[i]?.startsWith('30') ? 1 : 0] ?? '', file])
  return files
}
