// Receipts printed by packages of the registry that nobody here wrote: each makes the same paper in its own commands and letters.
// They are loaded when asked for, and none of them opens a port: the bytes stay in memory.

/** One line of paper: a text, or a name on the left and an amount on the right. */
export type PaperLine =
  | { readonly text: string; readonly centre?: boolean; readonly bold?: boolean; readonly big?: boolean }
  | { readonly left: string; readonly right: string; readonly bold?: boolean }
  | { readonly rule: true }

export interface Paper {
  readonly lines: readonly PaperLine[]
  readonly total: bigint
  readonly qr?: string
}

/** Prints `paper` on a printer of `columns` columns; what comes back went down the wire. */
export interface Generator {
  readonly name: string
  readonly driver: 'escpos' | 'star'
  readonly columns: number
  /** Its pages have no Vietnamese letters: it is given text without marks. */
  readonly unaccented?: boolean
  /** It prints `?` for letters its page lacks, or speaks another dialect: what it printed may not be readable at all. */
  readonly lossy?: boolean
  readonly print: (paper: Paper) => Promise<Uint8Array>
}

/** A package without types, named so that nothing is looked up. */
const untyped = async <T>(name: string): Promise<T> => (await import(name)) as T

interface ThermalPrinter {
  alignCenter(): void
  alignLeft(): void
  bold(on: boolean): void
  setTextDoubleHeight(): void
  setTextNormal(): void
  println(text: string): void
  drawLine(): void
  leftRight(left: string, right: string): void
  tableCustom(cells: readonly { readonly text: string; readonly align: string; readonly width: number }[]): void
  printQR(text: string): void
  cut(): void
  openCashDrawer(): void
  beep(): void
  getBuffer(): Buffer
}
type ThermalPackage = { readonly ThermalPrinter: new (options: Readonly<Record<string, unknown>>) => ThermalPrinter }

type Manner = Pick<Generator, 'unaccented' | 'lossy'>

/** node-thermal-printer: asks `iconv-lite` letter by letter, and changes the code page wherever a letter is missing. */
const thermal = (type: string, characterSet: string, columns: number, how: Manner = {}): Generator => ({
  name: `node-thermal-printer ${type} ${characterSet} ${columns}`,
  driver: type === 'star' ? 'star' : 'escpos',
  columns,
  ...how,
  async print({ lines, qr }) {
    const { ThermalPrinter } = await untyped<ThermalPackage>('node-thermal-printer')
    const printer = new ThermalPrinter({ type, characterSet, width: columns })
    for (const line of lines) {
      if ('rule' in line) printer.drawLine()
      else {
        if (line.bold) printer.bold(true)
        if ('left' in line) printer.leftRight(line.left, line.right)
        else {
          if (line.centre) printer.alignCenter()
          if (line.big) printer.setTextDoubleHeight()
          printer.println(line.text)
          if (line.big) printer.setTextNormal()
          if (line.centre) printer.alignLeft()
        }
        if (line.bold) printer.bold(false)
      }
    }
    // For Star it leaves out the header of the data (register-capture 11): on paper that is a line of text, no code.
    if (qr !== undefined && type !== 'daruma' && type !== 'star') printer.printQR(qr)
    printer.openCashDrawer()
    if (type !== 'star') printer.beep()
    printer.cut()
    return printer.getBuffer()
  },
})

interface Encoder {
  initialize(): Encoder
  codepage(name: string): Encoder
  align(to: 'left' | 'center' | 'right'): Encoder
  bold(on: boolean): Encoder
  height(times: number): Encoder
  line(text: string): Encoder
  rule(): Encoder
  table(columns: readonly { readonly width: number; readonly align: string }[], rows: readonly (readonly string[])[]): Encoder
  qrcode(text: string): Encoder
  barcode(text: string, symbology: string, height: number): Encoder
  pulse(): Encoder
  cut(): Encoder
  encode(): Uint8Array
}
type EncoderPackage = { readonly default: new (options: Readonly<Record<string, unknown>>) => Encoder }

/** @point-of-sale/receipt-printer-encoder: tables of its own, code pages switched inside words. */
const encoder = (options: Readonly<Record<string, unknown>>, codepage: string, columns: number, how: Manner = {}): Generator => ({
  name: `receipt-printer-encoder ${JSON.stringify(options)} ${codepage} ${columns}`,
  driver: String(options['language'] ?? options['printerModel']).startsWith('star') ? 'star' : 'escpos',
  columns,
  ...how,
  async print({ lines, qr }) {
    const { default: ReceiptPrinterEncoder } = await untyped<EncoderPackage>('@point-of-sale/receipt-printer-encoder')
    let out = new ReceiptPrinterEncoder({ columns, ...options }).initialize().codepage(codepage)
    for (const line of lines) {
      if ('rule' in line) out = out.rule()
      else {
        if (line.bold) out = out.bold(true)
        if ('left' in line) {
          const right = Math.max(12, line.right.length + 1)
          const cells = [
            { width: columns - right, align: 'left' },
            { width: right, align: 'right' },
          ]
          out = out.table(cells, [[line.left, line.right]])
        } else {
          if (line.centre) out = out.align('center')
          if (line.big) out = out.height(2)
          out = out.line(line.text)
          if (line.big) out = out.height(1)
          if (line.centre) out = out.align('left')
        }
        if (line.bold) out = out.bold(false)
      }
    }
    if (qr !== undefined) out = out.qrcode(qr).barcode('893460212345', 'ean13', 60)
    return out.pulse().cut().encode()
  },
})

interface EscposPrinter {
  align(to: 'lt' | 'ct' | 'rt'): EscposPrinter
  style(how: 'normal' | 'b' | 'bi' | 'u'): EscposPrinter
  size(width: number, height: number): EscposPrinter
  text(text: string): EscposPrinter
  drawLine(): EscposPrinter
  tableCustom(cells: readonly { readonly text: string; readonly align: string; readonly width: number }[]): EscposPrinter
  setCharacterCodeTable(n: number): EscposPrinter
  qrcode(text: string, version: number, level: string, size: number): EscposPrinter
  cashdraw(pin: number): EscposPrinter
  beep(n: number, t: number): EscposPrinter
  cut(): EscposPrinter
  readonly buffer: { flush(): Buffer }
}
type EscposPackage = { readonly Printer: new (adapter: object, options: Readonly<Record<string, unknown>>) => EscposPrinter }

/** @node-escpos/core: names no code page unless it is told to, and writes italic as `ESC 4 0`. */
const nodeEscpos = (encoding: string, columns: number, table?: number, how: Manner = {}): Generator => ({
  name: `@node-escpos/core ${encoding} ${columns}${table === undefined ? '' : ` ESC t ${table}`}`,
  driver: 'escpos',
  columns,
  ...how,
  async print({ lines, qr }) {
    const { Printer } = await untyped<EscposPackage>('@node-escpos/core')
    const printer = new Printer({}, { encoding, width: columns })
    if (table !== undefined) printer.setCharacterCodeTable(table)
    for (const line of lines) {
      if ('rule' in line) printer.drawLine()
      else {
        printer.style(line.bold ? 'b' : 'normal')
        if ('left' in line) {
          const cells = [
            { text: line.left, align: 'LEFT', width: 0.7 },
            { text: line.right, align: 'RIGHT', width: 0.3 },
          ]
          printer.tableCustom(cells)
        } else {
          printer.align(line.centre ? 'ct' : 'lt')
          if (line.big) printer.size(1, 2)
          printer.text(line.text)
          if (line.big) printer.size(1, 1)
          if (line.centre) printer.align('lt')
        }
      }
    }
    if (qr !== undefined) printer.qrcode(qr, 6, 'm', 6)
    return printer.cashdraw(2).cut().buffer.flush()
  },
})

type ReceiptlinePackage = { readonly default: { transform(text: string, printer: Readonly<Record<string, unknown>>): string } }

/** receiptline: a text of its own, made into a printer's commands; letters its pages lack are written without marks. */
const receiptline = (command: string, columns: number): Generator => ({
  name: `receiptline ${command} ${columns}`,
  driver: command.startsWith('star') ? 'star' : 'escpos',
  columns,
  unaccented: true,
  async print({ lines, qr }) {
    const { default: made } = await untyped<ReceiptlinePackage>('receiptline')
    const escaped = (text: string): string => text.replace(/[\\|{}~_"`^]/g, '\\$&')
    const rows = lines.map((line) => {
      if ('rule' in line) return '---'
      if ('left' in line) return `${line.bold ? '"' : ''}${escaped(line.left)}${line.bold ? '"' : ''} | ${escaped(line.right)}`
      const mark = line.big ? '^^' : line.bold ? '"' : ''
      const text = mark === '' ? escaped(line.text) : `${mark}${escaped(line.text)}${mark}`
      return line.centre ? text : `${text} |`
    })
    if (qr !== undefined) rows.push(`{code:${escaped(qr)}; option:qrcode,4,m}`)
    const text = `{width:${columns - 12} 12}\n`
    const document = rows.map((row) => (row.includes(' | ') ? `${text}${row}\n{width:*}` : row)).join('\n')
    const options = { cpl: columns, encoding: 'multilingual', command, cutting: true, spacing: false }
    return Buffer.from(made.transform(document, options), 'latin1')
  },
})

/** The letters of page 30, their capitals on page 31, and Latin letters that neither has. */
const TCVN = ['tcvn3', 'tcvn3capitals', 'cp437', 'cp850', 'cp852']
const unaccented = true
const lossy = true

export const generators: readonly Generator[] = [
  thermal('epson', 'TCVN_VIETNAMESE', 48),
  thermal('epson', 'VISCII', 42),
  thermal('epson', 'WPC1258_VIETNAMESE', 48),
  thermal('tanca', 'WPC1258_VIETNAMESE', 48, { lossy }),
  thermal('custom', 'TCVN_VIETNAMESE', 42),
  thermal('daruma', 'VISCII', 48, { lossy }),
  thermal('epson', 'PC437_USA', 32, { unaccented }),
  thermal('star', 'PC437_USA', 48, { unaccented }),
  encoder({ language: 'esc-pos', codepageMapping: 'epson' }, 'windows1258', 42, { lossy }),
  encoder({ language: 'esc-pos', codepageMapping: 'epson' }, 'tcvn3', 48, { lossy }),
  encoder({ language: 'esc-pos', codepageMapping: 'bixolon' }, 'viscii', 48),
  encoder({ language: 'esc-pos', codepageMapping: 'epson', codepageCandidates: TCVN }, 'auto', 42),
  encoder({ language: 'esc-pos', codepageMapping: 'bixolon', newline: '\n\r' }, 'viscii', 32),
  encoder({ printerModel: 'xprinter-xp-t80q' }, 'cp437', 42, { unaccented }),
  encoder({ language: 'star-line' }, 'cp437', 48, { unaccented }),
  encoder({ language: 'star-prnt' }, 'cp437', 42, { unaccented }),
  nodeEscpos('utf8', 48),
  nodeEscpos('tcvn', 48),
  nodeEscpos('viscii', 42, 51),
  nodeEscpos('ascii', 32, 0, { unaccented }),
  receiptline('epson', 48),
  receiptline('sii', 48),
  receiptline('citizen', 42),
  receiptline('generic', 32),
  receiptline('starlinesbcs', 48),
  receiptline('starsbcs', 42),
]
