import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { sha256 } from './tree.ts'

/** Signed heads as C2SP checkpoint notes (audit-pack 2.2). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** The 32 raw bytes of an Ed25519 key. */
export const rawPublicKey = (key: KeyObject): Buffer =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' }).subarray(-32)
export const publicKeyOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: 'der', type: 'spki' })

/** First 4 bytes of `SHA-256(origin || 0A || 01 || public key)`. */
export const keyId = (origin: string, raw: Uint8Array): Buffer =>
  sha256(Buffer.concat([Buffer.from(`${origin}\n`), Uint8Array.of(1), raw])).subarray(0, 4)

export const headText = (origin: string, size: number, root: Uint8Array): string =>
  `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`

export function signNote(origin: string, size: number, root: Uint8Array, key: KeyObject): string {
  const text = headText(origin, size, root)
  const signature = Buffer.concat([keyId(origin, rawPublicKey(key)), sign(null, Buffer.from(text), key)])
  return `${text}\n— ${origin} ${signature.toString('base64')}\n`
}

/** What a note says, if its line of `origin` was signed by the key `raw`; undefined otherwise. Other signers are ignored. */
export function openNote(note: string, raw: Uint8Array): { origin: string; size: number; root: Buffer } | undefined {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const [origin, size, root, ...more] = text.split('\n')
  if (end < 0 || !origin || !size || !/^\d+$/.test(size) || !root || more.length !== 1) return undefined
  for (const line of note.slice(end + 2).split('\n')) {
    if (!line.startsWith(`— ${origin} `)) continue
    const blob = Buffer.from(line.slice(origin.length + 3), 'base64')
    if (!blob.subarray(0, 4).equals(keyId(origin, raw))) continue
    if (verify(null, Buffer.from(text), publicKeyOf(raw), blob.subarray(4))) {
      return { origin, size: Number(size), root: Buffer.from(root, 'base64') }
    }
  }
  return undefined
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The first `5 × count` bits of `hash`, in groups of four characters. */
function letters(hash: Uint8Array, count: number): string {
  const bits = BigInt(`0x${Buffer.from(hash).toString('hex')}`) >> BigInt(256 - 5 * count)
  const text = Array.from({ length: count }, (_, i) => ALPHABET[Number((bits >> BigInt(5 * (count - 1 - i))) & 31n)]).join('')
  return text.replace(/(.{4})(?=.)/g, '$1-')
}

/** For people and telephones (audit-pack 2.3): 100 bits of the three lines. */
export const shortCode = (text: string): string => letters(sha256(text), 20)
/** Printed under the stamp: 40 bits of the hash of `invoice.issued`. */
export const receiptMark = (factHash: Uint8Array): string => letters(factHash, 8)
