import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import type { BuyerDocument } from '../../src/domain/erasure.ts'
import { fault } from '../../src/domain/fault.ts'
import type { EntryDetail } from '../../src/domain/ledger.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import { type CivilDate, instant } from '../../src/domain/time.ts'
import { ARGS, buildPage, CHROMIUM, CUT, clock, type Scene, scene, shoot, words } from './browser.ts'
import type { FakeShop } from './fake.ts'

const vi = (key: string, values = {}): string => words.say('vi', key, values)
const button = (page: Page, key: string, values = {}) => page.getByRole('button', { name: vi(key, values), exact: true })
const AT = instant(clock.now())
const KEPT: readonly BuyerDocument[] = [
  { fact: 1, role: 'frame', at: AT, from: '2037-01-01' as CivilDate },
  { fact: 2, role: 'invoice', at: AT, from: '2037-01-01' as CivilDate },
  { fact: 3, role: 'message', at: AT, from: '2037-01-01' as CivilDate },
]
const AGREED: BuyerDocument = { fact: 4, role: 'evidence', at: AT }

/** Every invoice of this shop names a buyer. */
const named = (shop: FakeShop) => {
  const masked = (detail: EntryDetail | undefined) =>
    detail && {
      ...detail,
      facts: detail.facts.map((one) => ({ ...one, line: one.line.replace('"body":{', '"body":{"masked":{},') })),
    }
  return { ...shop.view, entry: async (id: EntryDetail['id']) => masked(await shop.view.entry(id)) }
}

void t.test(
  existsSync(CHROMIUM) ? 'in a browser' : 'in a browser: skipped because chromium is not installed',
  { skip: !existsSync(CHROMIUM), timeout: 120_000 },
  async (t) => {
    const root = await buildPage(t)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS })
    t.teardown(() => browser.close())
    const erased: { entry: string; why: string }[] = []
    let documents = KEPT
    let printer: Result<number> = ok(1)
    const open = async (t: Test, viewport: { width: number; height: number }): Promise<Scene> => {
      const found = await scene(t, browser, root, viewport, (shop) => ({
        view: named(shop),
        buyerOf: () => ({ name: 'CÔNG TY TNHH ABC', taxCode: '0101243150' }),
        reports: {} as never,
        reprint: async () => printer,
        erasing: {
          documents: async () => documents,
          async erase(entry, _, why) {
            erased.push({ entry, why })
            documents = documents.map((one) => (one.from === undefined ? { ...one, erased: true as const } : one))
            return ok(documents)
          },
        },
      }))
      await found.page.goto(found.screen.link('owner'))
      await found.page.locator('.rows li').nth(2).waitFor()
      await found.page.goto(`${found.screen.url}/hoa-don/1/C26MAA/12`)
      await button(found.page, 'act.erase').waitFor()
      return found
    }

    for (const viewport of [
      { width: 1366, height: 768 },
      { width: 1024, height: 600 },
    ])
      await t.test(
        `R-106 ${viewport.width}: what the law keeps is named with its day, what may go is erased for a reason`,
        async (t) => {
          documents = KEPT
          erased.length = 0
          const { page, trouble } = await open(t, viewport)
          await button(page, 'act.erase').click()
          await page
            .getByText(vi('erase.kept', { date: '01/01/2037' }))
            .first()
            .waitFor()
          t.equal(await page.getByText(vi('erase.kept', { date: '01/01/2037' })).count(), 3)
          t.equal(await button(page, 'erase.do').count(), 0, 'there is no button for what the law forbids')
          await page.getByText(vi('fault.BUYER_KEPT.hint')).waitFor()
          await shoot(page, `erase-kept-${viewport.width}`)
          await button(page, 'act.back').click()
          documents = [...KEPT, AGREED]
          await button(page, 'act.erase').click()
          const erase = button(page, 'erase.do')
          await erase.waitFor()
          t.equal(await erase.isDisabled(), true, 'not without a reason')
          await page.getByLabel(vi('erase.why')).selectOption('asked')
          await shoot(page, `erase-ask-${viewport.width}`)
          t.same(await page.evaluate(CUT), [])
          await erase.click()
          await page.getByText(vi('erase.gone'), { exact: true }).waitFor()
          t.equal(await button(page, 'erase.do').count(), 0)
          t.match(erased, [{ entry: /^R01[78]-/, why: 'asked' }])
          await shoot(page, `erase-gone-${viewport.width}`)
          t.same(trouble, [])
        },
      )

    await t.test('R-083 one more copy on the printer of the counter: which one it is, or why there is none', async (t) => {
      printer = ok(3)
      const { page, trouble } = await open(t, { width: 1024, height: 600 })
      await button(page, 'act.reprint_here').click()
      await page.getByText(vi('inv.reprinted_here', { n: 3 })).waitFor()
      await shoot(page, 'reprint-1024')
      t.same(await page.evaluate(CUT), [])
      printer = failed(fault('REPRINT_BUSY', { printer: 'tcp 192.168.1.50:9100' }))
      await button(page, 'act.reprint_here').click()
      await page.getByText(vi('fault.REPRINT_BUSY', { printer: 'tcp 192.168.1.50:9100' })).waitFor()
      await shoot(page, 'reprint-busy-1024')
      t.equal(await page.getByText(vi('inv.reprinted_here', { n: 3 })).count(), 0)
      t.same(await page.evaluate(CUT), [])
      t.match(trouble, [/503/], 'the refusal itself is all the browser complains of')
    })
  },
)
