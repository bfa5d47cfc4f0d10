import t from 'tap'
import { vietnam, vietnamWith } from '../../src/countries/vn/index.ts'
import { fault } from '../../src/domain/fault.ts'
import { messageId } from '../../src/domain/ids.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import { recoding } from '../../src/issue/corrections/recode.ts'
import { codeOf, must, paper, shopOn } from './desk.ts'

t.test('R-079 a rejected invoice is sent again in a mended encoding, under its number; nothing else may change', async (t) => {
  const { ledger, parts, hear, sealedOf } = await shopOn(t)
  const old = { ...parts, country: vietnamWith({ format: '2.0.1' }) }
  const mend = recoding(parts)
  const back = recoding(old)

  const { id } = await hear(paper(1, [['Phở bò', 2n, 60_000n]]))
  const first = await sealedOf(id)
  t.equal(codeOf(await mend(id, 'P01', 'thử')), 'RECODE_STATE', 'what was not refused stays as it is')

  const refuse = async (sealed: Sealed, digit: string): Promise<void> => {
    const message = {
      id: messageId(`0199999014${digit.repeat(32)}`),
      type: 206,
      bytes: Buffer.from('<TDiep/>'),
      invoices: [sealed.identity],
    }
    must(await ledger.record({ kind: 'pushed', message, attempt: 1, target: 'test' }))
    const verdicts = [{ kind: 'rejected', invoice: sealed.identity, fault: fault('DELIVERY_REJECTED') }] as const
    const reply = Buffer.from('<no/>')
    must(await ledger.record({ kind: 'answered', message: message.id, attempt: 1, type: 204, reply, verdicts }))
  }
  await refuse(first, 'A')
  t.equal((await ledger.entry(id))?.state, 'rejected')
  t.equal(codeOf(await mend(id, 'P01', 'thử')), 'RECODE_SAME', 'the same bytes would be refused again')

  must(await back(id, 'P01', 'thuế còn đọc định dạng cũ'))
  const entry = await ledger.entry(id)
  t.equal(entry?.state, 'queued')
  const second = await sealedOf(id)
  t.match(Buffer.from(second.bytes).toString(), '<PBan>2.0.1</PBan>')
  t.same(
    [second.identity, second.pay, second.at, second.authorityCode],
    [first.identity, first.pay, first.at, first.authorityCode],
  )
  t.not(second.digest, first.digest)
  const detail = await ledger.view.entry(id)
  t.ok(detail?.facts.some(({ kind, line }) => kind === 'invoice.recoded' && line.includes('"revision":2')))

  await refuse(second, 'B')
  const dearer = { ...parts, shop: { ...parts.shop, rates: { default: '10%', items: [] } }, country: vietnam }
  t.equal(
    codeOf(await recoding(dearer)(id, 'P01', 'thử')),
    'LEDGER_OTHER_CONTENT',
    'another tax is another invoice: a correction',
  )
  t.equal((await ledger.entry(id))?.state, 'rejected')
})
