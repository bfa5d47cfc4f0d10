import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import t from 'tap'
import { drivers } from '../../drivers/index.ts'
import { loadConfig } from '../../src/config.ts'
import { ConfigSchema } from '../../src/config-schema.ts'
import { dialectOf, witnessOf } from '../../src/dialect.ts'
import { readWords } from '../../src/words.ts'
import { folder } from '../folder.ts'

const root = resolve(import.meta.dirname, '../..')
const text = (file: string): string => readFileSync(join(root, file), 'utf8')

interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
  readonly anyOf?: readonly Node[]
}

/** Every key of the schema with its path: `registers[].link.tcp.host`. */
function keys(node: Node, at = ''): readonly string[] {
  const below = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = at === '' ? name : `${at}.${name}`
    return [path, ...keys(child, path)]
  })
  return [...below, ...(node.items ? keys(node.items, `${at}[]`) : []), ...(node.anyOf ?? []).flatMap((one) => keys(one, at))]
}

void t.test('the table of the configuration lists every key there is, once, and nothing else', async (t) => {
  const listed = text('docs/configuration.md')
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1]))
  const wanted = [...new Set(keys(ConfigSchema as Node))]
  t.same(listed.toSorted(), wanted.toSorted())
  t.ok(wanted.length > 100, 'the schema was walked')
})

const SHOP = {
  version: 1,
  country: 'vn',
  shop: { taxCode: '0199999014', name: 'QUÁN', address: 'Hà Nội', form: 1, codeBlock: 'A1B2C' },
  signer: { p12: 'keys/shop.p12', passphrase: { env: 'TILLGATE_KEY' } },
  upstream: { transport: 'viettel-tvan', url: 'http://127.0.0.1:9400', username: 'shop', password: { env: 'TILLGATE_UPSTREAM' } },
}

void t.test('every driver says how it is wired, with entries of tillgate.json that hold', async (t) => {
  const file = join(folder(t), 'tillgate.json')
  for (const { id } of drivers) {
    const paper = text(`drivers/${id}/README.md`)
    const headings = [...paper.matchAll(/^## (.+)$/gm)].map((m) => m[1])
    t.same(headings, ['Speaks', 'Registers seen', 'Wiring', 'Settings', 'Samples', 'Oddities', 'Source'], id)
    const wiring = paper.split('## Wiring')[1]?.split('\n## ')[0] ?? ''
    const entries = [...wiring.matchAll(/```json\n([\s\S]+?)```/g)].map((m): unknown => JSON.parse(m[1] ?? ''))
    t.ok(entries.length > 0 && wiring.includes('--'), `${id}: a drawing and an entry`)
    for (const entry of entries) {
      writeFileSync(file, JSON.stringify({ ...SHOP, registers: [entry] }))
      const loaded = loadConfig(file)
      if (!loaded.ok) {
        t.same(loaded.faults, [], `${id}: ${JSON.stringify(entry)}`)
        continue
      }
      for (const register of loaded.config.values.registers) {
        t.match(dialectOf(register, 'registers.0', loaded.config.path), { ok: true }, id)
        if (register.witness) t.match(witnessOf(register.witness, 'registers.0.witness'), { ok: true }, id)
        t.ok(
          id === register.driver || (id === (register.witness?.driver ?? 'display') && register.witness),
          `${id}: its own entry`,
        )
      }
    }
  }
})

void t.test('every link between the papers leads somewhere', async (t) => {
  const papers = ['README.md', 'CHANGELOG.md'].concat(
    ['docs', 'drivers', 'src', 'simulators', 'test'].flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .map((name) => join(top, name)),
    ),
  )
  const anchors = (file: string): readonly string[] =>
    [...text(file).matchAll(/^#+ (.+)$/gm)].map((m) =>
      (m[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s-]/gu, '')
        .replaceAll(' ', '-'),
    )
  const wrong = papers.flatMap((paper) =>
    [...text(paper).matchAll(/(?:\]\(|src=")([^)"\s]+)[)"]/g)]
      .map((m) => m[1] ?? '')
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#')
        const target = path === '' ? paper : join(dirname(paper), path)
        if (!existsSync(join(root, target))) return true
        return anchor !== undefined && target.endsWith('.md') && !anchors(target).includes(decodeURIComponent(anchor))
      })
      .map((link) => `${paper}: ${link}`),
  )
  t.same(wrong, [])
  t.ok(papers.length > 15, 'the papers were found')
})

void t.test('every message is said in both languages with the same places, and every fault has its next step', async (t) => {
  const words = readWords()
  const vi = words.all('vi')
  const en = words.all('en')
  const places = (message = ''): string => [...new Set(message.match(/\{\w+\}/g) ?? [])].toSorted().join()
  const wrong = Object.keys(vi).filter((key) => !vi[key] || !en[key] || places(vi[key]) !== places(en[key]))
  t.same(wrong, [])
  const silent = Object.keys(vi).filter((key) => /^fault\.[A-Z0-9_]+$/.test(key) && !vi[`${key}.hint`])
  t.same(silent, [])
})

void t.test('nobody in a shop is told of ledgers, frames, gateways or endpoints', async (t) => {
  const words = readWords()
  const technical = /\b(ledger|frame|gateway|endpoint|payload|daemon)s?\b(?!\.pem)/i
  const seen = (['vi', 'en'] as const).flatMap((lang) =>
    Object.entries(words.all(lang)).filter(([key, message]) => !key.startsWith('dev.') && technical.test(message)),
  )
  t.same(
    seen.map(([key]) => key),
    ['empty.frames'],
  )
})
