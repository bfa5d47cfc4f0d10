import type { Read } from '../../src/domain/driver.ts'
import { fault } from '../../src/domain/fault.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import { readText } from '../text/read.ts'
import { type Block, findAt, follows } from './blocks.ts'
import type { Protocol } from './settings.ts'

const [LF, CR] = [0x0a, 0x0d]

/** The blocks of one kept document, and whether its end mark is there. */
export function blocksOf(frame: Uint8Array, protocol: Protocol): { readonly blocks: readonly Block[]; readonly ended: boolean } {
  const blocks: Block[] = []
  let ended = false
  for (let at = 0; at < frame.length; ) {
    const found = findAt(frame, at, protocol, true)
    if (found.kind === 'more') break
    if (found.kind === 'block') blocks.push(found)
    ended = found.kind === 'eot'
    at += found.size
  }
  const closing = blocks.at(-1)?.command
  return { blocks, ended: ended || (closing !== undefined && protocol.closing.includes(closing)) }
}

/** The journal text inside the blocks. Faults DRIVER_BAD_CHECKSUM, DRIVER_BLOCK_LOST. Pure. */
export function readBlocks(frame: Uint8Array, protocol: Protocol): Result<Read> {
  const { blocks, ended } = blocksOf(frame, protocol)
  if (blocks.length === 0 || blocks.some((block) => !block.good)) return failed(fault('DRIVER_BAD_CHECKSUM'))
  if (protocol.family !== 'stx')
    for (const [i, { sequence = 0 }] of blocks.entries()) {
      const before = blocks[i - 1]?.sequence
      if (before !== undefined && !follows(before, sequence)) return failed(fault('DRIVER_BLOCK_LOST'))
    }
  const lines = blocks.flatMap(({ data }) => {
    const last = data.at(-1)
    return last === LF || last === CR ? [data] : [data, Uint8Array.of(LF)]
  })
  const page = readText(new Uint8Array(Buffer.concat(lines)), protocol.pins)
  // A block that is whole is a strong end; so is EOT (register-capture 6).
  const boundary = protocol.document === 'block' || ended ? 'journal' : page.boundary === 'torn' ? 'torn' : 'quiet'
  return ok({ kind: 'page', page: { ...page, boundary } })
}
