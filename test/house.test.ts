import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import t from 'tap'

const root = resolve(import.meta.dirname, '..')
const files = ['src', 'drivers', 'simulators'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(top, name).split(sep).join('/')),
)

/** The room a file belongs to; the top files of src and its commands join the rooms. */
const room = (file: string): string => {
  if (file.startsWith('drivers/')) return 'drivers'
  if (file.startsWith('simulators/')) return 'simulators'
  const parts = file.split('/')
  if (parts.length === 2 || parts[1] === 'commands') return 'joins'
  return `src/${parts[1]}`
}

const imports = (file: string): string[] => {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map((m) =>
    relative(root, resolve(root, dirname(file), m[1] ?? ''))
      .split(sep)
      .join('/'),
  )
}

void t.test('two rooms never import each other: every room imports only domain, the joining files import all', async (t) => {
  const wrong = files.flatMap((file) =>
    imports(file)
      .filter((target) => room(file) !== 'joins' && room(target) !== room(file) && room(target) !== 'src/domain')
      .map((target) => `${file} -> ${target}`),
  )
  t.same(wrong, [])
  t.ok(files.length > 20, 'the files were found')
})

void t.test('domain imports nothing from outside', async (t) => {
  const wrong = files
    .filter((file) => room(file) === 'src/domain')
    .filter((file) => /from '(?!\.\/)/.test(readFileSync(join(root, file), 'utf8')))
  t.same(wrong, [])
})

void t.test('field codes of the Vietnamese documents live only in countries/vn and in the eyes that judge them', async (t) => {
  const codes = /\b(SHDon|KHHDon|KHMSHDon|MCCQT|TgTTTBSo|DLHDon|MTDiep|TTTNhan|LTBao)\b/
  const wrong = files
    .filter((file) => !/^(src\/countries\/vn|src\/verify|simulators\/authority)\//.test(file))
    .filter((file) => codes.test(readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
  t.same(wrong, [])
})

void t.test('no file is over 400 lines, the median is under 120, no class is named for everything', async (t) => {
  const sizes = files.map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
  t.same(
    sizes.filter((s) => s.lines > 400),
    [],
  )
  const sorted = sizes.map((s) => s.lines).sort((a, b) => a - b)
  t.ok((sorted[Math.floor(sorted.length / 2)] ?? 0) < 120)
  t.same(
    files.filter((file) => /(manager|helper|util|base|service|controller)s?\.tsx?$/i.test(file)),
    [],
  )
})

void t.test('only the clock knows now', async (t) => {
  const wrong = files
    .filter((file) => !/^(src\/clock\.ts|src\/commands\/|simulators\/|src\/dashboard\/web\/)/.test(file))
    .filter((file) => /Date\.now\(\)|new Date\(\)|performance\.now\(\)/.test(readFileSync(join(root, file), 'utf8')))
  t.same(wrong, [])
})
