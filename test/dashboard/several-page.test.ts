import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { itemsOf, listed, mayLook, questionBody, sumOf } from '../../src/dashboard/web/batch-ask.ts'
import { MOST, picksIn, spelled } from '../../src/dashboard/web/batch-pick.ts'
import { reports } from '../../src/reports/reports.ts'
import { fc, runs } from '../property.ts'
import { day, enterprise, fakeBooks, line, registerOf, sold } from '../reports/fake.ts'
import { ARGS, buildPage, CHROMIUM, CUT, clock, scene, shoot, words } from './browser.ts'
import { type FakeDesks, fakeDesks } from './fake-desks.ts'

const vi = (key: string, values = {}): string => words.say('vi', key, values)
const button = (page: Page, key: string, values = {}) => page.getByRole('button', { name: vi(key, values), exact: true })

void t.test('invoices ticked in the list come back from the address, whatever their numbers', async (t) => {
  const pick = fc.record({
    form: fc.constantFrom(1, 2),
    symbol: fc.constantFrom('C26MAA', 'C26MAB', 'K26MZ9'),
    number: fc.integer({ min: 1, max: 99_999_999 }),
  })
  const key = (p: { form: number; symbol: string; number: number }): string => `${p.form}${p.symbol} ${p.number}`
  fc.assert(
    fc.property(fc.uniqueArray(pick, { selector: key, maxLength: MOST }), (picks) => {
      const back = picksIn(spelled(picks))
      return JSON.stringify(back.map(key).sort()) === JSON.stringify(picks.map(key).sort())
    }),
    { numRuns: runs(300) },
  )
  t.equal(spelled([3, 1, 2, 9].map((number) => ({ form: 1, symbol: 'C26MAA', number }))), '1C26MAA-1_3.9')
  t.equal(picksIn('1C26MAA-1_99999999').length, MOST, 'nobody asks for more than there may be')
  t.same(picksIn('<script>~1C26MAA-x~-~1c26maa-3'), [])
})

void t.test('R-077 several invoices: items they share, what is asked, when the law knows a list', async (t) => {
  const of = (number: number, ...lines: [string, string, string][]) => ({
    ...{ form: 1, symbol: 'C26MAA', number },
    lines: lines.map(([name, unitPrice, rate]) => ({ name, quantity: '1', unitPrice, rate })),
  })
  const rows = [of(1, ['Bia Hà Nội', '20000', '8%'], ['Lạc', '9000', '8%']), of(2, ['bia  hà nội', '22000', '8'])]
  t.match(
    itemsOf(rows).map(({ keys, ...item }) => ({ ...item, keys: keys.size })),
    [
      { name: 'Bia Hà Nội', on: 2, keys: 2, rate: '8' },
      { name: 'Lạc', on: 1, unitPrice: '9000' },
    ],
  )
  t.equal(itemsOf(rows)[0]?.unitPrice, undefined, 'they do not agree')
  const asked = { situation: 'goods', item: 'Bia Hà Nội', rate: '10', why: ' bia ', note: '' } as const
  t.same(questionBody(asked), { situation: 'goods', why: 'bia', item: { name: 'Bia Hà Nội', becomes: { rate: '10' } } })
  t.same([asked, { ...asked, rate: undefined }, { ...asked, why: ' ' }, { why: 'x', note: '' }].map(mayLook), [
    true,
    false,
    false,
    false,
  ])
  t.equal(sumOf(['9007199254740993', '-2', undefined]), '9007199254740991', 'no float')
  const one = { form: 1, symbol: 'C26MAA', number: 1, month: '2026-11', party: 'a' }
  t.same(
    [[one, one], [one], [one, { ...one, party: 'b' }], [one, { ...one, month: '2026-10' }], [{ ...one, party: undefined }]].map(
      (some) => listed(some as never),
    ),
    [true, false, false, false, false],
  )
})

void t.test(
  existsSync(CHROMIUM) ? 'in a browser' : 'in a browser: skipped because chromium is not installed',
  { skip: !existsSync(CHROMIUM), timeout: 120_000 },
  async (t) => {
    const root = await buildPage(t)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS })
    t.teardown(() => browser.close())
    const open = async (t: Test, viewport = { width: 1366, height: 768 }) => {
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

    await t.test(
      'R-072, R-077: a price was wrong all day: ticked, looked at, ordered at once, what failed is named',
      async (t) => {
        const { page, desks, screen, trouble } = await open(t)
        await page.goto(`${screen.url}/hoa-don?register=R017`)
        await button(page, 'many.start').click()
        await page.locator('.tick-cell input').nth(1).check()
        await page.locator('.tick-cell input').nth(3).check()
        await page.getByText(vi('many.picked', { n: 2 })).waitFor()
        await button(page, 'many.all').click()
        await page.getByText(/Đã chọn \d{3} hóa đơn/).waitFor()
        await shoot(page, 'several-1')
        t.same(await page.evaluate(CUT), [])
        const count = Number(/\d+/.exec(await page.locator('.pick-bar b').innerText()))
        t.ok(count > 100, `${count} of the filter, over more than one page`)
        await button(page, 'many.go').click()
        await page.getByText(vi('many.opt.goods')).click()
        t.match(page.url(), /hd=1C26MAA-1_\d+&ten=[\w-]{36}$/)
        await page.locator('#item').selectOption('Bia Hà Nội')
        await page.locator('#item-price').fill('22000')
        await page.locator('#why').fill('Giá bia khuyến mại')
        await shoot(page, 'several-2')
        t.same(await page.evaluate(CUT), [])
        await button(page, 'many.look').click()
        const bad = Math.floor(count / 7)
        await page.locator('.compare').waitFor({ timeout: 10_000 })
        await page.getByText(vi('many.cannot', { n: bad })).waitFor()
        await page.getByText(vi('fault.CORRECTION_NO_ITEM', { item: 'Bia Hà Nội' })).waitFor()
        await page
          .locator('.compare tfoot')
          .getByText(vi('many.sum', { n: count - bad }))
          .waitFor()
        await shoot(page, 'several-3')
        const issue = button(page, 'many.issue', { n: count - bad })
        t.equal(await issue.isDisabled(), true, 'not before the buyers were told and somebody answers for it')
        await page.getByText(vi('fix.channel.in_shop')).click()
        await page.locator('#note').fill('Đã dán thông báo tại quán')
        await page.getByText(vi('fix.responsible')).click()
        await issue.click()
        await page.getByText(vi('many.done', { n: count - bad })).waitFor({ timeout: 30_000 })
        await shoot(page, 'several-4')
        t.equal(desks.asks.length, count - bad)
        t.match(desks.asks[0], {
          who: 'P01',
          ask: {
            ...{ situation: 'goods', item: { name: 'Bia Hà Nội', becomes: { unitPrice: 22_000n } } },
            evidence: { channel: 'in-shop', note: 'Đã dán thông báo tại quán' },
          },
        })
        t.same(trouble, [])
      },
    )

    await t.test('R-073, R-077: one company, one month: its agreement once for all, and the list is offered', async (t) => {
      const { page, desks, screen, trouble } = await open(t, { width: 1024, height: 600 })
      const asked = `${screen.url}/sua-nhieu?hd=1C26MAA-3.5.8&ten=0b6a3b1e-7a37-4d0a-9f0a-1c26ae000001`
      await page.goto(asked)
      await page.getByText(vi('fix.opt.taxcode')).click()
      await page.locator('#buyer-taxCode').fill('0101243150')
      await page.locator('#buyer-name').fill('CÔNG TY TNHH ABC')
      await page.locator('#why').fill('Khách đưa mã số thuế sau')
      await shoot(page, 'several-buyer-1024')
      t.same(await page.evaluate(CUT), [])
      await button(page, 'many.look').click()
      await page.getByText(vi('many.list')).waitFor()
      await page.getByText(vi('fix.channel.written')).first().click()
      await page.locator('#note').fill('Thỏa thuận ngày 21/11')
      const file = { name: 'thoa-thuan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') }
      await page.locator('#file').setInputFiles(file)
      await page.getByText(vi('fix.responsible')).click()
      await shoot(page, 'several-look-1024')
      t.same(await page.evaluate(CUT), [])
      await page.route('**/api/v1/corrections/order', (route) => route.abort(), { times: 1 })
      await button(page, 'many.issue', { n: 3 }).click()
      await button(page, 'many.again', { n: 3 }).click()
      await page.getByText(vi('many.done', { n: 3 })).waitFor({ timeout: 10_000 })
      t.equal(desks.asks.length, 3)
      t.match(desks.asks[2]?.ask, {
        buyer: { taxCode: '0101243150' },
        evidence: { channel: 'written', file: { name: 'thoa-thuan.pdf' } },
      })
      await shoot(page, 'several-done-1024')
      await page.goto(asked)
      await page.getByText(vi('fix.opt.taxcode')).click()
      await page.locator('#buyer-taxCode').fill('0101243150')
      await page.locator('#why').fill('Khách đưa mã số thuế sau')
      await button(page, 'many.look').click()
      await page.getByText(vi('fix.channel.phone')).first().click()
      await page.locator('#note').fill('x')
      await page.getByText(vi('fix.responsible')).click()
      await button(page, 'many.issue', { n: 3 }).click()
      await page
        .getByText(/Đã lập|Xong/)
        .first()
        .waitFor()
      t.equal(desks.asks.length, 3, 'the address carries the name: asked again after a reload nothing is done twice')
      t.same(
        trouble.filter((line) => !line.includes('net::ERR_FAILED')),
        [],
      )
    })

    await t.test('R-051 the gateway was dead: each slip is looked at, issued once, and the next number is ready', async (t) => {
      const { page, screen, shop, trouble } = await open(t, { width: 1024, height: 600 })
      await page.goto(`${screen.url}/can-xu-ly`)
      await page.getByRole('link', { name: vi('slips.open') }).click()
      const look = button(page, 'slips.look')
      t.equal(await look.isDisabled(), true)
      await page.locator('#slip-number').fill('CHO-0009')
      await page.locator('#slip-time').fill('2026-11-21T08:15')
      await page.locator('#name-0').fill('Phở bò')
      await page.locator('#qty-0').fill('2')
      await page.locator('#price-0').fill('61000')
      await page.locator('#slip-total').fill('121000')
      await look.click()
      await page.getByText(vi('fault.SALE_TOTAL_UNPROVEN')).first().waitFor()
      const twin = shop.sell(122_000n)
      await page.locator('#slip-total').fill('122000')
      await shoot(page, 'slips-1024')
      t.same(await page.evaluate(CUT), [])
      await look.click()
      await page.getByText(vi('slips.twin')).waitFor()
      await page.getByText(vi('slips.would', { number: '1C26MAA 301' })).waitFor()
      t.same(await page.evaluate(CUT), [])
      await shoot(page, 'slips-look-1024')
      await button(page, 'slips.issue', { slip: 'CHO-0009' }).click()
      await page.getByText(/Phiếu CHO-0009: hóa đơn số \d+/).waitFor({ timeout: 4_000 })
      t.equal(await page.locator('#slip-number').inputValue(), 'CHO-0010', 'the next slip of the pad')
      t.equal(await page.locator('#slip-time').inputValue(), '2026-11-21T08:15')
      await shoot(page, 'slips-done-1024')
      await page.locator('#slip-number').fill('CHO-0009')
      await page.locator('#name-0').fill('Phở bò')
      await page.locator('#qty-0').fill('2')
      await page.locator('#price-0').fill('61000')
      await page.locator('#slip-total').fill('122000')
      await look.click()
      await page.getByText(vi('slips.known', { slip: 'CHO-0009' })).waitFor()
      t.equal(await button(page, 'slips.issue', { slip: 'CHO-0009' }).count(), 0, 'nothing to press')
      await page.locator('#slip-total').fill('61000')
      await page.locator('#qty-0').fill('1')
      await look.click()
      await page.getByText(vi('slips.other', { slip: 'CHO-0009' })).waitFor()
      const { rows } = await shop.view.entries({ q: '122000' })
      t.same([rows.length, rows.some(({ id }) => id === twin)], [2, true])
      t.same(
        trouble.filter((line) => !line.includes('422')),
        [],
      )
    })

    await t.test(
      'R-077 the list 01/BK-ĐCTT opens where the wizard leads: buyers hidden, in plain when the owner asks',
      async (t) => {
        const shop = fakeBooks(enterprise, [registerOf('R017', 17, 'C26MAA')])
        const company = { buyer: { name: 'CÔNG TY TNHH MẪU', taxCode: '0101243150' } }
        for (const number of [1, 2]) await shop.sell(sold([line('Rượu mơ', 1n, 27_000n)], company), `2026-10-0${number}T11:00:00`)
        for (const [i, { identity }] of [...shop.rows].entries()) {
          const corrects = { how: 'replace', invoice: identity, issuedOn: day(`2026-10-0${i + 1}`), cause: 14 } as const
          const right = sold([line('Rượu mơ', 1n, 27_000n, { rate: '10' })], { ...company, corrects })
          await shop.sell(right, `2026-11-05T09:00:0${i}`, undefined, 'acknowledged', 'rượu chịu thuế 10 %')
        }
        const { page, screen, trouble } = await scene(t, browser, root, { width: 1366, height: 768 }, (fake) => ({
          ...fakeDesks(clock, fake).parts,
          reports: reports(shop.parts),
        }))
        await page.goto(screen.link('owner'))
        await page.locator('.rows li').nth(2).waitFor()
        await page.goto(`${screen.url}/bao-cao?name=amended&month=2026-10`)
        await page.getByText('***, ***, 10/2026').waitFor()
        t.equal(await page.getByText('MẪU').count(), 0)
        await button(page, 'rep.unmask').click()
        await page.getByText('CÔNG TY TNHH MẪU, 0101243150, 10/2026').waitFor()
        t.match(await page.locator('.report-table .sum').innerText(), /Tổng cộng\s+54\.000\s+54\.000\s+−910\s+910\s+0/)
        await page.locator('.report').scrollIntoViewIfNeeded()
        await shoot(page, 'amended')
        t.same(await page.evaluate(CUT), [])
        t.equal(await page.locator('.signatures').isVisible(), false)
        await page.emulateMedia({ media: 'print' })
        t.equal(await page.locator('.signatures').isVisible(), true, 'on paper both sign')
        const table = "[...document.querySelectorAll('.report .scroll')].every((e) => e.scrollWidth <= e.clientWidth)"
        t.equal(await page.evaluate(table), true, 'and no column is off the sheet')
        await shoot(page, 'amended-print')
        t.same(trouble, [])
      },
    )

    await t.test('nothing is cut off and every target is large enough, in both languages', async (t) => {
      const { page, screen } = await open(t, { width: 1024, height: 600 })
      for (const lang of ['vi', 'en']) {
        await page.evaluate(`localStorage.setItem('lang', '${lang}')`)
        for (const path of ['phieu-cho', 'sua-nhieu?hd=1C26MAA-3.5.8', 'hoa-don', 'can-xu-ly']) {
          await page.goto(`${screen.url}/${path}`)
          await page.locator('main h1').first().waitFor()
          if (path === 'hoa-don') await page.getByRole('button', { name: words.say(lang as 'vi', 'many.start') }).click()
          await page.waitForTimeout(150)
          t.same(await page.evaluate(CUT), [], `${path} ${lang}`)
          await shoot(page, `${path.split('?')[0]}-1024-${lang}`)
        }
      }
    })
  },
)
