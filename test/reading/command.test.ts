import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { read } from '../../src/commands/read.ts'
import { readWords } from '../../src/words.ts'
import { folder } from '../folder.ts'

const words = readWords()

const sample = join(import.meta.dirname, '../../drivers/text/samples/d05-ecr-serial-journal-ascii.bin')

/** Exit code and what was printed. */
async function run(options: Parameters<typeof read>[0]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const code = await read(options, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}

void t.test('read --json prints the documents of section 14 with outcome and fault, the driver found by trying', async (t) => {
  const { code, out, err } = await run({ file: sample, json: true, lang: 'en' })
  t.equal(code, 0)
  t.equal(err, '')
  const { documents } = JSON.parse(out) as { documents: Record<string, unknown>[] }
  t.same(
    documents.map((d) => [d['kind'], d['outcome'], d['invoiceable']]),
    [
      ['sale', 'ready', true],
      ['sale', 'ready', true],
      ['refund', 'held', false],
      ['report', 'ignored', false],
      ['no-sale', 'ignored', false],
    ],
  )
  t.match(documents[0]?.['sale'], {
    total: 28_000,
    lines: [{ name: 'BUT BI THIEN LONG', qty: '2', unitPrice: 8_000, amount: 16_000 }, {}],
  })
  t.same(documents[2]?.['fault'], {
    code: 'SALE_REFUND',
    message: words.say('en', 'fault.SALE_REFUND'),
    hint: words.say('en', 'fault.SALE_REFUND.hint'),
  })
})

void t.test('without --json people read it, in their language, on standard error', async (t) => {
  const vi = await run({ file: sample, driver: 'text', lang: 'vi' })
  t.match(vi.err, /Phiếu 1: phiếu bán hàng, lập hóa đơn được/)
  t.match(vi.err, /Tổng cộng: 28\.000 đ/)
  t.ok(vi.err.includes(`${words.say('vi', 'fault.SALE_REFUND')} (SALE_REFUND)`))
  t.match((await run({ file: sample, driver: 'text', lang: 'en' })).err, /Document 4: closing report, not a sale/)
})

void t.test('a file or driver that is not there is exit 2 with a hint', async (t) => {
  t.match(await run({ file: 'nowhere.bin', lang: 'en' }), { code: 2, out: '', err: /READ_FILE/ })
  t.match(await run({ file: sample, driver: 'casio', lang: 'en' }), {
    code: 2,
    out: '',
    err: /Known: escpos,.* text,.*READ_DRIVER/s,
  })
})

void t.test('an unproven receipt shows the equation that fails', async (t) => {
  const file = join(folder(t), 'odd.txt')
  writeFileSync(file, 'CUA HANG A\r\nHOA DON\r\nBut bi          16.000\r\nTONG CONG       61.000\r\n\x1dV\0')
  const { err } = await run({ file, lang: 'vi' })
  t.match(err, /chờ người xem/)
  t.match(err, /P3: 16000 = 61000 \?/)
})
