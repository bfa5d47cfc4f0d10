import type { EntryId } from '../../src/domain/ids.ts'
import type { Fact, Step } from '../../src/domain/ledger.ts'
import { instant } from '../../src/domain/time.ts'
import { salted } from '../../src/ledger/documents.ts'
import type { Anchored, Reply, Request, WriterStart } from '../../src/ledger/requests.ts'
import { openRoom, type Room } from '../../src/ledger/room.ts'
import { type FakeClock, symbolStep, TAX } from './shop.ts'

/** The writer's side without its thread: what is asked here is on disk when it returns. */
export interface Desk {
  room: Room
  readonly dir: string
  readonly clock: FakeClock
}

/** Opens the folder as a start does; what was open there is left as a killed process leaves it. */
export const begin = (dir: string, clock: FakeClock, more: Partial<WriterStart> = {}): Room => {
  const start: WriterStart = {
    dir,
    taxCode: TAX,
    build: '0.1.0',
    config: 'a'.repeat(64),
    moment: { at: clock.now(), up: 0 },
    host: 'test',
    reserveBytes: 0,
    ...more,
  }
  const room = openRoom(start)
  if ('code' in room) throw new Error(`${room.code} ${JSON.stringify(room.values)}`)
  return room
}

export function ask(desk: Desk, request: object, bytes: Uint8Array = new Uint8Array()): Reply {
  const { whole } = salted(bytes)
  const timed = { at: desk.clock.now(), up: desk.clock.up(), ...request } as unknown as Request
  const done = desk.room.work([{ id: 1, requests: [timed], bytes: whole.buffer as ArrayBuffer, watched: false }])
  const reply = done.what === 'done' ? done.batches[0]?.replies[0] : undefined
  if (!reply) throw new Error('no reply')
  if (!reply.ok && 'bug' in reply) throw new Error(reply.bug)
  return reply
}
export const slice = (bytes: Uint8Array) => ({ from: 0, size: 16 + bytes.length })
export const step = (desk: Desk, what: Step, bytes?: Uint8Array): Reply =>
  ask(desk, { what: 'step', step: what, ...(bytes ? { bytes: slice(bytes) } : {}) }, bytes)

export const codeOf = (reply: Reply): string | undefined => (reply.ok || !('fault' in reply) ? undefined : reply.fault.code)

export function hear(desk: Desk, text = 'receipt', register = 'R017'): EntryId {
  const bytes = Buffer.from(text)
  const reply = ask(desk, { what: 'capture', register, frame: slice(bytes), discarded: 0, torn: false }, bytes)
  if (!reply.ok) throw new Error(`not captured: ${JSON.stringify(reply)}`)
  return reply.value as EntryId
}

export function seal(desk: Desk, entry: EntryId, number: number, more: object = {}): Reply {
  const at = desk.clock.now()
  const bytes = Buffer.from(`<HDon>${number}</HDon>`)
  const code = `M1-26-A1B2C-017${String(number).padStart(8, '0')}`
  const rates = [['8%', 50_000n, 4_000n]]
  const body = { entry, seller: TAX, form: 1, symbol: 'C26MAA', number, code, issuedAt: at, due: at, pay: 54_000n, rates }
  return ask(desk, { what: 'issue', ...body, digest: 'd', stamp: '{}', invoice: slice(bytes), ...more }, bytes)
}

/** A shop with `count` invoices a second apart. */
export function shopWith(count: number, dir: string, clock: FakeClock): Desk {
  const desk = { room: begin(dir, clock), dir, clock }
  step(desk, symbolStep())
  for (let i = 1; i <= count; i++) {
    clock.pass(1_000)
    seal(desk, hear(desk, `receipt ${i}`), i)
  }
  return desk
}

export const facts = (desk: Desk): (Fact & { body: Record<string, unknown> })[] => {
  const reply = ask(desk, { what: 'facts', from: 0, limit: 100_000 })
  return (reply.ok ? (reply.value as Fact[]) : []).map((fact) => ({
    ...fact,
    ...(JSON.parse(fact.line) as { body: Record<string, unknown> }),
    at: instant(fact.at),
  }))
}

/** What an anchor file would say now. */
export const anchorOf = (desk: Desk): Anchored => ({ ...desk.room.tip(), where: 'stick' })
