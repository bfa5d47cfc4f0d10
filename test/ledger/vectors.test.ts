import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { canonical, readLine, writeLine } from '../../src/ledger/canonical.ts'
import { commitment } from '../../src/ledger/documents.ts'
import { headText, keyId, openNote, rawPublicKey, receiptMark, shortCode, signNote } from '../../src/ledger/note.ts'
import {
  consistencyProof,
  EMPTY_ROOT,
  grow,
  holdsConsistency,
  holdsInclusion,
  inclusionPath,
  leafHash,
  type Peaks,
  rootOf,
  sha256,
} from '../../src/ledger/tree.ts'

interface Vectors {
  hash: { empty_tree_root: string; leaf_of_empty_bytes: string; leaf_of_ascii_L123456: string }
  key: { seed: string; public: string; origin: string; key_id: string }
  documents: { salt: string; size: number; sha256_plain: string; commitment: string; bytes_base64: string }[]
  chain: { facts: { n: number; kind: string; fact: string; bytes: number; prev: string; hash: string }[] }
  tree: {
    roots: { size: number; root: string }[]
    peaks: { size: number; peaks: string[] }[]
    inclusion: { index: number; size: number; leaf: string; path: string[]; root: string }[]
    consistency: { from: number; to: number; from_root: string; to_root: string; proof: string[] }[]
  }
  heads: { size: number; text: string; note: string; signature: string; short_code: string }[]
  receipt_mark: { fact: number; mark: string }
  must_fail: { name: string; fact?: string; hash?: string; note?: string; order?: number[] }[]
  spelling: { accept: string[]; refuse: { why: string; fact: string }[] }
}
const vectors = JSON.parse(readFileSync(new URL('../vectors/audit-vectors.json', import.meta.url), 'utf8')) as Vectors
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Buffer => Buffer.from(text, 'hex')
const key = createPrivateKey({
  key: Buffer.concat([bytes('302e020100300506032b657004220420'), bytes(vectors.key.seed)]),
  format: 'der',
  type: 'pkcs8',
})
const raw = bytes(vectors.key.public)
const treeOf = (size: number): Peaks => {
  const peaks: Peaks = { size: 0, hashes: [] }
  for (const { fact } of vectors.chain.facts.slice(0, size)) grow(peaks, leafHash(fact))
  return peaks
}

void t.test('hash: the empty tree and the leaves of RFC 6962', async (t) => {
  t.equal(hex(EMPTY_ROOT), vectors.hash.empty_tree_root)
  t.equal(hex(leafHash('')), vectors.hash.leaf_of_empty_bytes)
  t.equal(hex(leafHash(Buffer.from('L123456'))), vectors.hash.leaf_of_ascii_L123456)
})

void t.test('documents: a salted commitment over the plain bytes', async (t) => {
  for (const { salt, size, sha256_plain, commitment: c, bytes_base64 } of vectors.documents) {
    const plain = Buffer.from(bytes_base64, 'base64')
    t.equal(plain.length, size)
    t.equal(hex(sha256(plain)), sha256_plain)
    t.equal(commitment(bytes(salt), plain), c)
  }
})

void t.test('chain: each line is the one spelling, linked to the one before', async (t) => {
  let prev = '0'.repeat(64)
  for (const fact of vectors.chain.facts) {
    t.equal(writeLine(readLine(fact.fact)), fact.fact)
    t.equal(Buffer.byteLength(fact.fact), fact.bytes)
    t.equal(hex(leafHash(fact.fact)), fact.hash)
    t.equal(readLine(fact.fact)['prev'], prev)
    prev = fact.hash
  }
  t.equal(vectors.chain.facts.length, 7)
})

void t.test('tree: roots, peaks, inclusion and consistency, proven and made', async (t) => {
  for (const { size, root } of vectors.tree.roots) t.equal(hex(rootOf(treeOf(size))), root, `root of ${size}`)
  for (const { size, peaks } of vectors.tree.peaks) t.same(treeOf(size).hashes.map(hex), peaks, `peaks of ${size}`)
  const leaf = (i: number): Uint8Array => bytes(vectors.chain.facts[i]?.hash ?? '')
  for (const { index, size, leaf: at, path, root } of vectors.tree.inclusion) {
    t.ok(holdsInclusion(index, size, bytes(at), path.map(bytes), bytes(root)))
    t.same(inclusionPath(leaf, index, size).map(hex), path)
    t.notOk(holdsInclusion(index, size, bytes(vectors.chain.facts[0]?.hash ?? ''), path.map(bytes), bytes(root)), 'another leaf')
    t.notOk(holdsInclusion(index, size, bytes(at), path.slice(1).map(bytes), bytes(root)), 'a short path')
  }
  for (const { from, to, from_root, to_root, proof } of vectors.tree.consistency) {
    const [old, now] = [
      { size: from, root: bytes(from_root) },
      { size: to, root: bytes(to_root) },
    ]
    t.ok(holdsConsistency(old, now, proof.map(bytes)))
    t.same(consistencyProof(leaf, from, to).map(hex), proof)
    t.notOk(holdsConsistency({ ...old, root: now.root }, now, proof.map(bytes)), 'another past')
  }
})

void t.test('heads: text, signature, note and short code', async (t) => {
  const { origin, key_id } = vectors.key
  t.equal(hex(rawPublicKey(key)), vectors.key.public)
  t.equal(hex(keyId(origin, raw)), key_id)
  for (const { size, text, note, signature, short_code } of vectors.heads) {
    const root = rootOf(treeOf(size))
    t.equal(headText(origin, size, root), text)
    t.equal(hex(sign(null, Buffer.from(text), key)), signature)
    t.equal(signNote(origin, size, root, key), note)
    t.equal(shortCode(text), short_code)
    t.same(openNote(note, raw), { origin, size, root: Buffer.from(root) })
    t.equal(openNote(note.replace(`\n${size}\n`, `\n${size + 1}\n`), raw), undefined)
    t.ok(openNote(`${note}— another/witness AAAAAAAA\n`, raw), 'an unknown signer is ignored')
  }
})

void t.test('the mark under a receipt', async (t) => {
  const { fact, mark } = vectors.receipt_mark
  t.equal(receiptMark(bytes(vectors.chain.facts[fact]?.hash ?? '')), mark)
})

void t.test('spelling: what every JSON library reads alike is taken, the rest refused by name', async (t) => {
  for (const line of vectors.spelling.accept) t.same(canonical(readLine(line)), line)
  for (const { why, fact } of vectors.spelling.refuse) t.throws(() => readLine(fact), why)
  const deep = `{"a":${'['.repeat(17)}${']'.repeat(17)}}`
  t.throws(() => readLine(deep), 'nested deeper than 16')
  t.throws(() => writeLine({ a: 'x'.repeat(65_536) }), 'too long a line')
  t.throws(() => canonical({ Bad: 1 }), 'a key in upper case')
  t.throws(() => canonical({ a: 0.5 }), 'a fraction')
  t.equal(canonical({ b: 1, a: undefined, aB: 'Phơ\u0309' }), '{"aB":"Phở","b":1}', 'sorted, NFC, nothing for undefined')
})

void t.test('must fail', async (t) => {
  const named = new Map(vectors.must_fail.map((one) => [one.name, one]))
  const altered = named.get('altered amount')
  t.equal(hex(leafHash(altered?.fact ?? '')), altered?.hash)
  t.not(altered?.hash, readLine(vectors.chain.facts[4]?.fact ?? '')['prev'], 'the next fact does not link to it')
  const order = named.get('swapped facts')?.order ?? []
  const second = vectors.chain.facts[order[1] ?? 0]
  t.not(second?.prev, vectors.chain.facts[order[0] ?? 0]?.hash)
  t.throws(() => readLine(named.get('duplicate key')?.fact ?? ''), 'duplicate key')
  t.equal(openNote(named.get('head of another key')?.note ?? '', raw), undefined)
  t.same([...named.keys()], ['altered amount', 'swapped facts', 'duplicate key', 'head of another key', 'rolled back'])
})
