import { createHmac, timingSafeEqual } from 'node:crypto'
import type forge from 'node-forge'

type Digest = readonly [name: 'sha1' | 'sha256' | 'sha384' | 'sha512', bytes: number]

/** Real stores have 1 to 100,000; a damaged count must not keep a till busy for minutes. */
const MOST_ROUNDS = 1_000_000

/** Of the stores made here, which guard nothing real. */
const ROUNDS = 2048

/** Digests a PKCS#12 store may be sealed with (RFC 7292 appendix B, RFC 8018): name and bytes. */
const DIGESTS: Readonly<Record<string, Digest>> = {
  '1.3.14.3.2.26': ['sha1', 20],
  '2.16.840.1.101.3.4.2.1': ['sha256', 32],
  '2.16.840.1.101.3.4.2.2': ['sha384', 48],
  '2.16.840.1.101.3.4.2.3': ['sha512', 64],
}

/**
 * Whether the passphrase opens the store: its integrity MAC is computed anew. Asked by itself so that a wrong
 * passphrase and a damaged store are told apart without reading the words of an exception. A store without MAC proves
 * itself only by its contents: true. Undefined: a MAC of an unknown kind.
 */
export function opens(lib: typeof forge, store: forge.asn1.Asn1, passphrase: string): boolean | undefined {
  const [, content, mac] = children(store)
  if (mac === undefined) return true
  const [digestInfo, salt, count] = children(mac)
  const [algorithm, expected] = children(digestInfo)
  const [oid] = children(algorithm)
  const sealed = octets(children(children(content)[1])[0])
  if (!oid || !salt || !expected || sealed === undefined) return undefined
  const digest = DIGESTS[lib.asn1.derToOid(octets(oid) ?? '')]
  if (!digest) return undefined
  const rounds = count ? Number.parseInt(lib.util.bytesToHex(octets(count) ?? ''), 16) : 1
  if (!(rounds >= 1 && rounds <= MOST_ROUNDS)) return undefined
  const found = macOf(lib, digest, passphrase, octets(salt) ?? '', rounds, sealed)
  const wanted = Buffer.from(octets(expected) ?? '', 'binary')
  return wanted.length === found.length && timingSafeEqual(wanted, found)
}

/** Seals a store made without MAC: SHA-256, as OpenSSL 3 does. */
export function seal(lib: typeof forge, store: forge.asn1.Asn1, passphrase: string): forge.asn1.Asn1 {
  const { Class, Type, create, oidToDer, integerToDer } = lib.asn1
  const [version, content] = children(store)
  const sealed = octets(children(children(content)[1])[0]) ?? ''
  const salt = lib.random.getBytesSync(16)
  const oid = '2.16.840.1.101.3.4.2.1'
  const mac = macOf(lib, ['sha256', 32], passphrase, salt, ROUNDS, sealed).toString('binary')
  const list = (...nodes: forge.asn1.Asn1[]): forge.asn1.Asn1 => create(Class.UNIVERSAL, Type.SEQUENCE, true, nodes)
  const leaf = (type: forge.asn1.Type, value: string): forge.asn1.Asn1 => create(Class.UNIVERSAL, type, false, value)
  const algorithm = list(leaf(Type.OID, oidToDer(oid).getBytes()), leaf(Type.NULL, ''))
  const macData = list(
    list(algorithm, leaf(Type.OCTETSTRING, mac)),
    leaf(Type.OCTETSTRING, salt),
    leaf(Type.INTEGER, integerToDer(ROUNDS).getBytes()),
  )
  return list(...[version, content].filter((node) => node !== undefined), macData)
}

/** The store without its MAC, for forge, which would check it with the spelling of the passphrase that the ciphers want. */
export function unsealed(lib: typeof forge, store: forge.asn1.Asn1): forge.asn1.Asn1 {
  return lib.asn1.create(lib.asn1.Class.UNIVERSAL, lib.asn1.Type.SEQUENCE, true, children(store).slice(0, 2))
}

/**
 * The passphrase as the ciphers of a store want it: UTF-16 for the old ones (RFC 7292 B.1), which forge does itself,
 * UTF-8 for PBES2 (RFC 8018), which forge leaves to the caller.
 */
export const spellings = (lib: typeof forge, passphrase: string): readonly string[] => [
  ...new Set([lib.util.encodeUtf8(passphrase), passphrase]),
]

function macOf(
  lib: typeof forge,
  [name, bytes]: Digest,
  passphrase: string,
  salt: string,
  rounds: number,
  sealed: string,
): Buffer {
  const key = lib.pkcs12.generateKey(passphrase, lib.util.createBuffer(salt), 3, rounds, bytes, lib.md[name].create())
  return createHmac(name, Buffer.from(key.getBytes(), 'binary')).update(Buffer.from(sealed, 'binary')).digest()
}

const children = (node: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] =>
  node && Array.isArray(node.value) ? (node.value as forge.asn1.Asn1[]) : []

/** The bytes of a string type, glued together where BER cut them into pieces. */
const octets = (node: forge.asn1.Asn1 | undefined): string | undefined => {
  if (!node) return undefined
  return Array.isArray(node.value) ? (node.value as forge.asn1.Asn1[]).map((piece) => octets(piece) ?? '').join('') : node.value
}
