import type { CivilDate, Instant } from '../../src/domain/time.ts'
import { civilDate, dayEnd, dayStart, instant } from '../../src/domain/time.ts'
import type { Book } from './book.ts'
import type { Identity } from './identity.ts'
import type { Letter, Registration } from './letters.ts'
import { receivedLetter, registrationLetter, reviewLetter } from './letters.ts'
import type { Standing } from './register.ts'
import { identityOf } from './register.ts'
import { cut } from './replies.ts'

/** A review somebody wants: of an invoice by series and number, of whatever seller, as soon as it is accepted. */
export interface ReviewOrder {
  /** `1C26MAA` */
  readonly series: string
  readonly number: number
  /** Days to answer in, 1..99. */
  readonly days: number
  readonly text?: string
}

/** Something for the log: what happened to a letter. */
export interface LetterEvent {
  readonly letter: Letter
  readonly what: 'asked' | 'registered' | 'answered in time' | 'answered late' | 'overdue'
}

/** The letters of the authority: written, shown until read, and those that want an answer watched. */
export interface Inbox {
  /** Undefined: none of these is an accepted invoice of one seller. */
  ask(identities: readonly string[], text: string, days: number, time?: 1 | 2): Letter | undefined
  /** 102 and 103; from now on the taxpayer is judged by it. */
  register(registration: Registration): readonly Letter[]
  /** Not yet acknowledged, oldest first. */
  unread(taxCode: string): readonly Letter[]
  /** The taxpayer's 999 for a letter. */
  acknowledge(id: string, taxCode: string): boolean
  /** A 302 by the number and day a notice names. */
  request(taxCode: string, number: string, date: string): Letter | undefined
  /** These were corrected, or explained in an answer to `request`; what was asked about them is answered. */
  settle(identities: readonly string[], request?: Letter): void
  /** What was accepted just now: standing orders for a review of it are carried out. */
  arrived(invoices: readonly Standing[]): void
  /** Tells the log of deadlines that passed. */
  watch(): void
}

const DAY = 86_400_000
const REASON = 'Đề nghị rà soát, giải trình nội dung hóa đơn'

export function inbox(
  book: Book,
  identity: Identity,
  {
    now,
    rewrap,
    orders,
    tell,
  }: {
    readonly now: () => Instant
    readonly rewrap?: string
    readonly orders: readonly ReviewOrder[]
    readonly tell: (event: LetterEvent) => void
  },
): Inbox {
  const standing = [...orders]
  const receiver = (taxCode: string): string => (rewrap === undefined ? taxCode.replaceAll('-', '') : `V${rewrap}`)
  const nameOf = (taxCode: string): string => cut(book.registration(taxCode)?.name ?? `NGƯỜI NỘP THUẾ ${taxCode}`)
  const write = (letter: Letter, what: LetterEvent['what']): Letter => {
    book.post(letter)
    tell({ letter, what })
    return letter
  }
  const reviews = (): readonly Letter[] => book.letters().filter(({ review }) => review && !review.answered)

  const self: Inbox = {
    ask: (identities, text, days, time = 1) => {
      const found = identities.flatMap((name) => {
        const known = book.invoices.find(name)
        return known?.verdict === 'accepted' ? [{ ...known, identity: name }] : []
      })
      const [first] = found
      if (!first || found.length < identities.length || found.some(({ seller }) => seller !== first.seller)) return undefined
      const at = now()
      const due = dueOn(civilDate(at), days)
      const to = { receiver: receiver(first.seller), taxCode: first.seller, name: nameOf(first.seller) }
      return write(reviewLetter(to, { text: text || REASON, days, time, due }, found, identity, at), 'asked')
    },
    register: (registration) => {
      const { taxCode, name } = registration
      book.enrol(registration)
      const to = { receiver: receiver(taxCode), taxCode, name: cut(name) }
      return [
        write(receivedLetter(to, identity, now()), 'registered'),
        write(registrationLetter(to, registration, identity, now()), 'registered'),
      ]
    },
    unread: (taxCode) => book.letters().filter((letter) => letter.taxCode === taxCode && !letter.read),
    acknowledge: (id, taxCode) => {
      const letter = book.letters().find((one) => one.id.slice(-32) === id.slice(-32) && one.taxCode === taxCode)
      if (letter && !letter.read) book.post({ ...letter, read: true })
      return letter !== undefined
    },
    request: (taxCode, number, date) =>
      book.letters().find((one) => one.type === 302 && one.taxCode === taxCode && one.number === number && one.on === date),
    settle: (identities, request) => {
      for (const letter of request ? [request] : reviews()) {
        const { review } = letter
        if (!review || review.answered) continue
        const open = review.open.filter((name) => !identities.includes(name))
        if (open.length === review.open.length) continue
        if (open.length > 0) book.post({ ...letter, review: { ...review, open } })
        else {
          const answered = now() <= review.due ? 'in time' : 'late'
          write({ ...letter, read: true, review: { ...review, open, answered } }, `answered ${answered}`)
        }
      }
    },
    arrived: (invoices) => {
      for (const invoice of invoices) {
        const order = standing.findIndex(
          ({ series, number }) => series === `${invoice.form}${invoice.symbol}` && number === invoice.number,
        )
        const [wanted] = order < 0 ? [] : standing.splice(order, 1)
        if (wanted) self.ask([identityOf(invoice)], wanted.text ?? '', wanted.days)
      }
    },
    watch: () => {
      for (const letter of reviews()) {
        if (!letter.review || letter.review.overdue || now() <= letter.review.due) continue
        write({ ...letter, review: { ...letter.review, overdue: true } }, 'overdue')
      }
    },
  }
  return self
}

/** To the end of the last of so many days, the day of the letter not counted. */
const dueOn = (day: CivilDate, days: number): Instant => dayEnd(civilDate(instant(dayStart(day) + days * DAY)))
