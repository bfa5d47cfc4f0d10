import { readFile, writeFile } from 'node:fs/promises'
import { linesOf } from '../../drivers/glyphs/cut.ts'
import { learn } from '../../drivers/glyphs/map.ts'
import { driverById, drivers } from '../../drivers/index.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Lang } from '../domain/words.ts'
import { readWords } from '../words.ts'

export interface GlyphsOptions {
  /** Bytes of a receipt that is a picture. */
  readonly file: string
  /** What stands on it, line by line as a person reads it. */
  readonly text: string
  readonly driver: string
  /** Where the map goes; standard output unless named. */
  readonly out?: string
  readonly lang: Lang
}

/**
 * `tillgate glyphs learn`: which dots are which letter on this till's paper, for the `glyphs` setting of its register.
 * Exit 0; 1 when text and picture do not fit each other; 2 when a file or the driver cannot be had.
 */
export async function learnGlyphs({ file, text, driver, out, lang }: GlyphsOptions): Promise<number> {
  const words = readWords()
  const refuse = (found: Fault, exit: number): number => {
    const { code, message, hint } = words.fault(lang, found)
    process.stderr.write(`${message}\n    → ${hint}  (${code})\n`)
    return exit
  }
  const chosen = driverById(driver)
  if (!chosen?.pictures)
    return refuse(fault('READ_DRIVER', { driver, known: drivers.flatMap((d) => (d.pictures ? [d.id] : [])).join(', ') }), 2)
  const read: Buffer[] = []
  for (const path of [file, text]) {
    try {
      read.push(await readFile(path))
    } catch (error) {
      return refuse(fault('READ_FILE', { file: path, reason: (error as Error).message }), 2)
    }
  }
  const [bytes = Buffer.alloc(0), said = Buffer.alloc(0)] = read
  const framer = chosen.framer()
  const frames = [...framer.push(bytes).frames, ...framer.close(false).frames]
  const lines = frames.flatMap(({ bytes: frame }) => chosen.pictures?.(frame) ?? []).flatMap(linesOf)
  const texts = said.toString('utf8').split(/\r?\n/)
  const learned = learn(lines, texts)
  if (!learned) {
    const given = texts.filter((line) => line.trim() !== '').length
    return refuse(fault('GLYPHS_LINES', { picture: String(lines.length), text: String(given) }), 1)
  }
  const { map, unused } = learned
  const json = `${JSON.stringify(map, null, 1)}\n`
  if (out === undefined) process.stdout.write(json)
  else await writeFile(out, json)
  process.stderr.write(
    `${words.say(lang, 'glyphs.learned', { letters: String(Object.keys(map.letters).length), pairs: String(map.pairs.length) })}\n`,
  )
  for (const n of unused) process.stderr.write(`${words.say(lang, 'glyphs.unused', { line: String(n + 1) })}\n`)
  return 0
}
