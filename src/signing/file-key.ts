import type { KeyObject } from 'node:crypto'
import { sign as signBytes, verify as verifyBytes } from 'node:crypto'
import type { Clock } from '../domain/clock.ts'
import type { Fault } from '../domain/fault.ts'
import { fault } from '../domain/fault.ts'
import type { Result } from '../domain/result.ts'
import { failed, ok } from '../domain/result.ts'
import type { Certificate, Signer } from '../domain/signer.ts'
import { dateFault } from './certificate.ts'

/** A signer whose private key lives in this process. */
export interface FileSigner extends Signer {
  /** As opened; `certificate()` judges its dates anew. */
  readonly opened: Certificate
}

/**
 * Key and certificate belong together, tried once. After that OpenSSL checks each RSA result with the public exponent
 * before it hands it out (`rsa_ossl_mod_exp`: a wrong one is computed again without CRT), so a second check here would
 * find nothing (F20); other kinds of key are checked each time.
 */
const belongs = (key: KeyObject, publicKey: KeyObject): boolean => {
  const trial = Buffer.from('tillgate')
  return verifyBytes('sha256', trial, publicKey, signBytes('sha256', trial, key))
}

/**
 * Signs with one KeyObject on the libuv pool: a PEM string would be parsed at every call, five times slower, and a
 * synchronous signature would hold up the printer (dependencies 4).
 */
export function fileSigner(key: KeyObject, publicKey: KeyObject, certificate: Certificate, clock: Clock): FileSigner {
  const checked = key.asymmetricKeyType === 'rsa' && belongs(key, publicKey)
  return {
    opened: certificate,
    certificate: () => {
      const expired = dateFault(certificate, clock)
      return Promise.resolve(expired ? failed(expired) : ok(certificate))
    },
    sign: (bytes) =>
      new Promise<Result<Uint8Array>>((resolve) => {
        const expired = dateFault(certificate, clock)
        if (expired) return resolve(failed(expired))
        signBytes('sha256', bytes, key, (error, signature) => {
          // A signature the public key does not confirm must never leave the process (F20).
          const proven = !error && (checked || verifyBytes('sha256', bytes, publicKey, signature))
          resolve(proven ? ok(new Uint8Array(signature)) : failed(fault('SIGN_UNPROVEN', { serial: certificate.serial })))
        })
      }),
  }
}

/** Stands where no key could be opened: invoices are still issued and kept, each try to sign says why not. */
export function withoutKey(why: Fault): Signer {
  return { certificate: () => Promise.resolve(failed(why)), sign: () => Promise.resolve(failed(why)) }
}
