import { connect } from 'node:net'
import t from 'tap'
import type { PrinterRun } from '../../simulators/printer/index.ts'
import { pause, testClock, until } from './clock.ts'
import { ownerOf } from './owner.ts'
import { paperOf } from './papers.ts'
import { openShop } from './shop.ts'

const AT = '/api/v1/invoices/1/C26MAA'
const PHO = ['Phở bò', 2, 60_000] as const
const CUT = '\x1dV'

/** What one paper shows, line by line. */
const papers = (paper: PrinterRun | undefined): readonly string[] => paper?.printed().papers ?? []
const marked = (paper: PrinterRun | undefined): readonly string[] =>
  papers(paper).flatMap((text) => /BẢN IN LẠI lần \d+/.exec(text) ?? [])

t.test(
  'R-083 a sale, printed again twice: the paper bears both marks, the sealed bytes and the queue stay as they are',
  async (t) => {
    const shop = await openShop(t, { printer: true, clock: testClock({ start: '2026-11-21T10:00:00' }) })
    const { sell, filed, issued, xml } = ownerOf(shop)
    await sell('1', [PHO, ['Trà đá', 2, 5_000]])
    t.ok(await filed(1))
    const [before] = await issued()
    const sealed = await xml('C26MAA', 1)
    const frames = (await shop.facts('frame.captured')).length
    const reprint = (number = 1) => shop.api<{ copy?: number; code?: string }>(`${AT}/${number}/reprint/printer`, {})
    t.same(await reprint(), { status: 200, body: { copy: 1 } })
    t.match(await shop.api(`${AT}/1/reprint`, {}), { status: 200, body: { copy: 2 } }, 'a page counts with the others')
    t.same(await reprint(), { status: 200, body: { copy: 3 } })
    t.ok(await until(() => marked(shop.paper).length === 2))
    t.same(marked(shop.paper), ['BẢN IN LẠI lần 1', 'BẢN IN LẠI lần 3'])
    const copy = papers(shop.paper).findLast((text) => text.includes('BẢN IN LẠI')) ?? ''
    for (const said of [
      'QUÁN CÀ PHÊ MINH ANH',
      'HÓA ĐƠN GIÁ TRỊ GIA TĂNG',
      '1C26MAA',
      'Phở bò',
      'Trà đá',
      'Mã CQT: M1-26-A1B2C-',
    ])
      t.match(copy, said)
    t.match(copy, /TỔNG THANH TOÁN +130\.000/)
    const { bytes } = shop.paper?.printed() ?? { bytes: Buffer.alloc(0) }
    t.equal(bytes.toString('latin1').split(CUT).length - 1, 3, 'each copy is cut as the register cuts')
    t.equal(await xml('C26MAA', 1), sealed)
    t.same(await issued(), [before])
    t.equal((await shop.facts('frame.captured')).length, frames, 'what we print is not heard as a sale')
    t.match(
      (await shop.facts('receipt.reprinted')).map(({ body }) => body),
      [
        { count: 1, form: 1, symbol: 'C26MAA', number: 1 },
        { count: 2, number: 1 },
        { count: 3, number: 1 },
      ],
    )
    t.equal((await reprint(9)).status, 404)
  },
)

t.test(
  'R-083 while a till prints bill after bill on its own connection, no copy stands in a bill and no bill in a copy',
  async (t) => {
    const shop = await openShop(t, { printer: true, clock: testClock({ start: '2026-11-21T10:00:00' }) })
    const { sell, filed, issued } = ownerOf(shop)
    await sell('1', [PHO])
    t.ok(await filed(1))
    const socket = connect({ host: '127.0.0.1', port: shop.port, noDelay: true })
    socket.resume()
    const tilled = async (): Promise<void> => {
      for (let n = 2; n <= 9; n++) {
        const bytes = paperOf(String(n), shop.clock.now(), [['Bún chả', n, 45_000]])
        for (let at = 0; at < bytes.length; at += 97) {
          socket.write(bytes.subarray(at, at + 97))
          await pause(2)
        }
      }
    }
    const copied = async () => {
      const answers: number[] = []
      for (let i = 0; i < 5; i++) answers.push((await shop.api(`${AT}/1/reprint/printer`, {})).status)
      return answers
    }
    const [answers] = await Promise.all([copied(), tilled()])
    socket.end()
    t.same(answers, [200, 200, 200, 200, 200])
    t.ok(await until(async () => (await issued()).length === 9), 'every bill is an invoice')
    t.ok(await until(() => papers(shop.paper).length >= 14))
    const shown = papers(shop.paper)
    const copies = shown.filter((text) => text.includes('BẢN IN LẠI'))
    t.same(copies.map((text) => /lần (\d+)/.exec(text)?.[1]).sort(), ['1', '2', '3', '4', '5'])
    t.ok(copies.every((text) => text.includes('Phở bò') && text.includes('Tra cứu tại') && !text.includes('Bún chả')))
    const bills = shown.filter((text) => text.includes('Bún chả'))
    t.equal(bills.length, 8)
    t.ok(
      bills.every((text) => text.includes('QUÁN CÀ PHÊ MINH ANH') && text.includes('Chuyển khoản') && !text.includes('Phở bò')),
    )
  },
)

t.test('a printer that is switched off: said at once, and nothing is counted', async (t) => {
  const shop = await openShop(t, { printer: true, clock: testClock({ start: '2026-11-21T10:00:00' }) })
  const { sell, filed } = ownerOf(shop)
  await sell('1', [PHO])
  t.ok(await filed(1))
  const reprint = (number: number) => shop.api(`${AT}/${number}/reprint/printer`, {})
  t.match(await reprint(1), { status: 200 })
  await shop.paper?.stop()
  t.match(await reprint(1), { status: 503, body: { code: 'PRINTER_GONE' } })
  t.equal((await shop.facts('receipt.reprinted')).length, 1, 'nothing was printed, nothing is counted')
})

t.test('R-083 a replacement never was on paper: its copy is set as the register last printed', async (t) => {
  const shop = await openShop(t, { printer: true, clock: testClock({ start: '2026-11-21T10:00:00' }) })
  const { sell, filed, correct } = ownerOf(shop)
  await sell('1', [PHO])
  t.ok(await filed(1))
  const lines = [{ name: 'Phở gà', quantity: '1', unitPrice: '50000', discount: '0' }]
  const why = { why: 'Ghi nhầm món', evidence: { channel: 'phone', note: 'Đã gọi khách' } }
  t.match(await correct(1, 'replace', { situation: 'goods', lines, ...why }), { status: 201 })
  t.ok(await filed(2))
  t.match(await shop.api(`${AT}/2/reprint/printer`, {}), { status: 200, body: { copy: 1 } })
  t.ok(await until(() => marked(shop.paper).length === 1))
  const copy = papers(shop.paper).findLast((text) => text.includes('BẢN IN LẠI')) ?? ''
  t.match(copy, 'Phở gà')
  t.match(copy.replace(/\s+/g, ' '), /Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 1 ngày/)
})
