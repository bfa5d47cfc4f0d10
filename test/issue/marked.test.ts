import { createHash } from 'node:crypto'
import t from 'tap'
import { marked } from '../../src/issue/marked.ts'
import { fc, runs } from '../property.ts'

t.test('R-106: a mark tells two orders apart, and says too little to try telephone numbers against', async (t) => {
  const sold = (phone: string) => ({ buyer: { phone }, total: 54_000n, file: Uint8Array.of(1, 2) })
  const one = marked(sold('0790123456'))
  t.match(one.mark, /^[0-9a-f]{4}$/)
  t.ok(one.same(marked(sold('0790123456')).mark))
  t.notOk(one.same(marked(sold('0790123457')).mark))
  t.notOk(one.same(undefined))
  t.notOk(one.same(''), 'an order without a mark is no order of ours')
  const whole = createHash('sha256').update('{"buyer":{"phone":"0790123456"}}').digest('hex')
  t.ok(marked({ buyer: { phone: '0790123456' } }).same(whole), 'a mark of all digits, as older books have them')
  const many = Array.from({ length: 200_000 }, (_, i) => marked(sold(`079${String(i).padStart(7, '0')}`)).mark)
  const fit = many.filter((mark) => mark === many[123_456]).length
  t.ok(fit > 1, `${fit} of 200.000 numbers have the mark of one of them`)
})

t.test('the same content has the same mark, whatever it is', async (t) => {
  const order = fc.record({ a: fc.string(), b: fc.bigInt(), c: fc.uint8Array({ maxLength: 20 }) })
  fc.assert(
    fc.property(order, (one) => marked(one).same(marked({ ...one, c: Uint8Array.from(one.c) }).mark)),
    { numRuns: runs(200) },
  )
  t.pass()
})
