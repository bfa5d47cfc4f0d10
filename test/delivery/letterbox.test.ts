import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { vietnam, vietnamWith } from '../../src/countries/vn/index.ts'
import { letterFolder } from '../../src/delivery/letter-folder.ts'
import { letterbox } from '../../src/delivery/letterbox.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { NoticeState } from '../../src/domain/correction.ts'
import { fault } from '../../src/domain/fault.ts'
import { noticeId } from '../../src/domain/ids.ts'
import type { ChainRows } from '../../src/domain/ledger.ts'
import { failed, ok } from '../../src/domain/result.ts'
import { instant, readTime } from '../../src/domain/time.ts'
import type { Transport } from '../../src/domain/transport.ts'
import { paper, sealed } from '../countries/papers.ts'
import { day, testSigner } from '../countries/support.ts'
import { folder } from '../folder.ts'
import { fakeBoard, fakeLog } from './fake.ts'

const authority = testSigner('CỤC THUẾ (TEST)')
const country = vietnamWith({ trust: [authority.der] })
const review = await sealed(paper[302], authority)
const registration = await sealed(paper[103], authority)
const stop = await sealed(paper[108], authority)

function world(t: Parameters<typeof folder>[0], dir = folder(t)) {
  let up = 0
  let start = readTime('2026-11-21T12:00:00')
  const clock: Clock = {
    now: () => instant(start + up),
    up: () => up,
    // Waiting costs a moment of the test and all the time of the clock; files are real.
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        setTimeout(() => {
          up += ms
          resolve()
        }, 2)
      }),
  }
  const told: { state: NoticeState; number: string }[] = []
  const corrections: string[] = []
  const asked: string[][] = []
  const offered: { id: string; bytes: Uint8Array }[] = []
  const board = fakeBoard()
  const log = fakeLog()
  const books = {
    chain: async ({ number }: { number: number }) =>
      ({
        invoices: corrections.map((at) => ({ at: readTime(at), corrects: { invoice: { number } } })),
        notices: told.map(({ state, number: of }) => ({
          state,
          notice: { id: noticeId(1), at: clock.now(), invoices: [], request: { number: of, date: day('2026-11-21') } },
        })),
      }) as unknown as ChainRows,
  }
  const recorded: string[] = []
  const ledger: Parameters<typeof letterbox>[0]['ledger'] = {
    async record(step) {
      if (full.now) return failed(fault('LEDGER_DISK_FULL'))
      if (step.kind === 'letter') recorded.push(`${step.type} ${step.what} ${step.id.slice(0, 5)} ${step.bytes.length}`)
      return ok(undefined)
    },
  }
  const full = { now: false }
  const transport: Pick<Transport, 'letters'> = {
    async letters(seen) {
      asked.push([...seen])
      return offered.filter(({ id }) => !seen.has(id))
    },
  }
  const open = (over: Partial<Parameters<typeof letterbox>[0]> = {}) =>
    letterbox({ folder: letterFolder(dir), transport, country, ledger, books, seller: '0199999014', board, clock, log, ...over })
  const until = async (done: () => boolean): Promise<boolean> => {
    for (let i = 0; i < 500 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 4))
    return done()
  }
  const later = (at: string): void => {
    start = instant(readTime(at) - up)
  }
  return { dir, clock, board, log, told, corrections, asked, offered, recorded, full, open, until, later }
}

void t.test(
  'R-078: a request for review is fetched once, stands with its term, and a notice that names it answers',
  async (t) => {
    const { board, asked, offered, told, open, until, later, clock, dir } = world(t)
    offered.push({ id: 'TCT01', bytes: Buffer.from(review) })
    const part = open()
    await part.start()
    const item = 'review/7/TB-RSĐT'
    t.ok(await until(() => board.at(item) !== undefined))
    t.same(board.at(item), { level: 'warning', key: 'board.review' })
    t.match(board.all()[item]?.values, { number: '7/TB-RSĐT', n: '1', date: '23/11/2026' })
    t.same(readdirSync(join(dir, 'read')), ['TCT01.xml'])
    t.equal(readFileSync(join(dir, 'read/TCT01.xml'), 'utf8'), review, 'as received')
    later('2026-11-23T09:00:00')
    t.ok(await until(() => board.at(item)?.level === 'serious'), 'the last day')
    later('2026-11-24T00:00:01')
    t.ok(await until(() => board.at(item)?.key === 'board.review.late'))
    told.push({ state: 'queued', number: '6/TB-RSĐT' })
    t.notOk(await until(() => board.at(item) === undefined), 'another request was answered')
    told.push({ state: 'queued', number: '7/TB-RSĐT' })
    t.ok(await until(() => board.at(item) === undefined))
    told.splice(0, 2, { state: 'refused', number: '7/TB-RSĐT' })
    t.ok(await until(() => board.at(item) !== undefined), 'the answer was refused')
    told.push({ state: 'accepted', number: '7/TB-RSĐT' })
    t.ok(await until(() => board.at(item) === undefined))
    await part.stop(clock.now())
    t.ok(asked.length > 1 && asked.slice(1).every((seen) => seen.includes('TCT01')))
  },
)

void t.test(
  'a letter is in the story before its file is moved; while the ledger does not write it waits where it is',
  async (t) => {
    const { board, offered, recorded, full, open, until, clock, dir } = world(t)
    full.now = true
    offered.push({ id: 'TCT01', bytes: Buffer.from(review) })
    writeFileSync(join(dir, 'thu.xml'), registration)
    const part = open()
    await part.start()
    t.ok(await until(() => clock.up() > 600_000), 'asked and looked again and again')
    t.same(board.at('review/7/TB-RSĐT'), undefined)
    t.same([readdirSync(join(dir, 'read')), recorded, readdirSync(dir).includes('thu.xml')], [[], [], true])
    full.now = false
    t.ok(await until(() => readdirSync(join(dir, 'read')).length === 2))
    await part.stop(clock.now())
    t.match(recorded.sort(), [/^103 registration \w{5} \d+$/, `302 review TCT01 ${Buffer.from(review).length}`])
  },
)

void t.test(
  'after a restart the request still stands; a correction since its day answers it, an older one does not',
  async (t) => {
    const first = world(t)
    first.offered.push({ id: 'TCT01', bytes: Buffer.from(review) })
    const before = first.open()
    await before.start()
    t.ok(await first.until(() => first.board.at('review/7/TB-RSĐT') !== undefined))
    await before.stop(first.clock.now())
    const { board, corrections, open, until, clock } = world(t, first.dir)
    corrections.push('2026-11-20T10:00:00')
    const part = open({ transport: {} })
    await part.start()
    t.ok(await until(() => board.at('review/7/TB-RSĐT') !== undefined), 'without asking anybody')
    corrections.push('2026-11-21T13:00:00')
    t.ok(await until(() => board.at('review/7/TB-RSĐT') === undefined))
    await part.stop(clock.now())
  },
)

void t.test(
  'a file dropped into the folder is read and moved; what is no letter, or is not signed by them, is told',
  async (t) => {
    const { board, open, until, clock, dir } = world(t)
    const part = open()
    await part.start()
    writeFileSync(join(dir, 'thu 302.xml'), review)
    t.ok(await until(() => board.at('review/7/TB-RSĐT') !== undefined))
    writeFileSync(join(dir, 'dang-ky.xml'), registration)
    t.ok(await until(() => board.at('letters/registration') !== undefined))
    t.same(board.at('letters/registration'), { level: 'info', key: 'board.letter.accepted' })
    t.equal(board.at('letters'), undefined)
    writeFileSync(join(dir, 'gia.xml'), review.replace('<THan>2', '<THan>9'))
    t.ok(await until(() => board.at('letters') !== undefined))
    t.same(board.at('letters'), { level: 'warning', key: 'board.letter.unknown' })
    for (const from of [1, 2]) {
      board.clear('letters')
      writeFileSync(join(dir, 'so-quet.xml'), Buffer.alloc(2 * 1024 * 1024 + from))
      t.ok(await until(() => board.at('letters') !== undefined))
      t.same(board.at('letters'), { level: 'warning', key: 'board.letter.large' })
      t.equal(board.all()['letters']?.values?.['file'], 'so-quet.xml')
    }
    await part.stop(clock.now())
    for (const name of ['so-quet.xml', 'so-quet.xml.1']) {
      t.ok(readdirSync(join(dir, 'unknown')).includes(name))
      rmSync(join(dir, 'unknown', name))
    }
    t.same([readdirSync(join(dir, 'read')).length, readdirSync(join(dir, 'unknown')).length], [2, 1])
    t.same(readdirSync(dir).sort(), ['read', 'unknown'])
  },
)

void t.test(
  'R-016: a stop-use notice stands in front until the suspension is entered, and is told again after a restart',
  async (t) => {
    const first = world(t)
    first.offered.push({ id: 'TCT08', bytes: Buffer.from(stop) })
    const part = first.open()
    await part.start()
    const item = 'activation/notice'
    t.ok(await first.until(() => first.board.at(item) !== undefined))
    t.same(first.board.at(item), { level: 'critical', key: 'board.letter.stop' })
    t.match(first.board.all()[item]?.values, { number: '15/TB-NSD', date: '21/11/2026' })
    await part.stop(first.clock.now())
    t.match(first.recorded, [/^108 stop TCT08 /])

    const second = world(t, first.dir)
    const again = second.open()
    await again.start()
    t.ok(await second.until(() => second.board.at(item) !== undefined), 'nobody has entered it yet')
    second.board.set('activation', { level: 'critical', key: 'alert.suspended' })
    t.ok(await second.until(() => second.board.at(item) === undefined))
    await again.stop(second.clock.now())

    const third = world(t, first.dir)
    third.later('2026-11-30T08:00:00')
    const later = third.open()
    await later.start()
    t.notOk(await third.until(() => third.board.at(item) !== undefined), 'an old one says nothing new')
    await later.stop(third.clock.now())
  },
)

void t.test(
  'while the line is down the provider is left alone; a folder that fails is told and does not stop anything',
  async (t) => {
    const { board, asked, open, until, clock, dir } = world(t)
    board.set('upstream', { level: 'info', key: 'fault.DELIVERY_OFFLINE' })
    const part = open({ country: vietnam })
    await part.start()
    await until(() => clock.up() > 1_000_000)
    t.same(asked, [])
    mkdirSync(join(dir, 'unknown', 'x'))
    board.clear('upstream')
    t.ok(await until(() => asked.length > 0))
    await part.stop(clock.now())
    const broken = world(t)
    const failing = letterFolder(broken.dir)
    const stuck = broken.open({
      folder: { ...failing, dropped: () => Promise.reject(Object.assign(new Error('x'), { code: 'EACCES' })) },
    })
    await stuck.start()
    t.ok(await broken.until(() => broken.board.at('letters/folder') !== undefined))
    await stuck.stop(broken.clock.now())
  },
)
