import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { type Dashboard, type DashboardParts, dashboard } from '../../src/dashboard/server.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { fault } from '../../src/domain/fault.ts'
import { type CivilDate, dayStart, instant } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { folder } from '../folder.ts'
import { type FakeShop, fakeInvoiceView, fakeShop, keptLog, PAPER } from './fake.ts'

const web = join(import.meta.dirname, '../../src/dashboard/web')
const CHROMIUM = '/usr/bin/chromium'
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Where pictures go, when someone wants to look: `TILLGATE_PICTURES=/tmp/pictures npx tap ...` */
const pictures = process.env['TILLGATE_PICTURES']
const words = readWords()

async function buildPage(t: Test): Promise<string> {
  const outdir = folder(t)
  mkdirSync(outdir, { recursive: true })
  await build({
    entryPoints: { app: join(web, 'app.tsx') },
    outdir,
    bundle: true,
    minify: true,
    target: 'es2020',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  })
  copyFileSync(join(web, 'index.html'), join(outdir, 'index.html'))
  return outdir
}

/** A Saturday afternoon in the shop, whenever the test runs; it goes on from there. */
const shift = dayStart('2026-11-21' as CivilDate) + 14.5 * 3_600_000 - systemClock.now()
const clock: Clock = { ...systemClock, now: () => instant(systemClock.now() + shift) }

/** A café's day so far, and the same weekday of the week before. */
function pastDays(shop: FakeShop): void {
  for (const [daysAgo, sales] of [
    [7, 150],
    [0, 120],
  ] as const) {
    const end = clock.now() - daysAgo * 86_400_000 - 90_000
    for (let i = 0; i < sales; i++) {
      const share = i / sales
      shop.at = instant(end - Math.round(8.2 * 3_600_000 * (1 - share) * (1 + 0.25 * Math.sin(share * 9))))
      const id = shop.sell(BigInt(25_000 + ((i * 7919) % 38) * 5_000), i % 3 ? 'R017' : 'R018')
      shop.push(id)
      shop.accept(id)
      if (i % 5 === 0) shop.aside(shop.hear('R017'), i % 2 ? 'kitchen' : 'provisional')
    }
  }
  shop.at = undefined
}

interface Scene {
  readonly shop: FakeShop
  readonly board: ReturnType<typeof openBoard>
  readonly screen: Dashboard
  readonly page: Page
  readonly trouble: string[]
  /** The same shop behind the same port, as after a restart. */
  again(port: number): Promise<Dashboard>
}

async function scene(
  t: Test,
  browser: Browser,
  root: string,
  viewport: { width: number; height: number },
  more: Partial<DashboardParts> = {},
): Promise<Scene> {
  const shop = fakeShop(clock)
  pastDays(shop)
  const board = openBoard(clock)
  for (const part of ['register/R017', 'register/R018', 'printer/R017', 'ledger', 'clock', 'signer', 'upstream'])
    board.set(part, { level: 'ok', key: 'board.signer.ok' })
  const parts: DashboardParts = {
    ledger: shop.ledger,
    view: shop.view,
    board,
    words,
    clock,
    log: keptLog([]),
    host: '127.0.0.1',
    port: 0,
    shop: { name: 'QUÁN PHỞ MINH ANH', taxCode: '0199999014', form: 1 },
    registers: ['R017', 'R018'].map((id, i) => ({
      id: id as DashboardParts['registers'][number]['id'],
      symbol: 'C26MAA',
      printer: i === 0,
    })),
    lang: 'vi',
    build: '0.1.0',
    pictures: async () => [],
    paper: async () => PAPER,
    stamp: async () => ({ lines: ['HÓA ĐƠN GIÁ TRỊ GIA TĂNG', 'Mã CQT: M1-26-A1B2C-01700000001'], qr: '000201' }),
    sendNow: () => {},
    invoiceView: fakeInvoiceView,
    web: root,
    ...more,
  }
  const again = async (port: number): Promise<Dashboard> => {
    const screen = dashboard({ ...parts, port })
    await screen.start()
    t.teardown(() => screen.stop(instant(clock.now() + 2_000)))
    return screen
  }
  const screen = await again(0)
  const context = await browser.newContext({ viewport, locale: 'vi-VN', timezoneId: 'America/New_York' })
  const page = await context.newPage()
  const trouble: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => trouble.push(`page error: ${error.message}`))
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(screen.url).host) trouble.push(`outside: ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  t.teardown(() => context.close())
  return { shop, board, screen, page, trouble, again }
}

const shoot = async (page: Page, name: string): Promise<void> => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) })
}

void t.test('every word the page says stands in the catalogue', async (t) => {
  const source = readdirSync(web)
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(web, name), 'utf8'))
    .join('\n')
  const keys = [
    ...source.matchAll(
      /'((?:act|alert|app|ask|chain|chart|date|empty|err|in|inbox|inv|level|list|live|nav|page|reg|state|time|today|unit)\.[a-z0-9_.]+)'/g,
    ),
  ].map((m) => m[1] ?? '')
  t.ok(keys.length > 100)
  for (const lang of ['vi', 'en'] as const) {
    const known = words.all(lang)
    t.same(
      [...new Set(keys)].filter((key) => !known[key]),
      [],
      lang,
    )
  }
})

void t.test(
  existsSync(CHROMIUM) ? 'in a browser' : 'in a browser: skipped because chromium is not installed',
  { skip: !existsSync(CHROMIUM), timeout: 120_000 },
  async (t) => {
    const root = await buildPage(t)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS })
    t.teardown(() => browser.close())

    await t.test('the owner opens the link, sees the day and the sale just rung up, in both languages', async (t) => {
      const { shop, screen, page, trouble } = await scene(t, browser, root, { width: 1366, height: 768 })
      const link = screen.link('owner')
      await page.goto(link)
      await page.getByText(words.say('vi', 'today.calm')).waitFor()
      t.notMatch(page.url(), /#/, 'the token is not left in the address')
      t.equal(await page.evaluate('document.cookie'), '', 'no program of the page can read the cookie')
      await page.locator('.rows li').nth(5).waitFor()
      await shoot(page, 'today-1366')
      const id = shop.sell(187_000n)
      await page.getByText('187.000 đ').waitFor({ timeout: 1_500 })
      t.match(await page.locator('.rows li').first().innerText(), /187\.000 đ[\s\S]*Chưa gửi thuế/)
      await page.locator('.figure').nth(1).getByText('1', { exact: true }).waitFor()
      shop.push(id)
      shop.accept(id)
      await page.locator('.rows li').first().getByText(words.say('vi', 'state.acknowledged')).waitFor()
      t.equal(await page.locator('.figure').count(), 3)
      t.match(await page.locator('.figure').first().innerText(), /100 %[\s\S]*121\/121/)
      await page.getByRole('button', { name: words.say('vi', 'app.language') }).click()
      await page.getByText('All is well. Nothing to do.').waitFor()
      t.equal(await page.evaluate('document.documentElement.lang'), 'en')
      await shoot(page, 'today-1366-en')
      await page.goto('about:blank')
      await page.goto(link)
      await page.locator('.figure').first().waitFor()
      t.pass('a browser that is in goes on, whatever became of its link')
      const stranger = await browser.newContext({ viewport: { width: 1024, height: 600 }, locale: 'vi-VN' })
      t.teardown(() => stranger.close())
      const outside = await stranger.newPage()
      await outside.goto(link)
      await outside.getByText(words.say('vi', 'fault.DASHBOARD_LINK_USED')).waitFor()
      await shoot(outside, 'login-used')
      t.same(
        trouble.filter((line) => !/401/.test(line)),
        [],
        'no error, no request to outside',
      )
    })

    await t.test('the block, three figures and the first sales stand on a small screen without scrolling', async (t) => {
      for (const [width, height] of [
        [1366, 650],
        [1024, 560],
      ] as const) {
        const { screen, page } = await scene(t, browser, root, { width, height })
        await page.goto(screen.link('owner'))
        await page.locator('.rows li').nth(4).waitFor()
        const third = await page.locator('.rows li').nth(2).boundingBox()
        t.ok(third && third.y + third.height <= height, `three sales at ${width} × ${height}`)
        t.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, 'no sideways scrolling')
        await shoot(page, `today-${width}x${height}`)
      }
      const { screen, page } = await scene(t, browser, root, { width: 360, height: 640 })
      await page.goto(screen.link('owner'))
      await page.locator('.rows li').nth(4).waitFor()
      t.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false)
      const small = await page.evaluate(
        `[...document.querySelectorAll('a, button, input, select')].filter((e) => { const b = e.getBoundingClientRect(); return b.width > 1 && b.height > 1 && b.height < 44 }).map((e) => e.outerHTML.slice(0, 80))`,
      )
      t.same(small, [], 'a thumb finds every button')
      await shoot(page, 'phone')
    })

    await t.test('something is wrong: the worst comes first, in words, with what the law asks and one button', async (t) => {
      const { shop, board, screen, page, trouble } = await scene(t, browser, root, { width: 1366, height: 768 })
      const held = shop.hear()
      shop.hold(held, {
        ...fault('SALE_TOTAL_UNPROVEN'),
        proofs: [{ id: 'P3', state: 'false', equation: '350000 + 67000 = 417000' }],
      })
      const other = shop.hear('R018')
      shop.hold(other, fault('SALE_NO_ITEMS'))
      const rejected = shop.sell(410_000n)
      shop.push(rejected)
      shop.reject(rejected, fault('DELIVERY_REJECTED_FORMAT'))
      board.set('upstream', { level: 'warning', key: 'board.courier.waiting', values: { time: '22:06' } })
      await page.goto(screen.link('owner'))
      await page.getByRole('alert').getByText('Nghiêm trọng').waitFor()
      t.match(await page.locator('.top').innerText(), /Luật yêu cầu: .*Điều/)
      t.equal(await page.locator('.top .act').count(), 1, 'one button')
      await shoot(page, 'serious')
      await page.locator('.top .act').click()
      await page.getByRole('heading', { name: 'Cần xử lý', exact: true }).waitFor()
      await page.getByText(held).waitFor()
      await shoot(page, 'inbox')
      const item = page.locator('.items li', { hasText: held })
      await item.getByRole('button', { name: 'Lập hóa đơn' }).click()
      t.equal(await item.getByRole('button', { name: 'Lập hóa đơn' }).isDisabled(), true, 'not without a reason')
      await item.getByRole('textbox').fill('Đã xem phiếu giấy')
      await item.getByRole('button', { name: 'Lập hóa đơn' }).click()
      await page.locator('.confirm').waitFor({ state: 'detached' })
      t.match(shop.steps.at(-1), { kind: 'released', entry: held, why: 'Đã xem phiếu giấy' })
      const second = page.locator('.items li', { hasText: other })
      await second.getByRole('button', { name: 'Không phải bán hàng' }).click()
      await second.getByRole('combobox').selectOption('test')
      await shoot(page, 'inbox-confirm')
      await second.getByRole('button', { name: 'Không phải bán hàng' }).click()
      await second.waitFor({ state: 'detached' })
      t.match(shop.steps.at(-1), { kind: 'aside', entry: other, why: 'test' })
      t.same(trouble, [])
    })

    await t.test('a sale is found, and its paper stands beside its sealed invoice', async (t) => {
      const { screen, page, trouble } = await scene(t, browser, root, { width: 1366, height: 768 })
      await page.goto(screen.link('owner'))
      await page.locator('.rows li').first().waitFor()
      await page.keyboard.press('/')
      await page.getByRole('searchbox').fill('77')
      await page.keyboard.press('Enter')
      await page.locator('.list tbody tr').first().waitFor()
      await shoot(page, 'invoices-search')
      t.match(page.url(), /q=77/)
      await page.getByRole('searchbox').fill('')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Trang sau' }).click()
      await page.waitForURL(/after=/)
      await page.getByRole('button', { name: 'Trang trước' }).click()
      await page.locator('.list tbody tr').nth(40).waitFor()
      await shoot(page, 'invoices')
      await page.locator('.list tbody tr', { hasText: 'C26MAA' }).first().click()
      await page.getByRole('heading', { name: 'Phiếu máy tính tiền đã in' }).waitFor()
      t.match(
        await page.locator('.paper').innerText(),
        /<img src=x onerror=alert\(1\)>⟨202E⟩␇/,
        'a hostile name is shown as text',
      )
      t.equal(await page.locator('.life li').count(), 5)
      await page.getByRole('button', { name: 'Bia Hà Nội' }).click()
      t.match(await page.locator('.paper .pair-on').innerText(), /Bia Hà Nội/)
      await shoot(page, 'invoice')
      t.same(trouble, [], 'nothing was executed or blocked')
    })

    await t.test(
      'the box starts again: the screen comes back by itself, with everything it missed, and is still logged in',
      async (t) => {
        let kept: Parameters<NonNullable<DashboardParts['sessions']>['save']>[0] = []
        const sessions = { load: async () => kept, save: async (all: typeof kept) => void (kept = all) }
        const { screen, page, shop, again } = await scene(t, browser, root, { width: 1366, height: 768 }, { sessions })
        await page.goto(screen.link('owner'))
        await page.locator('.rows li').nth(5).waitFor()
        await screen.stop(instant(clock.now() + 1_000))
        for (let i = 0; i < 100; i++) {
          const id = shop.sell(BigInt(301_000 + i))
          shop.push(id)
          shop.accept(id)
        }
        await page.locator('.top-unknown').waitFor({ timeout: 8_000 })
        await again(Number(new URL(screen.url).port))
        await page.locator('.top-ok').waitFor({ timeout: 15_000 })
        await page.locator('.rows li').first().getByText('301.099 đ').waitFor()
        const shown = await page.locator('.rows li .pay').allInnerTexts()
        t.same(
          shown,
          Array.from({ length: 30 }, (_, i) => `301.0${99 - i} đ`),
          'all in order, each once',
        )
        t.match(await page.locator('.figure').first().innerText(), /220\/220/)
      },
    )

    await t.test('the box goes away: within six seconds nothing is green, and everything says from when it is', async (t) => {
      const { screen, page } = await scene(t, browser, root, { width: 1024, height: 600 })
      await page.goto(screen.link('owner'))
      await page.locator('.top-ok').waitFor()
      await page.locator('.rows li').first().waitFor()
      await screen.stop(instant(clock.now() + 1_000))
      await page.locator('.top-unknown').waitFor({ timeout: 8_000 })
      t.equal(await page.locator('.sign-ok, .top-ok, .st-ok, .node-ok').count(), 0, 'no old green')
      t.match(await page.locator('.figure').first().innerText(), /lúc \d\d:\d\d:\d\d/)
      t.match(await page.title(), /^▨/)
      await shoot(page, 'late-1024')
      await page.getByText('Số dưới đây là số cũ', { exact: false }).waitFor({ timeout: 14_000 })
      t.equal(await page.locator('.sign-ok, .top-ok, .st-ok').count(), 0)
      await shoot(page, 'stale-1024')
    })
  },
)
