import type { Driver, Settings } from '../../src/domain/driver.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { framer, replyTo } from './framer.ts'
import { blocksOf, readBlocks } from './read.ts'
import { type Protocol, readSettings } from './settings.ts'

/** Silence after which a block or a document does not go on, in milliseconds. */
const QUIET = 3_000

function speaking(protocol: Protocol): Driver {
  const kept = new WeakSet<Uint8Array>()
  return {
    id: 'framed',
    configured,
    quietMs: QUIET,
    framer: () => framer(protocol, (frame) => kept.has(frame)),
    read: (frame) => readBlocks(frame, protocol),
    ...(protocol.answers
      ? {
          /** Asked for only once the frame is on disk: the register may forget it then (law 1). */
          acknowledge(frame: Uint8Array): Uint8Array {
            kept.add(frame)
            const { blocks } = blocksOf(frame, protocol)
            const last = blocks.at(-1)
            return last?.good ? Uint8Array.from(replyTo(last, protocol, protocol.family === 'isl-wide')) : new Uint8Array()
          },
        }
      : {}),
  }
}

function configured(settings: Settings): Result<Driver> {
  const protocol = readSettings(settings)
  return protocol.ok ? ok(speaking(protocol.value)) : protocol
}

const usual = configured({})
if (!usual.ok) throw new Error('the built-in settings are wrong')

/** Registers that send their journal in checked blocks (register-capture 8.2). */
export const framed: Driver = usual.value
