import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { BalanceJson } from '../routes-day.ts'
import { ask, type Trouble } from './api.ts'
import { Field, Refusal } from './fields.tsx'
import { clockTime, dayBefore, dayOf, grouped, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { useAnswer } from './load.ts'
import { Sign } from './shapes.tsx'
import { boxNow, fresh, go, role, say, status } from './state.ts'

type Register = BalanceJson['registers'][number]
type Row = Register['rows'][number]
const shown = (amount: string | undefined): string =>
  amount === undefined ? '–' : amount.startsWith('-') ? `−${grouped(amount.slice(1))}` : grouped(amount)
/** A register that sold and whose own report was not heard differs by all it sold; what is not taken yet wants a word at any sum. */
const differs = ({ what, difference, issued }: Row): boolean =>
  what === 'authority' || (difference === undefined ? what === 'total' && issued !== '0' : difference !== '0')
const keyOf = (register: string, what: string): string => `${register} ${what}`

/** `rate:8%` and `tender:cash` in the shop's words. */
function nameOf(what: string): string {
  const [kind = '', value = ''] = what.split(':')
  if (kind === 'total') return say('close.total')
  if (kind === 'authority') return say('close.authority')
  const key = kind === 'rate' ? `rate.${value.replace('%', '')}` : `close.tender.${value}`
  const said = say(key)
  return said === key ? value : said
}

/** What the tills say against what was issued (R-084): the page searches the cause, a person explains the rest. */
export function Close({ day = dayOf(boxNow.value) }: { day?: string }): JSX.Element {
  const [version, again] = useState(0)
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({})
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined)
  const answer = useAnswer<BalanceJson>(`/api/v1/days/${day}/balance`, version)
  const today = dayOf(boxNow.value)
  const head = (
    <header class="page-head">
      <h1>{say('close.title', { date: shownDate(day) })}</h1>
      <span class="day-pick">
        <button
          type="button"
          class="act second"
          aria-label={say('close.before')}
          onClick={() => go(`/chot-ngay/${dayBefore(day, 1)}`)}
        >
          ‹
        </button>
        <input
          type="date"
          aria-label={say('rep.day')}
          max={today}
          value={day}
          onChange={(e) => e.currentTarget.value && go(`/chot-ngay/${e.currentTarget.value}`)}
        />
        <button
          type="button"
          class="act second"
          aria-label={say('close.after')}
          disabled={day >= today}
          onClick={() => go(`/chot-ngay/${dayBefore(day, -1)}`)}
        >
          ›
        </button>
      </span>
    </header>
  )
  if (!answer) return head
  if (!answer.ok)
    return (
      <>
        {head}
        <Refusal trouble={answer.trouble} />
      </>
    )
  const { registers, open, asides, closed, again: before } = answer.value
  const lacking = registers.flatMap(({ register, rows }) =>
    rows.filter(differs).filter(({ what }) => !reasons[keyOf(register, what)]?.trim()),
  )
  const close = async (event: Event): Promise<void> => {
    event.preventDefault()
    const given = registers.flatMap(({ register, rows }) =>
      rows.filter(differs).map(({ what }) => ({ register, what, why: reasons[keyOf(register, what)]?.trim() ?? '' })),
    )
    const done = await ask(`/api/v1/days/${day}/close`, { reasons: given })
    setTrouble(done.ok ? undefined : done.trouble)
    if (done.ok) again(version + 1)
  }
  return (
    <>
      {head}
      {closed && (
        <section class="card armed" role="status">
          <Sign level="ok" size={28} />
          <div>
            <p>
              <b>{say('close.closed', { date: shownDate(day) })}</b>
            </p>
            {closed.differences.map((d) => (
              <p key={`${d.register} ${d.what}`} class="quiet">
                {d.register} · {nameOf(d.what)} {shown(d.amount)}: {d.why}
              </p>
            ))}
          </div>
        </section>
      )}
      {before && (
        <p class="card st st-warning">
          <Sign level="warning" size={18} /> {say('close.again', { time: clockTime(Date.parse(before)).slice(0, 5) })}
        </p>
      )}
      {registers.length === 0 && <p class="card empty">{say('close.none')}</p>}
      <form onSubmit={(event) => void close(event)}>
        {registers.map((register) => (
          <Balance
            key={register.register}
            of={register}
            reasons={reasons}
            set={(what, why) => setReasons({ ...reasons, [keyOf(register.register, what)]: why })}
            asking={!closed && role.value === 'owner'}
          />
        ))}
        {role.value === 'owner' && !closed && status.value?.offers.slips && (
          <p class="acts">
            <Go to="/phieu-cho" class="act second">
              {say('slips.open')}
            </Go>
          </p>
        )}
        {asides.length > 0 && (
          <p class="quiet noise">
            {say('close.slips')} {asides.map(({ why, count }) => `${say(`aside.${why}`)} ${count}`).join(' · ')}
          </p>
        )}
        {open.length > 0 && (
          <section class="card">
            <h2>{say('close.blocked', { n: open.length })}</h2>
            <ul class="open-list">
              {open.slice(0, 12).map(({ entry, pay }) => (
                <li key={entry}>
                  <Sign level="serious" size={18} />
                  <Go to={`/can-xu-ly/${entry}`}>{entry}</Go>
                  {pay !== undefined && <b>{say('unit.dong', { n: grouped(pay) })}</b>}
                </li>
              ))}
            </ul>
          </section>
        )}
        <Refusal trouble={trouble} />
        {role.value === 'owner' && !closed && registers.length > 0 && (
          <p class="acts">
            <button type="submit" class="act main" disabled={open.length > 0 || lacking.length > 0 || fresh.value !== 'live'}>
              {say('close.seal')}
            </button>
            <span class="quiet">
              {say(lacking.length > 0 ? 'close.explain_first' : 'ask.close_day', { date: shownDate(day) })}
            </span>
          </p>
        )}
      </form>
    </>
  )
}

function Balance({
  of,
  reasons,
  set,
  asking,
}: {
  of: Register
  reasons: Readonly<Record<string, string>>
  set: (what: string, why: string) => void
  asking: boolean
}): JSX.Element {
  const { register, closing, rows, slips, numbers } = of
  return (
    <section class="card balance" aria-labelledby={`of-${register}`}>
      <h2 id={`of-${register}`}>
        {say('list.register', { register })} ·{' '}
        {closing ? (
          <>
            {say('close.z')} {clockTime(Date.parse(closing.at)).slice(0, 5)}
          </>
        ) : (
          <span class="st st-warning">
            <Sign level="warning" size={18} /> {say('close.z.missing', { register })}
          </span>
        )}
      </h2>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th>
                <span class="unseen">{say('inv.rate')}</span>
              </th>
              <th class="end">{say('close.register_total')}</th>
              <th class="end">{say('close.invoice_total')}</th>
              <th class="end">{say('close.accepted_total')}</th>
              <th class="end">{say('close.diff')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.what} class={row.what === 'total' ? 'sum' : ''}>
                <th scope="row">{nameOf(row.what)}</th>
                <td class="end">{shown(row.till)}</td>
                <td class="end">{shown(row.issued)}</td>
                <td class="end">{shown(row.accepted)}</td>
                <td class="end">
                  <span class={differs(row) ? 'st st-serious' : 'st'}>
                    {shown(row.difference)}
                    {(row.difference !== undefined || differs(row)) && <Sign level={differs(row) ? 'serious' : 'ok'} size={16} />}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows
        .filter((row) => differs(row) || row.cause)
        .map((row) => (
          <div key={row.what} class="difference">
            {row.cause && (
              <p>
                <b>{nameOf(row.what)}</b>:{' '}
                {say(`close.cause.${row.cause.code.replace('-', '_')}`, { entry: row.cause.entry ?? '' })}{' '}
                {row.cause.entry && (
                  <Go to={`/can-xu-ly/${row.cause.entry}`} class="act second">
                    {say('act.open_receipt')}
                  </Go>
                )}
              </p>
            )}
            {asking && differs(row) && (
              <Field
                id={`why-${register}-${row.what}`}
                label={`${say('close.explain')}: ${nameOf(row.what)} ${row.difference === undefined ? '' : shown(row.difference)}`}
                value={reasons[keyOf(register, row.what)] ?? ''}
                set={(why) => set(row.what, why)}
              />
            )}
          </div>
        ))}
      {slips && <Slips {...slips} />}
      {numbers.map((run) => (
        <p key={run.symbol} class={run.missing > 0 ? 'st st-serious' : 'quiet'}>
          {run.missing > 0 && <Sign level="serious" size={16} />}
          {run.form}
          {run.symbol}:{' '}
          {say(run.missing > 0 ? 'close.numbers.missing' : 'close.numbers', { first: run.first, last: run.last, n: run.missing })}
        </p>
      ))}
    </section>
  )
}

/** Slips of a dead gateway stand in the day they were invoiced on; the sales of them may be of another (R-051). */
function Slips({ issued, earlier, later }: NonNullable<Register['slips']>): JSX.Element {
  const line = (key: string, { count, pay }: typeof issued): string | undefined =>
    count === 0 ? undefined : say(key, { n: count, sum: shown(pay) })
  return (
    <p class="quiet">
      {[line('close.offline', issued), line('close.offline.earlier', earlier), line('close.offline.later', later)]
        .filter(Boolean)
        .join(' ')}
    </p>
  )
}
