import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { type Config, loadConfig, secret } from '../config.ts'
import { vietnamWith } from '../countries/vn/index.ts'
import { BUILT_IN, ruling } from '../countries/vn/rules.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Letter } from '../domain/notice.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { asCivilDate, civilDate } from '../domain/time.ts'
import type { Lang } from '../domain/words.ts'
import { trusted } from '../from-config.ts'
import { openSettings } from '../settings.ts'
import { openP12 } from '../signing/index.ts'
import { sameSerial } from '../switchboard.ts'
import { readWords } from '../words.ts'
import { printFaults } from './run.ts'

export interface ActivateOptions {
  readonly config: string
  readonly data?: string
  /** Message 103 as the provider or the authority gave it. */
  readonly notice?: string
  /** By hand: number and day of the notice, and the five characters for codes. */
  readonly number?: string
  readonly from?: string
  readonly block?: string
  readonly lang: Lang
}

/** What an acceptance writes over `tillgate.json`. */
interface Acceptance {
  readonly accepted: { readonly notice: string; readonly from: string }
  readonly codeBlock?: string
  readonly certificates?: readonly string[]
}

type Registration = Extract<Letter, { kind: 'registration' }>

/** `tillgate activate`: the acceptance of the authority, from its message or by hand. Exit 0, 1 refused, 2 configuration. */
export async function activate(options: ActivateOptions): Promise<number> {
  const loaded = loadConfig(options.config, options.data)
  if (!loaded.ok) {
    printFaults(options.lang, loaded.faults)
    return 2
  }
  const { config } = loaded
  const found = options.notice === undefined ? byHand(config, options) : await byNotice(config, options.notice)
  if (!found.ok) {
    printFaults(options.lang, [found.fault])
    return 1
  }
  const { accepted, codeBlock, certificates } = found.value
  const settings = openSettings(join(config.data, 'settings.json'))
  settings.data.overlay['shop.accepted'] = accepted
  if (codeBlock !== undefined) settings.data.overlay['shop.codeBlock'] = codeBlock
  if (certificates !== undefined) settings.data.overlay['shop.certificates'] = certificates
  settings.write()
  const values = { notice: accepted.notice, date: accepted.from.split('-').reverse().join('/') }
  process.stderr.write(`${readWords().say(options.lang, 'activate.done', values)}\n`)
  return 0
}

const symbolsOf = ({ values }: Config, first: 'C' | 'K'): readonly string[] =>
  values.registers.map(({ symbol }) => symbol).filter((symbol) => symbol.startsWith(first))

function byHand(config: Config, { number, from, block }: ActivateOptions): Result<Acceptance> {
  const day = from === undefined ? undefined : asCivilDate(from)
  if (!number || !day) return failed(fault('ACTIVATE_LACKING'))
  const today = civilDate(systemClock.now())
  if (block !== undefined && !ruling(BUILT_IN['code.block'], today).test(block)) return failed(fault('ACTIVATE_BLOCK', { block }))
  const known = block ?? config.values.shop.codeBlock
  if (known === undefined && symbolsOf(config, 'C').length > 0) return failed(fault('ACTIVATE_NO_BLOCK'))
  return ok({ accepted: { notice: number, from: day }, ...(block === undefined ? {} : { codeBlock: block }) })
}

async function byNotice(config: Config, file: string): Promise<Result<Acceptance>> {
  const trust = trusted(config)
  if (!trust.ok) return trust
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (error) {
    return failed(fault('ACTIVATE_FILE', { file, reason: error instanceof Error ? error.message : String(error) }))
  }
  const letter = vietnamWith(trust.value ? { trust: trust.value } : {}).letter?.(bytes)
  if (letter?.kind !== 'registration') return failed(fault('ACTIVATE_NOT_103'))
  const wrong = refusal(letter, config) ?? (await strangeKey(letter, config))
  if (wrong) return failed(wrong)
  const { notice, on, codeBlock, certificates } = letter
  return ok({ accepted: { notice, from: on }, ...(codeBlock === undefined ? {} : { codeBlock }), certificates })
}

/** Set-up check of einvoice-format 3.1: whose it is, that it says yes, and to which kinds of invoices. */
export function refusal(letter: Registration, config: Config): Fault | undefined {
  const { taxCode, accepted, coded, uncoded, codeBlock, reasons } = letter
  if (taxCode.replace(/\D/g, '') !== config.values.shop.taxCode.replace(/\D/g, ''))
    return fault('ACTIVATE_OTHER_SHOP', { taxcode: taxCode })
  if (!accepted) return fault('ACTIVATE_REFUSED', { reasons: reasons.join('; ') })
  const [withCode, without] = [symbolsOf(config, 'C'), symbolsOf(config, 'K')]
  const [kind] = [...(coded ? [] : withCode), ...(uncoded ? [] : without)]
  if (kind !== undefined) return fault('ACTIVATE_KIND', { symbol: kind })
  return withCode.length > 0 && codeBlock === undefined ? fault('ACTIVATE_NO_BLOCK') : undefined
}

/** The key that signs the messages must be one the authority was told of. A list without any says nothing. */
async function strangeKey({ certificates }: Registration, config: Config): Promise<Fault | undefined> {
  if (certificates.length === 0) return undefined
  const { signer, shop } = config.values
  const passphrase = secret(config, signer.passphrase, 'signer.passphrase')
  if (!passphrase.ok) return passphrase.fault
  const key = await openP12({ path: config.path(signer.p12), passphrase: passphrase.value, taxCode: shop.taxCode }, systemClock)
  if (!key.ok) return key.fault
  const certificate = await key.value.certificate()
  if (!certificate.ok) return certificate.fault
  const { serial } = certificate.value
  return certificates.some((known) => sameSerial(known, serial)) ? undefined : fault('VN_CERTIFICATE_NOT_REGISTERED', { serial })
}
