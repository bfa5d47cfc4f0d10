import type { Static } from 'typebox'
import type { Ask, Chain, How, Proposal, Remedy } from '../domain/correction.ts'
import { type Decimal, formatDecimal, parseDecimal } from '../domain/decimal.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { Buyer } from '../domain/sale.ts'
import type { CivilDate } from '../domain/time.ts'
import { factTime } from '../domain/time.ts'
import type { Propose as ProposeSeveral } from './shapes-batch.ts'
import type { Propose } from './shapes-correct.ts'
import { showView } from './show.ts'

/** Of one invoice, or of several with one error. */
type Asked = Static<typeof Propose> & Pick<Static<typeof ProposeSeveral>, 'item'>

/** What was posted, as the desk wants it; the schema has let only numbers through. */
export function readAsk(invoice: InvoiceIdentity, asked: Asked, how?: How): Ask {
  const { lines, discount, returned, evidence, request, buyer, situation, why, item } = asked
  const chosen = how ?? asked.how
  return {
    situation,
    invoice,
    why,
    ...(chosen ? { how: chosen } : {}),
    ...(lines
      ? {
          lines: lines.map((line) => ({
            ...line,
            quantity: decimalOf(line.quantity),
            unitPrice: BigInt(line.unitPrice),
            discount: BigInt(line.discount),
          })),
        }
      : {}),
    ...(discount === undefined ? {} : { discount: BigInt(discount) }),
    ...(returned ? { returned: returned.map(({ line, quantity }) => ({ line, quantity: decimalOf(quantity) })) } : {}),
    ...(item
      ? {
          item: {
            name: item.name,
            becomes: {
              ...(item.becomes.name === undefined ? {} : { name: item.becomes.name.normalize('NFC').trim() }),
              ...(item.becomes.unitPrice === undefined ? {} : { unitPrice: BigInt(item.becomes.unitPrice) }),
              ...(item.becomes.rate === undefined ? {} : { rate: item.becomes.rate }),
            },
          },
        }
      : {}),
    ...(buyer ? { buyer: trimmed(buyer) } : {}),
    ...(evidence
      ? {
          evidence: {
            channel: evidence.channel,
            note: evidence.note,
            ...(evidence.file ? { file: { ...pick(evidence.file), bytes: Buffer.from(evidence.file.content, 'base64') } } : {}),
          },
        }
      : {}),
    ...(request ? { request: { number: request.number, date: request.date as CivilDate } } : {}),
  }
}

const pick = ({ name, type }: { name: string; type: string }): { name: string; type: string } => ({ name, type })

function decimalOf(text: string): Decimal {
  const value = parseDecimal(text)
  if (!value) throw new Error('the schema let no such quantity through')
  return value
}

export const trimmed = (buyer: Buyer): Buyer =>
  Object.fromEntries(Object.entries(buyer).map(([key, text]) => [key, String(text).normalize('NFC').trim()]))

const named = ({ form, symbol, number }: InvoiceIdentity) => ({ form, symbol, number })

export type ChainJson = ReturnType<typeof showChain>
export const showChain = ({ root, live, locked, worth, links, notices }: Chain) => ({
  root: named(root),
  live: named(live),
  ...(locked ? { locked } : {}),
  worth: String(worth),
  links: links.map(({ invoice, entry, at, pay, how, corrects }) => ({
    ...named(invoice),
    entry,
    at: factTime(at),
    pay: String(pay),
    how,
    ...(corrects ? { corrects: named(corrects) } : {}),
  })),
  notices: notices.map(({ notice, at, state }) => ({ notice, at: factTime(at), state })),
})

export type RemedyJson = ReturnType<typeof showRemedy>
export const showRemedy = ({ situation, how, or, cause, needs, source }: Remedy) => ({
  situation,
  how,
  ...(or ? { or } : {}),
  ...(cause === undefined ? {} : { cause }),
  needs,
  source,
})

export type ContentJson = ReturnType<typeof showContent>
export const showContent = ({ lines, discount }: { lines: NonNullable<Ask['lines']>; discount: bigint }) => ({
  lines: lines.map(({ quantity, unitPrice, discount: off, ...line }) => ({
    ...line,
    quantity: formatDecimal(quantity),
    unitPrice: String(unitPrice),
    discount: String(off),
  })),
  discount: String(discount),
})

export type ProposalJson = ReturnType<typeof showProposal>
export const showProposal = ({ remedy, how, chain, before, after, difference, legend, number, missing }: Proposal) => ({
  how,
  ...(remedy.or ? { or: remedy.or } : {}),
  source: remedy.source,
  ...(remedy.cause === undefined ? {} : { cause: remedy.cause }),
  needs: remedy.needs,
  missing,
  chain: showChain(chain),
  before: showView(before),
  ...(after ? { after: showView(after) } : {}),
  ...(difference
    ? {
        difference: {
          ...(difference.net === undefined ? {} : { net: String(difference.net) }),
          ...(difference.tax === undefined ? {} : { tax: String(difference.tax) }),
          pay: String(difference.pay),
        },
      }
    : {}),
  ...(legend ? { legend } : {}),
  ...(number === undefined ? {} : { number }),
})

/** A return of the till, as the wizard is filled in with it. */
export const showRefund = ({ invoice, situation, returned, why, evidence }: Ask) => ({
  ...named(invoice),
  draft: {
    situation,
    why,
    ...(evidence ? { channel: evidence.channel, note: evidence.note } : {}),
    ...(returned
      ? { returned: Object.fromEntries(returned.map(({ line, quantity }) => [line, formatDecimal(quantity).replace('.', ',')])) }
      : {}),
  },
})
