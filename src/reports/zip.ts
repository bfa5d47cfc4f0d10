import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)
/** Without ZIP64, which not every program reads. */
export const MOST_FILES = 65_000

export interface ZipFile {
  /** ASCII, with `/` between folders. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** 1 January 1980, 00:00: what the files say does not depend on when they were packed. */
const DATE = 0x0021
const VERSION = 20
const DEFLATED = 8

/** A ZIP written while it is read: one file in memory at a time. Names must be unlike each other. */
export async function* zip(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = []
  let at = 0
  for await (const { name, bytes } of files) {
    const packed = await deflate(bytes)
    const path = Buffer.from(name, 'ascii')
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(VERSION, 0)
    fields.writeUInt16LE(DEFLATED, 4)
    fields.writeUInt16LE(DATE, 8)
    fields.writeUInt32LE(crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, path])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    const made = Buffer.alloc(2)
    made.writeUInt16LE(VERSION, 0)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), made, fields, place, path]))
    at += local.length + packed.length
    yield local
    yield packed
  }
  const index = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(directory.length, 4)
  end.writeUInt16LE(directory.length, 6)
  end.writeUInt32LE(index.length, 8)
  end.writeUInt32LE(at, 12)
  yield Buffer.concat([index, Buffer.from('PK\x05\x06', 'latin1'), end])
}
