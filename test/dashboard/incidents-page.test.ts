import { existsSync, readFileSync } from 'node:fs'
import { chromium, type Page, type Response } from 'playwright-core'
import t, { type Test } from 'tap'
import type { Role } from '../../src/dashboard/parts.ts'
import { fault } from '../../src/domain/fault.ts'
import type { Incident, Incidents, Proof, ProofFile } from '../../src/domain/incident.ts'
import { failed, ok } from '../../src/domain/result.ts'
import { type CivilDate, civilTime, instant } from '../../src/domain/time.ts'
import { ARGS, buildPage, CHROMIUM, CUT, clock, type Scene, scene, shoot, words } from './browser.ts'

const vi = (key: string, values = {}): string => words.say('vi', key, values)
const button = (page: Page, key: string, values = {}) => page.getByRole('button', { name: vi(key, values), exact: true })
const link = (page: Page, key: string) => page.getByRole('link', { name: vi(key), exact: true })
const PDF = Buffer.from('%PDF-1.7')
/** One green dot. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const HOUR = 3_600_000
const minute = (ago: number): string => civilTime(instant(clock.now() - ago)).slice(0, 16)

/** Recorded by the box itself, days ago: nobody has said anything of it yet. */
const OWN: Incident = {
  id: 'net-1',
  cause: 'network',
  began: instant(clock.now() - 50 * HOUR),
  ended: instant(clock.now() - 48 * HOUR),
  affected: 7,
  proofs: [],
}

/** A desk that remembers what it was told. */
function fakeIncidents(): {
  readonly desk: Incidents
  readonly told: unknown[]
  readonly looks: unknown[]
  readonly files: (ProofFile | undefined)[]
  rows: Incident[]
} {
  /** The fact of a proof is its place in `files`. */
  const shown = ({ note, announcement, file }: Proof) => ({
    fact: fake.files.push(file) - 1,
    at: clock.now(),
    note,
    ...(announcement === undefined ? {} : { announcement }),
    ...(file ? { file: file.name } : {}),
  })
  const fake: ReturnType<typeof fakeIncidents> = {
    told: [],
    looks: [],
    files: [undefined],
    rows: [OWN],
    desk: {
      list: async () => fake.rows,
      async report({ cause, from, to, proof }, who) {
        if (to !== undefined && to < from) return failed(fault('INCIDENT_TIMES'))
        fake.told.push({ cause, from: civilTime(from), ...(to === undefined ? {} : { to: civilTime(to) }), proof, who })
        const times = { began: from, ...(to === undefined ? {} : { ended: to }) }
        fake.rows = [{ id: 'own-1', cause, ...times, who, affected: 3, proofs: [shown(proof)] }, ...fake.rows]
        return ok('own-1')
      },
      async prove(id, proof, who) {
        fake.told.push({ id, proof, who })
        fake.rows = fake.rows.map((row) => (row.id === id ? { ...row, proofs: [...row.proofs, shown(proof)] } : row))
        return ok(undefined)
      },
      async end(id, to, who) {
        fake.told.push({ id, to: civilTime(to), who })
        const over = { ended: to, grace: '2026-11-24' as CivilDate }
        fake.rows = fake.rows.map((row) => (row.id === id ? { ...row, ...over } : row))
        return ok(undefined)
      },
      async open(id, proof, who) {
        fake.looks.push([id, proof, who])
        const file = fake.files[proof]
        return file ? ok(file) : failed(fault('LEDGER_BUYER_KEY'))
      },
    },
  }
  return fake
}

void t.test(
  existsSync(CHROMIUM) ? 'in a browser' : 'in a browser: skipped because chromium is not installed',
  { skip: !existsSync(CHROMIUM), timeout: 120_000 },
  async (t) => {
    const root = await buildPage(t)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS })
    t.teardown(() => browser.close())
    const open = async (
      t: Test,
      viewport = { width: 1024, height: 600 },
      role: Role = 'owner',
    ): Promise<Scene & { fake: ReturnType<typeof fakeIncidents> }> => {
      const fake = fakeIncidents()
      const found = await scene(t, browser, root, viewport, { incidents: fake.desk, reports: {} as never })
      await found.page.goto(found.screen.link(role))
      await link(found.page, 'nav.inbox').waitFor()
      return { ...found, fake }
    }

    for (const viewport of [
      { width: 1366, height: 768 },
      { width: 1024, height: 600 },
    ])
      await t.test(
        `R-039 ${viewport.width}: the trouble of the authority is recorded with its paper, proven further, and ended`,
        async (t) => {
          const { page, fake, trouble } = await open(t, viewport)
          await link(page, 'nav.inbox').click()
          await link(page, 'incident.open').click()
          await page.getByText(vi('incident.network'), { exact: true }).waitFor()
          await page.getByText(vi('incident.itself')).waitFor()
          await page.getByText(vi('queue.incident.affected', { n: 7 })).waitFor()
          await page.getByText(vi('incident.proof.none')).waitFor()
          t.equal(await button(page, 'incident.over').count(), 0, 'it is over already')
          await shoot(page, `incidents-${viewport.width}`)
          t.same(await page.evaluate(CUT), [])

          await button(page, 'queue.incident.new').click()
          const send = button(page, 'queue.incident.new')
          t.equal(await send.isDisabled(), true, 'not without a cause and words')
          t.match(await page.getByLabel(vi('queue.incident.start')).inputValue(), /^2026-11-21T\d\d:\d\d$/, 'now, in Vietnam')
          await page.getByLabel(vi('queue.incident.cause')).selectOption('network')
          await page.getByText(vi('incident.law.unclear')).waitFor()
          t.notOk(await above(page, '#incident-announcement', '#incident-from'))
          await page.getByLabel(vi('queue.incident.cause')).selectOption('authority')
          await page.getByText(vi('incident.law.authority')).waitFor()
          t.ok(await above(page, '#incident-announcement', '#incident-from'), 'its announcement is asked for first')
          await page.getByLabel(vi('queue.incident.announcement')).fill(' 123/TB-TCT ')
          const began = minute(2 * HOUR)
          await page.getByLabel(vi('queue.incident.start')).fill(began)
          await page.getByLabel(vi('incident.note')).fill('Bấm gửi không được.\nĐã gọi 1900 1234')
          t.equal(await send.isDisabled(), false)
          await page.locator('#incident-file').setInputFiles({
            name: 'to.pdf',
            mimeType: 'application/pdf',
            buffer: Buffer.alloc(2 * 1024 * 1024 + 1),
          })
          await page.getByText(vi('fix.file_big')).waitFor()
          await page.locator('#incident-file').setInputFiles({ name: 'thông báo.pdf', mimeType: 'application/pdf', buffer: PDF })
          await page.getByText('thông báo.pdf').waitFor()
          await shoot(page, `incident-form-${viewport.width}`)
          await send.scrollIntoViewIfNeeded()
          await shoot(page, `incident-form-end-${viewport.width}`)
          t.same(await page.evaluate(CUT), [])
          await page.getByLabel(vi('queue.incident.end')).fill(minute(3 * HOUR))
          await send.click()
          await page.getByRole('alert').getByText('INCIDENT_TIMES').waitFor()
          t.equal(await page.getByLabel(vi('queue.incident.announcement')).inputValue(), ' 123/TB-TCT ', 'nothing typed is lost')
          await page.getByLabel(vi('queue.incident.end')).fill('')
          await shoot(page, `incident-refused-${viewport.width}`)
          await send.click()

          const row = page.locator('.incident').filter({ hasText: vi('incident.authority') })
          await row.getByText(vi('incident.lasts')).waitFor()
          t.match(await row.innerText(), /Thông báo số 123\/TB-TCT\s+Tệp: thông báo\.pdf/)
          t.match(await row.innerText(), /Chủ quán ghi/)
          t.match(fake.told, [
            {
              cause: 'authority',
              from: `${began}:00`,
              who: 'P01',
              proof: {
                note: 'Bấm gửi không được.\nĐã gọi 1900 1234',
                announcement: '123/TB-TCT',
                file: { name: 'thông báo.pdf', type: 'application/pdf', bytes: PDF },
              },
            },
          ])
          await shoot(page, `incident-lasts-${viewport.width}`)

          await row.getByRole('button', { name: vi('incident.proof.add') }).click()
          await page.getByLabel(vi('incident.proof.note')).fill('Ảnh màn hình lúc gửi')
          await row.locator('input[type=file]').setInputFiles({ name: 'man-hinh.png', mimeType: 'image/png', buffer: PNG })
          await row.getByText('man-hinh.png').waitFor()
          await shoot(page, `incident-proof-${viewport.width}`)
          t.same(await page.evaluate(CUT), [])
          await button(page, 'incident.proof.add').first().click()
          await row.getByText('Ảnh màn hình lúc gửi').waitFor()

          const saved = page.waitForEvent('download')
          await row.getByRole('link', { name: 'Tệp: thông báo.pdf' }).click()
          const paper = await saved
          t.equal(paper.suggestedFilename(), 'thông báo.pdf')
          t.ok(PDF.equals(readFileSync(await paper.path())), 'a paper is saved, byte for byte')
          const [tab, picture] = await opened(page, 'Tệp: man-hinh.png')
          t.equal(picture.status(), 200)
          t.same(await tab.evaluate('[document.images.length, document.images[0]?.naturalWidth, opener]'), [1, 1, null])
          t.equal(await tab.evaluate('origin'), 'null', 'it is a stranger to our pages')
          await shoot(tab, `incident-picture-${viewport.width}`)
          await tab.close()
          t.same(fake.looks, [
            ['own-1', 1, 'P01'],
            ['own-1', 2, 'P01'],
          ])

          await button(page, 'incident.over').click()
          await row.getByText(vi('incident.end.announced')).waitFor()
          const over = minute(HOUR)
          await page.getByLabel(vi('incident.over.at')).fill(over)
          await shoot(page, `incident-end-${viewport.width}`)
          t.same(await page.evaluate(CUT), [])
          await button(page, 'incident.over').click()
          await row.getByText(vi('incident.grace', { date: '24/11/2026' })).waitFor()
          t.equal(await button(page, 'incident.over').count(), 0)
          t.match(fake.told.slice(1), [
            {
              id: 'own-1',
              who: 'P01',
              proof: { note: 'Ảnh màn hình lúc gửi', file: { name: 'man-hinh.png', type: 'image/png' } },
            },
            { id: 'own-1', who: 'P01', to: `${over}:00` },
          ])
          t.notMatch(fake.told[1], { proof: { announcement: /./ } })
          await page.evaluate('scrollTo(0, 0)')
          await shoot(page, `incident-over-${viewport.width}`)
          t.same(await page.evaluate(CUT), [])
          t.match(trouble, [/422/], 'the refusal itself is all the browser complains of')
          t.equal(trouble.length, 1)
        },
      )

    await t.test('R-039 the officer reads it and has nothing to press; a proof whose words are locked says so', async (t) => {
      const { page, screen, fake, trouble } = await open(t, { width: 1024, height: 600 }, 'officer')
      fake.rows = [{ ...OWN, id: 'own-2', cause: 'power', who: 'P01', proofs: [{ fact: 1, at: clock.now() }] }]
      await page.goto(`${screen.url}/su-co`)
      await page.getByText(vi('incident.power')).waitFor()
      await page.getByText(vi('incident.proof.unread')).waitFor()
      t.equal(await page.locator('main button, main form, main input').count(), 0)
      await shoot(page, 'incidents-officer-1024')
      t.same(await page.evaluate(CUT), [])
      t.same(trouble, [])
    })

    await t.test(
      'R-106 the officer opens a file, too; a key that is away is told in words, by the tab that was to show it',
      async (t) => {
        const { page, screen, fake, trouble } = await open(t, { width: 1024, height: 600 }, 'officer')
        fake.files.push({ name: 'a.png', type: 'image/png', bytes: PNG })
        const name = `${'mất điện '.repeat(13)}.png`
        const proof = (fact: number, file: string) => ({ fact, at: clock.now(), note: 'Ảnh', file })
        fake.rows = [{ ...OWN, proofs: [proof(1, name), proof(9, 'b.png')] }]
        await page.goto(`${screen.url}/su-co`)
        const [tab, picture] = await opened(page, name.trim())
        t.equal(picture.status(), 200)
        t.equal(await tab.evaluate('document.images[0]?.naturalWidth'), 1)
        const [other, refused] = await opened(page, 'b.png')
        t.equal(refused.status(), 503)
        t.match(await other.innerText('body'), vi('fault.LEDGER_BUYER_KEY'))
        t.same(fake.looks, [
          ['net-1', 1, 'P02'],
          ['net-1', 9, 'P02'],
        ])
        await page.bringToFront()
        await shoot(page, 'incidents-long-name-1024')
        t.same(await page.evaluate(CUT), [])
        t.same(trouble, [])
      },
    )

    await t.test('an empty list says so; in English nothing is cut off', async (t) => {
      const { page, screen, fake, trouble } = await open(t)
      fake.rows = []
      await page.goto(`${screen.url}/su-co`)
      await page.getByText(vi('empty.incidents')).waitFor()
      await shoot(page, 'incidents-empty-1024')
      t.same(await page.evaluate(CUT), [])
      fake.rows = [OWN]
      await page.evaluate(`localStorage.setItem('lang', 'en')`)
      await page.goto(`${screen.url}/su-co`)
      await page.getByRole('button', { name: words.say('en', 'queue.incident.new') }).click()
      await page.getByLabel(words.say('en', 'queue.incident.cause')).selectOption('force-majeure')
      await shoot(page, 'incident-form-1024-en')
      t.same(await page.evaluate(CUT), [])
      t.same(trouble, [])
    })

    await t.test('what has waited for hours leads there from the first page, and so does the log of exchanges', async (t) => {
      const { page, shop, trouble } = await open(t)
      await page.locator('.rows li').nth(2).waitFor()
      t.equal(await link(page, 'incident.late').count(), 0, 'nothing waits')
      shop.at = instant(clock.now() - 3 * HOUR)
      shop.sell(60_000n)
      shop.at = undefined
      await link(page, 'incident.late').waitFor()
      await shoot(page, 'incident-today-1024')
      t.same(await page.evaluate(CUT), [])
      await link(page, 'incident.late').click()
      await page.getByRole('heading', { name: vi('queue.incident'), exact: true }).waitFor()
      await page.route('**/api/v1/reports/*', (route) => route.fulfill({ json: { title: 'x', head: [], tables: [] } }))
      await link(page, 'nav.reports').click()
      await button(page, 'rep.tab.revenue').waitFor()
      t.equal(await link(page, 'incident.open').count(), 0)
      await button(page, 'rep.tab.exchanges').click()
      await link(page, 'incident.open').waitFor()
      t.same(await page.evaluate(CUT), [])
      await shoot(page, 'incident-reports-1024')
      t.same(trouble, [])
    })
  },
)

/** The tab that a link opened, and what it was answered. */
async function opened(page: Page, name: string): Promise<[Page, Response]> {
  const answered = page.context().waitForEvent('response', (response) => response.url().includes('/proofs/'))
  const [tab] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name }).click()])
  const response = await answered
  await tab.waitForLoadState()
  return [tab, response]
}

const above = async (page: Page, one: string, other: string): Promise<boolean> => {
  const [a, b] = await Promise.all([page.locator(one).boundingBox(), page.locator(other).boundingBox()])
  return a !== null && b !== null && a.y < b.y
}
