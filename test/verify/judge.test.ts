import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { verify } from '../../src/commands/verify.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { Judgement } from '../../src/domain/judge.ts'
import { instant } from '../../src/domain/time.ts'
import { CHECKS, judge, sayFinding, verdict, whys } from '../../src/verify/index.ts'
import { folder } from '../folder.ts'
import { fc, runs } from '../property.ts'
import { invoiceXml, newId, packageXml, signatureXml, testShop } from './documents.ts'

const NOW = new Date('2026-11-22T10:00:00+07:00')
const clock: Clock = { now: () => instant(NOW.getTime()), up: () => 0, sleep: () => Promise.resolve() }
const root = join(import.meta.dirname, '../..')
const examples = join(root, 'test/examples/vn')
const eye = judge(join(root, 'src/countries/vn/schemas'))
const dir = folder(t)
const shop = await testShop(dir, clock)
const bytes = (text: string): Uint8Array => Buffer.from(text)

const seen = (judgement: Judgement): string[] =>
  judgement.findings.map(({ id, values }) => (values['why'] ? `${id} ${values['why']}` : id))
const judged = async (xml: string): Promise<string[]> => seen(await eye.judge(bytes(xml), { now: NOW }))
const xmlsec = (xml: string, trust = shop.pem): boolean => {
  writeFileSync(join(dir, 'doc.xml'), xml)
  writeFileSync(join(dir, 'trust.pem'), trust)
  const ids = ['DLieu', 'DLTBao', 'DLHDon', 'http://www.w3.org/2000/09/xmldsig#:Object'].flatMap((name) => ['--id-attr:Id', name])
  try {
    execFileSync(
      'xmlsec1',
      ['--verify', '--trusted-pem', 'trust.pem', '--verification-time', '2026-11-22 03:00:00', ...ids, 'doc.xml'],
      { cwd: dir, stdio: 'pipe' },
    )
    return true
  } catch {
    return false
  }
}
const invoices = [1, 2, 3].map((number) => invoiceXml(shop, { number }))
const good = packageXml(shop, invoices)

void t.test('every published example is in order but for certificates made after their signing dates', async (t) => {
  for (const name of readdirSync(examples).filter((file) => file.endsWith('.xml'))) {
    const judgement = await eye.judge(readFileSync(join(examples, name)))
    t.equal(judgement.kind, 'message', name)
    t.same(seen(judgement), /^(999|minus)/.test(name) ? [] : ['V19'], name)
  }
  const vat = await eye.judge(readFileSync(join(examples, '206-vat-2-invoices.xml')))
  t.same(vat.message, {
    id: 'K01999990075C1E0A6B9F4D4E2A8B7C3D2E1F0A9B8C',
    type: '206',
    sender: 'K0199999007',
    receiver: 'TCT',
    taxCode: '0199999007',
    count: 2,
  })
  const [first] = /<HDon>.*?<\/HDon>/s.exec(readFileSync(join(examples, '206-vat-2-invoices.xml'), 'utf8')) ?? ['']
  t.match(vat.invoices[0], {
    seller: '0199999007',
    form: 1,
    symbol: 'C26MAA',
    number: 152,
    code: 'M1-26-A7K2Q-00000000152',
    date: '2026-10-05',
    pay: '153000',
    sha256: createHash('sha256').update(first).digest('hex'),
  })
  t.same(vat.invoices[0]?.rates, [
    ['8%', '50000', '4000'],
    ['10%', '90000', '9000'],
  ])
  t.same(vat.limits, ['issuer-not-checked'])
})

void t.test('a package in order has no finding, and xmlsec1 agrees', async (t) => {
  t.same(await judged(good), [])
  t.equal(xmlsec(good), true)
  const trusted = await eye.judge(bytes(good), { trust: [bytes(shop.pem)], now: NOW })
  t.same([trusted.findings, trusted.limits], [[], []])
})

void t.test('any one changed letter of what is signed is found, as xmlsec1 finds it', async (t) => {
  const regions = [/<DLieu.*<\/DLieu>/s, /<SignedInfo>.*<\/SignatureValue>/s, /<SigningTime>.*<\/SigningTime>/s]
  const signed = regions.flatMap((region) => {
    const m = region.exec(good)
    return m ? Array.from({ length: m[0].length }, (_, i) => m.index + i) : []
  })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...signed), fc.constantFrom('0', '7', 'A', 'z', ' '), async (at, letter) => {
      if (good[at] === letter) return
      const changed = good.slice(0, at) + letter + good.slice(at + 1)
      const judgement = await eye.judge(bytes(changed), { now: NOW })
      return judgement.findings.some(({ severity }) => severity === 'error')
    }),
    { numRuns: runs(300) },
  )
  for (const [name, changed] of [
    ['amount', good.replace('<TgTTTBSo>157500', '<TgTTTBSo>157501')],
    ['name of goods', good.replace('Phở bò', 'Phở gà')],
    ['time', good.replace('<SigningTime>2026-11-22T09', '<SigningTime>2026-11-22T08')],
    ['invoice removed', good.replace(invoices[1] ?? '', '')],
  ] as const) {
    t.match(await judged(changed), /V28 digest/, name)
    t.equal(xmlsec(changed), false, name)
  }
})

void t.test('a signature that is not what the law describes is refused with its reason', async (t) => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'none at all': [good.replace(/<CKSNNT>.*<\/CKSNNT>/s, '<CKSNNT/>'), 'V28 unsigned'],
    'value of another message': [good.replace(/(<SignatureValue>)[^<]{8}/, '$1AAAAAAAA'), 'V28 value'],
    'no certificate': [good.replace(/<KeyInfo>.*<\/KeyInfo>/s, ''), 'V28 certificate'],
    'no signing time': [good.replace(/<SigningTime>[^<]*<\/SigningTime>/, ''), 'V28 time'],
    'SHA-1': [packageXml(shop, invoices, { hash: 'sha1' }), 'V28 algorithm'],
    'HMAC with the public key': [good.replace('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'), 'V28 algorithm'],
    'exclusive canonicalization': [
      good.replace('http://www.w3.org/TR/2001/REC-xml-c14n-20010315', 'http://www.w3.org/2001/10/xml-exc-c14n#'),
      'V28 algorithm',
    ],
    'XSLT transform': [
      good.replace(
        '<DigestMethod',
        '<Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/></Transforms><DigestMethod',
      ),
      'V28 algorithm',
    ],
    'one reference only': [good.replace(/<Reference URI="#Obj.*?<\/Reference>/s, ''), 'V28 reference'],
    'two SignedInfo': [good.replace(/(<SignedInfo>.*?<\/SignedInfo>)/s, '$1$1'), 'V28 structure'],
    'a second signature': [good.replace(/(<Signature .*<\/Signature>)/s, '$1$1'), 'V28 misplaced'],
  }
  for (const [name, [xml, expected]] of Object.entries(cases)) {
    t.not(xml, good, `${name}: the case changes something`)
    t.ok((await judged(xml)).includes(expected), `${name}: ${expected}`)
  }
})

void t.test('wrapping: signed data moved aside while other data stands in its place', async (t) => {
  const data = /<DLieu.*<\/DLieu>/s.exec(good)?.[0] ?? ''
  const forged = data.replace('<TgTTTBSo>157500', '<TgTTTBSo>57500').replace(/Id="_/, 'Id="x_')
  const inObject = good.replace(data, forged).replace('</Object>', `</Object><Object>${data}</Object>`)
  const twice = good.replace(data, forged.replace('Id="x_', 'Id="_')).replace('</Object>', `</Object><Object>${data}</Object>`)
  const beside = good.replace(data, `${forged}${data}`)
  t.match(await judged(inObject), /V28 reference/)
  t.match(await judged(twice), /V24 duplicate-id/)
  t.ok((await judged(beside)).some((found) => /V28 unsigned|V28 misplaced|V28 reference/.test(found)))
})

void t.test('certificates: of another taxpayer, not valid then, not trusted', async (t) => {
  const other = await testShop(dir, clock, '0199999021')
  const foreign = packageXml(other, invoices, { id: newId(shop), taxCode: shop.taxCode })
  t.same(await judged(foreign), ['V18'])
  t.same(await judged(packageXml(shop, invoices, { signingTime: '2026-11-20T09:00:00' })), ['V19'])
  t.match(await judged(packageXml(shop, invoices, { signingTime: '2031-11-20T09:00:00' })), ['V19', 'V42'])
  const untrusted = await eye.judge(bytes(good), { trust: [bytes(other.pem)], now: NOW })
  t.same(seen(untrusted), ['V20'])
  t.equal(untrusted.findings[0]?.severity, 'error')
})

void t.test('an invoice signed by its seller as well', async (t) => {
  const plain = invoiceXml(shop, { number: 9 })
  const data = /<DLHDon.*<\/DLHDon>/s.exec(plain)?.[0] ?? ''
  const signed = plain.replace(
    '</HDon>',
    `<DSCKS><NBan>${signatureXml(shop, data, 'HD-C26MAA-9', 'NBan-9')}</NBan></DSCKS></HDon>`,
  )
  t.same(await judged(signed), [])
  t.same((await eye.judge(bytes(signed))).kind, 'invoice')
  t.same(await judged(packageXml(shop, [signed])), [], 'the same inside a package')
  t.same(await judged(plain), [], 'the law wants no signature on an invoice of a register')
  t.match(await judged(signed.replace('Phở', 'Phớ')), /V28 digest/)
})

void t.test('what the gateway itself seals is in order for these other eyes, masked copies too', async (t) => {
  const golden = join(examples, 'golden')
  const names = readdirSync(golden).filter((file) => file.endsWith('.xml'))
  t.ok(names.length > 4)
  for (const name of names) {
    const judgement = await eye.judge(readFileSync(join(golden, name)))
    t.same([seen(judgement), judgement.limits], [[], name.includes('.masked.') ? ['masked'] : []], name)
  }
  const masked = packageXml(shop, [
    invoiceXml(shop, { number: 1, change: (xml) => xml.replace('</NMua>', '<CCCDan>***</CCCDan></NMua>') }),
  ])
  t.same(await judged(masked), ['V24 schema'], 'in a message the buyer must not be hidden')
})

void t.test('sums that do not add up, each named with what it says and what it should', async (t) => {
  const one = async (from: string, to: string): Promise<string[]> => {
    const xml = invoiceXml(shop, { number: 5, change: (text) => text.replace(from, to) })
    t.not(xml, invoiceXml(shop, { number: 5 }), from)
    const { findings } = await eye.judge(bytes(xml), { now: NOW })
    return findings.map(
      ({ id, values, severity }) =>
        `${id} ${severity} ${values['field'] ?? values['rate'] ?? ''} ${values['found']}≠${values['expected']}`,
    )
  }
  t.same(await one('<TgTTTBSo>157500', '<TgTTTBSo>157499'), ['V26 error TgTTTBSo 157499≠157500'])
  t.same(await one('<TgTThue>12500', '<TgTThue>12501'), ['V26 error TgTThue 12501≠12500'])
  t.same(await one('<TgTCThue>145000', '<TgTCThue>145000.000001'), ['V26 error TgTCThue 145000.000001≠145000'])
  t.same(await one('<ThTien>45000</ThTien><TSuat>10%</TSuat></HHDVu>', '<ThTien>46000</ThTien><TSuat>10%</TSuat></HHDVu>'), [
    'V26 warning ThTien 46000≠45000',
    'V26 error ThTien 10% 45000≠46000',
  ])
  t.same(await one('<TThue>8000</TThue>', '<TThue>8002</TThue>'), ['V27 warning 8% 8002≠8000', 'V26 error TgTThue 12500≠12502'])
  t.same(
    await one('<TThue>8000</TThue></LTSuat>', '<TThue>8001</TThue></LTSuat>'),
    ['V26 error TgTThue 12500≠12501'],
    'one đồng per rate is rounding',
  )
  t.same(await one('<TSuat>8%</TSuat></HHDVu>', '<TSuat>5%</TSuat></HHDVu>'), [
    'V26 error ThTien 8% 100000≠0',
    'V26 error ThTien 5% -≠100000',
  ])
  t.same(await one('<TgTTTBSo>157500', '<TgTTTBSo>157500.000000'), [], 'six decimals of zeros are real (format 12)')
  const fee = '<DSLPhi><LPhi><TLPhi>Túi</TLPhi><TPhi>500</TPhi></LPhi></DSLPhi>'
  t.same(await one('<TgTTTBSo>157500', `${fee}<TgTTTBSo>158000`), [], 'a fee is added')
  t.same(
    await one(
      '</HHDVu></DSHHDVu>',
      '</HHDVu><HHDVu><TChat>3</TChat><THHDVu>Chiết khấu</THHDVu><ThTien>5000</ThTien><TSuat>10%</TSuat></HHDVu></DSHHDVu>',
    ),
    ['V26 error ThTien 10% 45000≠40000'],
    'a discount line is subtracted',
  )
})

void t.test('amounts far beyond a float stay exact', async (t) => {
  const price = 90_071_992_547_409 // × 100 is past 2^53
  const lines = [{ name: 'Vàng', quantity: '1', price: String(price), amount: price, rate: '10%' }]
  const xml = invoiceXml(shop, { number: 6, lines })
  t.same(await judged(xml), [])
  const sum = /<TgTTTBSo>(\d+)/.exec(xml)?.[1] ?? ''
  const off = (BigInt(sum) + 1n).toString()
  t.same(await judged(xml.replace(`<TgTTTBSo>${sum}`, `<TgTTTBSo>${off}`)), ['V26'])
})

void t.test('code and symbol: pattern, form digit, year, presence', async (t) => {
  const code = (text: string): Promise<string[]> => judged(invoiceXml(shop, { number: 5, code: text }))
  t.same(await code('M2-26-A1B2C-01700000005'), ['V35 code-form'])
  t.same(await code('M1-25-A1B2C-01700000005'), ['V37'])
  t.match(await code('M1-26-a1b2c-01700000005'), ['V24 schema', 'V35 code-pattern'])
  t.same(await judged(invoiceXml(shop, { number: 5, change: (xml) => xml.replace(/<MCCQT>.*<\/MCCQT>/, '') })), [
    'V35 code-missing',
  ])
  t.same(await judged(invoiceXml(shop, { number: 5, symbol: 'K26MAA' })), ['V35 code-unwanted'])
  t.same(await judged(invoiceXml(shop, { number: 5, symbol: 'C25MAA' })), ['V37'])
  t.same(await judged(invoiceXml(shop, { number: 5, date: '2026-11-23' })), ['V42'], 'tomorrow')
})

void t.test('the QR text must say the same as the invoice', async (t) => {
  const example = readFileSync(join(examples, '206-vat-2-invoices.xml'), 'utf8')
  const one = /<HDon>.*?<\/HDon>/s.exec(example)?.[0] ?? ''
  t.same(await judged(one), [])
  t.match(await eye.judge(bytes(one.replace('6304', '6305'))), { findings: [{ id: 'V24', values: { why: 'qr' } }] })
  const amount = await eye.judge(bytes(one.replace('0606153000', '0606153001')))
  t.match(amount.findings[0], { id: 'V24', severity: 'error', values: { why: 'qr', detail: '99.06 153001 ≠ 153000' } })
  const copied = await eye.judge(bytes(one.replace(/6304....<\/DLQ/, '6304383C</DLQ')))
  t.same(
    copied.findings.map(({ severity }) => severity),
    ['warning'],
    'the checksum of the decision, copied',
  )
})

void t.test('inside one message: number or code twice, later number with earlier date, wrong header', async (t) => {
  const again = packageXml(shop, [
    invoiceXml(shop, { number: 1 }),
    invoiceXml(shop, { number: 1 }).replace('HD-C26MAA-1"', 'HD-b"'),
  ])
  t.same(await judged(again), ['V33', 'V34'])
  const back = packageXml(shop, [invoiceXml(shop, { number: 1 }), invoiceXml(shop, { number: 2, date: '2026-11-21' })])
  t.same(await judged(back), ['V36'])
  t.same(await judged(packageXml(shop, invoices, { count: 4 })), ['V24 count'])
  t.match(await judged(packageXml(shop, invoices, { taxCode: '0199999021' })), [
    'V24 seller-differs',
    'V24 seller-differs',
    'V24 seller-differs',
    'V18',
  ])
  const mixed = await eye.judge(
    bytes(
      packageXml(shop, [
        invoiceXml(shop, { number: 1 }),
        invoiceXml(shop, { number: 1, symbol: 'C26MAB', code: 'M1-26-A1B2C-01800000001' }),
      ]),
    ),
  )
  t.match(mixed.findings, [{ id: 'V24', severity: 'warning', values: { why: 'mixed-series' } }])
  const id = newId(shop)
  t.match(await judged(good.replace(/<MTDiep>[^<]*/, `<MTDiep>0199999021${id.slice(-32)}`)), ['V24 id-sender'])
})

void t.test('hostile input is a finding, never an exception and never a long wait', async (t) => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><TDiep>&c;</TDiep>`
  const cases: Readonly<Record<string, readonly [Uint8Array, string]>> = {
    empty: [bytes(''), 'size'],
    'three megabytes': [Buffer.alloc(3 << 20, 0x20), 'size'],
    'billion laughs': [bytes(bomb), 'doctype'],
    'external entity': [bytes('<!DOCTYPE a SYSTEM "file:///etc/passwd"><TDiep/>'), 'doctype'],
    'UTF-16': [Buffer.from(`\ufeff${good}`, 'utf16le'), 'encoding'],
    'declared UTF-7': [bytes(good.replace('UTF-8', 'UTF-7')), 'encoding'],
    'broken UTF-8': [Buffer.concat([bytes('<TDiep>'), Buffer.of(0xff), bytes('</TDiep>')]), 'encoding'],
    comment: [bytes(good.replace('157500', '157<!-- -->500')), 'markup'],
    CDATA: [bytes(good.replace('157500', '<![CDATA[157500]]>')), 'markup'],
    'processing instruction': [bytes(good.replace('<DLieu', '<?xml-stylesheet href="x"?><DLieu')), 'markup'],
    'twenty thousand deep': [bytes(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`), 'depth'],
    'two roots': [bytes('<TDiep></TDiep><TDiep></TDiep>'), 'not-xml'],
    'cut in the middle': [bytes(good.slice(0, 4000)), 'not-xml'],
    html: [bytes('<html><body>Đăng nhập</body></html>'), 'root'],
    text: [bytes('xin chào'), 'not-xml'],
    'another namespace': [bytes('<TDiep xmlns="urn:x"/>'), 'root'],
  }
  for (const [name, [input, why]] of Object.entries(cases)) {
    const judgement = await eye.judge(input)
    t.equal(judgement.kind, 'unreadable', name)
    t.match(judgement.findings, [{ id: 'V24', values: { why } }], name)
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(good.length), async (noise, at) => {
      const whole = bytes(good)
      const judgement = await eye.judge(Buffer.concat([whole.subarray(0, at), noise, whole.subarray(at)]))
      return noise.length === 0 || judgement.kind === 'unreadable' || judgement.kind === 'message'
    }),
    { numRuns: runs(40) },
  )
})

void t.test('every check and reason has words in both languages, every place filled', async (t) => {
  t.equal(Object.keys(CHECKS).length, 50)
  const bad = [
    packageXml(shop, invoices, { count: 4, hash: 'sha1', taxCode: '0199999021' }),
    good.replace('157500', 'x'),
    good.replace(/<CKSNNT>.*<\/CKSNNT>/s, '<CKSNNT/>'),
  ]
  for (const xml of bad) {
    for (const one of (await eye.judge(bytes(xml), { now: NOW })).findings) {
      t.notMatch(sayFinding('vi', one), /\{\w+\}/)
      t.notMatch(sayFinding('en', one), /\{\w+\}|undefined/)
    }
  }
  const source = readdirSync(join(root, 'src/verify'))
    .map((file) => readFileSync(join(root, 'src/verify', file), 'utf8'))
    .join('\n')
  const used = [...source.matchAll(/(?:why: |bad\(|unreadable\([^\n]*?, )'([a-z0-9-]+)'/g)].map((m) => m[1] ?? '')
  t.ok(used.length > 25)
  t.same(
    used.filter((why) => !whys().includes(why)),
    [],
  )
})

void t.test('the verdict and the command', async (t) => {
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(dir, name), content)
    return join(dir, name)
  }
  const run = async (paths: string[], more: { trust?: string[]; now?: string } = {}) => {
    const out: string[] = []
    const said: string[] = []
    const exit = await verify(paths, {
      lang: 'vi',
      json: true,
      now: NOW.toISOString(),
      ...more,
      out: (line) => out.push(line),
      say: (line) => said.push(line),
    })
    return { exit, said: said.join('\n'), json: out.map((line) => JSON.parse(line) as Record<string, unknown>) }
  }
  const ok = await run([file('good.xml', good)], { trust: [file('shop.pem', shop.pem)] })
  t.equal(ok.exit, 0)
  t.match(ok.said, /✓ .*Thông điệp hợp lệ: 3 hóa đơn, không phát hiện sửa đổi/)
  t.notMatch(ok.said, /Sổ/, 'one document says nothing of the book')
  const inner = await run([file('one.xml', /<HDon>.*?<\/HDon>/su.exec(good)?.[0] ?? '')])
  t.match(inner.said, /Hóa đơn /, 'an invoice alone is spoken of as an invoice')
  t.match(ok.json, [
    {
      format: 'tillgate-verdict/1',
      verdict: 'valid',
      exit: 0,
      subject: { kind: 'message', mst: '0199999014', from: '2026-11-22', to: '2026-11-22' },
      limits: [],
      counts: { invoices: 3, messages: 1 },
      checks: { V18: 'pass', V20: 'pass', V28: 'pass', V01: 'skipped' },
    },
  ])
  t.same(ok.json[0]?.['totals'], [
    {
      form: 1,
      symbol: 'C26MAA',
      from: 1,
      to: 3,
      count: 3,
      voids: 0,
      pay: '472500',
      rates: [
        ['10%', '135000', '13500'],
        ['8%', '300000', '24000'],
      ],
    },
  ])
  const bad = await run([join(dir, 'good.xml'), file('bad.xml', good.replace('Phở bò', 'Phở gà'))])
  t.equal(bad.exit, 1)
  t.match(bad.said, /✗ .*Thông điệp không hợp lệ: 1 lỗi, lỗi đầu tiên ở \/TDiep\/CKSNNT\/Signature/)
  t.match(bad.said, /V28 Chữ ký số .* sai: nội dung đã ký bị thay đổi/)
  t.equal(bad.json.length, 2)
  mkdirSync(join(dir, 'data'))
  writeFileSync(join(dir, 'data/tillgate.db'), 'SQLite format 3\0')
  for (const path of [file('pack.zip', 'PK\x03\x04...'), join(dir, 'data'), join(dir, 'data/tillgate.db')]) {
    const refused = await run([path])
    t.equal(refused.exit, 2)
    t.match(refused.said, /chưa kiểm tra được/)
    t.match(refused.json, [{ verdict: 'unreadable', exit: 2, code: 'VERIFY_NOT_YET' }])
  }
  t.equal((await run([join(dir, 'nowhere.xml')])).exit, 2)
  t.equal((await run([file('noise.xml', 'xin chào')])).exit, 2)
  t.equal((await run([join(dir, 'good.xml')], { now: 'hôm qua' })).exit, 2)
  t.equal((await run([join(dir, 'good.xml')], { trust: [join(dir, 'good.xml')] })).exit, 2)
  const many = await eye.judge(
    bytes(
      packageXml(
        shop,
        Array.from({ length: 120 }, (_, i) => invoiceXml(shop, { number: i + 1, code: 'M2-26-A1B2C-00000000001' })),
      ),
    ),
    { now: NOW },
  )
  const long = verdict(many, bytes(good), { trust: false, now: true })
  t.equal(long.more['V35'], 20, 'a hundred findings of a check, then a count')
  t.ok(long.verdict === 'invalid')
})

const correction = (fields: Readonly<Record<string, string>>, more: Partial<Parameters<typeof invoiceXml>[1]> = {}): string => {
  const block = {
    TCHDon: '1',
    LHDCLQuan: '1',
    KHMSHDCLQuan: '1',
    KHHDCLQuan: 'C26MAA',
    SHDCLQuan: '4',
    NLHDCLQuan: '2026-11-21',
    LDDCTThe: '14',
    GChu: 'Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 4 ngày 21 tháng 11 năm 2026',
    ...fields,
  }
  const inside = Object.entries(block).flatMap(([name, value]) => (value === '' ? [] : [`<${name}>${value}</${name}>`]))
  const put = (xml: string): string => xml.replace('</TTChung>', `<TTHDLQuan>${inside.join('')}</TTHDLQuan></TTChung>`)
  return packageXml(shop, [invoiceXml(shop, { number: 5, ...more, change: (xml) => put(more.change?.(xml) ?? xml) })])
}

void t.test('what a correction says of its original (R-070..R-076)', async (t) => {
  const adjust = {
    TCHDon: '2',
    LDDCTThe: '05',
    GChu: 'Điều chỉnh cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 4 ngày 21 tháng 11 năm 2026',
  }
  const minus = [{ name: 'Phở bò', quantity: '-1', price: '50000', amount: -50_000, rate: '8%' }]
  t.same(await judged(correction({})), [], 'a replacement in order')
  t.same(await judged(correction(adjust, { lines: minus })), [], 'goods returned')
  t.same(
    await judged(
      correction({ GChu: 'Thay thế cho hóa đơn mẫu số 1, ký hiệu C26MAA, số 00000004, ngày 21 tháng 11 năm 2026 do sai món' }),
    ),
    [],
  )
  for (const [name, fields, why] of [
    ['no cause', { LDDCTThe: '' }, 'related-cause'],
    ['a return as replacement', { LDDCTThe: '05' }, 'related-method'],
    ['an error as adjustment', { ...adjust, LDDCTThe: '14' }, 'related-method'],
    ['no number', { SHDCLQuan: '' }, 'related-identity'],
    ['no day', { NLHDCLQuan: '' }, 'related-identity'],
    [
      'a form of its own',
      { KHMSHDCLQuan: '2', GChu: 'Thay thế cho hóa đơn Mẫu số 2 ký hiệu C26MAA số 4 ngày 21 tháng 11 năm 2026' },
      'related-form',
    ],
    [
      'of tomorrow',
      { NLHDCLQuan: '2026-11-23', GChu: 'Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 4 ngày 23 tháng 11 năm 2026' },
      'related-later',
    ],
    [
      'itself',
      { SHDCLQuan: '5', GChu: 'Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 5 ngày 21 tháng 11 năm 2026' },
      'related-self',
    ],
    ['no words', { GChu: '' }, 'related-legend'],
    ['words of an adjustment', { GChu: adjust.GChu }, 'related-legend'],
    [
      'words of another number',
      { GChu: adjust.GChu.replace('Điều chỉnh', 'Thay thế').replace('số 4', 'số 14') },
      'related-legend',
    ],
    ['many without a list', { TCHDon: '3' }, 'related-list'],
  ] as const)
    t.same(await judged(correction(fields)), [`V49 ${why}`], name)
  t.same(await judged(correction({}, { lines: minus })), ['V49 negative'], 'a replacement below zero')
  t.same(await judged(packageXml(shop, [invoiceXml(shop, { number: 5, lines: minus })])), ['V49 negative'], 'a sale below zero')
})

void t.test('216 carries symbols without code, 206 those with code', async (t) => {
  const free = invoiceXml(shop, { number: 1, symbol: 'K26MAA', change: (xml) => xml.replace(/<MCCQT>.*<\/MCCQT>/, '') })
  const as216 = (xml: string): string => xml.replace('<MLTDiep>206', '<MLTDiep>216')
  t.same(await judged(as216(packageXml(shop, [free]))), [])
  t.same(await judged(packageXml(shop, [free])), ['V24 type-symbol'])
  t.match(await judged(as216(packageXml(shop, [invoices[0] ?? '']))), ['V24 schema', 'V24 type-symbol'])
})

void t.test('a sales invoice with the 20 % cut adds up before and after it (R-065)', async (t) => {
  const cut = (totals: string): string =>
    packageXml(shop, [
      invoiceXml(shop, {
        number: 6,
        change: (xml) =>
          xml
            .replace('<KHMSHDon>1', '<KHMSHDon>2')
            .replace('M1-26', 'M2-26')
            .replace(/<TSuat>\d+%<\/TSuat>(?=<\/HHDVu>)/g, '')
            .replace(/<TToan>.*<\/TToan>/, `<TToan>${totals}<TgTTTBChu>Một số tiền</TgTTTBChu></TToan>`),
      }),
    ])
  t.same(await judged(cut('<TgTCThue>145000</TgTCThue><TGTKhac>290</TGTKhac><TgTTTBSo>144710</TgTTTBSo>')), [])
  t.same(await judged(cut('<TgTCThue>145000</TgTCThue><TGTKhac>290</TGTKhac><TgTTTBSo>145000</TgTTTBSo>')), ['V26'])
  t.same(await judged(cut('<TgTCThue>144710</TgTCThue><TGTKhac>290</TGTKhac><TgTTTBSo>144710</TgTTTBSo>')), ['V26'])
})

/** A message of notices, each signed by `holder` over its data, and over its number where `also`. */
const noticeXml = (
  type: number,
  data: string,
  holder: string,
  options: { also?: boolean; count?: number; number?: string; taxCode?: string } = {},
): string => {
  const { also = false, count = 1, taxCode = shop.taxCode, number = '' } = options
  const id = newId(shop)
  const element = `<DLTBao Id="TB-1">${data}</DLTBao>`
  const signed = signatureXml(shop, element, 'TB-1', 'S-1', also ? { also: ['ST-1', number] } : {})
  return `<?xml version="1.0" encoding="UTF-8"?><TDiep><TTChung><PBan>2.1.1</PBan><MNGui>${shop.taxCode}</MNGui><MNNhan>TCT</MNNhan><MLTDiep>${type}</MLTDiep><MTDiep>${id}</MTDiep><MST>${taxCode}</MST><SLuong>${count}</SLuong></TTChung><DLieu><TBao>${element}${number}<DSCKS><${holder}>${signed}</${holder}></DSCKS></TBao></DLieu></TDiep>`
}

void t.test('notices of errors are judged: who, how many, what they answer, which codes', async (t) => {
  const data = (kind = '1', request = '', code = '<MCCQT>M1-26-A1B2C-01700000001</MCCQT>'): string =>
    `<PBan>2.1.1</PBan><MSo>04/SS-HĐĐT</MSo><Ten>Thông báo</Ten><Loai>${kind}</Loai><MCQT>10100</MCQT><TCQT>Thuế Hà Nội</TCQT>${request}<MST>${shop.taxCode}</MST><TNNT>QUÁN</TNNT><DDanh>Hà Nội</DDanh><NTBao>2026-11-22</NTBao><DSHDon><HDon><STT>1</STT>${code}<KHMSHDon>1</KHMSHDon><KHHDon>C26MAA</KHHDon><SHDon>1</SHDon><Ngay>2026-11-22</Ngay><LADHDDT>1</LADHDDT><LDo>Sai tên</LDo></HDon></DSHDon>`
  const request = '<So>7/TB-RSĐT</So><NTBCCQT>2026-11-21</NTBCCQT>'
  t.same(await judged(noticeXml(300, data(), 'NNT')), [])
  t.same(await judged(noticeXml(303, data('2', request), 'NNT')), [])
  t.same(await judged(noticeXml(300, data('2'), 'NNT')), ['V24 request'])
  t.same(await judged(noticeXml(300, data('1', request), 'NNT')), ['V24 request'])
  t.same(await judged(noticeXml(300, data('1', '', ''), 'NNT')), ['V24 code-missing'])
  t.same(await judged(noticeXml(300, data(), 'NNT', { count: 2 })), ['V24 count'])
  t.same(await judged(noticeXml(300, data(), 'NNT', { taxCode: '0199999021' })), ['V24 seller-differs', 'V18'])
  t.match(await judged(noticeXml(300, data(), 'CQT')), ['V24 schema', 'V28 unsigned', 'V28 misplaced'])
  t.same(await judged(noticeXml(300, data(), 'NNT').replace('Sai tên', 'Sai tem')), ['V28 digest'])
})

void t.test('a paper of the authority may cover its number, and be signed by its head as well', async (t) => {
  const data = `<PBan>2.1.1</PBan><MSo>01/TB-SSĐT</MSo><Ten>Kết quả</Ten><DDanh>Hà Nội</DDanh><TCQTCTren>BỘ TÀI CHÍNH</TCQTCTren><TCQT>CỤC THUẾ</TCQT><TNNT>QUÁN</TNNT><MST>${shop.taxCode}</MST><MGDDTu>${newId(shop)}</MGDDTu><TGNhan>2026-11-22</TGNhan>`
  const number = '<STBao Id="ST-1"><So>1/TB</So><NTBao>2026-11-22</NTBao></STBao>'
  const covered = noticeXml(301, data, 'CQT', { number, also: true })
  t.same(await judged(covered), [])
  const [signed] = /<Signature [\s\S]*<\/Signature>/.exec(covered) ?? ['']
  const head = signed.replaceAll('S-1', 'S-2').replace('<DSCKS>', '')
  t.match(await judged(covered.replace('<DSCKS>', `<DSCKS><TTCQT>${head}</TTCQT>`)), [/V28/], 'the second one is looked at')
  t.match(await judged(covered.replace('1/TB', '2/TB')), /V28 digest/)
  t.match(await judged(noticeXml(301, data.replace(shop.taxCode, '0199999021'), 'CQT', { number })), /V24 seller-differs/)
})
