import { createHash } from 'node:crypto'
import { type Fault, fault } from '../../src/domain/fault.ts'
import { type MessageId, messageId } from '../../src/domain/ids.ts'
import type { InvoiceIdentity } from '../../src/domain/invoice.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import type { Signer } from '../../src/domain/signer.ts'
import type { Answer, Message, Transport, Verdict } from '../../src/domain/transport.ts'

/** What the wire does to one call. `lost`: they have it, we hear nothing. `gone`: it never left. `reset`: it broke before them. */
export type Mood = 'good' | 'late' | 'lost' | 'reset' | 'gone' | 'busy' | 'page' | 'twice' | 'login'

export interface FakeAuthority extends Transport {
  /** One mood a call, `good` when the list is empty. */
  readonly moods: Mood[]
  /** Numbers whose whole message is refused, and those rejected alone. */
  readonly poison: Set<number>
  readonly bad: Set<number>
  /** Everything that went wrong in the eyes of the law: a test fails on any line of it. */
  readonly complaints: string[]
  /** By `1C26MAA-1`: how often it was accepted. */
  readonly accepted: ReadonlyMap<string, number>
  /** Numbers by series in the order of their first transmission. */
  readonly firsts: ReadonlyMap<string, readonly number[]>
  readonly calls: { readonly send: number; readonly ask: number }
  /** Set: composing fails with it. */
  keyFault: Fault | undefined
  limits: { bytes: number; invoices: number }
  /** Asked, they deny ever having had a message. */
  denies: boolean
  /** Notices that are refused, and why they cannot even be made. */
  readonly badNotices: Set<string>
  noticeFault: Fault | undefined
  /** By notice: how often it was accepted. */
  readonly noted: ReadonlyMap<string, number>
  reply(id: MessageId): readonly Verdict[] | undefined
  inject(id: MessageId, verdicts: readonly Verdict[]): void
  readonly ids: readonly MessageId[]
}

const name = ({ form, symbol, number }: InvoiceIdentity): string => `${form}${symbol}-${number}`

export function fakeAuthority(): FakeAuthority {
  const stored = new Map<MessageId, { digest: string; verdicts: Verdict[] | undefined; replies: Uint8Array[] }>()
  const seen = new Map<MessageId, string>()
  const accepted = new Map<string, number>()
  const firsts = new Map<string, number[]>()
  const notedBy = new Map<string, number>()
  const transmitted = new Set<string>()
  const calls = { send: 0, ask: 0 }
  const ids: MessageId[] = []
  let minted = 0

  const words = (verdicts: readonly Verdict[]): Uint8Array => Buffer.from(JSON.stringify(verdicts))
  const take = (message: Message): void => {
    const digest = createHash('sha256').update(message.bytes).digest('hex')
    const before = stored.get(message.id)
    if (before) {
      if (before.digest !== digest) self.complaints.push(`${message.id}: other bytes under the same id`)
      return
    }
    const poisoned = message.invoices.some(({ number }) => self.poison.has(number))
    const { notice } = message
    const refusesNotice = notice !== undefined && self.badNotices.has(notice)
    if (notice !== undefined && !refusesNotice) notedBy.set(notice, (notedBy.get(notice) ?? 0) + 1)
    const verdicts: Verdict[] = refusesNotice
      ? [{ kind: 'refused', fault: fault('DELIVERY_NOTICE_REFUSED', { code: '4', text: 'x', todo: '' }) }]
      : notice !== undefined
        ? [{ kind: 'noted', reference: 'TB-2' }]
        : poisoned
          ? [{ kind: 'refused', fault: fault('DELIVERY_REFUSED') }]
          : message.invoices.map((invoice) => {
              if (self.bad.has(invoice.number)) return { kind: 'rejected', invoice, fault: fault('DELIVERY_REJECTED') }
              accepted.set(name(invoice), (accepted.get(name(invoice)) ?? 0) + 1)
              return { kind: 'accepted', invoice, reference: 'TB-1' }
            })
    const replies = poisoned ? [words(verdicts)] : [words([{ kind: 'taken' }]), words(verdicts)]
    stored.set(message.id, { digest, verdicts, replies })
  }
  const noted = (message: Message): void => {
    const digest = createHash('sha256').update(message.bytes).digest('hex')
    if ((seen.get(message.id) ?? digest) !== digest) self.complaints.push(`${message.id}: bytes changed between attempts`)
    if (!seen.has(message.id)) ids.push(message.id)
    seen.set(message.id, digest)
    for (const invoice of message.invoices) {
      if (transmitted.has(name(invoice))) continue
      transmitted.add(name(invoice))
      const series = `${invoice.form}${invoice.symbol}`
      const list = firsts.get(series) ?? []
      list.push(invoice.number)
      firsts.set(series, list)
    }
  }
  const doubt = (code: string): Answer => ({ kind: 'unknown', fault: fault(code) })

  const self: FakeAuthority = {
    id: 'fake',
    limits: { bytes: 900_000, invoices: 8 },
    moods: [],
    poison: new Set(),
    bad: new Set(),
    complaints: [],
    accepted,
    firsts,
    calls,
    keyFault: undefined,
    badNotices: new Set(),
    noticeFault: undefined,
    noted: notedBy,
    denies: false,
    ids,
    reply: (id) => stored.get(id)?.verdicts,
    inject: (id, verdicts) => void stored.get(id)?.replies.push(words(verdicts)),
    mint: () => messageId(`V0199999014${String(++minted).padStart(32, '0')}`),
    async compose(id, batch, signer: Signer, at): Promise<Result<Message>> {
      if (self.keyFault) return failed(self.keyFault)
      const signature = await signer.sign(Buffer.from(id))
      if (!signature.ok) return signature
      const body = batch.map((sealed) => Buffer.from(sealed.bytes).toString()).join('')
      return ok({ id, type: 206, bytes: Buffer.from(`${id} ${at} ${body}`), invoices: batch.map((sealed) => sealed.identity) })
    },
    async composeNotice(id, notice, signer: Signer, at): Promise<Result<Message>> {
      if (self.noticeFault) return failed(self.noticeFault)
      if (self.keyFault) return failed(self.keyFault)
      const signature = await signer.sign(Buffer.from(id))
      if (!signature.ok) return signature
      return ok({ id, type: 300, bytes: Buffer.from(`${id} ${at} ${notice.id}`), invoices: [], notice: notice.id })
    },
    async send(message): Promise<Answer> {
      calls.send += 1
      const mood = self.moods.shift() ?? 'good'
      if (mood === 'gone') return { kind: 'unsent', fault: fault('DELIVERY_OFFLINE') }
      if (mood === 'login') return { kind: 'unsent', fault: fault('DELIVERY_LOGIN') }
      noted(message)
      if (mood === 'reset') return doubt('DELIVERY_IN_DOUBT')
      if (mood === 'busy')
        return { kind: 'replies', replies: [words([{ kind: 'later', fault: fault('DELIVERY_BUSY'), afterMs: 5_000 }])] }
      if (mood === 'page') return { kind: 'replies', replies: [Buffer.from('<html>log in</html>')] }
      take(message)
      if (mood === 'lost') return doubt('DELIVERY_IN_DOUBT')
      const replies = stored.get(message.id)?.replies ?? []
      if (mood === 'late') return { kind: 'replies', replies: [] }
      if (mood === 'twice') return { kind: 'replies', replies: [...replies, ...replies] }
      return { kind: 'replies', replies: replies.slice(0, 1) }
    },
    async ask(id): Promise<Answer> {
      calls.ask += 1
      const mood = self.moods.shift() ?? 'good'
      if (mood === 'gone' || mood === 'login') return { kind: 'unsent', fault: fault('DELIVERY_OFFLINE') }
      if (mood === 'lost' || mood === 'reset') return doubt('DELIVERY_IN_DOUBT')
      if (mood === 'page') return { kind: 'replies', replies: [Buffer.from('<html>log in</html>')] }
      const known = stored.get(id)
      if (!known) return { kind: 'nothing', never: self.denies }
      if (mood === 'late') return { kind: 'replies', replies: [] }
      if (mood === 'busy') return { kind: 'nothing', never: false }
      return { kind: 'replies', replies: mood === 'twice' ? [...known.replies, ...known.replies] : known.replies }
    },
    read(reply) {
      const text = Buffer.from(reply).toString()
      if (!text.startsWith('[')) return ok({ verdicts: [{ kind: 'odd', fault: fault('DELIVERY_ODD_ANSWER') }] })
      return ok({ type: 204, verdicts: JSON.parse(text) as Verdict[] })
    },
  }
  return self
}
