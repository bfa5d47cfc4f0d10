import { execFileSync } from 'node:child_process'
import { verify, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Clock } from '../../src/domain/clock.ts'
import { fault } from '../../src/domain/fault.ts'
import { instant } from '../../src/domain/time.ts'
import { makeTestIdentity, openP12, withoutKey } from '../../src/signing/index.ts'
import { readWords } from '../../src/words.ts'
import { folder } from '../folder.ts'
import { fc, runs } from '../property.ts'

const NOW = Date.parse('2026-11-22T09:00:00+07:00')
const at = (ms: number): Clock => ({ now: () => instant(ms), up: () => 0, sleep: () => Promise.resolve() })
const clock = at(NOW)
const days = (n: number): Clock => at(NOW + n * 86_400_000)
const taxCode = '0199999014'
const name = 'QUÁN PHỞ MINH ANH'

const dir = folder(t)
const file = (named: string): string => join(dir, named)
const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' })
const made = await makeTestIdentity({ taxCode, name, passphrase: 'mật khẩu' }, clock)
writeFileSync(file('modern.p12'), made.p12)
writeFileSync(file('made.crt'), made.certificatePem)
openssl('pkcs12', '-in', 'modern.p12', '-passin', 'pass:mật khẩu', '-nodes', '-out', 'pair.pem')

const code = async (named: string, passphrase: string, options: { taxCode?: string; clock?: Clock } = {}): Promise<string> => {
  const opened = await openP12(
    { path: file(named), passphrase, ...(options.taxCode ? { taxCode: options.taxCode } : {}) },
    options.clock ?? clock,
  )
  return opened.ok ? 'ok' : opened.fault.code
}

void t.test('a test identity opens, says TEST and whose it is, and OpenSSL reads it too', async (t) => {
  const opened = await openP12({ path: file('modern.p12'), passphrase: 'mật khẩu', taxCode }, clock)
  t.ok(opened.ok)
  if (!opened.ok) return
  const described = await opened.value.certificate()
  t.ok(described.ok)
  if (!described.ok) return
  const certificate = new X509Certificate(made.certificatePem)
  t.same(Buffer.from(described.value.der), certificate.raw, 'the certificate comes out byte for byte')
  t.equal(described.value.taxCode, taxCode)
  t.equal(described.value.serial, certificate.serialNumber)
  t.match(described.value.subject, /QUÁN PHỞ MINH ANH \(TEST\)/)
  t.ok(described.value.from < NOW && described.value.to > NOW)
  t.ok(certificate.verify(certificate.publicKey), 'self-signed')
})

void t.test('signatures are what any verifier expects, also many at once', async (t) => {
  const opened = await openP12({ path: file('modern.p12'), passphrase: 'mật khẩu' }, clock)
  if (!opened.ok) return void t.fail(opened.fault.code)
  const texts = Array.from({ length: 20 }, (_, i) => Buffer.from(`thông điệp ${i}`))
  const signed = await Promise.all(texts.map((text) => opened.value.sign(text)))
  const publicKey = new X509Certificate(made.certificatePem).publicKey
  for (const [i, one] of signed.entries()) t.ok(one.ok && verify('sha256', texts[i] ?? Buffer.of(), publicKey, one.value))
  writeFileSync(file('text'), texts[0] ?? '')
  writeFileSync(file('signature'), signed[0]?.ok ? signed[0].value : '')
  openssl('x509', '-in', 'made.crt', '-pubkey', '-noout', '-out', 'public.pem')
  t.doesNotThrow(() => openssl('dgst', '-sha256', '-verify', 'public.pem', '-signature', 'signature', 'text'))
})

void t.test('old stores of Vietnamese CAs (RC2, 3DES) open, and new ones of any digest', async (t) => {
  openssl('pkcs12', '-export', '-legacy', '-in', 'pair.pem', '-passout', 'pass:cũ rồi', '-out', 'rc2.p12')
  openssl(
    'pkcs12',
    '-export',
    '-in',
    'pair.pem',
    '-passout',
    'pass:1234',
    '-keypbe',
    'PBE-SHA1-3DES',
    '-certpbe',
    'PBE-SHA1-3DES',
    '-macalg',
    'sha1',
    '-out',
    'des.p12',
  )
  openssl('pkcs12', '-export', '-in', 'pair.pem', '-passout', 'pass:1234', '-macalg', 'sha512', '-out', 'sha512.p12')
  openssl('pkcs12', '-export', '-in', 'pair.pem', '-passout', 'pass:', '-out', 'empty.p12')
  t.equal(await code('rc2.p12', 'cũ rồi', { taxCode }), 'ok')
  t.equal(await code('des.p12', '1234', { taxCode }), 'ok')
  t.equal(await code('sha512.p12', '1234', { taxCode }), 'ok')
  t.equal(await code('empty.p12', '', { taxCode }), 'ok')
  t.equal(await code('rc2.p12', 'cũ rồi '), 'SIGN_BAD_PASSPHRASE')
})

void t.test('each reason not to sign has its own code', async (t) => {
  t.equal(await code('modern.p12', 'mat khau'), 'SIGN_BAD_PASSPHRASE')
  t.equal(await code('nowhere.p12', 'x'), 'SIGN_FILE_MISSING')
  t.equal(await code('.', 'x'), 'SIGN_FILE_MISSING')
  t.equal(await code('made.crt', 'x'), 'SIGN_FILE_BAD', 'a certificate alone is no store')
  writeFileSync(file('half.p12'), made.p12.slice(0, 900))
  t.equal(await code('half.p12', 'mật khẩu'), 'SIGN_FILE_BAD')
  const damaged = Buffer.from(made.p12)
  damaged[400] = (damaged[400] ?? 0) ^ 1
  writeFileSync(file('damaged.p12'), damaged)
  t.not(await code('damaged.p12', 'mật khẩu'), 'ok')
  t.equal(await code('modern.p12', 'mật khẩu', { taxCode: '0199999021' }), 'SIGN_WRONG_OWNER')
  t.equal(await code('modern.p12', 'mật khẩu', { clock: days(731) }), 'SIGN_EXPIRED')
  t.equal(await code('modern.p12', 'mật khẩu', { clock: days(-2) }), 'SIGN_NOT_YET')
})

void t.test('a store damaged anywhere is refused in good time, never an exception', async () => {
  const whole = new X509Certificate(made.certificatePem).raw
  await fc.assert(
    fc.asyncProperty(fc.nat(made.p12.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const broken = Buffer.from(made.p12)
      broken[at] = (broken[at] ?? 0) ^ flip
      writeFileSync(file('fuzz.p12'), broken)
      const opened = await openP12({ path: file('fuzz.p12'), passphrase: 'mật khẩu', taxCode }, clock)
      // A few bytes mean nothing (an absent parameter); then it is the same identity and no other.
      if (opened.ok) return Buffer.from(opened.value.opened.der).equals(whole)
      return ['SIGN_BAD_PASSPHRASE', 'SIGN_FILE_BAD'].includes(opened.fault.code)
    }),
    { numRuns: runs(60) },
  )
})

void t.test('a certificate for other uses, an EC key, a key of another certificate are refused', async (t) => {
  const stamp = (usage: string, named: string): void => {
    const ext = `basicConstraints=CA:FALSE\nkeyUsage=${usage}\n`
    writeFileSync(
      file(`${named}.cnf`),
      `[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=TEST\nUID=MST:${taxCode}\n[ext]\n${ext}`,
    )
    openssl(
      'req',
      '-x509',
      '-key',
      'pair.pem',
      '-passin',
      'pass:',
      '-config',
      `${named}.cnf`,
      '-days',
      '3650',
      '-out',
      `${named}.crt`,
    )
    openssl('pkcs12', '-export', '-inkey', 'pair.pem', '-in', `${named}.crt`, '-passout', 'pass:1234', '-out', `${named}.p12`)
  }
  stamp('keyEncipherment', 'cipher')
  stamp('nonRepudiation', 'sign')
  // OpenSSL dates these from the machine's own clock.
  const machine = at(Date.now() + 60_000)
  t.equal(await code('cipher.p12', '1234', { taxCode, clock: machine }), 'SIGN_KEY_USAGE')
  t.equal(await code('sign.p12', '1234', { taxCode, clock: machine }), 'ok')
  openssl('ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', 'ec.key')
  openssl('req', '-x509', '-key', 'ec.key', '-subj', `/CN=TEST/UID=MST:${taxCode}`, '-days', '10', '-out', 'ec.crt')
  openssl('pkcs12', '-export', '-inkey', 'ec.key', '-in', 'ec.crt', '-passout', 'pass:1234', '-out', 'ec.p12')
  t.equal(await code('ec.p12', '1234', { clock: machine }), 'SIGN_FILE_BAD')
  openssl('pkcs12', '-export', '-nokeys', '-in', 'sign.crt', '-passout', 'pass:1234', '-out', 'nokey.p12')
  t.equal(await code('nokey.p12', '1234', { clock: machine }), 'SIGN_FILE_BAD')
})

void t.test('a certificate that ends while the gateway runs stops signing at that moment', async (t) => {
  let now = NOW
  const running: Clock = { ...clock, now: () => instant(now) }
  const opened = await openP12({ path: file('modern.p12'), passphrase: 'mật khẩu' }, running)
  if (!opened.ok) return void t.fail(opened.fault.code)
  t.equal((await opened.value.sign(Buffer.from('x'))).ok, true)
  now = NOW + 731 * 86_400_000
  const late = await opened.value.sign(Buffer.from('x'))
  t.equal(late.ok ? '' : late.fault.code, 'SIGN_EXPIRED')
  t.equal((await opened.value.certificate()).ok, false)
})

void t.test('a subject cannot pretend to carry a tax code inside another name', async (t) => {
  const fake = await makeTestIdentity({ taxCode: 'x', name: 'A\nUID=MST:0199999014', passphrase: 'p' }, clock)
  writeFileSync(file('fake.p12'), fake.p12)
  t.equal(await code('fake.p12', 'p', { taxCode }), 'SIGN_WRONG_OWNER')
})

void t.test('without a key every try says why, and every code has its words', async (t) => {
  const absent = withoutKey(fault('SIGN_FILE_MISSING'))
  t.same(await absent.sign(Buffer.of()), { ok: false, fault: { code: 'SIGN_FILE_MISSING' } })
  t.equal((await absent.certificate()).ok, false)
  const words = readWords()
  const source = ['p12', 'certificate', 'file-key']
    .map((part) => readFileSync(new URL(`../../src/signing/${part}.ts`, import.meta.url), 'utf8'))
    .join('')
  const codes = [...new Set([...source.matchAll(/'(SIGN_[A-Z_]+)'/g)].map((m) => m[1] ?? ''))]
  t.ok(codes.length >= 8)
  for (const each of codes) {
    for (const key of [`fault.${each}`, `fault.${each}.hint`]) t.not(words.say('vi', key), key, key)
  }
})
