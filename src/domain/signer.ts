import type { Result } from './result.ts'
import type { Instant } from './time.ts'

/** Whose seal. A file key signs in this process; a token does behind the same seam. */
export interface Signer {
  certificate(): Promise<Result<Certificate>>
  /** RSASSA-PKCS1-v1_5 over SHA-256 of `bytes`; checked with the public key before it is returned. */
  sign(bytes: Uint8Array): Promise<Result<Uint8Array>>
}

export interface Certificate {
  readonly der: Uint8Array
  /** Upper-case hex without separators. */
  readonly serial: string
  readonly subject: string
  /** From `UID=MST:...` of the subject; absent when it names none. */
  readonly taxCode?: string
  readonly from: Instant
  readonly to: Instant
}
