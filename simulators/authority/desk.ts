import { createHash } from 'node:crypto'
import type { Clock } from '../../src/domain/clock.ts'
import type { Judge } from '../../src/domain/judge.ts'
import { type Instant, instant } from '../../src/domain/time.ts'
import type { Filed } from './book.ts'
import { examine, type Office } from './examine.ts'
import { identityOf } from './register.ts'
import type { Question } from './replies.ts'
import { receipt } from './replies.ts'

export interface DeskOptions {
  readonly judge: Judge
  readonly clock: Clock
  readonly seed: number
  /** From the receipt of a message to its 204. */
  readonly resultMs: number
  /** The same in the mood `late`. */
  readonly lateMs: number
  /** Tax code of the T-VAN when it puts its own prefix before message ids (einvoice-format 2, re-wrapping). */
  readonly rewrap?: string
  /** The five characters each taxpayer was given; unknown taxpayers may use any. */
  readonly blocks: Readonly<Record<string, string>>
  /** Serial numbers (hex) of each taxpayer's registered certificates; others may use any of theirs. */
  readonly certificates: Readonly<Record<string, readonly string[]>>
  /** From this second on nothing is accepted any more. */
  readonly suspendedFrom?: Instant
  /** How old an issue date may be. Late filing is a matter of R-039, so only what is absurd is refused. */
  readonly oldestDays: number
  readonly trust?: readonly Uint8Array[]
}

/** What became of a message: filed anew, seen before with the same bytes, seen with others, or without a readable id. */
export type Handled =
  | { readonly kind: 'new' | 'duplicate' | 'conflict'; readonly filed: Filed }
  | { readonly kind: 'unreadable'; readonly sha256: string }

export interface Desk {
  handle(bytes: Uint8Array): Promise<Handled>
  /** Resolves when nothing is being handled any more. */
  idle(): Promise<void>
}

/** The clerk of the authority: one message at a time, in the order they came. */
export function desk(office: Office): Desk {
  let queue: Promise<unknown> = Promise.resolve()
  return {
    handle: (bytes) => {
      const turn = queue.then(() => handle(bytes, office))
      queue = turn.catch(() => undefined)
      return turn
    },
    idle: async () => void (await queue),
  }
}

async function handle(bytes: Uint8Array, office: Office): Promise<Handled> {
  const { book, weather, options } = office
  const { clock, judge, trust } = options
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const at = clock.now()
  const judgement = await judge.judge(bytes, { now: new Date(at), ...(trust ? { trust } : {}) })
  const header = judgement.message
  const key = /[0-9A-F]{32}$/.exec(header?.id ?? '')?.[0]
  if (!header || !key) return { kind: 'unreadable', sha256 }
  const name = /<NBan><Ten>([^<]+)<\/Ten>|<TNNT>([^<]+)<\/TNNT>/.exec(Buffer.from(bytes).toString('utf8'))
  const known = { key, id: header.id, type: header.type, taxCode: header.taxCode, sha256, at }
  const question: Question = { ...asked(known, header.sender, header.count, options), name: name?.[1] ?? name?.[2] ?? '-', at }
  const before = book.find(key)
  if (before?.sha256 === sha256) return { kind: 'duplicate', filed: before }
  if (before) {
    const again = receipt(question, [{ code: '80001', text: 'Trùng mã thông điệp, nội dung khác' }])
    const filed = { ...before, replies: [...before.replies, again] }
    book.file(filed)
    return { kind: 'conflict', filed }
  }
  const late = weather.strikes('late') ? options.lateMs : options.resultMs
  const filed: Filed = { ...known, ...examine(judgement, bytes, question, instant(at + late), office) }
  book.file(filed)
  follow(filed, office)
  return { kind: 'new', filed }
}

/** Corrections answer what was asked about their originals; what is new may be what a review waits for. */
function follow({ invoices }: Filed, { book, inbox }: Office): void {
  const accepted = invoices.filter(({ verdict }) => verdict === 'accepted')
  inbox.settle(accepted.flatMap(({ corrects }) => (corrects ? [corrects.identity] : [])))
  inbox.arrived(accepted.flatMap((one) => book.invoices.find(identityOf(one)) ?? []))
}

/** The message under the id it reached the authority with. */
const asked = (
  { id, key, taxCode }: Pick<Filed, 'id' | 'key' | 'taxCode'>,
  sender: string,
  count: number,
  { rewrap }: DeskOptions,
): Omit<Question, 'name' | 'at'> => ({
  id: rewrap === undefined ? id : `V${rewrap}${key}`,
  sender: rewrap === undefined ? sender : `V${rewrap}`,
  taxCode,
  count,
})
