import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { flushFolder } from './keys.ts'
import { isSystemError } from './space.ts'
import { sha256 } from './tree.ts'

/**
 * Keys for documents that name a buyer: AES-256, one line of base64 each in a file 0600, the last line the newest.
 * The place may lie outside the data folder, on another medium, so that a copied folder shows nobody. While that medium
 * is away, new documents go under a key in the folder: a sale does not wait for a stick.
 */
export interface BuyerKeys {
  /** Undefined: no place holds it now. */
  find(id: string): Uint8Array | undefined
  /**
   * For new documents; made where there is none. `first`: the store knows of no key yet, so that one may be made outside;
   * later a missing file there is a medium that is away. Throws the system's error where none can be made.
   */
  current(first: boolean): BuyerKey
}

export interface BuyerKey {
  /** First 8 bytes of the SHA-256 of the key, hex: the column `under`. */
  readonly id: string
  readonly key: Uint8Array
}

export const buyerKeyPath = (dir: string): string => join(dir, 'keys', 'buyer.key')

export function buyerKeys(dir: string, outside?: string): BuyerKeys {
  const inside = buyerKeyPath(dir)
  let known = new Map<string, Uint8Array>()
  let chosen: BuyerKey | undefined
  const look = (): void => {
    known = new Map([outside, inside].flatMap((path) => keysIn(path)).map(({ id, key }) => [id, key]))
  }
  const choose = (first: boolean): BuyerKey => {
    const there = keysIn(outside).at(-1) ?? (outside === undefined ? undefined : first && madeOutside(outside))
    return there || (keysIn(inside).at(-1) ?? makeKey(inside))
  }
  look()
  return {
    find(id) {
      // Not known: it may have come back since.
      if (!known.has(id)) look()
      return known.get(id)
    },
    current(first) {
      if (!chosen) {
        chosen = choose(first)
        look()
      }
      return chosen
    },
  }
}

const named = (key: Uint8Array): BuyerKey => ({ id: sha256(key).toString('hex').slice(0, 16), key })

/** A place that cannot be read holds none: what is under its keys stays unreadable, nothing else. */
function keysIn(path: string | undefined): BuyerKey[] {
  if (path === undefined || !existsSync(path)) return []
  try {
    const lines = readFileSync(path, 'utf8').split('\n')
    return lines
      .map((line) => Buffer.from(line.trim(), 'base64'))
      .filter((key) => key.length === 32)
      .map(named)
  } catch (error) {
    if (isSystemError(error)) return []
    throw error
  }
}

/** A folder that is not there is a medium that is away: nothing is made in its place. */
function madeOutside(path: string): BuyerKey | undefined {
  if (!existsSync(dirname(path))) return undefined
  try {
    return makeKey(path)
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

function makeKey(path: string): BuyerKey {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const key = randomBytes(32)
  const beside = `${path}.new`
  rmSync(beside, { force: true })
  const file = openSync(beside, 'wx', 0o600)
  try {
    writeSync(file, `${key.toString('base64')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(beside, path)
  flushFolder(dirname(path))
  return named(key)
}

const IV = 12
const TAG = 16
const CIPHER = 'aes-256-gcm'

/** A document as it lies in the store: the salt is inside, or commitment and masked copy together would be guessed from. */
export interface Locked {
  readonly iv: Uint8Array
  /** Ciphertext of salt and document, then the tag. */
  readonly bytes: Uint8Array
}

/** `place`: the key of its row, so that no document can stand in for another. */
export function lock({ key }: BuyerKey, place: number, whole: Uint8Array): Locked {
  const iv = randomBytes(IV)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(String(place)))
  return { iv, bytes: Buffer.concat([cipher.update(whole), cipher.final(), cipher.getAuthTag()]) }
}

/** Salt and document; undefined: another key, or not the bytes that were locked. */
export function unlock(key: Uint8Array, place: number, { iv, bytes }: Locked): Uint8Array | undefined {
  if (iv.length !== IV || bytes.length < TAG) return undefined
  const decipher = createDecipheriv(CIPHER, key, iv).setAAD(Buffer.from(String(place)))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG))
  const plain = decipher.update(bytes.subarray(0, bytes.length - TAG))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    return undefined
  }
}
