import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { fault } from '../../src/domain/fault.ts'
import { ARGS, buildPage, CHROMIUM, CUT, clock, type Scene, scene, shoot, words } from './browser.ts'
import { type FakeDesks, fakeDesks } from './fake-desks.ts'

const vi = (key: string, values = {}): string => words.say('vi', key, values)
const button = (page: Page, key: string, values = {}) => page.getByRole('button', { name: vi(key, values), exact: true })

void t.test(
  existsSync(CHROMIUM) ? 'in a browser' : 'in a browser: skipped because chromium is not installed',
  { skip: !existsSync(CHROMIUM), timeout: 120_000 },
  async (t) => {
    const root = await buildPage(t)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS })
    t.teardown(() => browser.close())
    const open = async (t: Test, viewport = { width: 1366, height: 768 }): Promise<Scene & { desks: FakeDesks }> => {
      let desks: FakeDesks | undefined
      const found = await scene(t, browser, root, viewport, (shop) => {
        desks = fakeDesks(clock, shop)
        return desks.parts
      })
      if (!desks) throw new Error('no desks')
      await found.page.goto(found.screen.link('owner'))
      await found.page.locator('.rows li').nth(2).waitFor()
      return { ...found, desks }
    }

    await t.test('R-072 two beers were sold as one: the wizard replaces, shows the difference, survives a reload', async (t) => {
      const { page, desks, trouble } = await open(t)
      const at = `${new URL(page.url()).origin}`
      await page.goto(`${at}/hoa-don/1/C26MAA/12`)
      await page.getByRole('link', { name: vi('act.correct') }).click()
      await page.getByText(vi('fix.opt.goods')).click()
      await page.getByText(vi('fix.result', { document: vi('fix.doc.replace') })).waitFor()
      await shoot(page, 'fix-1')
      await button(page, 'act.next').click()
      const beer = page.locator('#qty-2')
      await beer.fill('1')
      await page.locator('#why').fill('Bán 1 chai, ghi nhầm 2')
      await shoot(page, 'fix-2')
      await page.waitForTimeout(700)
      await page.reload()
      await page.locator('#qty-2').waitFor()
      t.equal(await page.locator('#qty-2').inputValue(), '1', 'the box kept what was typed')
      t.same(await page.evaluate('Object.keys(localStorage).filter((k) => k !== "lang")'), [], 'and the browser nothing')
      await button(page, 'fix.look').click()
      await page.locator('.compare').waitFor()
      t.match(await page.locator('.compare .sum').innerText(), /180\.000\s+155\.000\s+−25\.000/)
      t.match(await page.locator('.legend-line').innerText(), /^Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 12 /)
      const issue = button(page, 'fix.issue.replace', { number: 1285 })
      t.equal(await issue.isDisabled(), true, 'not before the buyer was told and somebody answers for it')
      await page.getByText(vi('fix.channel.phone')).click()
      await page.locator('#note').fill('Đã gọi khách lúc 14:40')
      await page
        .locator('#file')
        .setInputFiles({ name: 'thỏa thuận.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') })
      await page.getByText('thỏa thuận.pdf').waitFor()
      t.equal(await issue.isDisabled(), true)
      await page.getByText(vi('fix.responsible')).click()
      await shoot(page, 'fix-3')
      await issue.click()
      await page.getByText(/Đã lập\. Số mới: 1C26MAA \d+/).waitFor({ timeout: 4_000 })
      await shoot(page, 'fix-4')
      t.match(desks.asks, [
        {
          who: 'P01',
          ask: {
            situation: 'goods',
            lines: [{}, {}, { name: 'Bia Hà Nội', quantity: { units: 1n, scale: 0 } }],
            evidence: { channel: 'phone', file: { name: 'thỏa thuận.pdf', bytes: Buffer.from('%PDF-1.7') } },
          },
        },
      ])
      t.same(trouble, [])
    })

    await t.test(
      'R-074 goods come back: by quantity, or by one button from the paper of the till; the lock is said',
      async (t) => {
        const { page, screen, shop, desks, trouble } = await open(t, { width: 1024, height: 600 })
        const held = shop.hear()
        shop.hold(held, fault('SALE_REFUND_OF', { receipt: 'HD12', total: '180.000', invoice: '1C26MAA-12' }))
        await page.goto(`${screen.url}/can-xu-ly`)
        await button(page, 'act.adjust').click()
        const beer = page.getByLabel(`${vi('fix.returned')} Bia Hà Nội`)
        await beer.waitFor()
        t.equal(await beer.inputValue(), '1', 'as the paper says')
        await button(page, 'fix.look').click()
        await page.getByText(vi('fix.responsible')).click()
        await button(page, 'fix.issue.adjust', { number: 1285 }).click()
        await page.getByText(/Đã lập/).waitFor({ timeout: 4_000 })
        t.match(await shop.view.entry(held), { state: 'set-aside' }, 'the paper is settled with it')
        t.equal(desks.asks.length, 0)
        await page.goto(`${screen.url}/sua-sai/1/C26MAA/12`)
        await page.getByText(vi('fix.opt.return')).click()
        await button(page, 'act.next').click()
        await page.getByRole('button', { name: `${vi('fix.more')} Bia Hà Nội` }).click()
        await page.locator('#why').fill('Khách trả hàng')
        await page.getByRole('button', { name: `${vi('fix.more')} Phở bò` }).click()
        await shoot(page, 'fix-return-1024')
        t.same(await page.evaluate(CUT), [])
        await button(page, 'fix.look').click()
        await page.locator('.compare').waitFor()
        t.match(await page.locator('.compare .sum').innerText(), /−85\.000\s+−85\.000/)
        await page.getByText(vi('fix.channel.return_slip')).last().click()
        await page.locator('#note').fill('Phiếu trả số 7')
        await page.getByText(vi('fix.responsible')).click()
        await button(page, 'fix.issue.adjust', { number: 1285 }).click()
        await page.getByText(/Đã lập/).waitFor({ timeout: 4_000 })
        t.match(desks.asks, [{ ask: { how: 'adjust', returned: [{ line: 0 }, { line: 2 }] } }])
        desks.locked = 'adjust'
        await page.goto(`${screen.url}/sua-sai/1/C26MAA/14`)
        await page.getByText(vi('fix.lock', { method: vi('fix.method.adjust') })).waitFor()
        await page.getByText(vi('fix.opt.goods')).click()
        await page.getByText(vi('fix.result', { document: vi('fix.doc.adjust') })).waitFor()
        await button(page, 'act.next').click()
        await page.locator('#why').fill('x')
        await button(page, 'fix.look').click()
        await button(page, 'fix.issue.adjust', { number: 1285 }).waitFor()
        t.equal(await button(page, 'fix.issue.replace', { number: 1285 }).count(), 0, 'the other method is not offered')
        t.same(trouble, [])
      },
    )

    await t.test('R-022 a company wants its name on the next sale: pad, check digit, strip, dropped', async (t) => {
      const { page, desks, trouble } = await open(t, { width: 1024, height: 600 })
      await page.getByRole('link', { name: vi('nav.buyer') }).click()
      for (const digit of '0101234567') await page.locator('.pad').getByRole('button', { name: digit, exact: true }).click()
      await page.getByText(vi('buyer.check_bad')).waitFor()
      t.equal(await button(page, 'buyer.arm').isDisabled(), false, 'a doubt is no refusal')
      await shoot(page, 'buyer-bad-1024')
      await page.locator('#buyer-number').fill('0101243150')
      await page.getByText(vi('buyer.check_ok')).waitFor()
      await page.getByText('không một không, một hai bốn, ba một năm, không').waitFor()
      await page.locator('.known-buyer').getByText('CÔNG TY TNHH ABC').waitFor()
      t.equal(await page.locator('#buyer-name').inputValue(), '', 'a buyer seen before is offered, not filled in')
      await shoot(page, 'buyer-known-1024')
      t.same(await page.evaluate(CUT), [])
      await button(page, 'buyer.use').click()
      t.equal(await page.locator('#buyer-name').inputValue(), 'CÔNG TY TNHH ABC')
      await page.keyboard.press('Enter')
      await page.locator('.strip').waitFor()
      t.match([...(desks.next.armed('R017' as never)?.buyer.taxCode ?? '')].join(''), '0101243150')
      await page.locator('.armed').getByText('0101***150').waitFor()
      await shoot(page, 'buyer-armed-1024')
      t.same(await page.evaluate(CUT), [])
      await page
        .getByRole('link', { name: vi('nav.invoices') })
        .first()
        .click()
      await page
        .locator('.strip')
        .getByRole('button', { name: vi('act.drop') })
        .click()
      await page.locator('.strip').waitFor({ state: 'detached', timeout: 4_000 })
      t.equal(desks.next.armed('R017' as never), undefined)
      t.same(trouble, [])
    })

    await t.test('R-084 a day that differs is closed with reasons; the rules and a stop to the second', async (t) => {
      const { page, screen, shop, trouble } = await open(t)
      await page.getByRole('link', { name: vi('nav.close') }).click()
      await page.locator('.balance').first().waitFor()
      await shoot(page, 'close')
      const seal = button(page, 'close.seal')
      t.equal(await seal.isDisabled(), true)
      for (const field of await page.locator('.difference input').all()) await field.fill('Bia bán cho phiếu đang chờ')
      await seal.click()
      await page.getByText(/Đã chốt ngày/).waitFor()
      t.match(shop.steps.at(-1), {
        kind: 'reconciled',
        differences: [{ amount: -25_000n }, { amount: -25_000n }, { register: 'R018', amount: 3_120_000n }],
      })
      await page.getByRole('link', { name: vi('nav.rules') }).click()
      await button(page, 'set.preview').click()
      await page.getByText('54.545').waitFor()
      await shoot(page, 'rules')
      await button(page, 'stop.enter').click()
      await page.locator('#stop-notice').fill('12/TB-CT')
      await page
        .locator('.confirm')
        .getByRole('button', { name: vi('stop.enter') })
        .click()
      await page.getByText(vi('stop.means')).waitFor()
      await shoot(page, 'stopped')
      await page.goto(`${screen.url}/hoa-don/1/C26MAA/12`)
      await button(page, 'act.unmask').click()
      await page.locator('#unmask').fill('Khách hỏi lại')
      await page
        .locator('.confirm')
        .getByRole('button', { name: vi('act.unmask') })
        .click()
      await page.getByText('CÔNG TY TNHH ABC').waitFor()
      t.match(shop.steps.at(-1), { kind: 'looked', why: 'Khách hỏi lại' })
      t.same(trouble, [])
    })

    await t.test('nothing is cut off and every target is large enough, in both languages', async (t) => {
      for (const [width, height, languages] of [
        [1024, 600, ['vi', 'en']],
        [360, 640, ['vi']],
      ] as const) {
        const { page, screen } = await open(t, { width, height })
        for (const lang of languages) {
          await page.evaluate(`localStorage.setItem('lang', '${lang}')`)
          for (const path of ['khach', 'chot-ngay', 'quy-dinh', 'sua-sai/1/C26MAA/12', 'hoa-don/1/C26MAA/12']) {
            await page.goto(`${screen.url}/${path}`)
            await page.locator('main h1').first().waitFor()
            await page.waitForTimeout(150)
            t.same(await page.evaluate(CUT), [], `${path} ${width} ${lang}`)
            await shoot(page, `${path.split('/')[0]}-${width}-${lang}`)
          }
        }
      }
    })
  },
)
