import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import t from 'tap'
import { SignedXml } from 'xml-crypto'
import { canonical } from '../../src/countries/vn/c14n.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import { composeMessage, MESSAGE_LIMITS, mintMessage } from '../../src/countries/vn/message.ts'
import { descendants, type Element, find, readTree } from '../../src/countries/vn/tree.ts'
import { verifies } from '../../src/countries/vn/verify-signature.ts'
import { messageId } from '../../src/domain/ids.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import type { Message } from '../../src/domain/transport.ts'
import { fc } from '../property.ts'
import { line, must, noon, register, sale, shop, testSigner, without } from './support.ts'

const schemas = join(import.meta.dirname, '../../src/countries/vn/schemas')
const examples = join(import.meta.dirname, '../examples/vn')
const scratch = mkdtempSync(join(tmpdir(), 'tillgate-vn-'))
t.teardown(() => rmSync(scratch, { recursive: true }))

const signer = testSigner()
const envelope = { sender: '0199999014', receiver: '0100109106', taxCode: shop.taxCode }
const id = messageId('01999990145C1E0A6B9F4D4E2A8B7C3D2E1F0A9B8C')

const sealed = async (number: number, { name = 'Phở bò', buyer = '', signed = false, by = register } = {}): Promise<Sealed> => {
  const receipt = sale([line(name, 1n, 54_000n)], 54_000n, buyer ? { buyer: { name: buyer } } : {})
  return must(await must(vietnam.draft(receipt, shop, by, noon)).seal(number, signed ? signer : undefined))
}
const compose = async (batch: readonly Sealed[]): Promise<Message> =>
  must(await composeMessage(id, batch, signer, noon, envelope))

const IDS = ['DLieu', 'DLHDon', 'DLTBao', 'http://www.w3.org/2000/09/xmldsig#:Object'].flatMap((name) => ['--id-attr:Id', name])
/** xmlsec1 on each signature of the document in turn. */
function xmlsec1(bytes: Uint8Array, paths: readonly string[]): void {
  const file = join(scratch, 'signed.xml')
  writeFileSync(file, bytes)
  for (const path of paths)
    execFileSync('xmlsec1', ['--verify', '--insecure', ...IDS, '--node-xpath', path, file], { stdio: 'pipe' })
}
const MESSAGE_SIGNATURE = '/TDiep/CKSNNT/*[local-name()="Signature"]'
const invoiceSignature = (n: number): string => `/TDiep/DLieu/HDon[${n}]/DSCKS/NBan/*[local-name()="Signature"]`

/** xml-crypto, an implementation that shares no line with ours. */
function xmlCrypto(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString()
  const signatures = [...text.matchAll(/<Signature [\s\S]*?<\/Signature>/g)].map((m) => m[0])
  const publicCert = new X509Certificate(signer.der).toString()
  return (
    signatures.length > 0 &&
    signatures.every((signature) => {
      const check = new SignedXml({ publicCert })
      check.loadSignature(signature)
      return check.checkSignature(text)
    })
  )
}

/** Our own reading of every signature. */
function ours(bytes: Uint8Array): boolean {
  const root = readTree(bytes)
  const all = root ? [...descendants(root)] : []
  const pairs = all
    .filter((e) => e.local === 'Signature')
    .map((signature): [Element, Element | undefined] => [
      signature,
      signature.parent?.local === 'CKSNNT' ? find(root, 'DLieu') : find(signature.parent?.parent?.parent, 'DLHDon'),
    ])
  return pairs.length > 0 && pairs.every(([signature, data]) => data !== undefined && verifies(signature, data, [signer.der]))
}

void t.test('a message of two invoices: header, schema, sealed bytes unchanged inside', async (t) => {
  const batch = [await sealed(152), await sealed(153, { buyer: 'CÔNG TY "A & B" <x>' })]
  const message = await compose(batch)
  const text = Buffer.from(message.bytes).toString()
  t.match(
    text,
    `<?xml version="1.0" encoding="UTF-8"?><TDiep><TTChung><PBan>2.1.1</PBan><MNGui>0199999014</MNGui><MNNhan>0100109106</MNNhan><MLTDiep>206</MLTDiep><MTDiep>${id}</MTDiep><MST>0199999014</MST><SLuong>2</SLuong></TTChung><DLieu Id="_5C1E0A6B9F4D4E2A8B7C3D2E1F0A9B8C"><HDon>`,
  )
  for (const one of batch) t.ok(Buffer.from(message.bytes).includes(Buffer.from(one.bytes)))
  t.same([message.type, message.invoices.map((i) => i.number)], [206, [152, 153]])
  xmlRegisterFsInputProviders()
  const schema = XmlDocument.fromBuffer(readFileSync(join(schemas, 'msg-206.xsd')), { url: join(schemas, 'msg-206.xsd') })
  const validator = XsdValidator.fromDoc(schema)
  const document = XmlDocument.fromBuffer(message.bytes)
  t.doesNotThrow(() => validator.validate(document))
  for (const it of [document, validator, schema]) it.dispose()
  t.ok(ours(message.bytes) && xmlCrypto(message.bytes))
})

void t.test(
  'xmlsec1 and xmllint accept the message, also with every invoice signed',
  { skip: without('xmlsec1') || without('xmllint') },
  async (t) => {
    for (const signed of [false, true]) {
      const { bytes } = await compose([await sealed(1, { signed }), await sealed(2, { signed, name: 'Bún "chả" & nem < 2 >' })])
      t.doesNotThrow(() =>
        xmlsec1(bytes, signed ? [MESSAGE_SIGNATURE, invoiceSignature(1), invoiceSignature(2)] : [MESSAGE_SIGNATURE]),
      )
      t.doesNotThrow(() =>
        execFileSync('xmllint', ['--noout', '--schema', join(schemas, 'msg-206.xsd'), join(scratch, 'signed.xml')], {
          stdio: 'pipe',
        }),
      )
      t.ok(xmlCrypto(bytes) && ours(bytes))
      const forged = Buffer.from(Buffer.from(bytes).toString().replace('<ThTien>50000', '<ThTien>40000'))
      t.throws(() => xmlsec1(forged, [MESSAGE_SIGNATURE]), 'a changed digit is seen')
      t.notOk(ours(forged))
    }
  },
)

void t.test(
  'a signed invoice alone verifies, and its masked copy hides the same block',
  { skip: without('xmlsec1') },
  async (t) => {
    const invoice = await sealed(7, { signed: true, buyer: 'Trần Thị Mẫu' })
    t.doesNotThrow(() => xmlsec1(invoice.bytes, ['/HDon/DSCKS/NBan/*[local-name()="Signature"]']))
    t.ok(xmlCrypto(invoice.bytes) && ours(invoice.bytes))
    t.equal(
      Buffer.from(invoice.masked ?? []).toString(),
      Buffer.from(invoice.bytes).toString().replace('<Ten>Trần Thị Mẫu<', '<Ten>***<'),
    )
  },
)

void t.test('1,000 nasty names: signed, then verified', async (t) => {
  const unit = fc.oneof(
    fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      ']]>',
      '&amp;',
      '\r\n',
      '\t',
      '\u0000',
      '\ufffe',
      '\ud800',
      'ế',
      'e\u0302\u0301',
      '😀',
      '\u0085',
      '\u2028',
      ' ',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  )
  const names = fc.sample(fc.string({ unit, minLength: 1, maxLength: 25 }), 1000).map((name) => `m${name}`)
  for (let at = 0; at < names.length; at += 100) {
    const batch = await Promise.all(names.slice(at, at + 100).map((name, i) => sealed(at + i + 1, { name, buyer: name })))
    const { bytes } = await compose(batch)
    t.ok(ours(bytes), 'our reader')
    if (at % 500 === 0) t.ok(xmlCrypto(bytes), 'xml-crypto')
    if (!without('xmlsec1')) t.doesNotThrow(() => xmlsec1(bytes, [MESSAGE_SIGNATURE]), 'xmlsec1')
  }
})

void t.test('the signatures of all example files verify; one changed byte and they do not', async (t) => {
  const files = [
    '206-vat-2-invoices',
    '206-sales-household-replacement',
    '204-accepted',
    '204-rejected-one-invoice',
    '204-rejected-package',
    '300-error-notice',
    '301-accepted',
    '301-rejected',
  ]
  for (const name of files) {
    const text = readFileSync(join(examples, `${name}.xml`), 'utf8')
    const check = (xml: string): boolean => {
      const root = readTree(Buffer.from(xml))
      const all = root ? [...descendants(root)] : []
      const signature = all.find((e) => e.local === 'Signature')
      const data = all.find((e) => e.local === 'DLTBao') ?? find(root, 'DLieu')
      return signature !== undefined && data !== undefined && verifies(signature, data, undefined)
    }
    t.ok(check(text), name)
    t.notOk(check(text.replace(/(<DLTBao Id[\s\S]*?<Ten>|<THDon>)./, '$1X')), `${name}, data changed`)
    t.notOk(check(text.replace(/<SigningTime>2/, '<SigningTime>3')), `${name}, signing time changed`)
    t.notOk(check(text.replace('<SignatureValue>', '<SignatureValue>AAAA')), `${name}, value changed`)
  }
})

void t.test(
  'canonical form equals that of libxml2 on documents with prefixes, entities and odd white space',
  { skip: without('xmllint') },
  async (t) => {
    const documents = [
      '<a xmlns="urn:u" xmlns:p="urn:v" b="2" a="1" p:c="&lt;&#9;&#10;&#13;&quot;\'"><p:x xmlns="">t &amp; &gt; &#13;<!-- c --><![CDATA[<&]]></p:x><y xmlns="urn:u"/></a>',
      "<p:a xmlns:p='urn:u' xmlns:q='urn:w'><b xmlns='urn:z'><c xmlns=''/></b><q:d q:e='1' f='2' p:g='3'/>\r\n</p:a>",
    ]
    for (const document of documents) {
      const file = join(scratch, 'c14n.xml')
      writeFileSync(file, document)
      const root = readTree(Buffer.from(document))
      t.equal(root && canonical(root), execFileSync('xmllint', ['--c14n', file], { encoding: 'utf8' }).replace(/<!--.*?-->/g, ''))
    }
  },
)

void t.test('message ids: sender code and 32 upper-case digits, never twice', async (t) => {
  const ids = Array.from({ length: 100 }, () => mintMessage('K0199999007'))
  t.ok(ids.every((one) => /^K0199999007[0-9A-F]{32}$/.test(one)))
  t.equal(new Set(ids).size, 100)
})

void t.test('limits: what is too large says so, what is no batch is a bug', async (t) => {
  const one = await sealed(1)
  const big: Sealed = { ...one, bytes: Buffer.concat([one.bytes, Buffer.alloc(MESSAGE_LIMITS.bytes)]) }
  const result = await composeMessage(id, [big], signer, noon, envelope)
  t.equal(!result.ok && result.fault.code, 'DELIVERY_TOO_LARGE')
  await t.rejects(compose([]))
  await t.rejects(compose([one, await sealed(1, { by: { ...register, symbol: 'C26MAB' } })]))
  const failing = { ...signer, sign: async () => ({ ok: false as const, fault: { code: 'SIGN_EXPIRED' } }) }
  t.same(await composeMessage(id, [one], failing, noon, envelope), { ok: false, fault: { code: 'SIGN_EXPIRED' } })
  const free = await composeMessage(id, [await sealed(1, { by: { ...register, symbol: 'K26MAA' } })], signer, noon, envelope)
  t.equal(must(free).type, 216, 'without code')
})

void t.test('the same batch signed again gives the same bytes', async (t) => {
  const batch = [await sealed(1)]
  const digest = async (): Promise<string> =>
    createHash('sha256')
      .update((await compose(batch)).bytes)
      .digest('hex')
  t.equal(await digest(), await digest())
})
