import Type, { type Static } from 'typebox'
import type { Settings } from '../../src/domain/driver.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { settingsFault } from '../structured/mapping.ts'
import { pinsOf } from '../text/settings.ts'
import type { Pins } from '../text-grid/page.ts'

const Bytes = Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { minItems: 1, maxItems: 8 })
const literal = <T extends string>(...names: readonly T[]) => Type.Union(names.map((name) => Type.Literal(name)))

const FramedSettings = Type.Object(
  {
    /** `stx`: 02 data 03 check. `isl`: Datecs 01 LEN SEQ CMD data 05 BCC 03. `isl-wide`: LEN and CMD as four bytes. */
    family: Type.Optional(literal('stx', 'isl', 'isl-wide')),
    check: Type.Optional(literal('lrc', 'crc16', 'crc16-ccitt', 'none')),
    /** stx: the first byte of the data counts the blocks. */
    sequence: Type.Optional(Type.Boolean()),
    /** What is one document: a block, or all blocks up to EOT, the closing command, or silence. */
    document: Type.Optional(literal('block', 'end')),
    /** Whether we stand where the register expects its answers; false on a tap. */
    answers: Type.Optional(Type.Boolean()),
    ack: Type.Optional(Bytes),
    nak: Type.Optional(Bytes),
    /** isl: commands that end a document. */
    closing: Type.Optional(Bytes),
    encoding: Type.Optional(Type.String({ maxLength: 20 })),
  },
  { additionalProperties: false },
)

export interface Protocol {
  readonly family: 'stx' | 'isl' | 'isl-wide'
  readonly check: 'lrc' | 'crc16' | 'crc16-ccitt' | 'none'
  readonly sequence: boolean
  readonly document: 'block' | 'end'
  readonly answers: boolean
  readonly ack: readonly number[]
  readonly nak: readonly number[]
  readonly closing: readonly number[]
  readonly pins: Pins
}

const [ACK, NAK] = [0x06, 0x15]
/** Close of a fiscal and of a free receipt. */
const CLOSING = [0x38, 0x27]

/** Fault DRIVER_SETTINGS with the path of the wrong key. */
export function readSettings(settings: Settings): Result<Protocol> {
  const checked = settingsFault(FramedSettings, settings, 'framed')
  if (!checked.ok) return checked
  const said = settings as Static<typeof FramedSettings>
  const pins = pinsOf('framed', said.encoding)
  if (!pins.ok) return pins
  const family = said.family ?? 'stx'
  const isl = family !== 'stx'
  return ok({
    family,
    check: said.check ?? 'lrc',
    sequence: said.sequence ?? isl,
    document: said.document ?? (isl ? 'end' : 'block'),
    // A fiscal protocol is answered by its printer; a plain one by nobody but us.
    answers: said.answers ?? !isl,
    ack: said.ack ?? [ACK],
    nak: said.nak ?? [NAK],
    closing: said.closing ?? CLOSING,
    pins: pins.value,
  })
}
