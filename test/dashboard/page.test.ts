import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import t from 'tap'
import type { DashboardParts } from '../../src/dashboard/server.ts'
import { fault } from '../../src/domain/fault.ts'
import { instant } from '../../src/domain/time.ts'
import { ARGS, buildPage, CHROMIUM, clock, scene, shoot, web, words } from './browser.ts'

void t.test('every word the page says stands in the catalogue', async (t) => {
  const source = readdirSync(web)
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(web, name), 'utf8'))
    .join('\n')
  const keys = [
    ...source.matchAll(
      /'((?:act|alert|app|ask|buyer|chain|chart|close|date|digit|empty|err|fix|guest|in|inbox|inv|level|list|live|nav|page|reg|rep|report|rules|set|state|stop|time|today|unit)\.[a-z0-9_.]+)'/g,
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
