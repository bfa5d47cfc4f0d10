import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../src/domain/clock.ts'
import type { Book } from './book.ts'
import type { Inbox } from './inbox.ts'
import type { Letter, Registration } from './letters.ts'
import { MOODS, type Weather } from './moods.ts'
import { identityOf } from './register.ts'
import { bodyOf } from './wire.ts'

export interface Controlled {
  readonly book: Book
  readonly inbox: Inbox
  readonly weather: Weather
  readonly clock: Clock
  /** Brings the wire in line with the moods: `down` is true absence. */
  readonly turn: () => Promise<void>
  readonly signal: AbortSignal
}

type Told = Readonly<Record<string, unknown>>

/** The routes for developers. */
export const CONTROLS = /^\/(moods|accepted|reviews|registrations)$/

/** What a developer may ask of the authority while it runs; no real one has such a door. */
export async function control(request: IncomingMessage, response: ServerResponse, about: Controlled): Promise<void> {
  const { book, inbox, weather, clock, turn, signal } = about
  const answer = (status: number, value: unknown): Promise<void> =>
    new Promise((resolve) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value), resolve)
    })
  const posted = request.method === 'POST'
  if (request.url === '/accepted') return answer(200, book.all())
  if (request.url === '/reviews' && !posted) return answer(200, book.letters().filter(isReview).map(state))
  if (request.url === '/moods' && !posted) return answer(200, { moods: weather.names(), known: MOODS })
  if (!posted) return answer(405, { error: 'POST' })
  const told = await bodyOf(request)
  if (request.url === '/reviews') {
    const names = named(told)
    const letter = inbox.ask(names, String(told['text'] ?? ''), daysOf(told['days']), told['time'] === 2 ? 2 : 1)
    return letter ? answer(200, state(letter)) : answer(404, { error: `not accepted: ${names.join(', ')}` })
  }
  if (request.url === '/registrations') {
    const registration = readRegistration(told)
    if (typeof registration === 'string') return answer(400, { error: registration })
    return answer(
      200,
      inbox.register(registration).map(({ id, type, number, xml }) => ({ id, type, number, xml })),
    )
  }
  const before = weather.names()
  const { moods, ms } = told
  try {
    weather.set(Array.isArray(moods) ? moods.map(String) : [String(moods)])
  } catch (error) {
    return answer(400, { error: String(error), known: MOODS })
  }
  await answer(200, { moods: weather.names() })
  await turn()
  if (typeof ms !== 'number') return
  await clock.sleep(ms, signal)
  if (signal.aborted) return
  weather.set(before)
  await turn()
}

const isReview = ({ review }: Letter): boolean => review !== undefined

const state = ({ id, number, on, taxCode, review }: Letter): unknown => ({
  ...{ id, number, on, taxCode, invoices: review?.invoices, open: review?.open },
  state: review?.answered ?? (review?.overdue ? 'overdue' : 'open'),
})

/** `{"seller","form","symbol","number"}`, or the same with several `numbers`. */
function named(told: Told): string[] {
  const numbers = Array.isArray(told['numbers']) ? told['numbers'] : [told['number']]
  const [seller, form, symbol] = [String(told['seller']), String(told['form']), String(told['symbol'])]
  return numbers.map((number) => identityOf({ seller, form, symbol, number: String(number) }))
}

const daysOf = (told: unknown): number =>
  typeof told === 'number' && Number.isInteger(told) && told >= 1 && told <= 99 ? told : 2

/**
 * `{"taxCode","name","codeBlock","coded","uncoded","certificates":[serial]}`, or the configuration of a gateway with its `shop`.
 * A string says what is missing.
 */
export function readRegistration(told: Told): Registration | string {
  const shop = typeof told['shop'] === 'object' && told['shop'] !== null ? (told['shop'] as Told) : told
  const { taxCode, name, codeBlock } = shop
  if (typeof taxCode !== 'string' || !/^(\d{10}(-\d{3})?|\d{12})$/.test(taxCode)) return 'taxCode: 0199999014'
  if (codeBlock !== undefined && (typeof codeBlock !== 'string' || !/^[0-9A-Z]{5}$/.test(codeBlock))) return 'codeBlock: A1B2C'
  const { certificates = [], reasons = [], coded = codeBlock !== undefined, uncoded = false, accepted = true } = told
  const texts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string')
  if (!texts(certificates) || certificates.some((serial) => !/^[0-9A-Fa-f]{1,40}$/.test(serial)))
    return 'certificates: ["5404FF..."]'
  if (!texts(reasons)) return 'reasons: ["..."]'
  return {
    ...{ taxCode, name: typeof name === 'string' && name !== '' ? name : `NGƯỜI NỘP THUẾ ${taxCode}` },
    ...{ accepted: accepted !== false, coded: coded !== false, uncoded: uncoded === true, certificates, reasons },
    ...(codeBlock === undefined ? {} : { codeBlock }),
  }
}
