import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ask, type Trouble } from './api.ts'
import { Lines } from './correct-content.tsx'
import type { Line } from './correct-draft.ts'
import type { EntryJson, Page } from './entry-row.ts'
import { decimalText, Field, Money, Refusal } from './fields.tsx'
import { clockTime, dayOf, grouped, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { Sign } from './shapes.tsx'
import { type Looked, SlipLook } from './slip-look.tsx'
import { fresh, say, status } from './state.ts'

const METHODS = ['cash', 'transfer', 'card', 'wallet', 'credit', 'voucher', 'other'] as const
const EMPTY: Line = { name: '', quantity: '1', unitPrice: '0', discount: '0' }

interface Draft {
  readonly slip: string
  readonly time: string
  readonly lines: readonly Line[]
  readonly discount: string
  readonly total: string
  readonly payment: string
}
interface Entered {
  readonly slip: string
  readonly register: string
  readonly entry: string
}

/** What was sold on hand-written slips while the gateway was dead: one by one, looked at, each an invoice issued now. */
export function SlipsPage(): JSX.Element {
  const registers = status.value?.registers ?? []
  const [register, setRegister] = useState(registers[0]?.id ?? '')
  const [draft, setDraft] = useState<Draft>(() => blank('', ''))
  const [looked, setLooked] = useState<Looked | undefined>(undefined)
  const [twins, setTwins] = useState<readonly EntryJson[]>([])
  const [entered, setEntered] = useState<readonly Entered[]>([])
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const set = (more: Partial<Draft>): void => {
    setDraft({ ...draft, ...more })
    setLooked(undefined)
  }
  const url = `/api/v1/registers/${register}/slips`
  const body = bodyOf(draft)
  const look = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (!body) return
    setBusy(true)
    const [answer, others] = [await ask<Looked>(`${url}/look`, body), await sameSum(draft.time.slice(0, 10), draft.total)]
    setBusy(false)
    setTrouble(answer.ok ? undefined : answer.trouble)
    setTwins(others)
    setLooked(answer.ok ? answer.value : undefined)
  }
  const issue = async (): Promise<void> => {
    if (!body) return
    setBusy(true)
    const answer = await ask<{ entry: string }>(url, body, { name: crypto.randomUUID() })
    setBusy(false)
    setTrouble(answer.ok ? undefined : answer.trouble)
    if (!answer.ok) return
    setEntered([{ slip: draft.slip, register, entry: answer.value.entry }, ...entered])
    setLooked(undefined)
    setDraft(blank(following(draft.slip), draft.time))
    document.getElementById('slip-number')?.focus()
  }
  return (
    <>
      <header class="page-head">
        <h1>{say('slips.title')}</h1>
        {registers.length > 1 && (
          <select
            class="short"
            aria-label={say('chain.register')}
            value={register}
            onChange={(e) => {
              setRegister(e.currentTarget.value)
              setLooked(undefined)
            }}
          >
            {registers.map(({ id }) => (
              <option key={id} value={id}>
                {say('list.register', { register: id })}
              </option>
            ))}
          </select>
        )}
      </header>
      <p class="note">{say('slips.intro')}</p>
      {entered.length > 0 && <List entered={entered} />}
      <form class="card" onSubmit={(event) => void look(event)}>
        <div class="pair-fields">
          <Field
            id="slip-number"
            label={say('slips.number')}
            required
            max={50}
            value={draft.slip}
            set={(text) => set({ slip: text.replace(/[^\x21-\x7e]/g, '') })}
          />
          <Field
            id="slip-time"
            label={say('slips.time')}
            type="datetime-local"
            required
            value={draft.time}
            set={(time) => set({ time })}
          />
        </div>
        <Lines lines={draft.lines} set={(lines) => set({ lines })} />
        <div class="pair-fields">
          <Money id="slip-discount" label={say('fix.discount')} value={draft.discount} set={(discount) => set({ discount })} />
          <Money id="slip-total" label={say('slips.total')} required value={draft.total} set={(total) => set({ total })} />
          <p class="field">
            <label for="slip-payment">{say('inv.payment')}</label>
            <select id="slip-payment" value={draft.payment} onChange={(e) => set({ payment: e.currentTarget.value })}>
              {METHODS.map((method) => (
                <option key={method} value={method}>
                  {say(`close.tender.${method}`)}
                </option>
              ))}
            </select>
          </p>
        </div>
        <Refusal trouble={trouble} />
        {!looked && (
          <p class="acts">
            <button type="submit" class="act" disabled={busy || !body}>
              {say('slips.look')}
            </button>
          </p>
        )}
      </form>
      {looked && (
        <SlipLook
          looked={looked}
          slip={draft.slip}
          twins={twins}
          busy={busy || fresh.value === 'stale' || fresh.value === 'gone'}
          issue={() => void issue()}
        />
      )}
    </>
  )
}

/** What was entered at this sitting, and the number each got. */
function List({ entered }: { entered: readonly Entered[] }): JSX.Element {
  return (
    <section class="card" aria-live="polite">
      <h2>{say('slips.entered', { n: entered.length })}</h2>
      <ul class="open-list">
        {entered.map((one) => (
          <Issued key={one.entry} {...one} />
        ))}
      </ul>
    </section>
  )
}

function Issued({ slip, entry }: Entered): JSX.Element {
  const [row, set] = useState<EntryJson | undefined>(undefined)
  const settled = row?.issued !== undefined || row?.state === 'held'
  useEffect(() => {
    if (settled) return
    const look = async (): Promise<void> => {
      const answer = await ask<EntryJson>(`/api/v1/entries/${entry}`)
      if (answer.ok) set(answer.value)
    }
    const timer = setInterval(() => void look(), 700)
    void look()
    return () => clearInterval(timer)
  }, [entry, settled])
  const issued = row?.issued
  if (issued)
    return (
      <li>
        <Sign level="ok" size={18} />
        <Go to={`/hoa-don/${issued.form}/${issued.symbol}/${issued.number}`}>
          {say('slips.issued', { slip, number: issued.number })}
        </Go>
        <b>{say('unit.dong', { n: grouped(issued.pay) })}</b>
        <time class="quiet">
          {clockTime(Date.parse(issued.at))} {shownDate(dayOf(Date.parse(issued.at)))}
        </time>
      </li>
    )
  return (
    <li>
      <Sign level={row?.state === 'held' ? 'serious' : 'info'} size={18} />
      {row?.state === 'held' ? (
        <Go to={`/can-xu-ly/${entry}`}>{say('slips.held', { slip })}</Go>
      ) : (
        <span>{say('slips.waiting', { slip })}</span>
      )}
    </li>
  )
}

const blank = (slip: string, time: string): Draft => ({ slip, time, lines: [EMPTY], discount: '0', total: '', payment: 'cash' })

/** What is posted; undefined: something is not there yet. Pure. */
function bodyOf({ slip, time, lines, discount, total, payment }: Draft): object | undefined {
  const whole = lines.every((line) => line.name.trim() !== '' && Number(decimalText(line.quantity)) > 0)
  if (slip === '' || time.length < 16 || !whole || total === '') return undefined
  const sold = lines.map((line) => ({ ...line, name: line.name.trim(), quantity: decimalText(line.quantity) }))
  return { slip, time: time.slice(0, 16), lines: sold, discount: discount || '0', total, payment }
}

/** `CHO-0007` is followed by `CHO-0008`. */
const following = (slip: string): string =>
  slip.replace(/\d{1,15}$/, (digits) => String(BigInt(digits) + 1n).padStart(digits.length, '0'))

/** Invoices of that day with the very same sum: it may be this sale, heard after all. */
async function sameSum(day: string, total: string): Promise<readonly EntryJson[]> {
  const answer = await ask<Page>(`/api/v1/entries?limit=50&day=${day}&q=${total}`)
  return answer.ok ? answer.value.rows.filter(({ issued }) => issued?.pay === total) : []
}
