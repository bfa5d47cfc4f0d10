import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { RegisterId } from '../../src/domain/ids.ts'
import type { Log } from '../../src/domain/log.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { instant } from '../../src/domain/time.ts'
import { clerk } from '../../src/issue/clerk.ts'
import { reader } from '../../src/reading/reader.ts'
import { besides, type Figure, figure, type Turn, timed } from './figure.ts'
import { bareKey, signerIn } from './issue.ts'
import { rowRate, rsaRate } from './limits.ts'
import { escpos, freshLedger, must, receipts, registerNumber, shop } from './shop.ts'

const REGISTERS = [17, 18, 19, 20].map(registerNumber)
const CHUNK = 1_460

interface Line {
  /**
   * Bytes of `count` receipts in pieces of a network packet, through the real framer, capture and clerk of four registers,
   * until the last invoice is durable. Each register hears its receipts in order, at most 32 not yet captured.
   */
  turn(count: number): Promise<Turn>
  end(): Promise<void>
}

async function openLine(where: string, signer?: Signer): Promise<Line> {
  const { ledger, end } = await freshLedger(where, REGISTERS)
  let left = 0
  let all = (): void => {}
  let broken = (_: Error): void => {}
  const wrong: Log['error'] = ({ code }, text) => broken(new Error(`${text} ${code ?? ''}`))
  const info: Log['info'] = (_, text) => void (text === 'issued' && --left === 0 && all())
  const log: Log = { error: wrong, warn: wrong, debug: () => {}, info }
  const registers = new Map(REGISTERS.map((register) => [register.id, { register, driver: escpos }]))
  const parts = { ledger, country: vietnam, shop, registers, reader, board: openBoard(systemClock), clock: systemClock, log }
  const work = clerk({ ...parts, ...(signer ? { signer } : {}) })
  await work.start()
  const tills = REGISTERS.map((_, lane) => receipts(lane + 1))

  const hear = async (id: RegisterId, stream: Buffer): Promise<void> => {
    const framer = escpos.framer()
    const waiting = new Set<Promise<unknown>>()
    for (let at = 0; at < stream.length; at += CHUNK) {
      for (const { bytes, torn } of framer.push(stream.subarray(at, at + CHUNK)).frames) {
        const one = ledger
          .capture(id, { bytes, discarded: 0, torn })
          .then(must)
          .finally(() => waiting.delete(one))
        waiting.add(one)
        if (waiting.size >= 32) await Promise.race(waiting)
      }
    }
    await Promise.all(waiting)
  }

  return {
    async turn(count) {
      const streams = tills.map((till) => Buffer.concat(take(till, count / REGISTERS.length)))
      left = count
      const done = new Promise<void>((resolve, reject) => {
        all = resolve
        broken = reject
      })
      return timed(async () => {
        await Promise.all(REGISTERS.map(({ id }, lane) => hear(id, streams[lane] ?? Buffer.alloc(0))))
        await done
        return count
      })
    },
    async end() {
      await work.stop(instant(systemClock.now() + 5_000))
      await end()
    },
  }
}

function take<T>(from: Iterator<T>, count: number): T[] {
  return Array.from({ length: count }, () => from.next().value as T)
}

export async function lineFigures(where: string, quick: boolean): Promise<Figure[]> {
  const [signer, key] = [await signerIn(where), bareKey()]
  const rounds = quick ? 2 : 5
  const [signed, plain] = [await openLine(where, signer), await openLine(where)]
  // Code that has never run is not what a day of work looks like.
  await plain.turn(2_000)
  await signed.turn(2_000)
  const each = await besides(
    rounds,
    () => rsaRate(key),
    () => signed.turn(quick ? 2_000 : 8_000),
  )
  const message = await besides(
    rounds,
    () => rowRate(where),
    () => plain.turn(quick ? 4_000 : 20_000),
  )
  await signed.end()
  await plain.end()
  const cpu = ({ perCpu, ratioCpu }: { perCpu: number; ratioCpu: number }): string =>
    `${Math.round(perCpu)} per CPU second, ${ratioCpu.toFixed(2)} of the limit's`
  return [
    {
      ...figure('line.signature-each', each.rate, '/s', each.limit, ''),
      ratio: Number(each.ratio.toFixed(3)),
      note: `bytes to signed and durable, four registers; limit: RSA-2048 on all cores; ${cpu(each)}`,
    },
    {
      ...figure('line.signature-per-message', message.rate, '/s', message.limit, ''),
      ratio: Number(message.ratio.toFixed(3)),
      note: `bytes to durable, four registers; limit: bare SQLite rows, one thread; aim 5000/s; ${cpu(message)}`,
    },
  ]
}
