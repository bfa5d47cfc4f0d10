import { hash } from 'node:crypto'

/** The Merkle tree of RFC 6962 over the whole chain; leaf i is fact i (audit-pack 2.1). Hashes are 32 bytes. */
export const sha256 = (bytes: Uint8Array | string): Buffer => hash('sha256', bytes, 'buffer')

const ZERO = Uint8Array.of(0)
const ONE = Uint8Array.of(1)

/** `SHA-256(00 || line)`: the link of the chain and the leaf of the tree are one hash. */
export const leafHash = (line: Uint8Array | string): Buffer =>
  sha256(typeof line === 'string' ? `\0${line}` : Buffer.concat([ZERO, line]))
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.concat([ONE, left, right]))
export const EMPTY_ROOT: Buffer = sha256('')

/** Roots of the full subtrees of a tree of `size` leaves, largest first: all the state a streaming writer keeps. */
export interface Peaks {
  size: number
  readonly hashes: Uint8Array[]
}

/** Appends one leaf in place: as many merges as `size` has trailing one bits. */
export function grow(peaks: Peaks, leaf: Uint8Array): void {
  let merged: Uint8Array = leaf
  for (let rest = peaks.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    merged = nodeHash(peaks.hashes.pop() ?? EMPTY_ROOT, merged)
  }
  peaks.hashes.push(merged)
  peaks.size++
}

/** Folds the peaks from the right. */
export function rootOf({ hashes }: Peaks): Uint8Array {
  const last = hashes.at(-1)
  if (!last) return EMPTY_ROOT
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}

/** RFC 9162 2.1.3.2: whether leaf `index` stands in the tree of `size` leaves with `root`. */
export function holdsInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index >= size) return false
  let [fn, sn, r] = [index, size - 1, leaf]
  for (const p of path) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else r = nodeHash(r, p)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && Buffer.compare(r, root) === 0
}

/** RFC 9162 2.1.4.2: whether the tree of `from` leaves is a prefix of the tree of `to` leaves. `from` >= 1. */
export function holdsConsistency(
  from: { readonly size: number; readonly root: Uint8Array },
  to: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (from.size === to.size) return proof.length === 0 && Buffer.compare(from.root, to.root) === 0
  const path = Number.isInteger(Math.log2(from.size)) ? [from.root, ...proof] : [...proof]
  const first = path.shift()
  if (!first || from.size > to.size) return false
  let [fn, sn] = [from.size - 1, to.size - 1]
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  let [fr, sr] = [first, first]
  for (const c of path) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      ;[fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)]
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else sr = nodeHash(sr, c)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && Buffer.compare(fr, from.root) === 0 && Buffer.compare(sr, to.root) === 0
}

/** Root of leaves `from` up to before `to`, for proofs; reads each leaf once. */
function rangeRoot(leaf: (index: number) => Uint8Array, from: number, to: number): Uint8Array {
  const peaks: Peaks = { size: 0, hashes: [] }
  for (let i = from; i < to; i++) grow(peaks, leaf(i))
  return rootOf(peaks)
}

/** Largest power of two below `n`. */
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))

/** RFC 9162 2.1.3.1: the path from leaf `index` to the root of `size` leaves. */
export function inclusionPath(leaf: (index: number) => Uint8Array, index: number, size: number, from = 0): Uint8Array[] {
  if (size - from <= 1) return []
  const middle = from + split(size - from)
  return index < middle
    ? [...inclusionPath(leaf, index, middle, from), rangeRoot(leaf, middle, size)]
    : [...inclusionPath(leaf, index, size, middle), rangeRoot(leaf, from, middle)]
}

/** RFC 9162 2.1.4.1: the hashes that prove the tree of `old` leaves a prefix of that of `size`. */
export function consistencyProof(leaf: (index: number) => Uint8Array, old: number, size: number): Uint8Array[] {
  const part = (m: number, from: number, to: number, whole: boolean): Uint8Array[] => {
    if (m === to - from) return whole ? [] : [rangeRoot(leaf, from, to)]
    const k = split(to - from)
    return m <= k
      ? [...part(m, from, from + k, whole), rangeRoot(leaf, from + k, to)]
      : [...part(m - k, from + k, to, false), rangeRoot(leaf, from, from + k)]
  }
  return part(old, 0, size, true)
}
