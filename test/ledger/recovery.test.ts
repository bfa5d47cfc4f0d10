import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { EntryId } from '../../src/domain/ids.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { openForWriting } from '../../src/ledger/sqlite.ts'
import { faultsOf } from './check.ts'
import { anchorOf, ask, begin, codeOf, type Desk, facts, hear, seal, shopWith, step } from './desk.ts'
import { fakeClock, folder, heard, open, options, R17, symbolStep, value } from './shop.ts'

const db = (dir: string): string => join(dir, 'tillgate.db')
const code = (result: { ok: boolean; fault?: { code: string } }): string | undefined =>
  result.ok ? undefined : result.fault?.code
const reopen = (desk: Desk, more = {}): Desk => ({ ...desk, room: begin(desk.dir, desk.clock, more) })

void t.test(
  'killed at each point of a sale and of midnight: what was promised is there, and the next start goes on',
  async (t) => {
    const run = async (points: string): Promise<string[]> => {
      const dir = folder()
      const child = spawn(process.execPath, [
        '--import',
        'tsx',
        fileURLToPath(new URL('./victim.ts', import.meta.url)),
        dir,
        points,
      ])
      let said = ''
      let wrong = ''
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (wrong += chunk.toString()))
      const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)))
      t.equal(signal, 'SIGKILL', `${points} was reached ${wrong}`)
      const clock = fakeClock('2026-11-22T00:05:00.000+07:00')
      const desk: Desk = { room: begin(dir, clock), dir, clock }
      for (const line of said.split('\n').filter(Boolean)) {
        const [what, entry, number] = line.split(' ')
        const reply = ask(desk, { what: 'entry', entry: entry as EntryId })
        const found = reply.ok ? (reply.value as { sealed?: { identity: { number: number } } } | undefined) : undefined
        t.ok(found, `${points}: ${line}`)
        if (what === 'issued') t.equal(found?.sealed?.identity.number, Number(number), `${points}: ${line}`)
      }
      t.equal(facts(desk).findLast((f) => f.kind === 'gateway.started')?.body['store'], 'recovered')
      desk.room.close()
      return faultsOf(db(dir))
    }
    t.same(await Promise.all(['capture.flushed:2', 'issue.sealed:3', 'issue.flushed:3', 'day.after-head:1'].map(run)), [
      [],
      [],
      [],
      [],
    ])
  },
)

const traced = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync', 'true']).status === 0

void t.test(
  'F05 a failed flush: nobody is answered, the process ends with 70, the next start takes what the file says',
  { skip: traced ? false : 'skipped because strace cannot trace here' },
  async (t) => {
    const dir = folder()
    const calls = 'fsync,fdatasync'
    const inject = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO:when=18+`]
    const victim = fileURLToPath(new URL('./victim.ts', import.meta.url))
    const run = spawnSync('strace', [...inject, process.execPath, '--import', 'tsx', victim, dir], { encoding: 'utf8' })
    t.equal(run.status, 70)
    const promised = run.stdout.split('\n').filter(Boolean)
    t.ok(promised.length > 0 && promised.length < 12, promised.join(', '))
    const clock = fakeClock('2026-11-21T23:59:59.900+07:00')
    const desk: Desk = { room: begin(dir, clock), dir, clock }
    for (const line of promised) {
      const reply = ask(desk, { what: 'entry', entry: line.split(' ')[1] as EntryId })
      t.match(reply, { ok: true, value: { register: 'R017' } }, line)
    }
    desk.room.close()
    t.same(faultsOf(db(dir)), [])
  },
)

void t.test('a folder of its own: full flush after reopening, modes, one holder, anchor within a second', async (t) => {
  const dir = join(folder(), 'data')
  const first = await open(dir, fakeClock())
  t.equal(statSync(dir).mode & 0o777, 0o700)
  const entry = value(await first.capture(R17, heard('still here')))

  const second = await openLedger(options(dir, fakeClock()))
  t.equal(code(second), 'LEDGER_SECOND_WRITER')
  t.equal(second.ok ? undefined : second.fault.values?.['pid'], String(process.pid))
  t.equal((await first.frame(entry))?.length, 10, 'the holder is not disturbed')

  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const { n, hash } = JSON.parse(readFileSync(join(dir, 'anchor.json'), 'utf8')) as { n: number; hash: string }
  const [fact] = await first.view.facts(n - 1, 1)
  t.equal(fact?.hash, hash)
  t.equal(fact?.kind, 'frame.captured')
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  t.same(
    files.filter((file) => statSync(join(file.parentPath, file.name)).mode & 0o077).map((file) => file.name),
    [],
  )
  t.ok(files.length >= 5)
  await first.close()

  const again = openForWriting(db(dir))
  t.equal(again.sql('PRAGMA synchronous').get()?.['synchronous'], 2)
  t.equal(again.sql('PRAGMA journal_mode').get()?.['journal_mode'], 'wal')
  again.close()
  writeFileSync(join(dir, 'file'), '')
  t.equal(code(await openLedger(options(join(dir, 'file', 'data'), fakeClock()))), 'LEDGER_FOLDER')
})

void t.test('the story cannot be edited by another program', async (t) => {
  const desk = shopWith(2, folder(), fakeClock())
  desk.room.close()
  const raw = openForWriting(db(desk.dir))
  let tried = 0
  for (const table of [
    'fact',
    'frame',
    'invoice',
    'message',
    'content',
    'exchange',
    'symbol',
    'head',
    'mark',
    'person_act',
    'incident',
  ]) {
    const column = String(raw.sql(`SELECT name FROM pragma_table_info('${table}')`).get()?.['name'])
    if (raw.sql(`SELECT 1 AS it FROM ${table} LIMIT 1`).get() === undefined) continue
    tried++
    t.throws(() => raw.exec(`UPDATE ${table} SET ${column} = ${column}`), /only grows/, `update ${table}`)
    t.throws(() => raw.exec(`DELETE FROM ${table}`), /only grows/, `delete ${table}`)
  }
  t.equal(tried, 4)
  t.throws(() => raw.exec('UPDATE document SET size = 0'), /never changes/)
  t.throws(() => raw.exec('DELETE FROM document'), /only with its document.erased/)
  t.throws(() => raw.exec(`UPDATE entry SET state = 'acknowledged'`), /no such arrow/)
  t.throws(() => raw.exec('UPDATE entry SET sequence = sequence + 10'), /identity/)
  t.throws(() => raw.exec('DELETE FROM entry'), /stays/)
  raw.close()
})

void t.test('an older copy put back is found by the anchor: capture goes on, issuing waits for a new symbol', async (t) => {
  const desk = shopWith(2, folder(), fakeClock())
  desk.room.close()
  const copy = join(desk.dir, 'copy')
  copyFileSync(db(desk.dir), copy)
  const later = reopen(desk)
  seal(later, hear(later), 3)
  const anchor = anchorOf(later)
  later.room.close()
  const same = reopen(desk, { anchor })
  t.notOk(same.room.behind, 'the same store again')
  same.room.close()
  copyFileSync(copy, db(desk.dir))

  const old = reopen(desk, { anchor })
  t.ok(old.room.behind)
  t.equal(old.room.health().issue?.code, 'LEDGER_OLD_COPY')
  t.equal(old.room.health().capture, undefined)
  const entry = hear(old)
  t.equal(codeOf(seal(old, entry, 3)), 'LEDGER_OLD_COPY')
  step(old, symbolStep('C26MAZ'))
  t.equal(old.room.health().issue, undefined, 'a symbol nobody can have used lifts it')
  t.equal(codeOf(seal(old, entry, 3)), 'LEDGER_OLD_COPY', 'but not for the old one')
  t.equal(codeOf(seal(old, entry, 1, { symbol: 'C26MAZ' })), 'LEDGER_CODE_TWICE', 'the index must be new as well')
  t.ok(seal(old, entry, 1, { symbol: 'C26MAZ', code: 'M1-26-A1B2C-01800000001' }).ok)
  // Longer than the anchor by now, but another story.
  for (let i = 0; i < 10; i++) hear(old)
  t.ok(reopen(old, { anchor }).room.behind)
})

void t.test('a damaged file is kept aside; a new chain of the same gateway hears on and names the old one', async (t) => {
  for (const [name, damage] of [
    ['header', (raw: Buffer) => raw.fill(0xff, 0, 64)],
    ['one digit of a fact', (raw: Buffer) => raw.write('9', raw.lastIndexOf('"pay":"54000"') + 7)],
  ] as const) {
    const desk = shopWith(2, folder(), fakeClock())
    const anchor = anchorOf(desk)
    desk.room.close()
    const raw = readFileSync(db(desk.dir))
    damage(raw)
    writeFileSync(db(desk.dir), raw)
    const fresh = reopen(desk, { anchor })
    t.equal(fresh.room.health().issue?.code, 'LEDGER_DAMAGED', name)
    const aside = readdirSync(desk.dir).filter((file) => file.startsWith('tillgate.db.damaged-'))
    t.ok(
      aside.some((file) => readFileSync(join(desk.dir, file)).equals(raw)),
      'kept byte for byte',
    )
    const [opened] = facts(fresh)
    t.match(
      opened?.body,
      { previous: { seen: { root: anchor.root, size: anchor.n + 1, where: 'stick' } } },
      'no head yet: its tree',
    )
    t.match(opened?.body, { reason: 'damaged', origin: anchor.origin.replace(/1$/, '2'), previous: { origin: anchor.origin } })
    const entry = hear(fresh)
    step(fresh, symbolStep())
    t.equal(codeOf(seal(fresh, entry, 1)), 'LEDGER_DAMAGED')
    const again = reopen(fresh, { anchor: anchorOf(fresh) })
    t.equal(again.room.health().issue?.code, 'LEDGER_DAMAGED', 'also after the next start')
    again.room.close()
    t.same(faultsOf(db(desk.dir)), [])
  }
})

void t.test('a lost key stops issuing, not hearing; a store of another shop issues nothing', async (t) => {
  const desk = shopWith(1, folder(), fakeClock())
  const other = shopWith(0, folder(), fakeClock())
  const path = join(desk.dir, 'keys', 'gateway.pem')
  const key = readFileSync(path)
  writeFileSync(path, readFileSync(join(other.dir, 'keys', 'gateway.pem')))
  const keyless = reopen(desk)
  t.equal(keyless.room.health().issue?.code, 'LEDGER_KEY_LOST')
  t.equal(codeOf(seal(keyless, hear(keyless), 2)), 'LEDGER_KEY_LOST')
  writeFileSync(path, key)
  t.equal(reopen(desk).room.health().issue, undefined)
  t.equal(reopen(desk, { taxCode: '0100000000' }).room.health().issue?.code, 'LEDGER_OTHER_SHOP')
})
