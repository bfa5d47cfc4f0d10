import type { Board } from './domain/board.ts'
import type { Clock } from './domain/clock.ts'
import type { Log } from './domain/log.ts'
import { failed, type Result } from './domain/result.ts'
import type { Signer } from './domain/signer.ts'

/** What a second look cannot mend by itself; a passphrase above all is tried once (K2). */
const FINAL = ['SIGN_BAD_PASSPHRASE', 'SIGN_WRONG_OWNER', 'SIGN_KEY_USAGE', 'SIGN_EXPIRED']
/** Milliseconds between two looks for a key that was not there. */
const AGAIN = 30_000

/**
 * The shop's key, opened at the start and, where it was only missing or not yet valid, looked for again when it is
 * needed. Without it invoices are still issued and kept; the board says what is wrong.
 */
export function keptKey(
  open: () => Promise<Result<Signer>>,
  board: Board,
  clock: Clock,
  log: Log,
): Signer & { look(): Promise<void> } {
  let last: Result<Signer> | undefined
  let lookedAt = 0
  let looking: Promise<Result<Signer>> | undefined

  const opened = async (): Promise<Result<Signer>> => {
    const result = await open()
    last = result
    lookedAt = clock.up()
    looking = undefined
    if (result.ok) board.clear('signer')
    else {
      const { code, values } = result.fault
      log.error({ part: 'signer', code }, 'the signing key could not be opened')
      board.set('signer', { level: 'serious', key: `fault.${code}`, todo: `fault.${code}.hint`, ...(values ? { values } : {}) })
    }
    return result
  }
  const key = async (): Promise<Result<Signer>> => {
    if (last?.ok || (last && (FINAL.includes(last.fault.code) || clock.up() - lookedAt < AGAIN))) return last
    looking ??= opened()
    return looking
  }
  return {
    look: async () => void (await key()),
    certificate: async () => {
      const found = await key()
      return found.ok ? found.value.certificate() : failed(found.fault)
    },
    sign: async (bytes) => {
      const found = await key()
      return found.ok ? found.value.sign(bytes) : failed(found.fault)
    },
  }
}
