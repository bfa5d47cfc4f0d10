import { createPrivateKey, generateKeyPairSync, type KeyObject, randomInt } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const gatewayKeyPath = (dir: string): string => join(dir, 'keys', 'gateway.pem')

/** The gateway's own Ed25519 key (audit-pack 2.4): never exported, not in backups. Undefined: there is none yet, or it was lost. */
export function readGatewayKey(dir: string): KeyObject | undefined {
  const path = gatewayKeyPath(dir)
  return existsSync(path) ? createPrivateKey(readFileSync(path)) : undefined
}

export function makeGatewayKey(dir: string): KeyObject {
  const path = gatewayKeyPath(dir)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const { privateKey } = generateKeyPairSync('ed25519')
  const beside = `${path}.new`
  rmSync(beside, { force: true })
  const file = openSync(beside, 'wx', 0o600)
  try {
    writeSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(beside, path)
  flushFolder(dirname(path))
  return privateKey
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
/** `gw7k2m4q` */
export const mintGatewayId = (): string => `gw${Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`

/** A new or renamed file is safe only when its folder is flushed too. Windows has no such call and needs none. */
export function flushFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
