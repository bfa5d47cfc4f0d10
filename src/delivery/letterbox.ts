import type { Board, Level } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import type { Country } from '../domain/country.ts'
import type { Books, Ledger } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { Letter } from '../domain/notice.ts'
import type { Part } from '../domain/part.ts'
import { civilDate, dayEnd, dayStart, type Instant, instant } from '../domain/time.ts'
import type { Transport } from '../domain/transport.ts'
import type { KeptLetter, LetterFolder } from './letter-folder.ts'

export interface LetterboxParts {
  readonly folder: LetterFolder
  readonly transport: Pick<Transport, 'letters'>
  /** Whose law reads them. */
  readonly country: Pick<Country, 'letter'>
  readonly ledger: Pick<Ledger, 'record'>
  readonly books: Pick<Books, 'chain'>
  /** Tax code of the shop: the seller of the invoices that letters speak of. */
  readonly seller: string
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

type Review = Extract<Letter, { kind: 'review' }>

/** How often the folder and the open requests are looked at, and how often the provider is asked while the line is good. */
const LOOK_MS = 10_000
const ASK_MS = 5 * 60_000
const DAY_MS = 86_400_000
const STOP = 'activation/notice'
const STOP_TOLD_MS = 3 * DAY_MS
const part = 'letterbox'

/**
 * Letters of the authority: asked for at the provider and taken from the folder a person drops them into, each told and kept once. A
 * request for review stands on the board with its term until a notice that names it, or a correction, answers for every invoice
 * of it.
 */
export function letterbox({ folder, transport, country, ledger, books, seller, board, clock, log }: LetterboxParts): Part {
  const stopping = new AbortController()
  const reviews = new Map<string, Review>()
  let loop: Promise<void> | undefined
  let askAt = 0

  const heard = (letter: Letter): void => {
    if (letter.kind === 'review') reviews.set(letter.number, letter)
    // An old one was entered long ago, and perhaps lifted since.
    if (letter.kind === 'stop' && clock.now() - dayStart(letter.on) < STOP_TOLD_MS) stops(letter)
  }

  /** Every invoice after its second is illegal, so it stands in front of all else until a person has entered it. */
  const stops = ({ number, on }: Extract<Letter, { kind: 'stop' }>): void => {
    const values = { number, date: on.split('-').reverse().join('/') }
    board.set(STOP, { level: 'critical', key: 'board.letter.stop', values, todo: 'board.letter.stop.do' })
  }

  const take = async (one: KeptLetter, file?: string): Promise<void> => {
    const letter = country.letter?.(one.bytes)
    if (letter) {
      // In the story before it is moved: after a crash between the two it is found once more, and told once.
      const { type, kind: what } = letter
      const told = await ledger.record({ kind: 'letter', id: one.id, type, bytes: one.bytes, what })
      if (!told.ok) return log.error({ part, id: one.id, code: told.fault.code }, 'a letter waits: the ledger does not write')
    }
    await folder.keep(one, letter ? 'read' : 'unknown', file)
    if (!letter) {
      log.warn({ part, id: one.id }, 'a letter that cannot be read, or whose signature does not hold')
      board.set('letters', {
        level: 'warning',
        key: 'board.letter.unknown',
        values: { id: one.id },
        todo: 'board.letter.unknown.do',
      })
      return
    }
    log.info({ part, id: one.id, kind: letter.kind }, 'letter received')
    heard(letter)
    if (letter.kind === 'registration')
      board.set('letters/registration', {
        level: letter.accepted ? 'info' : 'serious',
        key: letter.accepted ? 'board.letter.accepted' : 'board.letter.refused',
        values: { number: letter.notice, why: letter.reasons.join('; ') },
        todo: letter.accepted ? 'board.letter.accepted.do' : 'board.letter.refused.do',
      })
  }

  const ask = async (): Promise<void> => {
    // While nothing comes through the courier's own tries are enough.
    const down = board.all()['upstream'] !== undefined
    if (!transport.letters || down || clock.up() < askAt) return
    askAt = clock.up() + ASK_MS
    for (const letter of await transport.letters(await folder.ids(), stopping.signal)) await take(letter)
  }

  const sweep = async (): Promise<void> => {
    for (const { file, ...letter } of await folder.dropped()) await take(letter, file)
    for (const file of await folder.setLargeAside()) {
      log.warn({ part, file }, 'a dropped file is larger than any letter')
      board.set('letters', { level: 'warning', key: 'board.letter.large', values: { file }, todo: 'board.letter.large.do' })
    }
  }

  const look = async (): Promise<void> => {
    if (board.all()['activation']?.key === 'alert.suspended') board.clear(STOP)
    for (const review of reviews.values()) {
      const { open, settled } = await standing(review, books, seller)
      if (open === 0) {
        board.clear(`review/${review.number}`)
        // An answer on its way may still be refused, and then the request stands again.
        if (settled) reviews.delete(review.number)
        continue
      }
      const due = dueOf(review)
      const values = { number: review.number, n: String(open), date: due.split('-').reverse().join('/') }
      const [level, key] = urgencyOf(due, clock.now())
      board.set(`review/${review.number}`, { level, key, values, todo: 'board.review.do' })
    }
  }

  const tend = async (): Promise<void> => {
    for (const { bytes } of await folder.read()) {
      const letter = country.letter?.(bytes)
      if (letter) heard(letter)
    }
    while (!stopping.signal.aborted) {
      try {
        await ask()
        await sweep()
        await look()
        board.clear('letters/folder')
      } catch (error) {
        // A folder that cannot be read or written is a trouble of the machine, no reason to stop selling.
        const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
        if (code === undefined) throw error
        log.error({ part, code }, 'the folder of letters cannot be used')
        board.set('letters/folder', {
          level: 'warning',
          key: 'board.letter.folder',
          values: { why: code },
          todo: 'board.letter.folder.do',
        })
      }
      await clock.sleep(LOOK_MS, stopping.signal)
    }
  }

  return {
    name: part,
    async start() {
      loop = tend()
    },
    async stop() {
      stopping.abort()
      await loop
    },
  }
}

/** The last day to answer: so many days after the day of the request. */
const dueOf = ({ on, days }: Review): string => civilDate(instant(dayStart(on) + days * DAY_MS))

function urgencyOf(due: string, now: Instant): readonly [Level, string] {
  const end = dayEnd(due as ReturnType<typeof civilDate>)
  if (now > end) return ['critical', 'board.review.late']
  return [end - now < DAY_MS ? 'serious' : 'warning', 'board.review']
}

/** How many of its invoices nobody has answered for: no notice that names the request, no correction since; `settled`: for good. */
async function standing(
  { number, on, invoices }: Review,
  books: Pick<Books, 'chain'>,
  seller: string,
): Promise<{ readonly open: number; readonly settled: boolean }> {
  let open = 0
  let settled = true
  for (const { form, symbol, number: n } of invoices) {
    const chain = await books.chain({ seller, form, symbol, number: n })
    const told = chain.notices.filter(({ notice, state }) => notice.request?.number === number && state !== 'refused')
    const corrected = chain.invoices.some(({ corrects, at }) => corrects !== undefined && at >= dayStart(on))
    if (!corrected && told.length === 0) open += 1
    settled &&= corrected || told.some(({ state }) => state === 'accepted')
  }
  return { open, settled }
}
