import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Refusal } from './fields.tsx'
import { clockTime, dayOf, grouped, shownDate } from './format.ts'
import { Go } from './frame.tsx'
import { useAnswer } from './load.ts'
import { Days, Gauge } from './report-chart.tsx'
import { boxNow, lang, path, role, say, status } from './state.ts'

export type Cells = Readonly<Record<string, string | number | boolean | undefined>>
export interface ReportTable {
  readonly key: string
  readonly name: string
  readonly columns: readonly { readonly key: string; readonly title: string; readonly kind: string }[]
  readonly rows: readonly Cells[]
}
export interface ReportJson {
  readonly title: string
  readonly head: readonly { readonly label: string; readonly text: string }[]
  readonly tables: readonly ReportTable[]
}
type Span = 'day' | 'month' | 'quarter'

/** What an owner opens most comes first; books are of the households, the VAT table of the others (R-096, R-097). */
const NAMES = [
  'z',
  'balance',
  'vat',
  'books',
  'revenue',
  'items',
  'corrections',
  'amended',
  'gaps',
  'queue',
  'buyers',
  'list',
  'exchanges',
] as const
const BOOKS = ['s1a', 's2a', 's2b'] as const
/** Reports that name buyers: in plain only where the owner asks for it (R-106). */
const NAMED: ReadonlySet<string> = new Set(['amended', 'buyers', 'list'])
/** Rows drawn on the screen; the file has all. */
const DRAWN = 400

function periodOf(span: Span, day: string): string {
  if (span === 'day') return `day=${day}`
  if (span === 'month') return `month=${day.slice(0, 7)}`
  return `quarter=${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`
}

/** Reports and books (dashboard 3.8): the screen and the files are made by the same hand, so they show the same. */
export function ReportsPage(): JSX.Element {
  const form = status.value?.shop.form
  const names = NAMES.filter((name) => (name === 'vat' ? form === 1 : name === 'books' ? form === 2 : true))
  const asked = new URLSearchParams(path.value.split('?')[1] ?? '')
  const [name, setName] = useState(names.find((one) => one === asked.get('name')) ?? 'revenue')
  const [span, setSpan] = useState<Span>('month')
  const [day, setDay] = useState(
    /^\d{4}-\d{2}$/.test(asked.get('month') ?? '') ? `${asked.get('month')}-01` : dayOf(boxNow.value),
  )
  const [book, setBook] = useState<(typeof BOOKS)[number]>('s2a')
  const [register, setRegister] = useState('')
  const [plain, setPlain] = useState(false)
  const named = NAMED.has(name) && role.value === 'owner'
  const query = `${periodOf(span, day)}${named && plain ? '&masked=0' : ''}${register ? `&register=${register}` : ''}${name === 'books' ? `&book=${book}` : ''}`
  const url = `/api/v1/reports/${name}`
  const answer = useAnswer<ReportJson>(`${url}?${query}`)
  const month = day.slice(0, 7)
  return (
    <>
      <header class="page-head">
        <h1>{say('rep.title')}</h1>
        <span class="pick">
          <select aria-label={say('rep.period')} value={span} onChange={(e) => setSpan(e.currentTarget.value as Span)}>
            {(['day', 'month', 'quarter'] as const).map((one) => (
              <option key={one} value={one}>
                {say(`rep.${one}`)}
              </option>
            ))}
          </select>
          <input
            type={span === 'day' ? 'date' : 'month'}
            aria-label={say(`rep.${span}`)}
            max={span === 'day' ? dayOf(boxNow.value) : dayOf(boxNow.value).slice(0, 7)}
            value={span === 'day' ? day : month}
            onChange={(e) => e.currentTarget.value && setDay(`${e.currentTarget.value}-01`.slice(0, 10))}
          />
          {(status.value?.registers.length ?? 0) > 1 && (
            <select aria-label={say('chain.register')} value={register} onChange={(e) => setRegister(e.currentTarget.value)}>
              <option value="">{say('report.all-registers')}</option>
              {status.value?.registers.map(({ id }) => (
                <option key={id} value={id}>
                  {say('list.register', { register: id })}
                </option>
              ))}
            </select>
          )}
        </span>
      </header>
      <fieldset class="chips" aria-label={say('rep.title')}>
        {names.map((one) => (
          <button key={one} type="button" class="chip" aria-pressed={one === name} onClick={() => setName(one)}>
            {say(`rep.tab.${one}`)}
          </button>
        ))}
      </fieldset>
      {name === 'books' && (
        <fieldset class="chips" aria-label={say('report.books')}>
          {BOOKS.map((one) => (
            <button key={one} type="button" class="chip" aria-pressed={one === book} onClick={() => setBook(one)}>
              {say(`report.table.book-${one}`)}
            </button>
          ))}
        </fieldset>
      )}
      <section class="card report" aria-live="polite">
        {!answer && <p class="empty">{say('app.loading')}</p>}
        {answer && !answer.ok && <Refusal trouble={answer.trouble} />}
        {answer?.ok && <Sheet report={answer.value} />}
        {name === 'amended' && (
          <p class="signatures">
            <span>{say('report.head.seller')}</span>
            <span>{say('inv.buyer')}</span>
          </p>
        )}
        <p class="acts">
          {(['xlsx', 'csv'] as const).map((format) => (
            <a key={format} class="act second" href={`${url}.${format}?${query}`} download hrefLang={lang.value}>
              {say(`act.download_${format}`)}
            </a>
          ))}
          {named && (
            <button type="button" class="act second" aria-pressed={plain} onClick={() => setPlain(!plain)}>
              {say(plain ? 'rep.mask' : 'rep.unmask')}
            </button>
          )}
          <button type="button" class="act second" onClick={() => print()}>
            {say('act.print')}
          </button>
          {name === 'exchanges' && role.value !== 'developer' && status.value?.offers.incidents && (
            <Go to="/su-co" class="act second">
              {say('incident.open')}
            </Go>
          )}
        </p>
      </section>
      <section class="card pack">
        <h2>{say('rep.accountant')}</h2>
        <p class="quiet">{say('rep.pack', { month: `${month.slice(5)}/${month.slice(0, 4)}` })}</p>
        <p class="acts">
          <a class="act" href={`/api/v1/reports/month-pack.zip?month=${month}&masked=1`} download>
            {say('rep.pack.masked')}
          </a>
          {role.value === 'owner' && (
            <a class="act second" href={`/api/v1/reports/month-pack.zip?month=${month}&masked=0`} download>
              {say('rep.pack.plain')}
            </a>
          )}
        </p>
      </section>
    </>
  )
}

function Sheet({ report }: { report: ReportJson }): JSX.Element {
  const days = report.tables.find(({ key }) => key === 'days')
  const limits = report.tables.find(({ key }) => key === 'thresholds')
  return (
    <>
      <h2>{report.title}</h2>
      {report.head.length > 0 && (
        <dl class="report-head">
          {report.head.map(({ label, text }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {limits && status.value?.shop.form === 2 && <Gauge rows={limits.rows} />}
      {days && <Days rows={days.rows} />}
      {report.tables
        .filter(({ key, rows }) => rows.length > 0 && key !== 'thresholds')
        .map((table) => (
          <Table key={`${table.key} ${table.name}`} table={table} />
        ))}
      {report.tables.every(({ rows }) => rows.length === 0) && <p class="empty">{say('rep.nothing')}</p>}
    </>
  )
}

function Table({ table }: { table: ReportTable }): JSX.Element {
  const { columns, rows, name } = table
  const end = (kind: string): string => (kind === 'money' || kind === 'count' ? 'end' : '')
  return (
    <section class="report-table">
      <h3>{name}</h3>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              {columns.map(({ key, title, kind }) => (
                <th key={key} class={end(kind)}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, DRAWN).map((row, i) => (
              <tr key={i} class={row['strong'] ? 'sum' : ''}>
                {columns.map(({ key, kind }) => (
                  <td key={key} class={end(kind)}>
                    {cell(row[key], kind)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > DRAWN && <p class="quiet">{say('rep.more', { n: rows.length - DRAWN })}</p>}
    </section>
  )
}

function cell(value: Cells[string], kind: string): string {
  if (value === undefined) return ''
  const text = String(value)
  if (kind === 'money') return text.startsWith('-') ? `−${grouped(text.slice(1))}` : grouped(text)
  if (kind === 'day') return shownDate(text)
  if (kind === 'time') return `${clockTime(Date.parse(text))} ${shownDate(dayOf(Date.parse(text)))}`
  return text
}
