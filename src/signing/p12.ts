import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { open } from 'node:fs/promises'
import type forge from 'node-forge'
import type { Clock } from '../domain/clock.ts'
import type { Fault } from '../domain/fault.ts'
import { fault } from '../domain/fault.ts'
import type { Result } from '../domain/result.ts'
import { failed, ok } from '../domain/result.ts'
import { dateFault, describe, ownerFault } from './certificate.ts'
import type { FileSigner } from './file-key.ts'
import { fileSigner } from './file-key.ts'
import { opens, spellings, unsealed } from './passphrase.ts'

/** No certificate store of a shop comes near it; forge must not be fed without a bound. */
const LARGEST = 1 << 20

interface StoreFile {
  readonly path: string
  readonly passphrase: string
}

interface Pair {
  readonly key: KeyObject
  readonly certificate: X509Certificate
  /** The key usage lets it sign documents; a certificate without that extension may do anything. */
  readonly maySign: boolean
}

/**
 * Opens a PKCS#12 store, modern (AES) or old (RC2, 3DES, which OpenSSL 3 refuses and Vietnamese CAs still hand out), and
 * gives the signer of the key and certificate that belong together. Of several pairs the first that may sign now is taken.
 * The passphrase is tried once, never again by itself (F20).
 */
export async function openP12(options: StoreFile & { readonly taxCode?: string }, clock: Clock): Promise<Result<FileSigner>> {
  const bytes = await read(options.path)
  if (!bytes.ok) return bytes
  const pairs = await unlock(bytes.value, options)
  if (!pairs.ok) return pairs
  let first: Fault | undefined
  for (const { key, certificate, maySign } of pairs.value) {
    const described = describe(certificate)
    const refused =
      ownerFault(described, options.taxCode) ??
      (maySign ? undefined : fault('SIGN_KEY_USAGE', { serial: described.serial })) ??
      dateFault(described, clock)
    if (!refused) return ok(fileSigner(key, certificate.publicKey, described, clock))
    first ??= refused
  }
  return failed(first ?? fault('SIGN_FILE_BAD', {}, options.path))
}

async function read(path: string): Promise<Result<Uint8Array>> {
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      if (size === 0 || size > LARGEST) return failed(fault('SIGN_FILE_BAD', {}, path))
      return ok(await file.readFile())
    } finally {
      await file.close()
    }
  } catch (error) {
    return failed(fault('SIGN_FILE_MISSING', { why: (error as NodeJS.ErrnoException).code ?? '' }, path))
  }
}

/** forge is loaded only here and let go again: it opens stores, it never signs (dependencies 0.8). */
async function unlock(bytes: Uint8Array, { path, passphrase }: StoreFile): Promise<Result<readonly Pair[]>> {
  const { default: lib } = await import('node-forge')
  const parse = (): forge.asn1.Asn1 => lib.asn1.fromDer(Buffer.from(bytes).toString('binary'), false)
  const fits = attempt(() => opens(lib, parse(), passphrase))
  if (fits === false) return failed(fault('SIGN_BAD_PASSPHRASE', {}, path))
  for (const spelling of fits ? spellings(lib, passphrase) : []) {
    const pairs = attempt(() => pair(lib, lib.pkcs12.pkcs12FromAsn1(unsealed(lib, parse()), false, spelling)))
    if (pairs) return ok(pairs)
  }
  return failed(fault('SIGN_FILE_BAD', {}, path))
}

/** forge answers every oddity of a foreign file by throwing; whatever it dislikes is a store it cannot use. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

function pair(lib: typeof forge, store: forge.pkcs12.Pkcs12Pfx): Pair[] {
  const bags = store.safeContents.flatMap((content) => content.safeBags)
  const der = (node: forge.asn1.Asn1): Buffer => Buffer.from(lib.asn1.toDer(node).getBytes(), 'binary')
  const keys = bags.flatMap(({ key }) =>
    key ? [createPrivateKey({ key: der(lib.pki.privateKeyToAsn1(key)), format: 'der', type: 'pkcs1' })] : [],
  )
  return bags.flatMap(({ cert }) => {
    if (!cert) return []
    const certificate = new X509Certificate(der(lib.pki.certificateToAsn1(cert)))
    const key = keys.find((candidate) => createPublicKey(candidate).equals(certificate.publicKey))
    if (!key) return []
    const usage = cert.getExtension('keyUsage') as { digitalSignature?: boolean; nonRepudiation?: boolean } | null | undefined
    return [{ key, certificate, maySign: !usage || usage.digitalSignature === true || usage.nonRepudiation === true }]
  })
}
