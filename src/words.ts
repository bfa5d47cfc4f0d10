import { readFileSync } from 'node:fs'
import type { Fault } from './domain/fault.ts'
import type { Lang, Words } from './domain/words.ts'

/** Reads the catalogue that stands beside this file: `key,vi,en`, quotes doubled inside quoted cells. */
export function readWords(csv = readFileSync(new URL('./messages.csv', import.meta.url), 'utf8')): Words {
  const table: Record<Lang, Record<string, string>> = { vi: {}, en: {} }
  for (const [key = '', vi = '', en = ''] of cells(csv).slice(1)) {
    table.vi[key] = vi
    table.en[key] = en
  }
  const say = (lang: Lang, key: string, values: Readonly<Record<string, string>> = {}): string =>
    plural(table[lang][key] ?? key, values['n']).replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)
  return {
    say,
    fault: (lang: Lang, fault: Fault) => ({
      code: fault.code,
      message: say(lang, `fault.${fault.code}`, fault.values),
      // A reason of the authority that begins it may be empty.
      hint: say(lang, `fault.${fault.code}.hint`, fault.values).trim(),
      ...(fault.path ? { path: fault.path } : {}),
    }),
    all: (lang) => table[lang],
  }
}

/** English texts with a count are written `{n} day||{n} days`. */
function plural(text: string, n: string | undefined): string {
  const [one = text, many] = text.split('||')
  return many === undefined || n === '1' ? one : many
}

/** The rows of a CSV text (RFC 4180). */
function cells(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const m of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (m[0] === '') break
    row.push(m[1]?.replaceAll('""', '"') ?? m[2] ?? '')
    if (m[3] !== ',') {
      rows.push(row)
      row = []
    }
  }
  return rows
}
