import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/clock.ts'
import { activate } from '../../src/commands/activate.ts'
import type { ConfigFile } from '../../src/config-schema.ts'
import { civilDate, instant, readTime } from '../../src/domain/time.ts'
import { must } from '../countries/support.ts'
import { testClock, until } from './clock.ts'
import { allAgree } from './eyes.ts'
import { shopOn } from './forced.ts'
import { type Owner, ownerOf } from './owner.ts'
import type { Bought } from './papers.ts'
import { openShop, type ShopRun } from './shop.ts'
import { sent, verified } from './verified.ts'

const TEA: readonly Bought[] = [
  ['Trà đào cam sả', 2, 45_000],
  ['Bánh flan', 1, 18_000],
]
const slip = { channel: 'return-slip', note: 'Khách ký phiếu trả hàng' }
const TAX = '0199999014'
/** What is above all well on the screen. */
const alerts = async (shop: ShopRun) =>
  (
    await shop.api<{ alerts: readonly { part: string; level: string; key: string; values?: Record<string, string> }[] }>(
      '/api/v1/status',
    )
  ).body.alerts

/** The till's report agrees with what was issued and accepted, and the day is closed. */
async function reconciled(t: Test, me: Owner, day: string, total: bigint): Promise<void> {
  await me.z(1, 1, total)
  const { registers, open } = await me.compared(day)
  t.same(open, [])
  const sums = { what: 'total', till: String(total), issued: String(total), accepted: String(total), difference: '0' }
  t.match(registers[0]?.rows[0], sums, `${day} agrees`)
  t.match(await me.close(day), { status: 200, body: { closed: { differences: [] } } }, 'and is closed')
}

const withOffice = (config: ConfigFile): ConfigFile => ({
  ...config,
  shop: { ...config.shop, office: { code: '10100', name: 'Thuế thành phố Hà Nội' }, place: 'Hà Nội' },
})

t.test(
  'suspension at noon: to the second held and told, lifted with a reason, issued with the real time (R-016, R-047)',
  async (t) => {
    // Time almost stands still unless it is told to go on: a second of the shop is not lost to a slow machine.
    const clock = testClock({ start: '2026-11-24T11:30:00', speed: 0.02 })
    const shop = await openShop(t, { clock })
    const me = ownerOf(shop)
    const from = '2026-11-24T12:00:00+07:00'
    t.match(await shop.api('/api/v1/shop/suspended', { notice: '77/TB-NSD', from }), {
      status: 200,
      body: { suspended: { from } },
    })
    clock.to('2026-11-24T11:59:59.000')
    await me.sell('HD000001', TEA)
    t.ok(await until(async () => (await me.issued()).length === 1), 'the last second counts')
    t.match(await me.issued(), [{ at: '2026-11-24T11:59:59' }])
    clock.to('2026-11-24T12:00:00.000')
    await me.sell('HD000002', TEA)
    await me.sell('HD000003', TEA)
    t.ok(await until(async () => (await shop.entries('held')).length === 2), 'from noon on nothing is issued')
    const held = await shop.entries('held')
    t.match(held, [{ fault: { code: 'VN_SUSPENDED', hint: /\S/ } }, { fault: { code: 'VN_SUSPENDED' } }])
    t.match((await shop.board())['activation'], {
      level: 'critical',
      key: 'alert.suspended',
      values: { time: '24/11/2026 12:00:00' },
    })
    const taken = { situation: 'return', returned: [{ line: 0, quantity: '1' }], why: 'khách trả hàng', evidence: slip }
    t.match(await me.correct(1, 'adjust', taken), { status: 422, body: { code: 'VN_SUSPENDED' } }, 'no correction either')
    const [first] = held
    t.match(await shop.api(`/api/v1/entries/${first?.id}/release`, { reason: 'thử' }), { status: 200 })
    await me.until(async () => (await shop.entries('held')).length === 2, 3_000)
    t.equal((await shop.entries('held')).length, 2, 'nobody can let one through')
    t.match(await me.close('2026-11-24'), { status: 409, body: { code: 'DAY_OPEN' } })

    clock.to('2026-11-24T14:30:00')
    t.match(
      await shop.api('/api/v1/shop/suspended', { reason: '' }, { method: 'DELETE' }),
      { status: 400 },
      'not without a reason',
    )
    t.match(await shop.api('/api/v1/shop/suspended', { reason: 'thông báo 80/TB cho dùng lại' }, { method: 'DELETE' }), {
      status: 200,
    })
    for (const { id } of held)
      t.match(await shop.api(`/api/v1/entries/${id}/release`, { reason: 'được dùng lại' }), { status: 200 })
    t.ok(await me.filed(3))
    t.match(await me.issued(), [{ number: 1 }, { number: 2, at: /^2026-11-24T14:30/ }, { number: 3, at: /^2026-11-24T14:30/ }])
    const changes = await shop.facts('config.changed')
    t.match(
      changes.map(({ body }) => body),
      [{ fields: ['shop.suspended'] }, { fields: ['shop.suspended'], who: /\S/ }],
    )
    t.notOk((await shop.board())['activation'], 'the board is calm')
    await me.z(1, 3, 324_000n)
    t.match((await me.compared('2026-11-24')).registers, [{ rows: [{ what: 'total', difference: '0' }] }])
    t.match(await me.close('2026-11-24'), { status: 200 })
  },
)

t.test('a notice nobody entered: the authority refuses what is sent after noon, and the screen says so (R-016)', async (t) => {
  const clock = testClock({ start: '2026-11-24T11:50:00', speed: 1 })
  const shop = await openShop(t, { clock, authority: { suspendedFrom: readTime('2026-11-24T12:00:00') } })
  const me = ownerOf(shop)
  await me.sell('HD000001', TEA)
  t.ok(await until(async () => (await shop.entries('acknowledged')).length === 1))
  clock.to('2026-11-24T12:00:01')
  await me.sell('HD000002', TEA)
  t.ok(await me.until(() => shop.log().some(({ verdict }) => verdict === 'rejected')), 'refused as a whole')
  t.equal(shop.tvan.accepted().length, 1)
  t.ok(await me.until(async () => (await shop.entries('parked')).length === 1), 'it waits for a person')
  t.match(
    await shop.entries('parked'),
    [{ fault: { code: 'DELIVERY_REFUSED', message: /ngừng sử dụng hóa đơn/ } }],
    'in the words of the authority',
  )
  t.match(
    (await alerts(shop)).find(({ part }) => part === 'inbox/parked'),
    { level: 'serious', values: { n: '1' } },
  )
  t.match(await me.close('2026-11-24'), { status: 409, body: { code: 'DAY_OPEN' } }, 'and the day waits with it')
})

t.test(
  'before the authority says yes nothing is issued; its 103 opens the gate, for the key it names (R-014, R-015)',
  async (t) => {
    // The command looks at the machine's own calendar; noon of yesterday lies in one shop day with all that follows.
    const yesterday = civilDate(instant(systemClock.now() - 86_400_000))
    const clock = testClock({ start: `${yesterday}T12:00:00` })
    const shop = await openShop(t, {
      clock,
      config: (config) => {
        const { accepted: _, codeBlock: __, ...rest } = config.shop
        return { ...config, shop: rest }
      },
    })
    const me = ownerOf(shop, { own: `C${yesterday.slice(2, 4)}MAA` })
    await me.sell('HD000001', TEA)
    t.ok(await me.until(async () => (await shop.entries('held')).length === 1))
    const [held] = await shop.entries('held')
    t.match(held, { fault: { code: 'VN_NOT_ACTIVATED', hint: /tillgate activate/ } })
    t.match((await shop.board())['activation'], { level: 'critical', key: 'board.activation.none' })
    const { signer } = await shopOn(shop)
    const { serial } = must(await signer.certificate())
    await shop.stop()
    t.equal((await shop.facts('invoice.issued')).length, 0)

    const letter = async (name: string, certificates: readonly string[], accepted = true): Promise<number> => {
      const registration = {
        taxCode: TAX,
        name: 'QUÁN CÀ PHÊ MINH ANH',
        codeBlock: 'Z9Y8X',
        coded: true,
        uncoded: false,
        certificates,
      }
      const letters = shop.tvan.register({ ...registration, accepted, reasons: accepted ? [] : ['Thiếu thông tin'] })
      const notice = join(shop.dir, name)
      writeFileSync(notice, letters.find(({ type }) => type === 103)?.xml ?? '')
      return activate({ config: shop.file, notice, lang: 'en' })
    }
    t.equal(await letter('other-key.xml', ['5404FFFEB7033FB3']), 1, 'another certificate than ours')
    t.equal(await letter('no.xml', [], false), 1, 'a refusal')
    await shop.start()
    const release = () => shop.api(`/api/v1/entries/${held?.id}/release`, { reason: 'đã được chấp nhận' })
    t.match(await release(), { status: 200 })
    t.notOk(await me.until(async () => (await me.issued()).length > 0, 1_000), 'still closed')
    await shop.stop()
    t.equal(await letter('yes.xml', [serial]), 0)
    await shop.start()
    t.match(await release(), { status: 200 })
    t.ok(await me.filed(1), 'issued and accepted')
    t.notOk((await shop.board())['activation'])
    t.match(shop.tvan.accepted(), [{ number: 1, code: /^M1-\d\d-Z9Y8X-/ }], 'with the block of the notice')
    await reconciled(t, me, civilDate(clock.now()), 108_000n)
  },
)

t.test(
  'review requests: fetched, on the board with their term, answered in time, or critical when they were not (R-078)',
  async (t) => {
    const clock = testClock({ start: '2026-11-24T10:00:00', speed: 5 })
    const shop = await openShop(t, { clock, config: withOffice })
    const me = ownerOf(shop)
    await me.sell('HD000001', TEA)
    await me.sell('HD000002', TEA)
    t.ok(await me.filed(2))
    const asked = shop.tvan.review([`${TAX}/1C26MAA/1`], 2, 'Đề nghị giải trình đơn giá')
    const forgotten = shop.tvan.review([`${TAX}/1C26MAA/2`], 2, 'Sai thuế suất')
    if (!asked || !forgotten) throw new Error('both are accepted invoices')
    clock.jump(5 * 60_000)
    const item = async (number: string) => (await shop.board())[`review/${number}`]
    t.ok(await me.until(async () => (await item(asked.number)) !== undefined && (await item(forgotten.number)) !== undefined))
    t.match(await item(asked.number), {
      level: 'warning',
      key: 'board.review',
      values: { n: '1', date: '26/11/2026', number: asked.number },
    })

    const answer = {
      situation: 'authority',
      why: 'đơn giá đúng theo thực đơn',
      request: { number: asked.number, date: asked.on },
    }
    t.match(await me.correct(1, 'notify', { ...answer, request: undefined }), {
      status: 422,
      body: { code: 'CORRECTION_MISSING' },
    })
    t.match(await me.correct(1, 'notify', answer), { status: 201, body: { notice: /^N-/ } })
    t.ok(await me.until(async () => (await me.chain(1)).notices.some(({ state }) => state === 'accepted')), 'accepted with 301')
    const notice = sent(shop)
      .map((bytes) => Buffer.from(bytes).toString('utf8'))
      .find((xml) => xml.includes('<MSo>04/SS-HĐĐT</MSo>'))
    t.match(notice, new RegExp(`<Loai>2</Loai>.*<So>${asked.number}</So>`), 'an answer that names the request')
    t.equal(shop.tvan.letters().find(({ id }) => id === asked.id)?.review?.answered, 'in time')
    t.ok(await me.until(async () => (await item(asked.number)) === undefined), 'gone from the board')

    clock.to('2026-11-26T09:00:00')
    t.ok(await me.until(async () => (await item(forgotten.number))?.level === 'serious'), 'the last day')
    clock.to('2026-11-27T00:00:30')
    t.ok(await me.until(async () => (await item(forgotten.number))?.level === 'critical'), 'overdue')
    t.match(await item(forgotten.number), { key: 'board.review.late' })
    const late = { ...answer, why: 'thuế suất đúng', request: { number: forgotten.number, date: forgotten.on } }
    t.match(await me.correct(2, 'notify', late), { status: 201 })
    t.ok(await me.until(async () => (await item(forgotten.number)) === undefined), 'late is better than never')
    t.equal(shop.tvan.letters().find(({ id }) => id === forgotten.id)?.review?.answered, 'late')
    t.same(await verified(allAgree(t, shop.dir, sent(shop)), clock), [0])
  },
)

t.test('a shop without codes: message 216, filed by the end of the next working day (R-013, R-033)', async (t) => {
  const clock = testClock({ start: '2026-11-20T20:00:00', speed: 5 })
  const shop = await openShop(t, {
    clock,
    config: (config) => {
      const { codeBlock: _, ...of } = config.shop
      return { ...config, shop: of, registers: config.registers.map((register) => ({ ...register, symbol: 'K26MAA' })) }
    },
  })
  shop.tvan.register({
    taxCode: TAX,
    name: 'QUÁN CÀ PHÊ MINH ANH',
    accepted: true,
    coded: false,
    uncoded: true,
    certificates: [],
    reasons: [],
  })
  const me = ownerOf(shop, { own: 'K26MAA' })
  await me.sell('HD000001', TEA)
  t.ok(await me.filed(1), 'Friday, filed at once')
  t.match(shop.tvan.accepted(), [{ symbol: 'K26MAA', number: 1, code: null }])
  await reconciled(t, me, '2026-11-20', 108_000n)

  await shop.tvan.setMoods(['down'])
  clock.to('2026-11-21T10:00:00')
  await me.sell('HD000002', TEA)
  t.ok(await me.until(async () => (await me.issued()).length === 2))
  const entry = (await me.issued())[1]?.entry ?? ''
  const row = async () => (await shop.api<{ issued?: { due: string; code?: string } }>(`/api/v1/entries/${entry}`)).body.issued
  t.match(await row(), { due: '2026-11-23T23:59:59.999+07:00', code: undefined }, 'sold on Saturday, due on Monday')
  clock.to('2026-11-22T12:00:00')
  t.ok(await me.until(async () => (await alerts(shop)).some(({ key }) => key === 'alert.unsent2h')), 'Sunday: a warning')
  t.notOk(
    (await alerts(shop)).some(({ key }) => /^alert\.overdue/.test(key)),
    'but not late',
  )
  clock.to('2026-11-23T22:30:00')
  t.notOk(
    (await alerts(shop)).some(({ key }) => /^alert\.overdue/.test(key)),
    'nor on Monday evening',
  )
  await shop.tvan.setMoods(['normal'])
  clock.jump(5 * 60_000)
  t.ok(await me.filed(2), 'filed in time')

  await shop.tvan.setMoods(['down'])
  clock.to('2026-11-27T21:00:00')
  await me.sell('HD000003', TEA)
  t.ok(await me.until(async () => (await me.issued()).length === 3))
  clock.to('2026-12-01T00:01:00')
  t.ok(
    await me.until(async () =>
      (await alerts(shop)).some(({ key, level }) => /^alert\.overdue/.test(key) && level === 'critical'),
    ),
    'the night after Monday: late',
  )
  await shop.tvan.setMoods(['normal'])
  clock.jump(5 * 60_000)
  t.ok(await me.filed(3))
  const types = sent(shop).map((bytes) => /<MLTDiep>(\d+)</.exec(Buffer.from(bytes).toString('utf8'))?.[1])
  t.same(types, ['216', '216', '216'])
  t.same(await verified(allAgree(t, shop.dir, sent(shop)), clock), [0])
})

t.test(
  'corrections of what is not filed yet, and of what was refused: nothing overtakes its original (R-050, R-076, R-079)',
  async (t) => {
    const clock = testClock({ start: '2026-11-25T09:00:00', speed: 5 })
    const shop = await openShop(t, { clock })
    const me = ownerOf(shop)
    const taken = (line: number) => ({
      situation: 'return',
      returned: [{ line, quantity: '1' }],
      why: 'khách trả hàng',
      evidence: slip,
    })
    await shop.tvan.setMoods(['down'])
    await me.sell('HD000001', TEA)
    t.ok(await me.until(async () => (await me.issued()).length === 1))
    t.match(await me.correct(1, 'adjust', taken(0)), { status: 201 })
    t.match(await me.correct(1, 'adjust', taken(1)), { status: 201 })
    t.ok(await me.until(async () => (await me.issued()).length === 3), 'issued without network')
    await shop.stop()
    await shop.start()
    await shop.tvan.setMoods(['normal'])
    clock.jump(5 * 60_000)
    t.ok(await me.filed(3), 'the sale and what came back, in this order, over a restart')
    t.same(
      shop.tvan.accepted().map(({ number }) => number),
      [1, 2, 3],
    )

    await shop.tvan.setMoods(['rejects'])
    await me.sell('HD000002', TEA)
    t.ok(await me.until(async () => (await shop.entries('parked')).length === 1), 'refused')
    t.match(await me.correct(4, 'adjust', taken(0)), { status: 201 })
    t.ok(await me.until(async () => (await shop.entries('parked')).length === 2))
    await shop.tvan.setMoods(['normal'])
    t.match(await me.close('2026-11-25'), { status: 409, body: { code: 'DAY_OPEN' } })
    const parked = [...(await shop.entries('parked'))].sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const { id } of parked) {
      t.match(await shop.api(`/api/v1/entries/${id}/retry`, { reason: 'thuế đã sửa' }), { status: 200 })
      t.ok(
        await me.until(async () => (await shop.entries('acknowledged')).some((row) => row.id === id)),
        `${id} under its number`,
      )
    }
    t.same(
      (await me.issued()).map(({ number }) => number),
      [1, 2, 3, 4, 5],
      'no number was used for it',
    )
    t.match(await me.chain(4), { worth: '63000', locked: 'adjust' })
    await reconciled(t, me, '2026-11-25', 216_000n - 45_000n - 18_000n - 45_000n)
  },
)
