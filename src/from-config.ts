import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Config } from './config.ts'
import type { RegisterFile } from './config-schema.ts'
import { fault } from './domain/fault.ts'
import { registerId } from './domain/ids.ts'
import { failed, ok, type Result } from './domain/result.ts'
import type { Register, Shop } from './domain/shop.ts'
import type { CivilDate } from './domain/time.ts'

/** The shop as the domain speaks of it: the configuration with its defaults. */
export function shopOf({ values }: Config): Shop {
  const { shop, rates } = values
  return {
    taxCode: shop.taxCode,
    name: shop.name.normalize('NFC'),
    address: shop.address.normalize('NFC'),
    form: shop.form,
    codeBlock: shop.codeBlock ?? '',
    ...(shop.phone ? { phone: shop.phone } : {}),
    ...(shop.accepted ? { accepted: { notice: shop.accepted.notice, from: shop.accepted.from as CivilDate } } : {}),
    ...(shop.suspended ? { suspended: shop.suspended } : {}),
    ...(shop.location ? { location: shop.location } : {}),
    ...(shop.store ? { store: shop.store } : {}),
    ...(shop.office ? { office: { code: shop.office.code, name: shop.office.name.normalize('NFC') } } : {}),
    ...(shop.place ? { place: shop.place.normalize('NFC') } : {}),
    ...(shop.industry ? { industry: shop.industry } : {}),
    ...(shop.cut ? { cut: shop.cut } : {}),
    ...(shop.zeroTotal ? { zeroTotal: shop.zeroTotal } : {}),
    prices: values.prices ?? 'inclusive',
    rates: {
      ...(rates?.default ? { default: rates.default } : {}),
      ...(rates?.unit ? { unit: rates.unit.normalize('NFC') } : {}),
      items: (rates?.items ?? []).map((item) => ({
        match: item.match,
        rate: item.rate,
        ...(item.from ? { from: item.from as CivilDate } : {}),
        ...(item.to ? { to: item.to as CivilDate } : {}),
        ...(item.industry ? { industry: item.industry } : {}),
        ...(item.unit ? { unit: item.unit.normalize('NFC') } : {}),
        ...(item.noCut ? { noCut: true } : {}),
      })),
    },
    lookupUrl: values.lookupUrl ?? 'https://hoadondientu.gdt.gov.vn',
    qr: values.qr ?? 'invoice',
  }
}

export function registerOf(register: RegisterFile): Register {
  return {
    id: registerId(register.id),
    index: register.index,
    symbol: register.symbol,
    ...(register.location ? { location: register.location } : {}),
  }
}

/**
 * Sender and receiver code of the envelope. Software behind a provider writes the plain tax code without its dash on
 * both sides unless the provider says otherwise (einvoice-format section 2).
 */
export function codesOf({ values }: Config): { sender: string; receiver: string } {
  const plain = values.shop.taxCode.replace('-', '')
  return { sender: values.upstream.sender ?? plain, receiver: values.upstream.receiver ?? plain }
}

/** The certificates of the authority's replies, PEM or DER, as DER; none named: only the form of a signature is checked. */
export function trusted(config: Config): Result<readonly Uint8Array[] | undefined> {
  const named = config.values.upstream.trust
  if (named === undefined) return ok(undefined)
  const read: Uint8Array[] = []
  for (const path of typeof named === 'string' ? [named] : named) {
    try {
      read.push(new Uint8Array(new X509Certificate(readFileSync(config.path(path))).raw))
    } catch {
      return failed(fault('CONFIG_TRUST', { file: path }, 'upstream.trust'))
    }
  }
  return ok(read)
}

/** Where the key of what names a buyer lies, if not in the data folder. */
export function buyerKeyOf(config: Config): { readonly buyerKey?: string } {
  const path = process.env['TILLGATE_BUYER_KEY'] ?? config.values.buyerKey
  return path === undefined || path === '' ? {} : { buyerKey: config.path(path) }
}

/** The form of the guests, with its certificate read; undefined: none is wanted. Fault CONFIG_TRUST. */
export function buyerPageOf({ values, path }: Config): Result<BuyerPage | undefined> {
  const page = values.buyerPage
  if (!page) return ok(undefined)
  const read = (['cert', 'key'] as const).map((name) => {
    try {
      return readFileSync(path(page[name]), 'utf8')
    } catch {
      return undefined
    }
  })
  const [cert, key] = read
  if (cert === undefined) return failed(fault('CONFIG_TRUST', { file: page.cert }, 'buyerPage.cert'))
  if (key === undefined) return failed(fault('CONFIG_TRUST', { file: page.key }, 'buyerPage.key'))
  try {
    createSecureContext({ cert, key })
  } catch {
    return failed(fault('CONFIG_TRUST', { file: page.cert }, 'buyerPage'))
  }
  return ok({ host: page.host, port: page.port, cert, key, ...(page.name === undefined ? {} : { name: page.name }) })
}

export interface BuyerPage {
  readonly host: string
  readonly port: number
  readonly name?: string
  readonly cert: string
  readonly key: string
}
