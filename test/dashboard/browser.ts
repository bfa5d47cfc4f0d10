import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import type { Test } from 'tap'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { type Dashboard, type DashboardParts, dashboard } from '../../src/dashboard/server.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { type CivilDate, dayStart, instant } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { folder } from '../folder.ts'
import { type FakeShop, fakeInvoiceView, fakeShop, keptLog, PAPER } from './fake.ts'

export const web = join(import.meta.dirname, '../../src/dashboard/web')
export const CHROMIUM = '/usr/bin/chromium'
export const ARGS = [
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
export const words = readWords()

export async function buildPage(t: Test): Promise<string> {
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
export const clock: Clock = { ...systemClock, now: () => instant(systemClock.now() + shift) }

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

export interface Scene {
  readonly shop: FakeShop
  readonly board: ReturnType<typeof openBoard>
  readonly screen: Dashboard
  readonly page: Page
  readonly trouble: string[]
  /** The same shop behind the same port, as after a restart. */
  again(port: number): Promise<Dashboard>
}

export async function scene(
  t: Test,
  browser: Browser,
  root: string,
  viewport: { width: number; height: number },
  more: Partial<DashboardParts> | ((shop: FakeShop) => Partial<DashboardParts>) = {},
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
    ...(typeof more === 'function' ? more(shop) : more),
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

export const shoot = async (page: Page, name: string): Promise<void> => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) })
}

/** Sideways scrolling, and words that do not fit where they stand. */
export const CUT = `(() => {
  const out = document.documentElement.scrollWidth > innerWidth ? ['sideways: ' + document.documentElement.scrollWidth] : []
  for (const e of document.querySelectorAll('button, a, th, td, label, h1, h2, p, summary, legend')) {
    if (e.closest('.scroll') || e.classList.contains('unseen') || e.closest('.unseen')) continue
    const style = getComputedStyle(e)
    if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && style.display !== 'inline') out.push('cut: ' + e.outerHTML.slice(0, 120))
  }
  for (const e of document.querySelectorAll('main button, main a.act, main .choice, .rail .nav')) {
    const box = e.getBoundingClientRect()
    if (box.height > 0 && box.height < 44) out.push('small: ' + e.outerHTML.slice(0, 100))
  }
  return out
})()`
