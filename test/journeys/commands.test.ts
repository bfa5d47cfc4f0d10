import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t, { type Test } from 'tap'
import { tillgate } from './cli.ts'
import { testClock, until } from './clock.ts'
import { openShop, type ShopRun, type Sold, temporary } from './shop.ts'

const drivers = join(import.meta.dirname, '../../drivers')
const samples = ['escpos', 'text'].flatMap((id) =>
  readdirSync(join(drivers, id, 'samples'))
    .filter((name) => /^d0\d.*\.bin$/.test(name))
    .map((name) => join(drivers, id, 'samples', name)),
)

/** What becomes of a document that is not invoiced; anything else is set aside by itself. */
const OUTCOMES: Readonly<Record<string, string>> = { 'image-only': 'unreadable', refund: 'held' }

interface Documents {
  readonly documents: readonly Readonly<Record<string, unknown>>[]
}

t.test('read: each sample of a register gives the documents the paper asks for, field for field', async (t) => {
  t.equal(samples.length, 6)
  for (const file of samples) {
    const expected = JSON.parse(readFileSync(file.replace('.bin', '.expected.json'), 'utf8')) as Documents
    const run = await tillgate(['read', file, '--json'])
    t.equal(run.code, 0, basename(file))
    const { documents } = JSON.parse(run.out) as Documents
    t.equal(documents.length, expected.documents.length)
    for (const [i, wanted] of expected.documents.entries()) {
      const found = documents[i] ?? {}
      const outcome = wanted['invoiceable'] ? 'ready' : (OUTCOMES[String(wanted['kind'])] ?? 'ignored')
      t.equal(found['outcome'], outcome, `${basename(file)} document ${i + 1} is ${outcome}`)
      // The picture's bands and what is drawn on it are remarks of the sample, no fields of a document.
      const { ocr: _, image, ...fields } = wanted as { ocr?: unknown; image?: { widthDots: number; command: string } }
      const asked = Object.fromEntries(Object.keys(fields).map((key) => [key, found[key]]))
      t.strictSame(asked, fields)
      if (image) t.match(found['image'], { widthDots: image.widthDots, command: image.command })
      if (outcome === 'unreadable')
        t.match(found['fault'], { code: /^[A-Z_]+$/, message: /\S/, hint: /\S/ }, 'a picture says why it cannot be read')
    }
  }
})

t.test('read: from standard input, for people, and what cannot be read', async (t) => {
  const [first = ''] = samples
  const piped = await tillgate(['read', '-', '--json', '--driver', 'escpos'], readFileSync(first))
  const named = await tillgate(['read', first, '--json', '--driver', 'escpos'])
  t.equal(piped.out, named.out)
  const shown = await tillgate(['read', first])
  t.equal(shown.code, 0)
  t.equal(shown.out, '', 'words for people are no machine output')
  t.match(shown.err, /×.*đ/)
  for (const [args, code] of [
    [['read', join(drivers, 'no-such-file')], 'READ_FILE'],
    [['read', first, '--driver', 'telex'], 'READ_DRIVER'],
  ] as const) {
    const run = await tillgate(args)
    t.equal(run.code, 2)
    t.equal(run.out, '')
    t.match(run.err, new RegExp(`→ .*\\(${code}\\)`))
  }
  const nothing = await tillgate(['read', '-', '--json'], new Uint8Array())
  t.equal(nothing.code, 0)
  t.same((JSON.parse(nothing.out) as Documents).documents, [])
})

t.test('every command explains itself, and words nobody knows end with 2', async (t) => {
  const commands = ['run', 'demo', 'init', 'check', 'read', 'sample', 'verify', 'facts', 'simulate']
  const nested = ['register', 'printer', 'authority'].map((name) => ['simulate', name])
  for (const command of [...commands.map((name) => [name]), ...nested]) {
    const run = await tillgate([...command, '--help'])
    t.equal(run.code, 0, command.join(' '))
    t.match(run.out, new RegExp(`Usage: tillgate ${command.join(' ')}`))
  }
  const all = await tillgate(['--help'])
  for (const name of commands) t.match(all.out, new RegExp(`^  ${name}`, 'm'))
  t.match((await tillgate(['--version'])).out, /^\d+\.\d+\.\d+\n$/)
  for (const wrong of [['sell'], ['run'], ['read'], ['check', '--loud'], ['--lang', 'fr', 'check']]) {
    const run = await tillgate(wrong)
    t.equal(run.code, 2, wrong.join(' '))
    t.equal(run.out, '')
    t.match(run.err, /error: /)
  }
})

t.test('init makes a shop that check finds good and facts finds empty of facts', async (t) => {
  const dir = temporary(t)
  const folder = join(dir, 'quan')
  const made = await tillgate(['init', folder, '--yes'])
  t.equal(made.code, 0, made.err)
  t.equal((await tillgate(['init', folder, '--yes'])).code, 2, 'a shop is not overwritten')
  const file = join(folder, 'tillgate.json')
  const config = JSON.parse(readFileSync(file, 'utf8')) as { dashboard: { port: number }; registers: { link: unknown }[] }
  config.dashboard.port = 0
  writeFileSync(file, JSON.stringify({ ...config, registers: [{ ...config.registers[0], link: { file: { path: 'till' } } }] }))
  const good = await tillgate(['check', '--config', file])
  t.equal(good.code, 0, good.err)
  t.match(good.err, /✓ signer/)
  const checked = await tillgate(['check', '--config', file, '--json'])
  t.match(JSON.parse(checked.out), { ok: true, items: Array })
  const none = await tillgate(['facts', '--data', join(folder, 'data')])
  t.equal(none.code, 3)
  t.match(none.err, /\(LEDGER_FOLDER\)/)
})

/** What the till sent for a receipt, byte for byte, while the shop is open: to read and to teach from. */
async function sampled(t: Test, shop: ShopRun, first: Sold | undefined): Promise<void> {
  const out = join(shop.dir, 'samples')
  const entries = ['R017-00000001', 'R017-00000002']
  const got = await tillgate(['sample', ...entries, '--config', shop.file, '--out', out])
  t.equal(got.code, 0, got.err)
  t.match(got.err, /2 .*samples/)
  const names = entries.map((entry) => `${entry}.bin`)
  t.same(readdirSync(out).toSorted(), names)
  const [name = ''] = names
  t.equal(statSync(join(out, name)).mode & 0o777, 0o600, 'it may name a buyer')
  t.ok(first && readFileSync(join(out, name)).equals(first.bytes), 'every byte the till sent')
  const read = await tillgate(['read', join(out, name), '--json'])
  t.match(JSON.parse(read.out), { documents: [{ outcome: 'ready', sale: { total: first?.sale.total } }] }, 'the same sale')
  const none = await tillgate(['sample', 'R017-00000099', '--config', shop.file, '--out', out])
  t.equal(none.code, 1)
  t.match(none.err, /R017-00000099.*\n.*\(READING_NO_FRAME\)/)
  const barred = await tillgate(['sample', ...entries, '--config', shop.file, '--out', shop.file])
  t.equal(barred.code, 2)
  t.match(barred.err, /\(SAMPLE_FOLDER\)/)
}

t.test('verify, facts and sample on what a day leaves behind: valid, tampered, and not a document at all', async (t) => {
  const shop = await openShop(t, { clock: testClock({ start: '2026-11-21T10:00:00', speed: 20 }) })
  const [first] = await shop.sell(5)
  t.ok(await until(() => shop.tvan.accepted().length === 5))
  await sampled(t, shop, first)
  const [message] = shop.messages
  const { body: invoice } = await shop.api<string>('/api/v1/invoices/1/C26MAA/1.xml')
  await shop.stop()
  const put = (name: string, data: string | Uint8Array): string => {
    const file = join(shop.dir, name)
    writeFileSync(file, data)
    return file
  }
  const text = Buffer.from(message ?? []).toString()
  const good = put('message.xml', message ?? '')
  const forged = put(
    'forged.xml',
    text.replace(/<TgTTTBSo>(\d)/, (_, digit: string) => `<TgTTTBSo>${(Number(digit) % 9) + 1}`),
  )
  const renamed = put('renamed.xml', text.replace(/<THHDVu>./, '<THHDVu>~'))
  const alone = put('invoice.xml', invoice)
  const note = put('note.txt', 'Cà phê sữa đá 29.000')
  t.same((await tillgate(['verify', good, alone])).code, 0)
  for (const file of [forged, renamed]) {
    const run = await tillgate(['verify', file, '--json'])
    t.equal(run.code, 1, basename(file))
    t.match(run.err, /^✗ /)
    t.match(JSON.parse(run.out), { exit: 1 })
  }
  for (const file of [note, join(shop.dir, 'missing.xml')]) t.equal((await tillgate(['verify', file])).code, 2, basename(file))
  t.equal((await tillgate(['verify', good, forged, note])).code, 2, 'the worst of them')

  const told = await tillgate(['facts', '--data', join(shop.dir, 'data')])
  t.equal(told.code, 0)
  const lines = told.out.trimEnd().split('\n')
  t.same(
    lines.map((line) => (JSON.parse(line) as { n: number }).n),
    lines.map((_, n) => n),
  )
  t.match(JSON.parse(lines[0] ?? ''), { kind: 'chain.opened' })
  t.match(JSON.parse(lines.at(-1) ?? ''), { kind: 'gateway.stopped' })
  const later = await tillgate(['facts', '--data', join(shop.dir, 'data'), '--from', '3'])
  t.equal(later.out, `${lines.slice(3).join('\n')}\n`, 'byte for byte')
})
