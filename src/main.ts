#!/usr/bin/env -S node --max-semi-space-size=32
import { Command, InvalidArgumentError, Option } from 'commander'
import type { AuthorityCommand, PrinterCommand } from './commands/simulate.ts'
import type { Lang } from './domain/words.ts'
import { version } from './version.ts'

/** The language of people's words: asked for, else of the environment, else Vietnamese. */
const spoken = (process.env['LC_ALL'] ?? process.env['LANG'] ?? '').toLowerCase().startsWith('en') ? 'en' : 'vi'

const program = new Command('tillgate')
  .description('Hóa đơn từ máy tính tiền · e-invoices from the cash register')
  .version(version)
  .addOption(new Option('--lang <lang>', 'vi | en').choices(['vi', 'en']).default(spoken))
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

const lang = (): Lang => (program.opts()['lang'] === 'en' ? 'en' : 'vi')
const config = (command: Command): Command =>
  command.requiredOption('--config <file>', 'tillgate.json', process.env['TILLGATE_CONFIG'] || undefined)
const number = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError(text)
  return Number(text)
}
const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(text)
  return Number(text)
}

/** Runs a command that answers with its exit code. Only `run`, `demo` and `simulate` keep the process alive. */
const ends = (work: Promise<number>): Promise<void> =>
  work.then((code) => {
    process.exitCode = code
  })

config(program.command('run').description('chạy hộp · the daemon'))
  .option('--data <folder>', 'data folder', process.env['TILLGATE_DATA'])
  .action(async (options: { config: string; data?: string }) => {
    const { run } = await import('./commands/run.ts')
    process.exit(await run({ ...options, lang: lang() }))
  })

program
  .command('demo')
  .description('quán mẫu chạy thử · the demo shop')
  .option('--rate <n>', 'sales per second', number, 0.5)
  .option('--seed <n>', 'seed of the goods sold', whole, 1)
  .option('--minutes <n>', 'stop by itself', number)
  .option('--fresh', 'forget the data of earlier starts')
  .option('--port <n>', 'port of the screen', whole, 8700)
  .option('--dir <folder>', 'where its data lives', 'demo')
  .action(async (options: { rate: number; seed: number; minutes?: number; fresh?: true; port: number; dir: string }) => {
    const { demo } = await import('./commands/demo.ts')
    process.exit(await demo({ ...options, lang: lang() }))
  })

program
  .command('init <folder>')
  .description('tạo cấu hình cho một quán · makes the configuration of a shop')
  .option('--tax-code <code>', 'of the shop')
  .option('--name <name>', 'as registered')
  .option('--address <address>', 'as registered')
  .option('--form <n>', '1 VAT invoice, 2 sales invoice', whole)
  .option('--code-block <block>', 'the five characters of the acceptance notice')
  .option('--notice <number>', 'number of the acceptance notice')
  .option('--from <day>', 'accepted from')
  .option('--printer <host:port>', 'the real printer')
  .option('--till <address>', 'the till, where it is another machine')
  .option('--url <url>', 'address of the provider')
  .option('--username <name>', 'account at the provider')
  .option('--yes', 'ask nothing, take the given and the defaults')
  .action(async (folder: string, options: Record<string, string | number | true | undefined>) => {
    const { init } = await import('./commands/init.ts')
    await ends(init({ folder, ...options, lang: lang() }))
  })

config(
  program.command('check').description('kiểm tra cấu hình, chữ ký, cổng, máy in, giờ, đĩa · checks everything before a start'),
)
  .option('--data <folder>', 'data folder', process.env['TILLGATE_DATA'])
  .option('--json', 'faults as JSON')
  .action(async (options: { config: string; data?: string; json?: true }) => {
    const { checkAll } = await import('./commands/check.ts')
    await ends(checkAll({ ...options, lang: lang() }))
  })

program
  .command('read <file>')
  .description('đọc dữ liệu máy tính tiền · bytes of a register in, documents out')
  .option('--driver <id>')
  .option('--settings <file>', 'settings of that register, as JSON')
  .option('--template <file>', 'shop template: it decides')
  .option('--json')
  .action(async (file: string, options: { driver?: string; settings?: string; template?: string; json?: true }) => {
    const { read } = await import('./commands/read.ts')
    await ends(read({ file, ...options, lang: lang() }))
  })

const template = program.command('template').description('mẫu in của quán · shop templates')

template
  .command('learn <file...>')
  .description('học cách in từ phiếu mẫu · proposes a template from sample receipts')
  .option('--out <file>')
  .option('--kind <kind>', 'sale, refund, void, provisional or report')
  .option('--driver <id>')
  .option('--settings <file>', "what the register's settings say in tillgate.json")
  .option('--json')
  .action(async (files: string[], options: { out?: string; kind?: string; driver?: string; settings?: string; json?: true }) => {
    const { templateLearn } = await import('./commands/template.ts')
    await ends(templateLearn({ files, ...options, lang: lang() }))
  })

template
  .command('check <template> <file...>')
  .description('mẫu đọc được gì · what a template makes of receipts')
  .option('--driver <id>')
  .option('--settings <file>', "what the register's settings say in tillgate.json")
  .option('--json')
  .action(async (file: string, files: string[], options: { driver?: string; settings?: string; json?: true }) => {
    const { templateCheck } = await import('./commands/template.ts')
    await ends(templateCheck({ template: file, files, ...options, lang: lang() }))
  })

config(
  program
    .command('sample <entry...>')
    .description('chép nguyên dữ liệu của phiếu, để dạy đọc · what the register sent for a receipt, to teach from'),
)
  .option('--data <folder>', 'data folder', process.env['TILLGATE_DATA'])
  .requiredOption('--out <folder>', 'one ENTRY.bin for each')
  .action(async (entries: string[], options: { config: string; data?: string; out: string }) => {
    const { sample } = await import('./commands/sample.ts')
    await ends(sample({ entries, ...options, lang: lang() }))
  })

program
  .command('glyphs')
  .description('phiếu in thành ảnh · receipts that are pictures')
  .command('learn <file>')
  .description('học nét chữ của máy in · which dots are which letter on this till')
  .requiredOption('--text <file>', 'what stands on it, line by line')
  .option('--driver <id>', 'driver of the register', 'escpos')
  .option('--out <file>')
  .action(async (file: string, options: { text: string; driver: string; out?: string }) => {
    const { learnGlyphs } = await import('./commands/glyphs.ts')
    await ends(learnGlyphs({ file, ...options, lang: lang() }))
  })

program
  .command('verify <path...>')
  .description('kiểm tra hóa đơn, thông điệp · checks a message or an invoice')
  .option('--trust <certificate...>')
  .option('--now <time>')
  .option('--json')
  .action(async (paths: string[], options: { trust?: string[]; now?: string; json?: true }) => {
    const { verify } = await import('./commands/verify.ts')
    await ends(verify(paths, { ...options, lang: lang() }))
  })

program
  .command('facts')
  .description('câu chuyện của sổ · the story, one JSON object a line')
  .requiredOption('--data <folder>', 'data folder', process.env['TILLGATE_DATA'])
  .option('--from <n>', 'from this fact on', whole, 0)
  .option('--follow', 'go on with what is written')
  .action(async (options: { data: string; from: number; follow?: true }) => {
    const { facts } = await import('./commands/facts.ts')
    await ends(facts({ ...options, lang: lang() }))
  })

const key = program.command('key').description('khóa của phần mềm khác · keys of machine clients')
const keysOf = (command: Command): Command =>
  command
    .option('--data <folder>', 'data folder', process.env['TILLGATE_DATA'])
    .option('--config <file>', 'tillgate.json', process.env['TILLGATE_CONFIG'])

keysOf(key.command('add <name>').description('tạo khóa, chỉ hiện một lần · makes a key, shown once'))
  .addOption(new Option('--for <what>', 'what it opens').choices(['sales', 'metrics']).default('sales'))
  .option('--register <id>', 'the register it sells at')
  .action(async (name: string, options: { data?: string; config?: string; for: string; register?: string }) => {
    const { keyAdd } = await import('./commands/key.ts')
    await ends(keyAdd(name, { ...options, lang: lang() }))
  })
keysOf(key.command('list').description('các khóa đang có · the keys there are')).action(
  async (options: { data?: string; config?: string }) => {
    const { keyList } = await import('./commands/key.ts')
    await ends(keyList({ ...options, lang: lang() }))
  },
)
keysOf(key.command('revoke <name>').description('thu hồi khóa · ends a key')).action(
  async (name: string, options: { data?: string; config?: string }) => {
    const { keyRevoke } = await import('./commands/key.ts')
    await ends(keyRevoke(name, { ...options, lang: lang() }))
  },
)

config(program.command('activate').description('nhập thông báo chấp nhận của cơ quan thuế · the acceptance of the authority'))
  .option('--data <folder>', 'data folder', process.env['TILLGATE_DATA'])
  .option('--notice <file>', 'message 103 (XML)')
  .option('--number <notice>', 'by hand: number of the notice')
  .option('--from <day>', 'by hand: accepted from')
  .option('--block <characters>', 'by hand: the five characters for codes')
  .action(async (options: { config: string; data?: string; notice?: string; number?: string; from?: string; block?: string }) => {
    const { activate } = await import('./commands/activate.ts')
    await ends(activate({ ...options, lang: lang() }))
  })

const rules = program.command('rules').description('quy định theo ngày · the law as dated rules')
const ruled = (command: Command): Command =>
  command.option('--data <folder>', 'data folder: with the imported table', process.env['TILLGATE_DATA']).option('--json')

ruled(rules.command('list').description('ngày ấy áp dụng gì, căn cứ nào · what holds on a day, and where it is written'))
  .option('--on <day>', 'the day; today where none is given')
  .option('--all', 'every row there is')
  .action(async (options: { data?: string; on?: string; all?: true; json?: true }) => {
    const { rulesList } = await import('./commands/rules.ts')
    await ends(rulesList({ ...options, lang: lang() }))
  })
ruled(rules.command('changes').description('sắp thay đổi gì · what will change'))
  .option('--days <n>', 'days ahead', whole, 60)
  .action(async (options: { data?: string; days: number; json?: true }) => {
    const { rulesChanges } = await import('./commands/rules.ts')
    await ends(rulesChanges({ ...options, lang: lang() }))
  })
config(
  rules.command('preview').description('thử quy định của một ngày trên hàng đã bán · sales that were, under the rules of a day'),
)
  .option('--data <folder>', 'data folder', process.env['TILLGATE_DATA'])
  .requiredOption('--on <day>', 'the day whose rules are tried')
  .option('--from <day>', 'sales from; thirty days back where none is given')
  .option('--to <day>', 'sales to')
  .option('--json')
  .action(async (options: { config: string; data?: string; on: string; from?: string; to?: string; json?: true }) => {
    const { rulesPreview } = await import('./commands/rules-preview.ts')
    await ends(rulesPreview({ ...options, lang: lang() }))
  })
rules
  .command('import <file>')
  .description('nhập bộ quy định có chữ ký · a signed table')
  .requiredOption('--data <folder>', 'data folder', process.env['TILLGATE_DATA'])
  .action(async (file: string, options: { data: string }) => {
    const { rulesImport } = await import('./commands/rules.ts')
    await ends(rulesImport(file, { ...options, lang: lang() }))
  })
rules
  .command('sign <file>')
  .description('ký bộ quy định, cho nơi phát hành · signs a table, for its publisher')
  .requiredOption('--key <file>', 'Ed25519 key, PEM')
  .action(async (file: string, options: { key: string }) => {
    const { rulesSign } = await import('./commands/rules.ts')
    await ends(rulesSign(file, { ...options, lang: lang() }))
  })

const simulate = program.command('simulate').description('máy giả lập · simulators')

simulate
  .command('register')
  .requiredOption('--script <name>', 'a trade (cafe, restaurant, supermarket ...; ? lists all), mischief, or a file')
  .requiredOption('--to <where>', 'tcp://H:P | serial:PATH | file:DIR | http://H:P (machine key in TILLGATE_SALES_KEY)')
  .option('--mischief <names>', 'half,slow:40 ... or none; ? lists all')
  .option('--truth <file>')
  .option('--rate <n>', 'sales per second', number)
  .option('--seed <n>', 'seed', whole, 1)
  .option('--count <n>', 'how many', whole)
  .option('--close', 'prints its Z report behind the last one')
  .option('--id <register>', 'register named in the truth log', 'R017')
  .action(
    async (options: {
      script: string
      to: string
      mischief?: string
      truth?: string
      rate?: number
      seed: number
      count?: number
      close?: true
      id: string
    }) => {
      const { simulateRegister } = await import('./commands/simulate.ts')
      process.exit(await simulateRegister(options))
    },
  )

simulate
  .command('printer')
  .requiredOption('--listen <host:port>')
  .option('--out <file>', 'bytes as printed, the drawing beside it; NAME.png: each paper as a picture')
  .addOption(new Option('--draw <how>', 'text | png').choices(['text', 'png']))
  .option('--trouble <names>', 'paper-out,cover-open,slow,gone')
  .option('--columns <n>', 'letters on a line: 48, 42, 32', whole)
  .option('--pace <n>', 'bytes a second when it is slow', whole)
  .action(async (options: PrinterCommand) => {
    const { simulatePrinter } = await import('./commands/simulate.ts')
    process.exit(await simulatePrinter(options))
  })

simulate
  .command('authority')
  .requiredOption('--listen <host:port>')
  .option('--log <file>')
  .option('--mood <names>', 'normal,silent,slow,lost-answer,...', 'normal')
  .option('--seed <n>', 'seed', whole, 1)
  .option('--store <file>', 'memory that survives a restart')
  .option('--keys <folder>', 'key that seals the replies; made at the first use')
  .option('--review <invoice...>', '1C26MAA-12:5: asks about invoice 12 once it is accepted (302), five days to answer')
  .option('--register <who...>', '0199999014:A1B2C or a file: accepts a registration (103) and judges by it')
  .option('--out <file>', 'where the 103 is written')
  .option('--suspended-from <time>', '2026-11-21T12:00:00: from then on nothing is accepted')
  .action(async (options: AuthorityCommand) => {
    const { simulateAuthority } = await import('./commands/simulate.ts')
    process.exit(await simulateAuthority(options))
  })

await program.parseAsync()
