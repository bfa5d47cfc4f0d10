import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import t from 'tap'
import { freePort } from '../../src/commands/free-port.ts'
import { check } from '../../src/config.ts'
import { dialectOf } from '../../src/dialect.ts'
import { pause } from './clock.ts'
import { openShop } from './shop.ts'

const say = (port: number, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    socket.on('error', reject).on('close', () => resolve())
    socket.resume()
  })
const sale = (no: number, total: number): string =>
  JSON.stringify({ receiptNo: `W${no}`, lines: [{ name: 'Phở bò', qty: 1, unitPrice: total, amount: total }], total })
const shows = (total: string): string => `\x0c\x1bQATONG CONG\r\x1bQB${total.padStart(20)}\r`

void t.test('a till that sends JSON, with a display beside it: what the buyer was shown must be what is invoiced', async (t) => {
  const eyes = await freePort(0)
  const shop = await openShop(t, {
    config: (config) => ({
      ...config,
      registers: config.registers.map((register) => ({
        ...register,
        driver: 'json',
        stamp: 'off' as const,
        witness: { tcp: { host: '127.0.0.1', port: eyes } },
      })),
    }),
  })
  const settled = async (count: number): Promise<void> => {
    for (let i = 0; i < 200; i++) {
      const facts = await shop.facts()
      if (facts.filter(({ kind }) => kind === 'invoice.issued' || kind === 'entry.held').length >= count) return
      await pause(25)
    }
  }
  await say(shop.port, sale(1, 45_000))
  await settled(1)
  await say(eyes, shows('110.000'))
  await pause(250)
  await say(shop.port, sale(2, 110_000))
  await settled(2)
  t.equal((await shop.facts('invoice.issued')).length, 2, 'unseen, and seen alike')

  await say(eyes, shows('99.000'))
  await pause(250)
  await say(shop.port, sale(3, 90_000))
  await settled(3)
  const held = await shop.entries('held')
  t.match(held, [
    { fault: { code: 'SALE_WITNESS_DIFFERS', message: 'The customer display showed 99.000 đ, the receipt says 90.000 đ' } },
  ])
  t.equal((await shop.facts('invoice.issued')).length, 2)
  t.match((await shop.board())['witness/R017'], { level: 'ok', key: 'board.witness.ok' })
  t.equal((await shop.facts('frame.captured')).length, 3, 'nothing of the display is in the book')
})

void t.test('a display is no register, and stands on one line', async (t) => {
  t.match(dialectOf({ driver: 'display' }, 'registers.0', String), {
    ok: false,
    fault: { code: 'DRIVER_WITNESS_ONLY', path: 'registers.0.driver' },
  })
  const shop = await openShop(t)
  const config = JSON.parse(readFileSync(shop.file, 'utf8')) as { registers: Record<string, unknown>[] }
  const beside = (witness: object) =>
    check({ ...config, registers: config.registers.map((r) => ({ ...r, witness })) }).map(({ code, path }) => `${code} ${path}`)
  t.same(beside({ serial: { path: '/dev/ttyUSB1' } }), [])
  t.same(beside({ driver: 'display' }), ['CONFIG_VALUE registers.0.witness'])
  t.same(beside({ tcp: { host: '192.168.1.9', port: 9200 } }), ['CONFIG_ALLOW_NEEDED registers.0.witness.tcp.allow'])
})
