import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { faultsOf } from '../ledger/check.ts'
import { testClock, until } from './clock.ts'
import { ownerOf } from './owner.ts'
import { openShop, type ShopRun } from './shop.ts'

const AT = '/api/v1/invoices/1/C26MAA/1'
const COMPANY = { name: 'CÔNG TY TNHH MẪU', taxCode: '0199999021', address: '9 Lê Lợi, Hà Nội', email: 'ketoan@mau.vn' }

/** Whether any file of the data folder holds this text as it is. */
const onDisk = (shop: ShopRun, text: string): boolean => {
  const data = join(shop.dir, 'data')
  return readdirSync(data, { withFileTypes: true, recursive: true })
    .filter((file) => file.isFile())
    .some((file) => readFileSync(join(file.parentPath, file.name)).includes(text))
}

t.test('R-106 a buyer: kept while the law says so, erased after it; numbers, chain, reports and sheets go on', async (t) => {
  const clock = testClock({ start: '2026-11-20T10:00:00' })
  const shop = await openShop(t, { clock })
  const { sell, filed, issued } = ownerOf(shop)
  t.equal((await shop.api('/api/v1/registers/R017/buyer', COMPANY)).status, 200)
  await sell('1', [['Phở bò', 2, 60_000]])
  t.ok(await filed(1))
  const [entry] = (await issued()).map((one) => one.entry)
  const url = `/api/v1/entries/${entry}/buyer/documents`
  const roles = ['frame', 'invoice', 'message'].map((role) => ({ role, state: 'kept', from: '2037-01-01' }))
  t.match(await shop.api(url), { status: 200, body: { documents: roles } })
  const early = await shop.api<{ code: string; message: string }>(`${url}/erase`, { reason: 'asked' })
  t.match(early, { status: 409, body: { code: 'BUYER_KEPT', message: /01\/01\/2037/ } })
  t.equal((await shop.api(`${url}/erase`, { reason: 'khách tên Mẫu, 0912345678' })).status, 400, 'no words of one’s own')
  t.match(await shop.api(`/api/v1/entries/${entry}/buyer`, { reason: 'gọi khách' }), { status: 200, body: { buyer: COMPANY } })

  await shop.stop()
  clock.to('2037-01-02T09:00:00')
  await shop.start()
  t.match(await shop.api(`${url}/erase`, { reason: 'retention' }), {
    status: 200,
    body: { documents: [{ state: 'erased' }, { state: 'erased' }, { state: 'erased' }] },
  })
  t.match(await shop.facts('document.erased'), [
    { body: { role: 'frame', why: 'retention', who: /^P/ } },
    { body: { role: 'invoice' } },
    { body: { role: 'message' } },
  ])
  t.match(await shop.api(`${AT}.xml`), { status: 404, body: { code: 'BUYER_ERASED' } })
  t.match(await shop.api(`/api/v1/entries/${entry}/buyer`, { reason: 'x' }), { status: 404, body: { code: 'BUYER_ERASED' } })
  t.match(await shop.api(AT), {
    body: { erased: true, buyer: 'Buyer details erased', pay: '120000', lines: [{ name: 'Phở bò' }] },
  })
  const page = await shop.api<{ facts: readonly { kind: string }[]; paper: readonly string[] }>(`/api/v1/entries/${entry}`)
  t.equal(page.body.facts.filter(({ kind }) => kind === 'document.erased').length, 3, 'its page tells it')
  t.same(page.body.paper, [])
  t.match(await shop.api(`${AT}.html`), { status: 200, body: /Thông tin khách đã xóa/ })
  t.match(await shop.api(`${AT}.pdf`), { status: 200, body: /^%PDF/ })
  const list = await shop.api('/api/v1/reports/list.csv?month=2026-11&masked=0')
  t.match(list, { status: 200, body: /Buyer details erased/ })
  t.notMatch(list.body, /MẪU|0199999021/)
  for (const report of ['x', 'z', 'vat', 'items', 'revenue', 'buyers', 'corrections'])
    t.equal((await shop.api(`/api/v1/reports/${report}?month=2026-11&masked=0`)).status, 200, report)
  const pack = await shop.api<string>('/api/v1/reports/month-pack.zip?month=2026-11&masked=0')
  t.equal(pack.status, 200)
  t.notMatch(pack.body, /hoa-don\//, 'what is erased is no file of it')
  await shop.stop()
  t.same(faultsOf(join(shop.dir, 'data', 'tillgate.db')), [], 'the chain verifies')
  await shop.start()
  t.match(await shop.api(AT), { body: { erased: true } }, 'after a restart, too')
})

t.test('R-022 R-106 a buyer who came to nothing: forgotten when his time is over, and never on the disk', async (t) => {
  const clock = testClock({ start: '2026-11-20T10:00:00' })
  const shop = await openShop(t, { clock })
  const url = '/api/v1/registers/R017/buyer'
  const never = { name: 'KHÁCH KHÔNG QUAY LẠI', phone: '0912777888' }
  t.match(await shop.api(url, never), { status: 200, body: { armed: {} } })
  clock.jump(11 * 60_000)
  t.same((await shop.api(url)).body, {}, 'no sale came within ten minutes')
  const { sell, issued, filed } = ownerOf(shop)
  await sell('1', [['Trà đá', 1, 5_000]])
  t.ok(await until(async () => (await issued()).length === 1))
  t.ok(await filed(1))
  t.notMatch((await shop.api(`${AT}.xml`)).body, /KHÔNG QUAY LẠI/, 'the next sale is nobody’s')
  await shop.stop()
  for (const text of [never.name, never.phone]) t.notOk(onDisk(shop, text))
  await shop.start()
})
