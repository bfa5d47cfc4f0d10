import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { SignedXml } from 'xml-crypto'
import { vietnam, vietnamWith } from '../../src/countries/vn/index.ts'
import { readLetter } from '../../src/countries/vn/letters.ts'
import { composeMessage } from '../../src/countries/vn/message.ts'
import { composeNotice, type NoticeEnvelope } from '../../src/countries/vn/notice.ts'
import { readVerdicts } from '../../src/countries/vn/verdicts.ts'
import { fault } from '../../src/domain/fault.ts'
import { messageId, noticeId } from '../../src/domain/ids.ts'
import type { Notice } from '../../src/domain/notice.ts'
import { civilDate, dayEnd } from '../../src/domain/time.ts'
import type { Message } from '../../src/domain/transport.ts'
import { judge } from '../../src/verify/index.ts'
import { folder } from '../folder.ts'
import { paper, QUESTION, refusal, refusedInvoice, sealed } from './papers.ts'
import { day, line, must, noon, register, sale, shop, testSigner, without } from './support.ts'

const root = join(import.meta.dirname, '../..')
const schemas = join(root, 'src/countries/vn/schemas')
const examples = join(root, 'test/examples/vn')
const example = (name: string): string => readFileSync(join(examples, `${name}.xml`), 'utf8')
const scratch = folder(t)
const signer = testSigner()
const authority = testSigner('CỤC THUẾ (TEST)')
const eye = judge(schemas)
const now = new Date(noon)

const id = messageId(QUESTION)
const envelope: NoticeEnvelope = {
  sender: '0199999014',
  receiver: '0100109106',
  taxCode: shop.taxCode,
  taxpayer: { name: shop.name, office: { code: '10100', name: 'Thuế thành phố Hà Nội' }, place: 'Hà Nội' },
}
const invoice = { seller: shop.taxCode, form: 1, symbol: 'C26MAA', number: 5 }
const notice: Notice = {
  id: noticeId(12),
  at: noon,
  invoices: [
    { invoice, code: 'M1-26-A1B2C-01700000005', issuedOn: day('2026-11-20'), reason: 'Sai tên người mua, tiền không đổi' },
  ],
}
const compose = async (one: Notice, how: Partial<NoticeEnvelope> = {}): Promise<string> =>
  Buffer.from(must(await composeNotice(id, one, signer, noon, { ...envelope, ...how })).bytes).toString()

const IDS = ['DLieu', 'DLTBao', 'DLHDon', 'http://www.w3.org/2000/09/xmldsig#:Object'].flatMap((name) => ['--id-attr:Id', name])
const xmllint = (xml: string, schema: string): void => {
  writeFileSync(join(scratch, 'x.xml'), xml)
  execFileSync('xmllint', ['--noout', '--schema', join(schemas, schema), join(scratch, 'x.xml')], { stdio: 'pipe' })
}
const MESSAGE = '/TDiep/CKSNNT/*[local-name()="Signature"]'
const xmlsec1 = (xml: string, where = '//*[local-name()="Signature"]'): void => {
  writeFileSync(join(scratch, 's.xml'), xml)
  execFileSync('xmlsec1', ['--verify', '--insecure', ...IDS, '--node-xpath', where, join(scratch, 's.xml')], { stdio: 'pipe' })
}
const tools = { skip: without('xmlsec1') || without('xmllint') }
const found = async (xml: string): Promise<string[]> =>
  (await eye.judge(Buffer.from(xml), { now })).findings.map(
    ({ id: check, values }) => `${check} ${values['why'] ?? ''} ${values['detail'] ?? ''}`,
  )

void t.test(
  'a notice of errors of one’s own (R-071): the elements of the form in their order, signed by the taxpayer',
  async (t) => {
    const xml = await compose(notice)
    t.match(
      xml,
      `<MLTDiep>300</MLTDiep><MTDiep>${id}</MTDiep><MST>0199999014</MST><SLuong>1</SLuong></TTChung><DLieu><TBao><DLTBao Id="TB-5C1E0A6B9F4D4E2A8B7C3D2E1F0A9B8C"><PBan>2.1.1</PBan><MSo>04/SS-HĐĐT</MSo><Ten>Thông báo hóa đơn điện tử có sai sót</Ten><Loai>1</Loai><MCQT>10100</MCQT><TCQT>Thuế thành phố Hà Nội</TCQT><MST>0199999014</MST><TNNT>QUÁN PHỞ MINH ANH</TNNT><DDanh>Hà Nội</DDanh><NTBao>2026-11-21</NTBao><DSHDon><HDon><STT>1</STT><MCCQT>M1-26-A1B2C-01700000005</MCCQT><KHMSHDon>1</KHMSHDon><KHHDon>C26MAA</KHHDon><SHDon>5</SHDon><Ngay>2026-11-20</Ngay><LADHDDT>1</LADHDDT><LDo>Sai tên người mua, tiền không đổi</LDo></HDon></DSHDon></DLTBao><DSCKS><NNT><Signature `,
    )
    t.same(await found(xml), [])
    const names = (text: string): string[] =>
      [...(/<DLTBao[\s\S]*<\/DLTBao>/.exec(text)?.[0] ?? '').matchAll(/<([A-Za-z]+)/g)].map((m) => m[1] ?? '')
    t.same(names(xml), names(example('300-error-notice')), 'like the example')
    const check = new SignedXml({
      publicCert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(signer.der).toString('base64')}\n-----END CERTIFICATE-----`,
    })
    check.loadSignature(/<Signature [\s\S]*<\/Signature>/.exec(xml)?.[0] ?? '')
    t.ok(check.checkSignature(xml), 'xml-crypto')
    const made = must(await composeNotice(id, notice, signer, noon, envelope))
    t.same([made.type, made.notice, made.invoices], [300, notice.id, []])
  },
)

void t.test(
  '300 and 303, own notice and answer to a review (R-078): xmllint and xmlsec1 accept them, and no changed letter',
  tools,
  async (t) => {
    const answer: Notice = { ...notice, request: { number: '7/TB-RSĐT', date: day('2026-11-19') } }
    const without: Notice = {
      ...notice,
      invoices: [{ invoice: { ...invoice, symbol: 'K26MAA' }, issuedOn: day('2026-11-20'), reason: 'Sai <địa chỉ> & "tên"' }],
    }
    for (const [name, xml] of [
      ['300', await compose(notice)],
      ['300', await compose(answer)],
      ['300', await compose(without)],
      ['303', await compose(notice, { notice: 303 })],
      ['303', await compose(answer, { notice: 303 })],
      ['300', await compose(notice, { format: '2.0.1' })],
    ] as const) {
      t.match(xml, `<MLTDiep>${name}<`)
      t.doesNotThrow(() => xmllint(xml, `msg-${name}.xsd`))
      t.doesNotThrow(() => xmlsec1(xml))
      t.throws(() => xmlsec1(xml.replace('<SHDon>5<', '<SHDon>6<')))
      t.same(await found(xml), [])
    }
    t.match(
      await compose(answer),
      '<Loai>2</Loai><MCQT>10100</MCQT><TCQT>Thuế thành phố Hà Nội</TCQT><So>7/TB-RSĐT</So><NTBCCQT>2026-11-19</NTBCCQT><MST>',
    )
    t.match(await compose(notice, { format: '2.0.1' }), /<MCQTCap>M1[^<]*<.*<TCTBao>4<\/TCTBao><LDo>/)
  },
)

void t.test('a notice without tax office or place says what to enter; a long reason is cut where the form ends', async (t) => {
  const { taxpayer } = envelope
  const office = await composeNotice(id, notice, signer, noon, { ...envelope, taxpayer: { name: 'x', place: 'Hà Nội' } })
  t.same(office, { ok: false, fault: fault('VN_NO_OFFICE', undefined, 'shop.office') })
  const place = await composeNotice(id, notice, signer, noon, {
    ...envelope,
    taxpayer: { name: 'x', ...(taxpayer.office ? { office: taxpayer.office } : {}) },
  })
  t.same(place, { ok: false, fault: fault('VN_NO_OFFICE', undefined, 'shop.place') })
  const long = await compose({ ...notice, invoices: [{ invoice, issuedOn: day('2026-11-20'), reason: 'đ'.repeat(300) }] })
  t.match(long, `<LDo>${'đ'.repeat(255)}</LDo>`)
  const failing = { ...signer, sign: async () => ({ ok: false as const, fault: { code: 'SIGN_EXPIRED' } }) }
  t.same(await composeNotice(id, notice, failing, noon, envelope), { ok: false, fault: { code: 'SIGN_EXPIRED' } })
  t.equal(await compose(notice), await compose(notice), 'the same notice signed again gives the same bytes')
})

void t.test('216: invoices without code, by the next working day (R-033)', tools, async (t) => {
  const receipt = sale([line('Phở bò', 1n, 54_000n)], 54_000n)
  const free = { ...register, symbol: 'K26MAA' }
  const draft = must(vietnam.draft(receipt, shop, free, noon))
  t.equal(draft.due, dayEnd(day('2026-11-23')), 'issued on a Saturday: Monday night')
  t.equal(civilDate(must(vietnam.draft(receipt, shop, register, noon)).due), '2026-11-21', 'with code: the same day')
  const batch = [must(await draft.seal(1)), must(await draft.seal(2, signer))]
  const message = must(await composeMessage(id, batch, signer, noon, envelope))
  const xml = Buffer.from(message.bytes).toString()
  t.equal(message.type, 216)
  t.notMatch(xml, 'MCCQT')
  t.doesNotThrow(() => xmllint(xml, 'msg-216.xsd'))
  t.doesNotThrow(() => xmlsec1(xml, MESSAGE))
  t.same(await found(xml), [])
  const judgement = await eye.judge(message.bytes)
  t.same(
    judgement.invoices.map(({ symbol, code }) => [symbol, code]),
    [
      ['K26MAA', undefined],
      ['K26MAA', undefined],
    ],
  )
  t.match(vietnam.view(batch[0]?.bytes ?? Buffer.alloc(0)), { identity: { symbol: 'K26MAA', number: 1 }, pay: 54_000n })
})

const asked: Message = { id, type: 300, bytes: Buffer.from(''), invoices: [], notice: notice.id }
const read = (xml: string, trust?: readonly Uint8Array[], message = asked): string =>
  readVerdicts(Buffer.from(xml), message, trust)
    .verdicts.map((v) =>
      v.kind === 'noted'
        ? `noted ${v.reference ?? '-'}`
        : 'fault' in v
          ? `${v.kind} ${v.fault.code} ${v.fault.values?.['text'] ?? ''}`.trim()
          : v.kind,
    )
    .join(', ')

void t.test('301: accepted without any reason, refused with one, in today’s and in older forms', async (t) => {
  const end = '</DLTBao>'
  const accepted = paper[301]
  const cases: readonly (readonly [name: string, xml: string, verdict: string])[] = [
    ['no reason anywhere', accepted, 'noted 100001/TB-HĐĐT'],
    [
      'one invoice refused',
      accepted.replace(end, refusedInvoice(refusal('0004', 'Hóa đơn không tồn tại')) + end),
      'refused DELIVERY_NOTICE_REFUSED Hóa đơn không tồn tại',
    ],
    [
      'the whole refused',
      accepted.replace(end, `<DSLDKTNhan><LDo><MLoi>40051</MLoi><MTLoi>Sai mã cơ quan thuế</MTLoi></LDo></DSLDKTNhan>${end}`),
      'refused DELIVERY_NOTICE_REFUSED Sai mã cơ quan thuế',
    ],
    ['an invoice without reason', accepted.replace(end, refusedInvoice('') + end), 'noted 100001/TB-HĐĐT'],
    ['before 2.1.0, accepted', accepted.replace(end, refusedInvoice('<TTTNCCQT>1</TTTNCCQT>') + end), 'noted 100001/TB-HĐĐT'],
    [
      'before 2.1.0, refused',
      accepted.replace(end, refusedInvoice('<TTTNCCQT>2</TTTNCCQT>') + end),
      'refused DELIVERY_NOTICE_REFUSED',
    ],
    [
      'empty lists of reasons',
      accepted.replace(end, `<DSLDKTNhan/>${refusedInvoice('<DSLDKTNhan><LDo/></DSLDKTNhan>')}${end}`),
      'noted 100001/TB-HĐĐT',
    ],
    ['without number', accepted.replace(/<STBao>.*<\/STBao>/, ''), 'noted -'],
    ['of another message', accepted.replaceAll(QUESTION, `0199999014${'0'.repeat(32)}`), 'odd DELIVERY_OTHER_MESSAGE'],
    ['rewrapped by the provider', accepted.replaceAll(QUESTION, `V0199999021${QUESTION.slice(-32)}`), 'noted 100001/TB-HĐĐT'],
  ]
  for (const [name, xml, verdict] of cases) {
    const whole = await sealed(xml, authority)
    t.equal(read(whole, [authority.der]), verdict, name)
    t.equal(
      read(whole.replace('<DDanh>Hà Nội', '<DDanh>Hà Nam'), [authority.der]),
      name.startsWith('of another') ? verdict : 'odd DELIVERY_REPLY_SIGNATURE',
      `${name}, changed`,
    )
    t.equal(
      read(whole, [signer.der]),
      name.startsWith('of another') ? verdict : 'odd DELIVERY_REPLY_SIGNATURE',
      `${name}, signed by a stranger`,
    )
  }
  const own = { ...asked, id: messageId('K0199999007C1D2E3F4A5B64788990A1B2C3D4E5F60') }
  t.equal(read(example('301-accepted'), undefined, own), 'noted 100001/TB-HĐĐT')
  t.equal(
    read(example('301-rejected'), undefined, own),
    'refused DELIVERY_NOTICE_REFUSED Hóa đơn không tồn tại trên hệ thống (mã lỗi ví dụ)',
  )
  t.equal(
    read(accepted, undefined, { ...asked, type: 206, notice: undefined as never, invoices: [invoice] }),
    'odd DELIVERY_ODD_ANSWER',
    'no answer to invoices',
  )
  t.equal(read(await sealed(paper[302], authority)), 'odd DELIVERY_ODD_ANSWER', 'a letter is no verdict')
})

void t.test('a notice whose receipt is told by 999, by -1, or by a general 204', async (t) => {
  const receipt = (state: string, more = ''): string =>
    `<TDiep><TTChung><MLTDiep>999</MLTDiep></TTChung><DLieu><TBao><MTDiep>${id}</MTDiep><TTTNhan>${state}</TTTNhan>${more}</TBao></DLieu></TDiep>`
  t.equal(read(receipt('0')), 'taken')
  t.equal(
    read(receipt('1', '<DSLDo><LDo><MLoi>1</MLoi><MTa>Sai chữ ký</MTa></LDo></DSLDo>')),
    'refused DELIVERY_NOTICE_REFUSED Sai chữ ký',
  )
  const general = (kind: string, why = ''): string =>
    `<TDiep><TTChung><MLTDiep>204</MLTDiep></TTChung><DLieu><TBao><DLTBao><So>9</So><LTBao>${kind}</LTBao><MGDDTu>${id}</MGDDTu>${why}</DLTBao></TBao></DLieu></TDiep>`
  t.equal(read(general('2')), 'noted 9')
  t.equal(
    read(general('9', '<KHLKhac><DSLDo><LDo><MLoi>1</MLoi><MTLoi>Sai mã số thuế</MTLoi></LDo></DSLDo></KHLKhac>')),
    'refused DELIVERY_NOTICE_REFUSED Sai mã số thuế',
  )
})

void t.test('letters 102, 103 and 302: schema, signature, content; a changed or foreign one is none', tools, async (t) => {
  const country = vietnamWith({ trust: [authority.der] })
  const wanted = {
    102: { type: 102, kind: 'registration-received', accepted: true, reasons: [] },
    103: {
      type: 103,
      kind: 'registration',
      accepted: true,
      notice: '14/TB-CCTKV',
      on: '2026-11-21',
      taxCode: '0199999014',
      codeBlock: 'A1B2C',
      coded: true,
      uncoded: false,
      certificates: ['5401AB'],
      reasons: [],
    },
    302: {
      type: 302,
      kind: 'review',
      number: '7/TB-RSĐT',
      on: '2026-11-21',
      days: 2,
      time: 1,
      invoices: [{ form: 1, symbol: 'C26MAA', number: 5, reason: 'Sai tên người mua' }],
    },
  }
  for (const type of [102, 103, 302] as const) {
    const xml = await sealed(paper[type], authority)
    t.same(country.letter?.(Buffer.from(xml)), wanted[type], String(type))
    t.doesNotThrow(() => xmllint(xml, `msg-${type}.xsd`))
    t.doesNotThrow(() => xmlsec1(xml))
    t.same(await found(xml), [], String(type))
    t.equal(country.letter?.(Buffer.from(xml.replace('MINH ANH', 'MINH EM'))), undefined, 'changed')
    t.equal(country.letter?.(Buffer.from(await sealed(paper[type], signer))), undefined, 'not theirs')
    t.equal(country.letter?.(Buffer.from(paper[type])), undefined, 'not signed')
    t.same(vietnam.letter?.(Buffer.from(paper[type])), wanted[type], 'no certificate of theirs is known: only the content counts')
  }
  t.equal(vietnam.letter?.(Buffer.from(paper[301])), undefined)
  t.equal(vietnam.letter?.(Buffer.from('<html/>')), undefined)
  t.equal(vietnam.letter?.(Buffer.from('PDF')), undefined)
})

void t.test('R-016: a stop-use notice is known by its type or its form, with its envelope or alone', async (t) => {
  const wanted = {
    type: 108,
    kind: 'stop',
    number: '15/TB-NSD',
    on: '2026-11-21',
    reasons: ['1: Không hoạt động tại địa chỉ đã đăng ký'],
  }
  const country = vietnamWith({ trust: [authority.der] })
  const xml = await sealed(paper[108], authority)
  t.same(country.letter?.(Buffer.from(xml)), wanted)
  t.same(country.letter?.(Buffer.from(/<TBao>.*<\/TBao>/.exec(xml)?.[0] ?? '')), wanted, 'as a provider hands it on')
  t.equal(country.letter?.(Buffer.from(await sealed(paper[108], signer))), undefined, 'not theirs')
  t.equal(vietnam.letter?.(Buffer.from(paper[108].replace('15/TB-NSD', ''))), undefined, 'without its number it is none')
})

void t.test('a refused registration says why, and gives nothing', async (t) => {
  const why =
    '<DSLDKCNhan><LDo><MLoi>2005</MLoi><MTa>Loại hóa đơn chưa phù hợp, liên hệ 38917432</MTa></LDo><LDo><MLoi>2007</MLoi><MTa>Gọi 02438917432</MTa></LDo></DSLDKCNhan></DLTBao>'
  const refused = readLetter(Buffer.from(paper[103].replace('<TTXNCQT>1', '<TTXNCQT>2').replace('</DLTBao>', why)))
  t.match(refused, {
    accepted: false,
    coded: false,
    uncoded: false,
    reasons: ['2005: Loại hóa đơn chưa phù hợp, liên hệ 38917432', '2007: Gọi ***'],
  })
  const returned = readLetter(Buffer.from(paper[102].replace('<THop>1', '<THop>4').replace('</DLTBao>', why)))
  t.match(returned, { kind: 'registration-received', accepted: false, reasons: [/^2005/, /^2007/] })
  const second = readLetter(Buffer.from(paper[302].replace('<Lan>1', '<Lan>2').replace('<THan>2', '<THan>xx')))
  t.match(second, { time: 2, days: 0 })
  const sample = readLetter(
    Buffer.from(paper[103].replace('<MCCQT>A1B2C', '<MCCQT>M1-26-A1B2C-00000000001').replace(/<HTHDon>.*<\/HTHDon>/, '')),
  )
  t.match(sample, { codeBlock: 'A1B2C', coded: true, uncoded: false }, 'a whole code as sample, kinds not repeated')
  const free = readLetter(
    Buffer.from(
      paper[103]
        .replace('<MCCQT>A1B2C</MCCQT>', '')
        .replace('<CMTMTTien>1', '<CMTMTTien>0')
        .replace('<KCMTMTTien>0', '<KCMTMTTien>1'),
    ),
  )
  t.match(free, { coded: false, uncoded: true })
  t.notOk(free && 'codeBlock' in free)
})
