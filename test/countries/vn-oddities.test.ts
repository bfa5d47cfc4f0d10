import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readLetter } from '../../src/countries/vn/letters.ts'
import { readVerdicts } from '../../src/countries/vn/verdicts.ts'
import { viewInvoice } from '../../src/countries/vn/view.ts'
import { messageId } from '../../src/domain/ids.ts'
import type { Message } from '../../src/domain/transport.ts'
import { judge } from '../../src/verify/index.ts'
import { paper, QUESTION, refusal, refusedInvoice, sealed } from './papers.ts'
import { testSigner } from './support.ts'

/** Everything of einvoice-format 12: documents with the oddities of real files are read, by every reader there is. */

const root = join(import.meta.dirname, '../..')
const eye = judge(join(root, 'src/countries/vn/schemas'))
const example = (name: string): string => readFileSync(join(root, `test/examples/vn/${name}.xml`), 'utf8')
const authority = testSigner('CỤC THUẾ (TEST)')
const seller = testSigner('CÔNG TY', '0199999007')
const household = testSigner('HỘ', '000299000001')

type Change = (xml: string) => string
const put =
  (before: string, text: string): Change =>
  (xml) =>
    xml.replaceAll(before, `${text}${before}`)
const swap =
  (pattern: RegExp, text: string): Change =>
  (xml) =>
    xml.replace(pattern, text)
const all =
  (...changes: readonly Change[]): Change =>
  (xml) =>
    changes.reduce((text, change) => change(text), xml)

/** On packages: name of the oddity, what it does to a document, whether our schema still takes it as it is. */
const INVOICES: readonly (readonly [name: string, change: Change])[] = [
  ['empty elements', (xml) => put('</NMua>', '<TTKhac/>')(put('</NBan>', '<Fax/><Website></Website>')(xml))],
  ['empty reference in the header', swap(/<MTDTChieu\/>/, '<MTDTChieu></MTDTChieu>')],
  ['amounts with six decimals', swap(/(<TgTTTBSo>\d+)(?=<)/g, '$1.000000')],
  [
    'bank and e-mail before the phone',
    swap(
      /(?<=<NBan>(?:(?!<\/NBan>).)*)(?=<SDThoai>)/gs,
      '<STKNHang>0011</STKNHang><DCTDTu>a@b.vn</DCTDTu><TNHang>NH Ví Dụ</TNHang>',
    ),
  ],
  ['code before QR', swap(/(<DLQRCode>[^<]*<\/DLQRCode>)(<MCCQT>[^<]*<\/MCCQT>)/g, '$2$1')],
  ['line number before nature', swap(/(<TChat>\d<\/TChat>)(<STT>\d+<\/STT>)/g, '$2$1')],
  ['no line numbers', swap(/<STT>\d+<\/STT>(?=<MHHDVu>|<THHDVu>)/g, '')],
  [
    'currency, payment and software among the extensions',
    (xml) =>
      xml.replace(
        /<DVTTe>VND<\/DVTTe><HTTToan>([^<]*)<\/HTTToan><MSTTCGP>([^<]*)<\/MSTTCGP>/g,
        '<TTKhac><TTin><TTruong>DVTTe</TTruong><KDLieu>string</KDLieu><DLieu>VND</DLieu></TTin><TTin><TTruong>HTTToan</TTruong><KDLieu>string</KDLieu><DLieu>$1</DLieu></TTin></TTKhac>',
      ),
  ],
  [
    'extensions in any order, without their kind',
    put(
      '</NMua>',
      '<TTKhac><TTin><DLieu>x</DLieu><TTruong>y</TTruong></TTin><TTin><KDLieu>string</KDLieu><DLieu>x</DLieu><TTruong>y</TTruong></TTin></TTKhac>',
    ),
  ],
  ['lower-case ids', (xml) => xml.replace(/Id="_([0-9A-F]{32})"/g, (_, id: string) => `Id="_${id.toLowerCase()}"`)],
  [
    'ids with dashes that begin with a digit',
    (xml) => xml.replace(/<DLieu Id="[^"]*"/, '<DLieu Id="5c1e0a6b-9f4d-4e2a-8b7c-3d2e1f0a9b8c"'),
  ],
  ['sender and receiver the same', (xml) => xml.replace(/<MNNhan>[^<]*</, `<MNNhan>${/<MNGui>([^<]*)</.exec(xml)?.[1] ?? ''}<`)],
  [
    'another version in the body than on the envelope',
    (xml) => xml.replace(/<PBan>2\.1\.1<\/PBan>(?=<MNGui>)/, '<PBan>2.1.0</PBan>'),
  ],
  ['no XML declaration', swap(/^<\?xml[^>]*\?>/, '')],
]
const HOUSEHOLD: typeof INVOICES = [
  [
    'HDDCKPTQuan after TTKhac',
    (xml) =>
      xml
        .replaceAll('<HDDCKPTQuan>0</HDDCKPTQuan>', '')
        .replace(
          /(<MSTTCGP>[^<]*<\/MSTTCGP>)/g,
          '$1<TTKhac><TTin><TTruong>a</TTruong><KDLieu>string</KDLieu><DLieu>b</DLieu></TTin></TTKhac><HDDCKPTQuan>0</HDDCKPTQuan>',
        ),
  ],
  [
    'a rate and a summary of 0 % on a sales invoice',
    (xml) =>
      xml
        .replace(/<\/ThTien><\/HHDVu>/g, '</ThTien><TSuat>0%</TSuat></HHDVu>')
        .replaceAll(
          /<TToan>(?=(?:<TTCKTMai>\d+<\/TTCKTMai>)?<TgTTTBSo>(\d+))/g,
          '<TToan><THTTLTSuat><LTSuat><TSuat>0%</TSuat><ThTien>$1</ThTien><TThue>0</TThue></LTSuat></THTTLTSuat>',
        ),
  ],
]

void t.test('packages with each oddity, and with all of them, are read by the judge and by the view', async (t) => {
  for (const [file, signer, numbers, odd] of [
    ['206-vat-2-invoices', seller, [152, 153], INVOICES],
    ['206-sales-household-replacement', household, [57, 58], [...INVOICES, ...HOUSEHOLD]],
  ] as const) {
    const plain = example(file)
    const pays = (xml: string): bigint[] =>
      [...xml.matchAll(/<HDon>.*?<\/HDon>/gs)].map(([one]) => viewInvoice(Buffer.from(one)).pay)
    // Both ways of extensions in the header cannot stand in one document, nor can both ways of ids.
    const together = odd.filter(([name]) => !/^(currency|lower-case)/.test(name)).map(([, change]) => change)
    for (const [name, change] of [...odd, ['all of them', all(...together)] as const]) {
      const changed = change(plain)
      t.not(changed, plain, `${name}: is there`)
      const xml = await sealed(changed, signer)
      const { kind, invoices, findings } = await eye.judge(Buffer.from(xml))
      const grave = findings
        .filter(({ severity }) => severity !== 'warning')
        .map(({ id, values }) => [id, values['why'], values['detail']])
      t.same([kind, invoices.map(({ number }) => number), grave], ['message', numbers, []], `${file}, ${name}`)
      t.same(pays(xml), pays(plain), `${file}, ${name}: seen`)
      const views = [...xml.matchAll(/<HDon>.*?<\/HDon>/gs)].map(([one]) => viewInvoice(Buffer.from(one)))
      t.same(
        views.map(({ identity, authorityCode, lines }) => [identity.number, (authorityCode ?? '').length, lines.length > 0]),
        numbers.map((n) => [n, 23, true]),
        `${file}, ${name}: shown`,
      )
    }
  }
  const wrong = await eye.judge(
    Buffer.from(
      await sealed(example('206-vat-2-invoices').replace('<HTTToan>', '<HTToan>').replace('</HTTToan>', '</HTToan>'), seller),
    ),
  )
  t.ok(
    wrong.findings.some(({ id, severity }) => id === 'V24' && severity === 'error'),
    'an unknown element is no oddity',
  )
})

const asked: Message = { id: messageId(QUESTION), type: 300, bytes: Buffer.from(''), invoices: [], notice: 'N-00000001' as never }
const sent: Message = {
  id: messageId('K01999990075C1E0A6B9F4D4E2A8B7C3D2E1F0A9B8C'),
  type: 206,
  bytes: Buffer.from(''),
  invoices: [152, 153].map((number) => ({ seller: '0199999007', form: 1, symbol: 'C26MAA', number })),
}
const kinds = (xml: string, message: Message): string =>
  readVerdicts(Buffer.from(xml), message, [authority.der])
    .verdicts.map(({ kind }) => kind)
    .join()

/** On papers of the authority. */
const PAPERS: typeof INVOICES = [
  ['empty elements', all(put('</DLTBao>', '<TTKhac/><GChu></GChu>'), swap(/<MTDTChieu>[^<]*<\/MTDTChieu>/, '<MTDTChieu/>'))],
  ['elements in another order', swap(/(<MSo>[^<]*<\/MSo>)(<Ten>[^<]*<\/Ten>)/, '$2$1')],
  ['the data behind its signature', swap(/(<DLTBao.*<\/DLTBao>)(.*)(?=<\/TBao>)/s, '$2$1')],
  ['five-digit error codes', swap(/<MLoi>\d*<\/MLoi>/g, '<MLoi>40051</MLoi>')],
  ['no numbers of lines', swap(/<STT>\d+<\/STT>/g, '')],
  ['lower-case ids with dashes', swap(/<DLTBao Id="[^"]*"/, '<DLTBao Id="ad4e5f60-7182-4394-9bb6-c7d8e9f0a1b2"')],
  [
    'lower-case message ids',
    (xml) => xml.replace(/<(MTDTChieu|MGDDTu)>([^<]*)</g, (_, name: string, id: string) => `<${name}>${id.toLowerCase()}<`),
  ],
  [
    'message ids with dashes',
    swap(
      /<MGDDTu>([^<]*)([0-9A-Fa-f]{8})([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})([0-9A-Fa-f]{12})</,
      '<MGDDTu>$1$2-$3-$4-$5-$6<',
    ),
  ],
  ['sender and receiver the same', swap(/<MNNhan>[^<]*</, '<MNNhan>TCT<')],
  ['another version in the body', swap(/(<DLTBao[^>]*><PBan>)2\.1\.1/, '$12.0.1')],
  ['no XML declaration', swap(/^<\?xml[^>]*\?>/, '')],
  ['white space between the elements', swap(/></g, '>\n  <')],
  ['no envelope: the body alone', (xml) => /<DLieu>.*<\/DLieu>/s.exec(xml)?.[0] ?? ''],
  ['no body either: the notice alone', (xml) => /<TBao>.*<\/TBao>/s.exec(xml)?.[0] ?? ''],
]

void t.test('papers of the authority with each oddity say the same as without', async (t) => {
  const refusedPaper = paper[301].replace('</DLTBao>', `${refusedInvoice(refusal('0004', 'Không tồn tại'))}</DLTBao>`)
  for (const [name, change] of [...PAPERS, ['all in one', all(...PAPERS.slice(0, 10).map(([, one]) => one))] as const]) {
    const made = (xml: string): Promise<string> => sealed(change(xml), authority)
    t.equal(kinds(await made(paper[301]), asked), 'noted', `301 accepted, ${name}`)
    t.equal(kinds(await made(refusedPaper), asked), 'refused', `301 refused, ${name}`)
    t.equal(kinds(await made(example('204-accepted')), sent), 'accepted,accepted', `204 accepted, ${name}`)
    t.equal(kinds(await made(example('204-rejected-one-invoice')), sent), 'rejected,accepted', `204 with one rejected, ${name}`)
    for (const type of [102, 103, 302] as const) {
      const letter = readLetter(Buffer.from(await made(paper[type])), [authority.der])
      t.same(letter, readLetter(Buffer.from(paper[type])), `${type}, ${name}`)
      t.ok(letter)
    }
  }
})
