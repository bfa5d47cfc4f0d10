import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Level } from '../../domain/board.ts'
import { Acts, Chain, Unmask } from './chain.tsx'
import { Decide } from './decide.tsx'
import type { DetailJson, InvoiceJson, StampJson } from './entry-row.ts'
import { Erase } from './erase.tsx'
import { clockTime, dayOf, factClock, grouped, quantity, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { stateKey } from './live-list.tsx'
import { useAnswer } from './load.ts'
import { pairOf, totalOnPaper } from './paper.ts'
import { Picture } from './picture.tsx'
import { levelNow, Sign } from './shapes.tsx'
import { fresh, rows, say } from './state.ts'

const marked = signal<number | undefined>(undefined)
const dong = (amount: string | undefined): string => (amount === undefined ? '' : grouped(amount))

/** An invoice by its identity: the box says which entry it came from. */
export function InvoicePage({ form, symbol, number }: { form: string; symbol: string; number: string }): JSX.Element {
  const answer = useAnswer<InvoiceJson>(`/api/v1/invoices/${form}/${symbol}/${number}`)
  if (!answer) return <p class="empty">{say('app.loading')}</p>
  if (!answer.ok) return <Missing message={answer.trouble.message} hint={answer.trouble.hint} />
  return <EntryPage id={answer.value.entry} />
}

const Missing = ({ message, hint }: { message: string; hint: string }): JSX.Element => (
  <div class="card empty">
    <p>{message || say('err.gone')}</p>
    <p class="quiet">{hint}</p>
  </div>
)

/** One receipt from paper to authority: what was printed beside what was sealed, and its life line. */
export function EntryPage({ id }: { id: string }): JSX.Element {
  // A change of state on the feed makes this page read again.
  const state = rows.value.find((row) => row.id === id)?.state ?? ''
  const [turn, setTurn] = useState(0)
  const again = (): void => setTurn(turn + 1)
  const answer = useAnswer<DetailJson>(
    `/api/v1/entries/${id}`,
    [...state].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7 + turn),
  )
  if (!answer) return <p class="empty">{say('app.loading')}</p>
  if (!answer.ok) return <Missing message={answer.trouble.message} hint={answer.trouble.hint} />
  const entry = answer.value
  const { invoice, issued } = entry
  const level = levelNow(entry.state)
  const differs = invoice !== undefined && issued !== undefined && invoice.pay !== issued.pay
  const agrees = invoice !== undefined && !differs && totalOnPaper(entry.paper, invoice.pay)
  return (
    <article class="entry">
      <header class="page-head">
        <Go to="/hoa-don" class="back">
          ‹ {say('nav.invoices')}
        </Go>
        <h1>{issued ? `${issued.form}${issued.symbol} ${say('list.number', { number: issued.number })}` : entry.id}</h1>
        {issued && <b class="pay">{say('unit.dong', { n: dong(issued.pay) })}</b>}
        <span class={`st st-${level}`}>
          <Sign level={level} size={20} />
          <span>{say(stateKey(entry.state))}</span>
        </span>
        {issued && <Acts key={`acts ${issued.symbol}${issued.number}`} invoice={issued} changed={again} />}
      </header>
      {issued?.code && (
        <p class="code">
          <span class="quiet">{say('inv.code')}</span> <code>{issued.code}</code>
          {agrees && (
            <span class={fresh.value === 'live' ? 'st st-ok' : 'st st-unknown'}>
              <Sign level={fresh.value === 'live' ? 'ok' : 'unknown'} size={16} />
              <span>{say('inv.match')}</span>
            </span>
          )}
          {differs && (
            <span class="st st-critical">
              <Sign level="critical" size={20} />
              <b>{say('inv.mismatch', { what: say('inv.total') })}</b>
            </span>
          )}
          <a href={`/api/v1/invoices/${issued.form}/${issued.symbol}/${issued.number}.xml`} download>
            {say('act.show_xml')}
          </a>
        </p>
      )}
      {entry.fault && <Decide entry={entry} />}
      {issued && <Chain key={`${issued.symbol}${issued.number}`} invoice={issued} />}
      <div class="papers">
        <section class="card" aria-labelledby="printed">
          <h2 id="printed">{say('inv.asprinted')}</h2>
          {entry.picture && <Picture id={entry.id} />}
          <Paper
            lines={entry.paper}
            pictured={entry.picture === true}
            stamped={entry.facts.some(onPaper)}
            {...(invoice ? { invoice } : {})}
            {...(entry.stamp ? { stamp: entry.stamp } : {})}
          />
        </section>
        <section class="card" aria-labelledby="sealed">
          <h2 id="sealed">{say('inv.asxml')}</h2>
          {invoice ? (
            <Sealed invoice={invoice} paper={entry.paper} erasable={namesBuyer(entry.facts)} again={again} />
          ) : (
            <p class="empty">{say('inv.none')}</p>
          )}
        </section>
      </div>
      <section class="card" aria-labelledby="life">
        <h2 id="life">{say('inv.life')}</h2>
        <ol class="life">
          {entry.facts.flatMap((fact) => {
            const step = lifeStep(fact)
            return step ? [<Step key={String(fact['n'])} at={String(fact['at'])} {...step} />] : []
          })}
        </ol>
      </section>
    </article>
  )
}

const onPaper = (fact: Record<string, unknown>): boolean =>
  fact['kind'] === 'invoice.stamped' && (fact['body'] as { how?: string }).how !== 'failed'

interface PaperProps {
  readonly lines: readonly string[]
  /** A picture stands above it. */
  readonly pictured: boolean
  /** The stamp reached the paper; else the buyer may still scan it here. */
  readonly stamped: boolean
  readonly invoice?: InvoiceJson
  readonly stamp?: StampJson
}

/** The paper as the buyer holds it: what the register printed, and drawn apart what was stamped onto it. */
function Paper({ lines, pictured, stamped, invoice, stamp }: PaperProps): JSX.Element | null {
  if (pictured && lines.every((line) => line.trim() === '')) return null
  if (lines.length === 0 && !stamp) return <p class="empty">{say('inv.paper.none')}</p>
  const pairs = new Map((invoice?.lines ?? []).map((line, i) => [pairOf(lines, line.name), i]))
  return (
    <div class="paper">
      <pre>
        {lines.map((line, i) => {
          const pair = pairs.get(i)
          return <span key={i} class={pair !== undefined && pair === marked.value ? 'pair-on' : ''}>{`${line}\n`}</span>
        })}
      </pre>
      {stamp && (
        <figure class="stamp" aria-label={say('inv.stamped_part')}>
          {!stamped && <p class="quiet">{say('inv.stamp_missing')}</p>}
          <pre>{stamp.lines.join('\n')}</pre>
          <svg viewBox={`-2 -2 ${stamp.qr.size + 4} ${stamp.qr.size + 4}`} role="img" aria-label="QR">
            <path d={stamp.qr.path} />
          </svg>
        </figure>
      )}
    </div>
  )
}

interface SealedProps {
  readonly invoice: InvoiceJson
  readonly paper: readonly string[]
  /** Something of it says who bought. */
  readonly erasable: boolean
  readonly again: () => void
}

const BY_BUYER = new Set(['correction.agreed', 'notice.ordered'])
const namesBuyer = (facts: DetailJson['facts']): boolean =>
  facts.some(({ kind, body }) => BY_BUYER.has(String(kind)) || (body as { masked?: unknown } | undefined)?.masked !== undefined)

function Sealed({ invoice, paper, erasable, again }: SealedProps): JSX.Element {
  return (
    <div class="sealed">
      <p class="doc-title">{invoice.title}</p>
      {invoice.legend && <p class="legend-line">{invoice.legend}</p>}
      <dl>
        <dt>{say('inv.seller')}</dt>
        <dd>
          {invoice.seller.name} · {invoice.seller.taxCode}
        </dd>
        <dt>{say('inv.buyer')}</dt>
        <dd>
          {invoice.buyer} {!invoice.erased && <Unmask key={`look ${invoice.entry}`} entry={invoice.entry} />}
          {erasable && <Erase key={`erase ${invoice.entry}`} entry={invoice.entry} done={again} />}
        </dd>
        <dt>{say('inv.issued_at')}</dt>
        <dd>
          {shownDate(invoice.issuedOn.slice(0, 10))} {invoice.issuedOn.slice(11)}
        </dd>
      </dl>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th>{say('inv.line')}</th>
              <th class="end">{say('inv.qty')}</th>
              <th class="end">{say('inv.price')}</th>
              <th class="end">{say('inv.rate')}</th>
              <th class="end">{say('inv.amount')}</th>
            </tr>
          </thead>
          <tbody>
            {invoice.lines.map((line, i) => {
              const pair = pairOf(paper, line.name) >= 0
              return (
                <tr key={`${i} ${line.name}`} class={pair && marked.value === i ? 'pair-on' : ''}>
                  <td>
                    {pair ? (
                      <button
                        type="button"
                        class="pair"
                        aria-pressed={marked.value === i}
                        onClick={() => (marked.value = marked.value === i ? undefined : i)}
                      >
                        {line.name}
                      </button>
                    ) : (
                      line.name
                    )}
                  </td>
                  <td class="end">
                    {line.quantity === undefined ? '' : quantity(line.quantity)} <small>{line.unit}</small>
                  </td>
                  <td class="end">{line.price === undefined ? '' : quantity(line.price)}</td>
                  <td class="end">{line.rate?.replace('%', ' %')}</td>
                  <td class="end">{dong(line.amount)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <dl class="totals">
        {invoice.net !== undefined && (
          <>
            <dt>{say('inv.net')}</dt>
            <dd>{dong(invoice.net)}</dd>
          </>
        )}
        {invoice.tax !== undefined && (
          <>
            <dt>{say('inv.vat')}</dt>
            <dd>{dong(invoice.tax)}</dd>
          </>
        )}
        <dt class="strong">{say('inv.total')}</dt>
        <dd class="strong">{say('unit.dong', { n: dong(invoice.pay) })}</dd>
      </dl>
      <p class="quiet">
        {invoice.words} · {invoice.payment}
      </p>
      {invoice.digest && (
        <p class="quiet digest">
          {say('inv.digest')} <code>{invoice.digest}</code>
        </p>
      )}
    </div>
  )
}

interface Life {
  readonly level: Level
  readonly text: string
  readonly note?: string
}

/** A fact in the shop's words; those that say nothing to an owner are left out. */
function lifeStep({ kind, body }: Record<string, unknown>): Life | undefined {
  const said = (body ?? {}) as Record<string, unknown>
  const word = (name: string): string => String(said[name] ?? '')
  const reason = (code: string): string => say(`fault.${code}`)
  switch (kind) {
    case 'frame.captured':
      return { level: 'ok', text: say('inv.life.heard') }
    case 'correction.agreed':
      return { level: 'ok', text: say('inv.life.agreed'), note: say(`fix.channel.${word('channel').replace('-', '_')}`) }
    case 'correction.notified':
      return { level: 'info', text: say('inv.life.notified') }
    case 'receipt.reprinted':
      return { level: 'info', text: say('inv.reprint.mark', { n: word('count') }) }
    case 'person.looked':
      return { level: 'info', text: say('inv.life.looked', { why: word('why') }) }
    case 'document.erased': {
      const values = { what: say(`erase.role.${word('role')}`), why: say(`erase.why.${word('why')}`) }
      return { level: 'info', text: say('inv.life.erased', values) }
    }
    case 'invoice.recoded':
      return { level: 'info', text: say('inv.life.recoded') }
    case 'invoice.issued':
      return { level: 'ok', text: say('inv.life.issued'), note: say('list.number', { number: word('number') }) }
    case 'invoice.stamped':
      return word('how') === 'failed'
        ? { level: 'warning', text: say('inv.life.stamp_failed') }
        : {
            level: 'ok',
            text: say('inv.life.stamped'),
            note: say(word('how') === 'slip' ? 'reg.stamp.slip' : 'reg.stamp.before_cut'),
          }
    case 'message.pushed':
      return {
        level: 'info',
        text: say('inv.life.pushed', { id: `…${word('message').slice(-4)}` }),
        note: say('inv.life.attempt', { n: word('attempt') }),
      }
    case 'message.answered':
      return word('outcome') === 'taken' ? { level: 'info', text: say('inv.life.received') } : undefined
    case 'message.unanswered':
      return { level: 'warning', text: say('inv.life.unanswered', { reason: reason(word('fault')) }) }
    case 'invoice.accepted':
      return { level: 'ok', text: say('inv.life.accepted') }
    case 'invoice.rejected':
      return { level: 'serious', text: say('inv.life.rejected', { reason: reason(word('fault')) }) }
    case 'entry.held':
      return { level: 'serious', text: say('inv.life.held'), note: reason(word('fault')) }
    case 'entry.released':
      return { level: 'info', text: say('inv.life.released', { why: word('why') }) }
    case 'entry.aside':
      return {
        level: 'info',
        text: say('inv.life.aside', { why: say(`aside.${word('why')}`) }),
        note: say(`aside.${word('why')}.why`),
      }
    default:
      return undefined
  }
}

const Step = ({ at, level, text, note }: Life & { at: string }): JSX.Element => (
  <li>
    <time title={`${shownDate(dayOf(Date.parse(at)))} ${clockTime(Date.parse(at))}`}>{factClock(at)}</time>
    <Sign level={level} size={16} />
    <span>{text}</span>
    {note && <small class="quiet">{note}</small>}
  </li>
)
