import { type Config, loadConfig, secret } from '../../src/config.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import { viettelTvan } from '../../src/countries/vn/transports/viettel-tvan.ts'
import { undiciHttp } from '../../src/delivery/http.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { Sale } from '../../src/domain/sale.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { codesOf, shopOf } from '../../src/from-config.ts'
import { openP12 } from '../../src/signing/index.ts'
import { must } from '../countries/support.ts'
import { until } from './clock.ts'
import type { Logged, ShopRun } from './shop.ts'

/** The shop as its configuration has it, and its key. */
export async function shopOn(shop: ShopRun): Promise<{ config: Config; signer: Signer }> {
  const loaded = loadConfig(shop.file)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  const { config } = loaded
  const { signer, shop: of } = config.values
  const passphrase = must(secret(config, signer.passphrase, 'signer.passphrase'))
  return { config, signer: must(await openP12({ path: config.path(signer.p12), passphrase, taxCode: of.taxCode }, shop.clock)) }
}

/** What the authority says of an invoice that went past the gateway's own desk, signed with the shop's key, in series `symbol`. */
export async function forced(shop: ShopRun, sale: Sale, symbol: string): Promise<Logged['invoices'][number] | undefined> {
  const { config, signer } = await shopOn(shop)
  const of = shopOf(config)
  const at = shop.clock.now()
  const http = undiciHttp({ trust: [] })
  const { url, username } = config.values.upstream
  const way = viettelTvan({ url, username, password: 'x', taxCode: of.taxCode, ...codesOf(config) }, http, shop.clock)
  const register = { id: registerId('R900'), index: 900, symbol }
  const sealed = must(await must(vietnam.draft(sale, of, register, at)).seal(1))
  const message = must(await way.compose(way.mint(), [sealed], signer, at))
  await way.send(message, new AbortController().signal)
  await http.close()
  const line = (): Logged['invoices'][number] | undefined =>
    shop
      .log()
      .flatMap(({ invoices }) => invoices)
      .find((one) => one.symbol === symbol)
  await until(() => line() !== undefined)
  return line()
}
