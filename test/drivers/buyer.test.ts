import t from 'tap'
import { delimited } from '../../drivers/delimited/index.ts'
import { json } from '../../drivers/json/index.ts'
import { xml } from '../../drivers/xml/index.ts'
import { documents } from '../../src/commands/read.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { Driver, Settings } from '../../src/domain/driver.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import { shopOn } from '../issue/desk.ts'

const read = (driver: Driver, said: string, settings?: Settings): Reading => {
  const made = settings ? driver.configured?.(settings) : undefined
  if (made && !made.ok) throw new Error(`${made.fault.code} ${made.fault.path}`)
  const [first] = documents(new Uint8Array(Buffer.from(said)), made?.ok ? made.value : driver)
  if (!first) throw new Error('no document')
  return first.reading
}
const wrong = (driver: Driver, settings: Settings): string | undefined => {
  const made = driver.configured?.(settings)
  return made && !made.ok ? made.fault.path : undefined
}
const COMPANY = { name: 'CÔNG TY TNHH ABC', taxCode: '0101243150', address: '1 Tràng Tiền, Hà Nội', email: 'kt@abc.example' }
const sale = (more: object): object => ({
  receiptNo: 'HD1',
  customer: 'Chị Lan bàn 5',
  lines: [{ name: 'Phở bò', qty: 2, unitPrice: 55_000, amount: 110_000 }],
  total: 110_000,
  ...more,
})

void t.test('R-022: a buyer in fields of his own reaches the invoice; the customer of the till never does', async (t) => {
  const { sell } = await shopOn(t)
  const plain = read(json, JSON.stringify(sale({})))
  t.match(plain, { outcome: 'ready', receipt: { customer: 'Chị Lan bàn 5', buyer: undefined } })
  const nobody = await sell(plain)
  t.equal(vietnam.buyer?.(nobody.bytes), undefined)
  t.notMatch(Buffer.from(nobody.bytes).toString(), /Lan/)

  const given = read(
    json,
    JSON.stringify(sale({ receiptNo: 'HD2', buyer: { ...COMPANY, phone: '', name: ' CÔNG TY  TNHH ABC ' } })),
  )
  t.match(given, { outcome: 'ready', receipt: { buyer: COMPANY } })
  t.notMatch(given.textLines.join('\n'), /ABC|0101243150/, 'R-106: not among the lines for the screen')
  t.same(vietnam.buyer?.((await sell(given)).bytes), COMPANY)

  t.match(read(json, JSON.stringify(sale({ buyer: { mst: '0101243150' } }))), {
    outcome: 'unreadable',
    fault: { code: 'DRIVER_FIELD', path: 'buyer.mst' },
  })
})

void t.test('R-022: a mapping says where the buyer stands: JSON, XML and tables', (t) => {
  const rows = { name: '$.items[*].n', amount: '$.items[*].v' }
  const paths = { receiptNo: '$.id', total: '$.sum', customer: '$.guest', lines: rows }
  const order = JSON.stringify({
    id: 'A1',
    guest: 'anh Tú',
    red: { mst: '0101243150', ten: 'ABC' },
    items: [{ n: 'Phở', v: 50_000 }],
    sum: 50_000,
  })
  const mapping = { ...paths, buyer: { taxCode: '$.red.mst', name: '$.red.ten' } }
  t.match(read(json, order, { mapping }), { outcome: 'ready', receipt: { buyer: { taxCode: '0101243150', name: 'ABC' } } })
  t.match(read(json, order, { mapping: paths }), { outcome: 'ready', receipt: { buyer: undefined } }, 'nothing is guessed')
  t.equal(wrong(json, { mapping: { ...paths, buyer: { taxCode: '$.reds[*].mst' } } }), 'mapping.buyer.taxCode')
  t.equal(wrong(json, { mapping: { ...paths, buyer: { mst: '$.red.mst' } } }), 'mapping.buyer.mst')

  const document = (buyer: string): string =>
    `<sale><receiptNo>X1</receiptNo><customer>anh Tú</customer>${buyer}<lines><line><name>Phở</name><amount>50000</amount></line></lines><total>50000</total></sale>`
  const person = { name: 'Trần Thị Mẫu', personalId: '001099000001', phone: '0912345678' }
  const fields = Object.entries(person).map(([name, text]) => `<${name}>${text}</${name}>`)
  t.match(read(xml, document(`<buyer>${fields.join('')}</buyer>`)), { outcome: 'ready', receipt: { buyer: person } })
  t.match(read(xml, document('')), { outcome: 'ready', receipt: { buyer: undefined } })
  t.match(read(xml, document('<buyer><mst>1</mst></buyer>')), { outcome: 'unreadable', fault: { path: 'buyer.mst' } })

  const table = (tax: string): string =>
    `Số HĐ;Khách hàng;MST;Tên hàng;Thành tiền;Tổng cộng\n7;anh Tú;0101243150;Phở;50000;90000\n7;anh Tú;${tax};Trà;40000;90000\n`
  const columns = { receiptNo: 'Số HĐ', customer: 'Khách hàng', name: 'Tên hàng', amount: 'Thành tiền', total: 'Tổng cộng' }
  const named = { columns: { ...columns, buyerTaxCode: 'MST' } }
  t.match(read(delimited, table(''), named), {
    outcome: 'ready',
    receipt: { customer: 'anh Tú', buyer: { taxCode: '0101243150' } },
  })
  t.match(
    read(delimited, table('0101243150')),
    { outcome: 'ready', receipt: { buyer: undefined } },
    'no heading is taken for a buyer',
  )
  t.match(read(delimited, table('0312345678'), named), { fault: { code: 'DRIVER_FIELD' } }, 'two buyers of one receipt')
  t.end()
})
