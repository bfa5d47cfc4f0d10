import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { templateLearn } from '../../src/commands/template.ts'
import { folder } from '../folder.ts'
import { type Ticket, tavern, ticket, totalOf } from '../reading/own-layouts.ts'
import { pause } from './clock.ts'
import { openShop } from './shop.ts'

/** The tavern's till has no knife, prints no date here, and knows no title that anybody else uses. */
const bill = (no: number): string => `${tavern(ticket(no)).replace(/^.*21\/11\/2026.*\n/m, '')}\n`
const whole = (t: Ticket): Ticket => ({ ...t, off: 0 })
const giveBack = (no: number): string =>
  `${tavern(whole(ticket(no)))
    .replace(/^.*21\/11\/2026.*\n/m, '')
    .replace('===', 'GIẤY NHẬN ĐỒ LẠI\n===')}\n`

const print = (port: number, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    socket.on('error', reject).on('close', () => resolve())
    socket.resume()
  })

void t.test(
  'a till nobody knows: two papers are taught, then bills without a pause are invoiced and a return waits as one',
  async (t) => {
    const dir = folder(t)
    let told = ''
    const io = { out: (): void => {}, err: (text: string): void => void (told += text) }
    const teach = async (kind: string, paper: (no: number) => string): Promise<string> => {
      const files = [1, 2, 3].map((no) => {
        const file = join(dir, `${kind}-${no}.bin`)
        writeFileSync(file, paper(no))
        return file
      })
      const out = join(dir, `${kind}.json`)
      t.equal(await templateLearn({ files, kind, out, driver: 'escpos', lang: 'vi' }, io), 0, told)
      writeFileSync(out, JSON.stringify({ ...(JSON.parse(readFileSync(out, 'utf8')) as object), mode: 'live' }))
      return out
    }
    const template = [await teach('sale', bill), await teach('refund', giveBack)]
    const shop = await openShop(t, {
      printer: false,
      config: (config) => ({
        ...config,
        registers: config.registers.map((register) => ({ ...register, stamp: 'off' as const, template })),
      }),
    })
    const settled = async (count: number): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        const facts = await shop.facts()
        if (facts.filter(({ kind }) => kind === 'invoice.issued' || kind === 'entry.held').length >= count) return
        await pause(25)
      }
    }
    await print(shop.port, bill(4) + bill(5) + giveBack(6) + bill(7))
    await settled(4)
    const pays = (await shop.facts('invoice.issued')).map(({ body }) => Number(body['pay']))
    t.same(
      pays,
      [4, 5, 7].map((no) => totalOf(ticket(no))),
      'each bill once, with its own total',
    )
    t.match(await shop.entries('held'), [{ fault: { code: 'SALE_REFUND' } }])

    await print(shop.port, giveBack(8).replaceAll(' phần x ', ' suất ăn x ') + bill(9))
    await settled(6)
    t.match(
      (await shop.entries('held')).map(({ fault }) => fault?.code).toSorted(),
      ['SALE_REFUND', 'TEMPLATE_CHANGED'],
      'a changed return waits',
    )
    t.equal((await shop.facts('invoice.issued')).length, 4, 'and the bill behind it is sold')
    t.match((await shop.board())['template/R017/refund'], { level: 'serious', values: { template: 'refund' } })
  },
)
