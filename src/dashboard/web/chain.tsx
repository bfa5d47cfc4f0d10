import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ChainJson } from '../show-correct.ts'
import { ask, type Trouble } from './api.ts'
import { Field, Refusal } from './fields.tsx'
import { clockTime, dayOf, grouped, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { useAnswer } from './load.ts'
import { Reprint } from './reprint.tsx'
import { Sign } from './shapes.tsx'
import { role, say, status } from './state.ts'

interface Identity {
  readonly form: number
  readonly symbol: string
  readonly number: number
}
const nameOf = ({ form, symbol, number }: Identity): string => `${form}${symbol} ${say('list.number', { number })}`
const when = (at: string): string => `${clockTime(Date.parse(at)).slice(0, 5)} ${shownDate(dayOf(Date.parse(at)))}`
const shown = (amount: string): string => (amount.startsWith('-') ? `−${grouped(amount.slice(1))}` : grouped(amount))

/** An invoice with all that was done to it; nothing where nothing was. */
export function Chain({ invoice }: { invoice: Identity }): JSX.Element | null {
  const may = status.value?.offers['corrections'] === true && role.value !== 'developer'
  return may ? <Links invoice={invoice} /> : null
}

function Links({ invoice }: { invoice: Identity }): JSX.Element | null {
  const answer = useAnswer<ChainJson>(`/api/v1/invoices/${invoice.form}/${invoice.symbol}/${invoice.number}/chain`)
  if (!answer?.ok) return null
  const { links, notices, worth, locked, live } = answer.value
  if (links.length < 2 && notices.length === 0) return null
  const same = (a: Identity, b: Identity): boolean => a.form === b.form && a.symbol === b.symbol && a.number === b.number
  return (
    <section class="card" aria-labelledby="chain">
      <h2 id="chain">{say('fix.chain')}</h2>
      <ol class="chain-links">
        {links.map((link) => (
          <li key={`${link.symbol}${link.number}`} aria-current={same(link, invoice) ? 'true' : undefined}>
            <Sign level={same(link, live) || link.how === 'adjust' ? 'ok' : 'info'} size={18} />
            <span>{say(`fix.link.${link.how}`)}</span>
            <Go to={`/hoa-don/${link.form}/${link.symbol}/${link.number}`}>{nameOf(link)}</Go>
            <time>{when(link.at)}</time>
            <b class="end">{say('unit.dong', { n: shown(link.pay) })}</b>
          </li>
        ))}
        {notices.map(({ notice, at, state }) => (
          <li key={notice}>
            <Sign level={state === 'accepted' ? 'ok' : state === 'refused' ? 'serious' : 'info'} size={18} />
            <span>{say('fix.link.notify')}</span>
            <span>{notice}</span>
            <time>{when(at)}</time>
            <span class="end">{say(`fix.notice.${state.replace('-', '_')}`)}</span>
          </li>
        ))}
      </ol>
      <p>
        {say('fix.worth')} <b>{say('unit.dong', { n: shown(worth) })}</b>
      </p>
      {locked && <p class="quiet">{say('fix.lock', { method: say(`fix.method.${locked}`) })}</p>}
    </section>
  )
}

/** What may be done with an issued invoice: it is never edited and never cancelled. */
export function Acts({ invoice, changed }: { invoice: Identity; changed: () => void }): JSX.Element {
  const { offers } = status.value ?? {}
  const path = `${invoice.form}/${invoice.symbol}/${invoice.number}`
  return (
    <span class="head-acts">
      {offers?.reports && (
        <a class="act second" href={`/api/v1/invoices/${path}.pdf`} target="_blank" rel="noreferrer">
          {say('act.print')}
        </a>
      )}
      <Reprint path={path} done={changed} />
      {offers?.corrections && role.value === 'owner' && (
        <Go to={`/sua-sai/${path}`} class="act second">
          {say('act.correct')}
        </Go>
      )}
    </span>
  )
}

const LONG = 60_000
/** The buyer in plain for a minute, for a reason that stays in the book. */
export function Unmask({ entry }: { entry: string }): JSX.Element | null {
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [buyer, setBuyer] = useState<Readonly<Record<string, string>> | undefined>(undefined)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  if (role.value !== 'owner' || status.value?.offers['unmask'] !== true) return null
  const look = async (event: Event): Promise<void> => {
    event.preventDefault()
    const answer = await ask<{ buyer: Readonly<Record<string, string>> }>(`/api/v1/entries/${entry}/buyer`, {
      reason: reason.trim(),
    })
    setTrouble(answer.ok ? undefined : answer.trouble)
    if (!answer.ok) return
    setBuyer(answer.value.buyer)
    setOpen(false)
    setTimeout(() => setBuyer(undefined), LONG)
  }
  if (buyer)
    return (
      <dl class="plain-buyer">
        {Object.entries(buyer).map(([field, text]) => (
          <div key={field}>
            <dt>{say(BUYER[field] ?? field)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    )
  if (!open)
    return (
      <button type="button" class="quiet-act" onClick={() => setOpen(true)}>
        {say('act.unmask')}
      </button>
    )
  return (
    <form class="confirm" onSubmit={(event) => void look(event)}>
      <Field id="unmask" label={say('ask.unmask')} required value={reason} set={setReason} />
      <Refusal trouble={trouble} />
      <p class="acts">
        <button type="button" class="act second" onClick={() => setOpen(false)}>
          {say('act.back')}
        </button>
        <button type="submit" class="act" disabled={reason.trim() === ''}>
          {say('act.unmask')}
        </button>
      </p>
    </form>
  )
}

export const BUYER: Readonly<Record<string, string>> = {
  name: 'buyer.name',
  taxCode: 'buyer.taxcode',
  budgetCode: 'buyer.budget',
  address: 'buyer.address',
  phone: 'buyer.phone',
  personalId: 'buyer.id',
  passport: 'buyer.passport',
  email: 'buyer.email',
  person: 'buyer.person',
}
