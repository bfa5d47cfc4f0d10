import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname } from 'node:path'
import { systemClock } from '../clock.ts'
import { type Config, loadConfig, secret, warnings } from '../config.ts'
import { transports } from '../countries/vn/transports/index.ts'
import { dialectOf, witnessOf } from '../dialect.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Lang } from '../domain/words.ts'
import { trusted } from '../from-config.ts'
import { stableName } from '../intake/serial-names.ts'
import { clash } from '../reading/template-rules.ts'
import { readTemplate, taught, templateFiles } from '../shop-template.ts'
import { openP12 } from '../signing/index.ts'
import { readWords } from '../words.ts'

interface Item {
  readonly path: string
  readonly level: 'ok' | 'warning' | 'error'
  readonly fault?: Fault
  readonly note?: string
}

const good = (path: string, note?: string): Item => ({ path, level: 'ok', ...(note ? { note } : {}) })
const bad = (path: string, found: Fault): Item => ({ path, level: 'error', fault: found })
const odd = (path: string, found: Fault): Item => ({ path, level: 'warning', fault: found })

/** `tillgate check`: everything that could stop a start or a sale, all at once. Exit 0, or 2 when something must be mended. */
export async function checkAll(options: { config: string; data?: string; json?: true; lang: Lang }): Promise<number> {
  const loaded = loadConfig(options.config, options.data)
  const items = loaded.ok ? await itemsOf(loaded.config) : loaded.faults.map((found) => bad(found.path ?? '', found))
  const words = readWords()
  const errors = items.filter((item) => item.level === 'error').length
  if (options.json) {
    const shown = items.map(({ path, level, fault: found, note }) => ({
      path,
      level,
      note,
      ...(found ? words.fault(options.lang, found) : {}),
    }))
    process.stdout.write(`${JSON.stringify({ ok: errors === 0, items: shown })}\n`)
    return errors === 0 ? 0 : 2
  }
  for (const item of items) {
    const text = item.fault ? words.fault(options.lang, item.fault) : undefined
    const sign = { ok: '✓', warning: '!', error: '✗' }[item.level]
    process.stderr.write(
      `${sign} ${item.path}${text ? `: ${text.message}\n    → ${text.hint}  (${text.code})` : `: ${item.note ?? words.say(options.lang, 'check.ok')}`}\n`,
    )
  }
  const doubts = items.some((item) => item.level === 'warning')
  const end =
    errors === 0
      ? words.say(options.lang, doubts ? 'check.doubts' : 'check.good', { file: options.config })
      : words.say(options.lang, 'check.bad', { count: String(errors) })
  process.stderr.write(`${end}\n`)
  return errors === 0 ? 0 : 2
}

async function itemsOf(config: Config): Promise<Item[]> {
  const { values } = config
  const registers = await Promise.all(values.registers.map((register, i) => registerItems(config, register, `registers.${i}`)))
  return [
    good(config.file),
    ...Object.entries(config.sources).map(([key, source]) => good(key, source)),
    ...warnings(values).map((found) => odd(found.path ?? '', found)),
    ...(values.shop.accepted ? [] : [odd('shop.accepted', fault('VN_NOT_ACTIVATED'))]),
    await signerItem(config),
    upstreamItem(config),
    await portItem('dashboard.port', values.dashboard?.host ?? '127.0.0.1', values.dashboard?.port ?? 8700),
    ...registers.flat(),
    ...diskItems(config),
    clockItem(),
  ]
}

async function signerItem(config: Config): Promise<Item> {
  const { signer, shop } = config.values
  const passphrase = secret(config, signer.passphrase, 'signer.passphrase')
  if (!passphrase.ok) return bad('signer.passphrase', passphrase.fault)
  const opened = await openP12(
    { path: config.path(signer.p12), passphrase: passphrase.value, taxCode: shop.taxCode },
    systemClock,
  )
  if (!opened.ok) return bad('signer', opened.fault)
  const { subject, to } = opened.value.opened
  return good('signer', `${subject} · ${new Date(to).toISOString().slice(0, 10)}`)
}

function upstreamItem(config: Config): Item {
  const { upstream } = config.values
  const known = Object.keys(transports)
  if (!known.includes(upstream.transport)) {
    return bad('upstream.transport', fault('CONFIG_TRANSPORT', { transport: upstream.transport, known: known.join(', ') }))
  }
  const trust = trusted(config)
  if (!trust.ok) return bad('upstream.trust', trust.fault)
  const password = secret(config, upstream.password, 'upstream.password')
  return password.ok ? good('upstream') : bad('upstream.password', password.fault)
}

async function registerItems(config: Config, register: Config['values']['registers'][number], path: string): Promise<Item[]> {
  const items: Item[] = []
  const templates = templateFiles(register).map((file) => readTemplate(config.path(file)))
  const read = templates.flatMap((template) => (template.ok ? [template.value] : []))
  const dialect = dialectOf(taught(register, read), path, (file) => config.path(file))
  if (!dialect.ok) items.push(bad(dialect.fault.path ?? path, dialect.fault))
  const { tcp, connect: served, serial, file } = register.link
  if (tcp) items.push(await portItem(`${path}.link.tcp`, tcp.host, tcp.port))
  if (served) {
    const there = await answers(served.host, served.port)
    const address = `${served.host}:${served.port}`
    items.push(there ? good(`${path}.link.connect`) : odd(`${path}.link.connect`, fault('CAPTURE_UNREACHABLE', { address })))
  }
  if (serial) items.push(...(await lineItems(`${path}.link.serial`, serial.path)))
  const hook = register.link.http?.webhook
  if (hook) {
    const at = `${path}.link.http.webhook.secret`
    const read = secret(config, hook.secret, at)
    items.push(read.ok ? good(at) : bad(at, read.fault))
  }
  if (typeof serial?.tap === 'object') items.push(...(await lineItems(`${path}.link.serial.tap`, serial.tap.path)))
  for (const template of templates) items.push(template.ok ? good(`${path}.template`) : bad(`${path}.template`, template.fault))
  const wrong = clash(read)
  if (wrong) items.push(bad(`${path}.template`, fault('TEMPLATE_INVALID', { what: wrong.what })))
  if (file) items.push(fileItem(`${path}.link.file`, config.path(file.path), fault('CAPTURE_FILE_MISSING', { path: file.path })))
  if (register.witness) {
    const { tcp: shown, serial: wired } = register.witness
    const eyes = witnessOf(register.witness, `${path}.witness`)
    if (!eyes.ok) items.push(bad(eyes.fault.path ?? path, eyes.fault))
    if (shown) items.push(await portItem(`${path}.witness.tcp`, shown.host, shown.port))
    if (wired) items.push(...(await lineItems(`${path}.witness.serial`, wired.path)))
  }
  const line = register.printer?.serial
  if (line) items.push(...(await lineItems(`${path}.printer.serial`, line.path)))
  const printer = register.printer?.tcp
  if (printer)
    items.push(
      (await answers(printer.host, printer.port)) ? good(`${path}.printer`) : odd(`${path}.printer`, fault('PRINTER_GONE')),
    )
  return items
}

/** There, and by a name that stays when it is plugged in again. */
async function lineItems(path: string, port: string): Promise<Item[]> {
  const better = await stableName(port)
  return [
    fileItem(path, port, fault('CAPTURE_PORT_MISSING', { port })),
    ...(better === undefined ? [] : [odd(`${path}.path`, fault('CAPTURE_PORT_UNSTABLE', { port, better }))]),
  ]
}

function fileItem(path: string, file: string, missing: Fault): Item {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    return good(path)
  } catch {
    return odd(path, missing)
  }
}

/** Whether the port can be listened on. A busy one is a warning: this gateway itself may be running. */
const portItem = (path: string, host: string, port: number): Promise<Item> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(odd(path, fault('CAPTURE_PORT_BUSY'))))
    server.listen(port, host, () => server.close(() => resolve(good(path, `${host}:${port}`))))
  })

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (good: boolean): void => {
      socket.destroy()
      resolve(good)
    }
    socket.setTimeout(2_000, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })

/** The data folder, or, before the first start, the folder it will be made in. Nothing is made here. */
function diskItems(config: Config): Item[] {
  let place = config.data
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  const unfit = (why: string): Item[] => [bad('data', fault('LEDGER_FOLDER', { folder: config.data, why }))]
  if (!statSync(place).isDirectory()) return unfit('ENOTDIR')
  try {
    accessSync(place, constants.R_OK | constants.W_OK)
  } catch {
    return unfit('EACCES')
  }
  const disk = statfsSync(place)
  return disk.bavail / disk.blocks < 0.02 ? [bad('data', fault('LEDGER_DISK_FULL'))] : [good('data', config.data)]
}

/** A clock before the law it must know is wrong for sure (R-001). */
function clockItem(): Item {
  return systemClock.now() < Date.parse('2026-07-01T00:00:00+07:00') ? bad('clock', fault('CLOCK_BEHIND')) : good('clock')
}
