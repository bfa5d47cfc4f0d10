import { join } from 'node:path'
import { drivers } from '../drivers/index.ts'
import { openBoard } from './board.ts'
import { watchBuyers } from './buyer-watch.ts'
import { calendar } from './calendar.ts'
import { type Config, secret } from './config.ts'
import { counterOf, webhooksOf } from './counter.ts'
import { countries } from './countries/index.ts'
import { transports } from './countries/vn/transports/index.ts'
import { guest } from './dashboard/guest.ts'
import { dashboard } from './dashboard/server.ts'
import { courier } from './delivery/courier.ts'
import { undiciHttp } from './delivery/http.ts'
import { letterFolder } from './delivery/letter-folder.ts'
import { letterbox } from './delivery/letterbox.ts'
import { dialectOf, readingOnce } from './dialect.ts'
import type { Clock } from './domain/clock.ts'
import type { Lateness } from './domain/deadline.ts'
import type { Driver } from './domain/driver.ts'
import { fault } from './domain/fault.ts'
import { type EntryId, type RegisterId, registerId } from './domain/ids.ts'
import type { Series, Stamp } from './domain/invoice.ts'
import type { Log } from './domain/log.ts'
import { readOrder } from './domain/order.ts'
import type { Part } from './domain/part.ts'
import type { Reader } from './domain/reader.ts'
import { failed, ok, type Result } from './domain/result.ts'
import type { Signer } from './domain/signer.ts'
import type { Template } from './domain/template.ts'
import { civilDate, type Instant } from './domain/time.ts'
import type { Lang, Words } from './domain/words.ts'
import { buyerKeyOf, buyerPageOf, codesOf, registerOf, shopOf, trusted } from './from-config.ts'
import { giveBackSoon, givingBack } from './give-back.ts'
import { incidentDesk } from './incident-desk.ts'
import { attendance } from './intake/attendance.ts'
import { intake } from './intake/intake.ts'
import { inOnePiece } from './intake/link-http.ts'
import { clerk, papersOf } from './issue/clerk.ts'
import { correctionDesk } from './issue/corrections/desk.ts'
import { recoding } from './issue/corrections/recode.ts'
import { orderLines } from './issue/corrections/shown.ts'
import { erasing } from './issue/erasing.ts'
import { nextBuyers } from './issue/next-buyer.ts'
import { slipDesk } from './issue/slips.ts'
import { timekeeper } from './issue/timekeeper.ts'
import { keptKey } from './key.ts'
import { type OpenLedger, openLedger } from './ledger/ledger.ts'
import { legal } from './legal.ts'
import { web } from './paths.ts'
import { lastMonth, previewSales } from './preview.ts'
import { reader } from './reading/reader.ts'
import { reporting } from './reporting.ts'
import { dayWatch } from './reports/day-watch.ts'
import { reprinting } from './reprinting.ts'
import { sessionStore } from './settings.ts'
import { taught, templateReaders, templatesOf } from './shop-template.ts'
import { openP12 } from './signing/index.ts'
import { version } from './version.ts'
import { warmUp } from './warm-up.ts'
import { displaysOf, linkOf, printerOf } from './wiring.ts'

export interface Gateway {
  readonly url: string
  link(role: 'owner' | 'officer' | 'developer'): string
  /** Parts in reverse order of their start, each within the deadline; the ledger last. */
  stop(deadline: Instant): Promise<void>
}

export interface GatewayParts {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly words: Words
  readonly lang: Lang
}

/**
 * The only place where concrete parts are constructed and joined. A wrong key, a silent provider or a missing printer
 * do not stop a start: the board says so and the till prints on. Fails with CONFIG_* or LEDGER_*.
 */
export async function startGateway({ config, clock, log, words, lang }: GatewayParts): Promise<Result<Gateway>> {
  const { values } = config
  const templates = templatesOf(config)
  if (!templates.ok) return templates
  const chosen = choose(config, templates.value)
  if (!chosen.ok) return chosen
  const { transport: makeTransport, driverOf } = chosen.value
  const password = secret(config, values.upstream.password, 'upstream.password')
  if (!password.ok) return failed(password.fault)

  const trust = trusted(config)
  if (!trust.ok) return trust
  const buyerPage = buyerPageOf(config)
  if (!buyerPage.ok) return buyerPage
  const displays = displaysOf(config, clock)
  if (!displays.ok) return displays
  const webhooks = webhooksOf(config)
  if (!webhooks.ok) return webhooks

  const opened = await openLedger({
    dir: config.data,
    clock,
    taxCode: values.shop.taxCode,
    build: version,
    config: config.digest,
    log,
    anchors: (values.anchors ?? []).map(config.path),
    ...buyerKeyOf(config),
  })
  if (!opened.ok) return opened
  const ledger = opened.value
  const board = openBoard(clock)
  watchBuyers(ledger, board, log)
  const shop = shopOf(config)
  const key = keptKey(() => openSigner(config, clock), board, clock, log)
  const bound = legal({ config, shop, trust: trust.value, ledger, books: ledger.books, signer: key, board, clock, log })
  const { country, law, suspension } = bound
  const late = (due: Instant, now: Instant): Lateness => country.late?.(due, now, shop) ?? { days: 0 }
  const { counter, links } = counterOf(config, webhooks.value, ledger, log)
  const stamp = async (entry: EntryId): Promise<Stamp | undefined> => {
    const found = await ledger.entry(entry)
    return found && 'sealed' in found ? found.sealed.stamp : undefined
  }
  const reports = reporting({
    ledger,
    country,
    rules: () => law.rules(),
    shop,
    registers: values.registers.map(registerOf),
    reader,
    driverOf,
    stamp,
    clock,
    log,
    words,
  })
  const tills = new Map(
    values.registers.map((r) => {
      const named = r.link.http !== undefined
      const beside = displays.value.find(({ register }) => register === r.id)
      const shown = beside ? { witness: beside.witness } : {}
      const cuts = r.cuts === undefined ? {} : { cuts: r.cuts }
      return [registerId(r.id), { register: registerOf(r), driver: driverOf(r.id), named, ...cuts, ...shown }] as const
    }),
  )
  const readers = templateReaders(templates.value, { board, log })
  const readerOf = (register: RegisterId): Reader => readers.get(register) ?? reader
  const nextBuyer = nextBuyers(clock)
  const issued = {
    ledger,
    books: ledger.books,
    country,
    shop,
    registers: values.registers.map(registerOf),
    papers: papersOf({ registers: tills, reader, readers }),
  }
  const lastNumber = ({ form, symbol }: Series): number | undefined => ledger.tip().numbers[`${form}${symbol}`]
  const corrections = correctionDesk({ ...issued, clock, lastNumber })
  const telephone = buyerPage.value && guest({ ...buyerPage.value, nextBuyer, shop: shop.name, clock, log, words, lang })
  const reprint = reprinting({
    view: ledger.view,
    reports,
    driverOf,
    print: (register, compose) => hearing.print(register, compose),
  })
  const screen = dashboard({
    ledger,
    view: ledger.view,
    board,
    words,
    clock,
    log,
    host: values.dashboard?.host ?? '127.0.0.1',
    port: values.dashboard?.port ?? 8700,
    shop,
    registers: values.registers.map((r) => ({
      id: registerId(r.id),
      symbol: r.symbol,
      printer: r.printer !== undefined || typeof r.link.serial?.tap === 'object',
    })),
    lang,
    build: version,
    demo: process.env['TILLGATE_DEMO'] === '1',
    paper: (entry) => paper(ledger, entry, driverOf),
    pictures: async (entry) => driverOf(registerIn(entry)).pictures?.((await ledger.view.frame(entry)) ?? NOTHING) ?? [],
    stamp,
    invoiceView: country.view,
    books: ledger.books,
    corrections,
    incidents: incidentDesk({ ledger, books: ledger.books, country, clock }),
    slips: slipDesk({ ...issued, clock, lastNumber }),
    recode: recoding({ ...issued, ...(values.signer.sign === 'message+invoice' ? { signer: key } : {}) }),
    nextBuyer,
    ...(telephone ? { guest: telephone } : {}),
    buyerOf: (bytes) => country.buyer?.(bytes),
    masked: (entry) => ledger.view.masked(entry),
    ...(country.erasable
      ? {
          erasing: erasing({
            ...{ view: ledger.view, books: ledger.books, ledger, erase: ledger.erase, clock, seller: shop.taxCode },
            erasable: country.erasable,
          }),
        }
      : {}),
    reports,
    reconcile: reports.reconcile,
    ...(values.registers.some(({ printer }) => printer) ? { reprint } : {}),
    law: {
      timeline: () => country.timeline?.() ?? [],
      remedies: (on) => country.remedies?.(on) ?? [],
      preview: async (on) => {
        const parts = {
          books: ledger.books,
          frame: (entry: EntryId) => ledger.view.frame(entry),
          driverOf: (id: RegisterId) => tills.get(id)?.driver,
          readerOf,
          shop,
          rules: law.rules(),
        }
        return ok(await previewSales(parts, { ...lastMonth(civilDate(clock.now())), on }))
      },
    },
    suspension,
    late,
    sendNow: () => filing.wake(),
    sessions: sessionStore(config.data),
    counter,
    web,
  })
  await key.look()
  if (!trust.value)
    board.set('upstream/trust', { level: 'info', key: 'board.upstream.unchecked', todo: 'board.upstream.unchecked.do' })
  const http = undiciHttp({ trust: [] })
  const transport = makeTransport(
    {
      url: values.upstream.url,
      username: values.upstream.username,
      password: password.value,
      taxCode: values.shop.taxCode,
      ...codesOf(config),
      ...(trust.value ? { trust: trust.value } : {}),
      taxpayer: shop,
      rules: () => law.rules(),
      ...(values.upstream.notice ? { notice: values.upstream.notice } : {}),
    },
    http,
    clock,
  )
  const filing = courier({ ledger, transport, signer: key, board, clock, log, late })
  const hearing = intake({
    registers: values.registers.map((r) => ({
      id: registerId(r.id),
      driver: driverOf(r.id),
      link: links.get(r.id) ?? linkOf(config, r, clock),
      ...(r.printer ? { printer: printerOf(r.printer, clock) } : {}),
      stamp: r.stamp ?? 'before-cut',
      stampMs: r.stampMs ?? 250,
    })),
    ledger,
    board,
    clock,
    log,
  })
  const parts: Part[] = [
    screen,
    ...(telephone ? [telephone] : []),
    ...bound.parts,
    calendar({ country, form: shop.form, ...(shop.cut ? { cut: shop.cut } : {}), signer: key, board, clock }),
    filing,
    dayWatch({ reconcile: reports.reconcile, books: ledger.books, board, clock, log }),
    letterbox({
      folder: letterFolder(join(config.data, 'letters')),
      transport,
      country,
      ledger,
      books: ledger.books,
      seller: shop.taxCode,
      board,
      clock,
      log,
    }),
    timekeeper({ ledger, board, clock, log }),
    clerk({
      ledger,
      country,
      shop,
      registers: tills,
      reader,
      readers,
      books: ledger.books,
      nextBuyer,
      ...(values.signer.sign === 'message+invoice' ? { signer: key } : {}),
      board,
      clock,
      log,
    }),
    attendance({ displays: displays.value, board, clock, log }),
    givingBack(ledger),
    hearing,
  ]
  const stop = async (deadline: Instant): Promise<void> => {
    for (const part of [...parts].reverse()) await part.stop(deadline)
    await http.close()
    await ledger.close()
  }
  for (const part of parts) await part.start()
  const [first] = values.registers
  if (first) {
    const used = drivers.filter(({ id }) => values.registers.some((r) => r.driver === id))
    await warmUp({ drivers: used, reader, country, shop, register: registerOf(first), at: clock.now() })
  }
  giveBackSoon()
  log.info({ part: 'gateway', url: screen.url }, 'ready')
  return ok({ url: screen.url, link: screen.link, stop })
}

type Joined = {
  transport: (typeof transports)[keyof typeof transports]
  /** By register. */
  driverOf: (register: string) => Driver
}

/** The parts named in the configuration, or the first name that is none. */
function choose(config: Config, templates: ReadonlyMap<string, readonly Template[]>): Result<Joined> {
  const { values } = config
  const country = countries.find((c) => c.code === values.country)
  const transport = new Map(Object.entries(transports)).get(values.upstream.transport)
  const known = Object.keys(transports).join(', ')
  if (!country) return failed(fault('CONFIG_VALUE', { expected: countries.map((c) => c.code).join(', ') }, 'country'))
  if (!transport) return failed(fault('CONFIG_TRANSPORT', { transport: values.upstream.transport, known }, 'upstream.transport'))
  const dialects = new Map<string, Driver>()
  for (const [i, register] of values.registers.entries()) {
    const made = dialectOf(taught(register, templates.get(register.id)), `registers.${i}`, (file) => config.path(file))
    if (!made.ok) return made
    dialects.set(register.id, readingOnce(register.link.http ? inOnePiece(made.value) : made.value))
  }
  const driverOf = (register: string): Driver => {
    const driver = dialects.get(register)
    if (!driver) throw new Error(`register ${register} was checked and is gone`)
    return driver
  }
  return ok({ transport, driverOf })
}

/** The key, or why there is none. A passphrase is tried once (K2). */
async function openSigner(config: Config, clock: Clock): Promise<Result<Signer>> {
  const { signer, shop } = config.values
  const passphrase = secret(config, signer.passphrase, 'signer.passphrase')
  if (!passphrase.ok) return failed(passphrase.fault)
  return openP12({ path: config.path(signer.p12), passphrase: passphrase.value, taxCode: shop.taxCode }, clock)
}

const NOTHING = new Uint8Array()
const registerIn = (entry: EntryId): string => entry.slice(0, entry.lastIndexOf('-'))

/** An entry's receipt as it was printed, for the screen. */
async function paper(ledger: OpenLedger, entry: EntryId, driverOf: (register: string) => Driver): Promise<readonly string[]> {
  const bytes = await ledger.view.frame(entry)
  if (!bytes) return []
  const order = readOrder(bytes)
  if (order) return orderLines(order)
  const read = driverOf(registerIn(entry)).read(bytes)
  if (!read.ok) return []
  return read.value.kind === 'page' ? read.value.page.rows.map((row) => row.text) : read.value.reading.textLines
}
