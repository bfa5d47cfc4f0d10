import pino from 'pino'
import type { Log, LogFields } from './domain/log.ts'

/** Names under which a secret or a buyer's data could ever travel; their values never reach a line (L1). */
export const REDACTED = [
  'password',
  'passphrase',
  'token',
  'access_token',
  'authorization',
  'cookie',
  'key',
  'pin',
  'secret',
  'buyer',
  'phone',
  'email',
  'address',
  'personalId',
  'passport',
  'xml',
  'bytes',
  'body',
]

/** JSON lines with fixed fields on standard output, or on `to`. A log that cannot be written never stops a sale. */
export function openLog(level: string, to?: { write(line: string): void }): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '***' },
    },
    to ?? pino.destination({ dest: 1, sync: false, minLength: 0 }),
  )
  const line =
    (write: (fields: object, text: string) => void) =>
    (fields: LogFields, text: string): void =>
      write(fields, text)
  return {
    error: line((fields, text) => logger.error(fields, text)),
    warn: line((fields, text) => logger.warn(fields, text)),
    info: line((fields, text) => logger.info(fields, text)),
    debug: line((fields, text) => logger.debug(fields, text)),
  }
}
