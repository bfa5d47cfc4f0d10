import { createHash, createPublicKey, verify } from 'node:crypto'

/** A stored fact, a signed head and a kept document, as they lie in the file. */
export interface StoredFact {
  readonly n: number
  readonly line: string
  readonly hash: string
}
export interface StoredHead {
  readonly size: number
  readonly day: string | null
  readonly note: string
}
export interface StoredDocument {
  readonly fact: number
  readonly role: string
  readonly salt: Uint8Array
  readonly bytes: Uint8Array
}

const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest()
}

/** Root of the leaves by the definition of RFC 6962 2.1, split at the largest power of two below their number. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (!only) return sha256('')
  if (leaves.length === 1) return only
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)))
}

/** What is wrong with the story, recomputed from nothing but the stored lines (audit-pack 1.1, 1.3, 2.1, 2.2). */
export function chainFaults(
  facts: readonly StoredFact[],
  heads: readonly StoredHead[],
  documents: readonly StoredDocument[],
): string[] {
  const wrong: string[] = []
  const leaves: Buffer[] = []
  const told = facts.map(
    ({ line }) => JSON.parse(line) as { n: number; prev: string; kind: string; body: Record<string, unknown> },
  )
  let prev = '0'.repeat(64)
  for (const [i, { n, line, hash }] of facts.entries()) {
    const leaf = sha256(Uint8Array.of(0), line)
    leaves.push(leaf)
    if (n !== i || told[i]?.n !== i) wrong.push(`fact ${i} is numbered ${n}`)
    if (told[i]?.prev !== prev) wrong.push(`fact ${i} does not link to the one before it`)
    if (leaf.toString('hex') !== hash) wrong.push(`fact ${i} has another hash`)
    prev = leaf.toString('hex')
  }
  const key = String(told[0]?.body['key'] ?? '')
  for (const { size, note } of heads)
    if (!signed(note, size, rootOf(leaves.slice(0, size)), Buffer.from(key, 'base64'))) wrong.push(`head ${size} is not true`)
  for (const { n, kind, body } of told)
    if (kind === 'day.closed' && n + 1 < facts.length && !heads.some(({ size }) => size === n + 1))
      wrong.push(`day ${String(body['day'])} was closed without a head`)
  for (const { fact, role, salt, bytes } of documents) {
    const body = told[fact]?.body
    const commitment = (role === 'masked' ? body?.['masked'] : body?.['doc']) as { c?: string; size?: number } | undefined
    if (commitment?.c !== sha256(salt, bytes).toString('hex') || commitment.size !== bytes.length)
      wrong.push(`${role} of fact ${fact} is not what the fact commits to`)
  }
  return wrong
}

/** A C2SP checkpoint: origin, size, root, and one Ed25519 signature whose first four bytes name the key. */
function signed(note: string, size: number, root: Buffer, key: Buffer): boolean {
  const end = note.lastIndexOf('\n\n') + 1
  const [origin = '', told, sum] = note.split('\n')
  const mark = `— ${origin} `
  const line = note
    .slice(end + 1)
    .split('\n')
    .find((text) => text.startsWith(mark))
  if (Number(told) !== size || sum !== root.toString('base64') || !line || key.length !== 32) return false
  const signature = Buffer.from(line.slice(mark.length), 'base64').subarray(4)
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key])
  return verify(null, Buffer.from(note.slice(0, end)), createPublicKey({ key: der, format: 'der', type: 'spki' }), signature)
}
