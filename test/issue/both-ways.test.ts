import t from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import { saleFromReceipt } from '../../src/issue/sale-from-receipt.ts'
import { reader } from '../../src/reading/index.ts'
import { pageOf, spread } from '../reading/page.ts'
import { must, paper, shopOn } from './desk.ts'

const WIDTH = 42
const row = (left: string, right: string): string => spread(left, right, WIDTH)
/** A paper of the till as text, read as the gateway reads it. */
const printed = (number: string, body: readonly (readonly [string, string])[], refers?: string): Reading => {
  const head = ['QUÁN PHỞ MINH ANH', '12 Nguyễn Trãi, Hà Nội', 'HÓA ĐƠN BÁN HÀNG', `Số: ${number}`, 'Ngày: 21/11/2026 11:40']
  const top = refers === undefined ? head : [...head, `Hóa đơn gốc: ${refers}`]
  const lines = body.map(([left, right]) => (left === '-' ? '-'.repeat(WIDTH) : row(left, right)))
  return reader.read(pageOf([...top, '-'.repeat(WIDTH), ...lines, 'Cảm ơn quý khách'].join('\n')))
}

void t.test('R-116: a text paper with goods both ways becomes a return and a purchase; net = purchase - return', async (t) => {
  const { sell, hear, desk, sealedOf, ledger } = await shopOn(t)
  const sold = await sell(
    paper('0457', [
      ['Áo thun', 2n, 150_000n],
      ['Quần jean', 1n, 420_000n],
    ]),
  )
  const exchange = printed(
    '0460',
    [
      ['Áo thun', '-1 x 150.000  -150.000'],
      ['Áo khoác', '1 x 350.000  350.000'],
      ['Tất', '2 x 20.000  40.000'],
      ['-', ''],
      ['TỔNG CỘNG', '240.000'],
      ['Tiền mặt', '240.000'],
    ],
    '0457',
  )
  t.match(exchange, { kind: 'refund', outcome: 'held', fault: { code: 'SALE_REFUND' }, receipt: { total: 240_000n } })
  const both = await hear(exchange)
  t.match(both, { state: 'held' })
  const back = must((await desk.takeBack?.(both.id, 'owner-1', sold.identity)) ?? none())
  const returned = await sealedOf(back.entry ?? both.id)
  t.match(returned, { pay: -150_000n, corrects: { how: 'adjust', cause: 5, invoice: { number: 1 } } })
  let bought = await ledger.entry(both.id)
  for (let i = 0; bought?.state === 'held' && i < 500; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    bought = await ledger.entry(both.id)
  }
  t.match(bought, { state: 'queued', sealed: { pay: 390_000n } })
  t.equal(returned.pay + 390_000n, 240_000n)

  const bare = printed('0461', [
    ['Áo khoác', '1 x 350.000  350.000'],
    ['Quà sinh nhật', '-50.000'],
    ['-', ''],
    ['TỔNG CỘNG', '300.000'],
    ['Tiền mặt', '300.000'],
  ])
  t.match(bare, { outcome: 'held', fault: { code: 'SALE_UNKNOWN_LINE' } }, 'money off for who knows what is no return')
  const wrong = printed('0462', [
    ['Áo khoác', '1 x 350.000  350.000'],
    ['Tất', '-2 x 20.000  -40.000'],
    ['-', ''],
    ['TỔNG CỘNG', '350.000'],
    ['Tiền mặt', '350.000'],
  ])
  t.match(wrong, { outcome: 'held', fault: { code: 'SALE_UNKNOWN_LINE' } }, 'purchase - return is not what was paid')
})

void t.test('R-112: a tip for the staff under the total is left off the invoice and told', async (t) => {
  const { hear, sealedOf, parts, shop, clock } = await shopOn(t)
  const under = (word: string, paid: readonly (readonly [string, string])[]): Reading =>
    printed(word.length.toString(), [
      ['Phở bò', '2 x 60.000  120.000'],
      ['Bia Hà Nội', '2 x 25.000  50.000'],
      ['-', ''],
      ['TỔNG CỘNG', '170.000'],
      [word, '20.000'],
      ...paid,
    ])
  for (const word of ['TIP', 'Tiền tip', 'Bo']) {
    const reading = under(word, [['Thẻ', '190.000']])
    t.match(reading, { outcome: 'ready', receipt: { total: 170_000n, gratuity: 20_000n, tip: undefined } }, word)
    const sealed = await sealedOf((await hear(reading)).id)
    t.equal(sealed.pay, 170_000n, word)
    t.same(sealed.tender, [{ method: 'card', amount: 170_000n }])
    t.notMatch(Buffer.from(sealed.bytes).toString(), /20\.?000|tip/i)
  }
  t.match(
    under('TIP', [
      ['Tiền khách đưa', '200.000'],
      ['Tiền thừa', '10.000'],
    ]),
    { outcome: 'ready', receipt: { total: 170_000n } },
  )
  t.match(under('TIP', [['Thẻ', '170.000']]), { outcome: 'held' }, 'nobody took it')
  t.match(under('TIP', [['Thẻ', '195.000']]), { outcome: 'held' }, 'nor is it the rest of the money')

  const { receipt } = under('TIP', [['Thẻ', '190.000']]) as Extract<Reading, { outcome: 'ready' }>
  const sale = must(saleFromReceipt(receipt))
  const [register] = parts.registers
  if (!register) throw new Error('no register')
  const draft = must(vietnam.draft(sale, shop, register, clock.now()))
  t.match(draft.hints, [{ key: 'hint.tip-left-off', values: { tip: '20.000', pay: '170.000' } }])
})

const none = (): never => {
  throw new Error('the desk knows no returns')
}
