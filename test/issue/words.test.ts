import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readWords } from '../../src/words.ts'

const root = join(import.meta.dirname, '../..')
const words = readWords()
const text = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Every code a document can be held with: what the rooms between the frame and the invoice say. */
const codes = new Set(
  ['src/reading', 'src/issue', 'src/countries/vn', 'drivers'].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [
        ...text(join(top, name)).matchAll(/'((?:SALE|READING|DRIVER|CAPTURE|TEMPLATE|VN|CORRECTION)_[A-Z_]+)'/g),
      ])
      .map((found) => found[1] ?? ''),
  ),
)
for (const back of ['SALE_REFUND', 'SALE_VOIDED']) for (const more of ['_OF', '_WAITING', '_UNHEARD']) codes.add(back + more)

/** Buttons of an entry that waits, as the screen writes them. */
const BUTTONS = ['act.release', 'act.set_aside', 'act.retry', 'act.send_now', 'act.correct', 'stop.lift']
const screens = text('src/dashboard/web/frame.tsx')
const program = text('src/main.ts')

void t.test('whatever a document is held with has words and a next step, in both languages', async (t) => {
  t.ok(codes.size > 40, `${codes.size} codes`)
  for (const code of codes)
    for (const lang of ['vi', 'en'] as const) {
      const { message, hint } = words.fault(lang, { code })
      t.notMatch(`${message} ${hint}`, new RegExp(`fault\\.${code}`), `${lang} ${code}`)
    }
})

void t.test('next steps name only buttons, screens and commands that exist', async (t) => {
  for (const lang of ['vi', 'en'] as const) {
    const buttons = BUTTONS.map((key) => words.say(lang, key))
    const others = ['nav.settings', 'nav.reports', 'nav.registers', 'nav.keys', 'nav.queue', 'nav.close']
      .filter((key) => !screens.includes(`'${key}'`))
      .map((key) => words.say(lang, key))
    t.ok(others.length > 0, 'screens there are words for, and no page')
    for (const code of codes) {
      const { hint } = words.fault(lang, { code })
      for (const [, button = ''] of hint.matchAll(/(?:bấm|press|mark \S+(?: \S+)?) “([^”]+)”/gi))
        t.ok(buttons.includes(button), `${code}: ${button}`)
      for (const [, command = '', , second = ''] of hint.matchAll(/tillgate ([a-z]+)( (learn|check))?/g)) {
        t.match(program, `command('${command}`, `${code}: tillgate ${command}`)
        if (second !== '') t.match(program, `.command('${second}`, `${code}: tillgate ${command} ${second}`)
      }
      for (const screen of others) t.notOk(hint.includes(`mục ${screen}`) || hint.includes(`in ${screen}`), `${code}: ${screen}`)
      t.notMatch(hint, /trong Cài đặt|Mẫu đọc phiếu|Đọc lại|in Settings|tô vàng|Chạm vào/, code)
    }
  }
})
