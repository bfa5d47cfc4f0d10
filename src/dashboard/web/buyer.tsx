import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ask, type Trouble } from './api.ts'
import { type BuyerDraft, Doubt } from './buyer-fields.tsx'
import { BUYER } from './chain.tsx'
import { Field, Refusal } from './fields.tsx'
import { clockTime, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { useAnswer } from './load.ts'
import { Sign } from './shapes.tsx'
import { age, boxNow, fresh, rows, say, status } from './state.ts'

interface Waiting {
  readonly armed?: { readonly buyer: BuyerDraft; readonly since: string; readonly until: string; readonly guest: boolean }
  readonly taken?: {
    readonly entry: string
    readonly at: string
    readonly form?: number
    readonly symbol?: string
    readonly number?: number
  }
}
interface Kind {
  readonly field: string
  readonly tab: string
  readonly max: number
  /** What else this buyer usually gives. */
  readonly more: readonly string[]
  readonly letters?: true
}
const KINDS: readonly Kind[] = [
  { field: 'taxCode', tab: 'buyer.taxcode', max: 14, more: ['name', 'address'] },
  { field: 'personalId', tab: 'buyer.kind.id', max: 12, more: ['name', 'address'] },
  { field: 'phone', tab: 'buyer.phone', max: 20, more: ['name'] },
  { field: 'passport', tab: 'buyer.kind.passport', max: 20, more: ['name'], letters: true },
  { field: 'budgetCode', tab: 'buyer.kind.budget', max: 7, more: ['name', 'address'] },
]

/** Who buys next (dashboard 3.6): used once by the next sale of that register, forgotten after ten minutes. */
export function BuyerPage(): JSX.Element {
  const registers = status.value?.registers ?? []
  const [register, setRegister] = useState(registers[0]?.id ?? '')
  const [kind, setKind] = useState<Kind | undefined>(KINDS[0])
  const [buyer, setBuyer] = useState<BuyerDraft>({})
  const [version, again] = useState(0)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const armed = status.value?.armed.find((one) => one.register === register)
  // A sale that took him shows itself on the feed: then ask which it was.
  const answer = useAnswer<Waiting>(
    `/api/v1/registers/${register}/buyer`,
    version * 1000 + (armed ? 1 : 0) + rows.value.length * 2,
  )
  const waiting = answer?.ok ? answer.value : undefined
  const old = fresh.value === 'stale' || fresh.value === 'gone'
  if (!kind) return <p class="empty">{say('app.loading')}</p>
  const value = buyer[kind.field] ?? ''
  const set = (field: string, text: string): void => setBuyer({ ...buyer, [field]: text })
  const arm = async (event: Event): Promise<void> => {
    event.preventDefault()
    const body = Object.fromEntries(Object.entries(buyer).flatMap(([k, text]) => (text.trim() ? [[k, text.trim()]] : [])))
    const done = await ask(`/api/v1/registers/${register}/buyer`, body)
    setTrouble(done.ok ? undefined : done.trouble)
    if (!done.ok) return
    setBuyer({})
    again(version + 1)
  }
  const drop = async (): Promise<void> => {
    await ask(`/api/v1/registers/${register}/buyer`, {}, { method: 'DELETE' })
    again(version + 1)
  }
  return (
    <>
      <header class="page-head">
        <h1>{say('buyer.title')}</h1>
        {registers.length > 1 && (
          <select
            class="short"
            aria-label={say('chain.register')}
            value={register}
            onChange={(e) => setRegister(e.currentTarget.value)}
          >
            {registers.map(({ id }) => (
              <option key={id} value={id}>
                {say('list.register', { register: id })}
              </option>
            ))}
          </select>
        )}
        <span class="quiet">{say('buyer.for', { register, minutes: 10 })}</span>
      </header>
      {waiting?.armed ? (
        <section class="card armed" role="status">
          <Sign level="warning" size={30} />
          <div>
            <p>
              <b>{say('buyer.armed', { register })}</b>
            </p>
            <p>
              {Object.entries(waiting.armed.buyer)
                .map(([k, text]) => `${say(BUYER[k] ?? k)}: ${text}`)
                .join(' · ')}
            </p>
            <p class="quiet">
              {say('buyer.left', { age: age(Date.parse(waiting.armed.until) - boxNow.value) })}
              {waiting.armed.guest && ` · ${say('buyer.guest')}`}
            </p>
          </div>
          <button type="button" class="act second" onClick={() => void drop()}>
            {say('buyer.drop')}
          </button>
        </section>
      ) : (
        waiting?.taken?.number !== undefined && (
          <p class="card armed" role="status">
            <Sign level="ok" size={26} />
            <Go to={`/hoa-don/${waiting.taken.form}/${waiting.taken.symbol}/${waiting.taken.number}`}>
              {say('buyer.used', { number: waiting.taken.number })}
            </Go>
            <time class="quiet">{clockTime(Date.parse(waiting.taken.at))}</time>
          </p>
        )
      )}
      {status.value?.offers.guest && <Telephone key={register} register={register} />}
      <form class="card buyer" onSubmit={(event) => void arm(event)}>
        <div class="tabs" role="tablist" aria-label={say('buyer.title')}>
          {KINDS.map((one) => (
            <button
              key={one.field}
              type="button"
              role="tab"
              aria-selected={one === kind}
              class="chip"
              onClick={() => {
                setKind(one)
                setBuyer({})
              }}
            >
              {say(one.tab)}
            </button>
          ))}
        </div>
        <div class="buyer-sheet">
          <div>
            <Field
              id="buyer-number"
              label={say(kind.tab)}
              mode={kind.letters ? 'text' : 'numeric'}
              max={kind.max}
              value={value}
              set={(text) => set(kind.field, text)}
              hint={<Doubt buyer={buyer} field={kind.field} />}
            />
            <p class="readback" aria-live="polite">
              {value.length > 3 && !kind.letters && say('buyer.readback', { text: spoken(value) })}
            </p>
            {kind.field === 'taxCode' && (
              <Before
                code={value.trim()}
                take={(known) => {
                  setBuyer({ ...buyer, ...known })
                  // Enter then saves him.
                  document.getElementById('buyer-name')?.focus()
                }}
              />
            )}
            {kind.more.map((field) => (
              <Field
                key={field}
                id={`buyer-${field}`}
                label={say(BUYER[field] ?? field)}
                max={400}
                value={buyer[field] ?? ''}
                set={(text) => set(field, text)}
              />
            ))}
          </div>
          {!kind.letters && (
            <fieldset class="pad" aria-label={say('buyer.pad')}>
              {['1', '2', '3', '4', '5', '6', '7', '8', '9', '-', '0', '⌫'].map((key) => (
                <button
                  key={key}
                  type="button"
                  aria-label={key === '⌫' ? say('buyer.back') : key}
                  onClick={() => set(kind.field, key === '⌫' ? value.slice(0, -1) : `${value}${key}`.slice(0, kind.max))}
                >
                  {key}
                </button>
              ))}
            </fieldset>
          )}
        </div>
        <Refusal trouble={trouble} />
        <p class="acts">
          <button type="submit" class="act" disabled={old || Object.values(buyer).every((text) => text.trim() === '')}>
            {say('buyer.arm')}
          </button>
          <Go to="/hoa-don" class="quiet-act link">
            {say('buyer.late')}
          </Go>
        </p>
        <p class="quiet">
          {say('buyer.privacy')} {say('buyer.cash5m')}
        </p>
      </form>
    </>
  )
}

interface Known {
  readonly on?: string
  readonly name?: string
  readonly address?: string
}

/** A company that came before: its name and address are offered, not filled in. */
function Before({ code, take }: { code: string; take: (known: BuyerDraft) => void }): JSX.Element | null {
  const [known, set] = useState<(Known & { readonly code: string }) | undefined>(undefined)
  useEffect(() => {
    if (!/^\d{10}(-\d{3})?$/.test(code)) return
    let here = true
    void ask<Known>('/api/v1/buyers/find', { taxCode: code }).then((answer) => {
      if (here && answer.ok) set({ ...answer.value, code })
    })
    return () => {
      here = false
    }
  }, [code])
  if (known?.on === undefined || known.code !== code) return null
  const { name, address } = known
  return (
    <p class="known-buyer" role="status">
      <span>
        {[name, address].filter(Boolean).join(', ')}{' '}
        <small class="quiet">{say('buyer.used_before', { date: shownDate(known.on) })}</small>
      </span>
      <button
        type="button"
        class="act second"
        onClick={() => take({ ...(name ? { name } : {}), ...(address ? { address } : {}) })}
      >
        {say('buyer.use')}
      </button>
    </p>
  )
}

/** A QR for the counter: the buyer types his own data on his own telephone. */
function Telephone({ register }: { register: string }): JSX.Element {
  const [qr, set] = useState<{ readonly size: number; readonly path: string } | undefined>(undefined)
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const show = async (): Promise<void> => {
    const answer = await ask<{ qr: { size: number; path: string } }>(`/api/v1/registers/${register}/buyer/link`, {})
    setTrouble(answer.ok ? undefined : answer.trouble)
    if (answer.ok) set(answer.value.qr)
  }
  return (
    <section class="card armed">
      <button type="button" class="act second" onClick={() => void show()}>
        {say('guest.show')}
      </button>
      {qr && (
        <>
          <svg class="guest-qr" viewBox={`-2 -2 ${qr.size + 4} ${qr.size + 4}`} role="img" aria-label="QR">
            <path d={qr.path} />
          </svg>
          <p>{say('guest.scan')}</p>
        </>
      )}
      <Refusal trouble={trouble} />
    </section>
  )
}

/** Groups of three as people read numbers aloud: digit by digit, in words. */
const spoken = (text: string): string =>
  (text.match(/.{1,3}/g) ?? [])
    .map((group) => [...group].map((digit) => (/\d/.test(digit) ? say(`digit.${digit}`) : digit)).join(' '))
    .join(', ')
