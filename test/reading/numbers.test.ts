import t from 'tap'
import { formatDecimal } from '../../src/domain/decimal.ts'
import { fold } from '../../src/domain/fold.ts'
import { key, printable } from '../../src/reading/fold.ts'
import { readFigure, readPercent } from '../../src/reading/numbers.ts'
import { spokenAmount } from '../../src/reading/spoken.ts'

const shown = (word: string): string => {
  const f = readFigure(word)
  if (!f) return 'none'
  return [
    f.money ?? '-',
    f.quantities.map(formatDecimal).join('|'),
    f.grouped ? 'money' : 'bare',
    ...(f.odd ? ['odd'] : []),
  ].join(' ')
}

void t.test('every printed form of 9.2, and what is no figure at all', async (t) => {
  const table: readonly (readonly [string, string])[] = [
    ['1.234.567', '1234567 1234567 money'],
    ['1,234,567', '1234567 1234567 money'],
    ['35.000đ', '35000 35|35000 money'],
    ['35.000VND', '35000 35|35000 money'],
    ['35.000vnđ', '35000 35|35000 money'],
    ['35,000.00', '35000 35000 money'],
    ['35.000,00', '35000 35000 money'],
    ['1.234.567,00', '1234567 1234567 money'],
    ['35.000,50', '- 35000.5 money odd'],
    ['35000', '35000 35000 bare'],
    ['35000đ', '35000 35000 money'],
    ['450k', '450000  money'],
    ['35K', '35000  money'],
    ['1.5k', '1500  money'],
    ['1.500k', '-  money odd'],
    ['1tr2', '1200000  money'],
    ['1,2tr', '1200000  money'],
    ['2tr', '2000000  money'],
    ['0,535', '- 0.535 bare odd'],
    ['0.535', '- 0.535 bare odd'],
    ['2,5', '- 2.5 bare odd'],
    ['1.000', '1000 1|1000 money'],
    ['2', '2 2 bare'],
    ['0', '0 0 bare'],
    ['-15.000', '-15000 -15|-15000 money'],
    ['(3)', '3 3 bare'],
    ['55.0', '- 55 bare odd'],
    ['35000.00', '35000 35000 bare'],
    ['(15.000)', '-15000 -15|-15000 money'],
    ['15.000-', '-15000 -15|-15000 money'],
    ['+5.000', '5000 5|5000 money'],
    ['−7.500đ', '-7500 -7.5|-7500 money'],
    ['15/03/2025', 'none'],
    ['15.03.2025', 'none'],
    ['18:22:07', 'none'],
    ['0901234567', 'none'],
    ['8934563138165', 'none'],
    ['000241', 'none'],
    ['3kg', 'none'],
    ['96T', 'none'],
    ['1L', 'none'],
    ['10%', 'none'],
    ['****1234', 'none'],
    ['12.34.56', 'none'],
    ['1.2345.678', 'none'],
    ['(15.000', 'none'],
    ['HD000123', 'none'],
    ['9'.repeat(5000), 'none'],
  ]
  for (const [word, wanted] of table) t.equal(shown(word), wanted, word.slice(0, 20))
})

void t.test('rates, with and without blanks', async (t) => {
  t.equal(readPercent('CK 10 %'), '10')
  t.equal(readPercent('Thuế (8%)'), '8')
  t.equal(readPercent('8,5%'), '8.5')
  t.equal(readPercent('Giảm giá'), undefined)
})

void t.test('folding keeps letters comparable in every way they are printed', async (t) => {
  t.equal(fold('TỔNG CỘNG Đặng'), 'tong cong dang')
  t.equal(fold('Tổng cộng'.normalize('NFD')), 'tong cong')
  t.equal(fold('HóA ĐƠN THANH TOáN'), 'hoa don thanh toan')
  t.equal(key('Phí phục vụ (5 %):'), 'phi phuc vu 5%')
  t.equal(key('Đ.Giá  T.Tiền'), 'd gia t tien')
  t.equal(printable('Phở\u200b bò\u202e\u0001'), 'Phở bò')
})

void t.test('amounts in words', async (t) => {
  t.equal(spokenAmount('(Một trăm nghìn đồng chẵn)'), 100_000n)
  t.equal(spokenAmount('Bằng chữ: Một triệu sáu trăm năm mươi chín nghìn không trăm bốn mươi hai đồng'), 1_659_042n)
  t.equal(spokenAmount('Hai mươi mốt ngàn đồng'), 21_000n)
  t.equal(spokenAmount('mười lăm nghìn năm trăm đồng'), 15_500n)
  t.equal(spokenAmount('Ba tỷ hai trăm linh năm triệu đồng'), 3_205_000_000n)
  t.equal(spokenAmount('Đồng hồ treo tường'), undefined)
  t.equal(spokenAmount('Một trăm nghìm đồng'), undefined, 'a word that is no number leaves the proof absent')
})
