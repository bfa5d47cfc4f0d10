import { X509Certificate } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { activate } from '../../src/commands/activate.ts'
import { loadConfig, secret } from '../../src/config.ts'
import type { ConfigFile } from '../../src/config-schema.ts'
import { openSettings } from '../../src/settings.ts'
import { openP12 } from '../../src/signing/index.ts'
import { must } from '../countries/support.ts'
import { until } from '../journeys/clock.ts'
import { openShop, type ShopRun, temporary, writeCafe } from '../journeys/shop.ts'

/** A café that was never accepted by the authority, as `init` without a notice leaves it. */
const unaccepted = (config: ConfigFile): ConfigFile => {
  const { accepted: _, codeBlock: __, ...shop } = config.shop
  return { ...config, shop }
}

/** The serial number of the shop's key as OpenSSL spells it. */
async function serialOf({ file, clock }: Pick<ShopRun, 'file' | 'clock'>): Promise<string> {
  const loaded = loadConfig(file)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  const { config } = loaded
  const passphrase = secret(config, config.values.signer.passphrase, 'signer.passphrase')
  if (!passphrase.ok) throw new Error(passphrase.fault.code)
  const path = config.path(config.values.signer.p12)
  const key = must(await openP12({ path, passphrase: passphrase.value, taxCode: config.values.shop.taxCode }, clock))
  return new X509Certificate(must(await key.certificate()).der).serialNumber
}

t.test('R-014, R-015: a shop issues nothing until its acceptance is entered from message 103; then it sells', async (t) => {
  const shop = await openShop(t, { config: unaccepted })
  const err = t.capture(process.stderr, 'write', () => true)
  const said = (): string =>
    err()
      .map(({ args }) => String(args[0]))
      .join('')
  const overlay = () => openSettings(join(shop.dir, 'data', 'settings.json')).data.overlay
  const serial = await serialOf(shop)
  const right = { taxCode: '0199999014', name: 'QUÁN CÀ PHÊ MINH ANH', accepted: true, codeBlock: 'A1B2C' }
  const kinds = { coded: true, uncoded: false, certificates: [`00${serial.toLowerCase()}`], reasons: [] }
  const entered = async (registration: Parameters<typeof shop.tvan.register>[0], block?: (xml: string) => string) => {
    const xml = shop.tvan.register(registration).find(({ type }) => Number(type) === 103)?.xml ?? ''
    const notice = join(shop.dir, '103.xml')
    writeFileSync(notice, block ? block(xml) : xml)
    return activate({ config: shop.file, notice, lang: 'vi' })
  }

  t.match(await shop.board(), { activation: { level: 'critical', key: 'board.activation.none' } })
  await shop.sell(1)
  t.ok(await until(async () => (await shop.entries('held'))[0]?.fault?.code === 'VN_NOT_ACTIVATED'))
  for (const [registration, code] of [
    [{ ...right, ...kinds, certificates: ['AB12'] }, 'VN_CERTIFICATE_NOT_REGISTERED'],
    [{ ...right, ...kinds, coded: false, uncoded: true }, 'ACTIVATE_KIND'],
    [{ ...right, ...kinds, taxCode: '0101243150' }, 'ACTIVATE_OTHER_SHOP'],
    [{ ...right, ...kinds, accepted: false, reasons: ['Sai chủ sở hữu'] }, 'ACTIVATE_REFUSED'],
  ] as const) {
    t.equal(await entered(registration), 1, code)
    t.match(said(), `(${code})`)
    t.same(overlay(), {}, 'nothing was written')
  }
  t.equal(await entered({ ...right, ...kinds }, (xml) => xml.replace('A1B2C', 'Z9Z9Z')), 1, 'changed by somebody')
  t.match(said(), '(ACTIVATE_NOT_103)')
  t.equal(await entered({ ...right, ...kinds }), 0, said())
  t.match(overlay(), { 'shop.codeBlock': 'A1B2C', 'shop.certificates': [serial.replace(/^0+/, '')] })

  await shop.stop()
  await shop.start()
  t.equal((await shop.board())['activation'], undefined)
  await shop.sell(1, 'cafe', 2)
  t.ok(await until(() => shop.tvan.accepted().length === 1))
  const changed = () => shop.facts('config.changed')
  const fields = ['shop.accepted', 'shop.certificates', 'shop.codeBlock']
  t.match(
    (await changed()).map(({ body }) => body),
    [{ fields, before: /^[0-9a-f]{64}$/, after: /^[0-9a-f]{64}$/, who: 'owner' }],
  )
  t.notMatch(JSON.stringify(await changed()), /A1B2C|"103/, 'names of fields only')

  await shop.stop()
  const other = temporary(t)
  await writeCafe(other, { upstream: shop.tvan.url, printer: undefined, clock: shop.clock })
  for (const name of ['test.p12', 'passphrase']) copyFileSync(join(other, 'keys', name), join(shop.dir, 'keys', name))
  await shop.start()
  t.match(
    await shop.board(),
    { 'activation/certificate': { level: 'critical', key: 'fault.VN_CERTIFICATE_NOT_REGISTERED' } },
    'a key that was exchanged is none the authority was told of',
  )
  await shop.sell(1, 'cafe', 3)
  const refused = async () => (await shop.entries('held')).filter(({ fault }) => fault?.code === 'VN_CERTIFICATE_NOT_REGISTERED')
  t.ok(await until(async () => (await refused()).length === 1))
  t.equal(shop.tvan.accepted().length, 1)
  t.equal((await changed()).length, 1, 'nothing changed, nothing is told')
  t.match(readFileSync(shop.file, 'utf8'), /"registers"/, 'the file of the shop stays as it was written')
})
