import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Schema } from './document.ts'

type Lib = typeof import('libxml2-wasm')

/** Message types with a schema of their own; 303 has the body of 300 (einvoice-format 3). */
const FILES: Readonly<Record<string, string>> = {
  '206': 'msg-206.xsd',
  '216': 'msg-216.xsd',
  '204': 'msg-204.xsd',
  '300': 'msg-300.xsd',
  '303': 'msg-300.xsd',
  '301': 'msg-301.xsd',
  '302': 'msg-302.xsd',
  '102': 'msg-102.xsd',
  '103': 'msg-103.xsd',
  '999': 'msg-999.xsd',
  invoice: 'einvoice.xsd',
}

type Compiled = (kind: string) => Promise<{ schema: Schema; known: boolean }>

/** One set a folder and process: libxml2 has room for only a handful of input providers, and keeps each for ever. */
const sets = new Map<string, Compiled>()

/** The schemas of a folder, each compiled at its first use. The library reads nothing but what is handed to it here. */
export function schemas(lib: Lib, folder: string): Compiled {
  const set = sets.get(folder) ?? compiling(lib, folder, `schemas-${sets.size}`)
  sets.set(folder, set)
  return set
}

/** `place`: the parser asks for included schemas by address; a made-up one keeps two folders apart. */
function compiling(lib: Lib, folder: string, place: string): Compiled {
  const address = (name: string): string => `${place}/${name}`
  const compiled = new Map<string, Promise<Schema>>()
  const common = readFile(join(folder, 'einvoice.xsd')).then((bytes) => {
    lib.xmlRegisterInputProvider(new lib.XmlBufferInputProvider({ [address('einvoice.xsd')]: bytes }))
  })
  const compile = async (name: string): Promise<Schema> => {
    const [bytes] = await Promise.all([readFile(join(folder, name)), common])
    const document = lib.XmlDocument.fromBuffer(bytes, { url: address(name) })
    return lib.XsdValidator.fromDoc(document) as unknown as Schema
  }
  return async (kind) => {
    const name = FILES[kind] ?? 'envelope.xsd'
    const ready = compiled.get(name) ?? compile(name)
    compiled.set(name, ready)
    return { schema: await ready, known: FILES[kind] !== undefined || kind === '-1' }
  }
}
