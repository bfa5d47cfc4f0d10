import { signal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import type { Level } from '../../domain/board.ts'
import { ask } from './api.ts'
import { BuyerStrip } from './buyer-strip.tsx'
import { leave } from './feed.ts'
import { dayOf, shortTime, shownDate, weekday } from './format.ts'
import { Icon, type IconName, Sign } from './shapes.tsx'
import { age, asOf, boxNow, fresh, go, lang, path, role, rolledBack, type Snapshot, say, status, tries } from './state.ts'

/** A link inside the page: real address, no reload. */
export function Go({
  to,
  children,
  onFollow,
  ...rest
}: {
  to: string
  children: ComponentChildren
  onFollow?: () => void
  class?: string
  'aria-current'?: 'page' | undefined
}): JSX.Element {
  const follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    onFollow?.()
    go(to)
  }
  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  )
}

interface Place {
  readonly to: string
  readonly icon: IconName
  readonly key: string
  /** What the box must be able to do. */
  readonly needs?: keyof Snapshot['offers']
  readonly who?: readonly string[]
}
const EVERYBODY = ['owner', 'officer', 'developer']
/** In order of daily use (dashboard 2.1). An officer has no share in the day's takings. */
const NAV: readonly Place[] = [
  { to: '/', icon: 'today', key: 'nav.today', who: ['owner', 'developer'] },
  { to: '/hoa-don', icon: 'invoices', key: 'nav.invoices' },
  { to: '/can-xu-ly', icon: 'inbox', key: 'nav.inbox' },
  { to: '/khach', icon: 'buyer', key: 'nav.buyer', needs: 'buyer', who: ['owner'] },
  { to: '/chot-ngay', icon: 'close', key: 'nav.close', needs: 'days', who: ['owner', 'officer'] },
  { to: '/bao-cao', icon: 'reports', key: 'nav.reports', needs: 'reports' },
  { to: '/quy-dinh', icon: 'rules', key: 'nav.rules', needs: 'rules', who: ['owner', 'officer'] },
]
/** On a phone the first four stand in the bar, the others behind "more". */
const IN_BAR = 4
const unfolded = signal(false)

export async function switchLanguage(): Promise<void> {
  const other = lang.value === 'vi' ? 'en' : 'vi'
  localStorage.setItem('lang', other)
  lang.value = other
}

async function logout(): Promise<void> {
  await ask('/api/v1/logout', {})
  leave()
  role.value = 'nobody'
}

function Rail(): JSX.Element {
  const { queue, shop } = status.value ?? {}
  const open = queue ? queue.held + queue.rejected + queue.parked : 0
  const offers = status.value?.offers
  const pages = NAV.filter(
    ({ needs, who = EVERYBODY }) => who.includes(role.value ?? '') && (needs === undefined || offers?.[needs] === true),
  )
  const here = path.value.split('?')[0] ?? '/'
  const current = (to: string): boolean => (to === '/' ? here === '/' : here.startsWith(to))
  return (
    <nav class={unfolded.value ? 'rail unfolded' : 'rail'} aria-label={say('app.name')}>
      <p class="shop">{shop?.name ?? say('app.name')}</p>
      {pages.map(({ to, icon, key }, i) => (
        <Go
          key={to}
          to={to}
          class={i < IN_BAR ? 'nav' : 'nav nav-more'}
          aria-current={current(to) ? 'page' : undefined}
          onFollow={() => (unfolded.value = false)}
        >
          <Icon name={icon} />
          <span>{say(key)}</span>
          {to === '/can-xu-ly' && open > 0 && <b class="badge">{open}</b>}
        </Go>
      ))}
      <button type="button" class="nav unfold" aria-expanded={unfolded.value} onClick={() => (unfolded.value = !unfolded.value)}>
        <Icon name="more" />
        <span>{say('nav.more')}</span>
      </button>
      <span class="rail-foot">
        <button
          type="button"
          class="nav nav-more"
          onClick={() => void switchLanguage()}
          aria-label={say('app.language')}
          lang={lang.value === 'vi' ? 'en' : 'vi'}
        >
          <Icon name="language" />
          <span>{lang.value === 'vi' ? 'English' : 'Tiếng Việt'}</span>
        </button>
        <button type="button" class="nav nav-more" onClick={() => void logout()}>
          <Icon name="leave" />
          <span>{say('app.logout')}</span>
        </button>
      </span>
    </nav>
  )
}

const GRAVITY: readonly Level[] = ['ok', 'info', 'unknown', 'warning', 'serious', 'critical']

/** The worst of the parts whose name begins so; nothing heard of them: unknown, never green. */
function levelOf({ board }: Snapshot, ...prefixes: string[]): Level {
  const levels = Object.entries(board).flatMap(([part, item]) =>
    prefixes.some((p) => part === p || part.startsWith(`${p}/`)) ? [item.level] : [],
  )
  return levels.sort((a, b) => GRAVITY.indexOf(b) - GRAVITY.indexOf(a))[0] ?? 'unknown'
}

/** Register, box, authority, printer, screen: four kinds of "offline" that are never mixed (dashboard 1, rule 5). */
function Chain({ now }: { now: Snapshot }): JSX.Element {
  const live = fresh.value === 'live'
  const nodes: { key: string; level: Level; end?: boolean }[] = [
    { key: 'chain.register', level: levelOf(now, 'register') },
    { key: 'chain.box', level: levelOf(now, 'ledger', 'clock', 'activation', 'anchor') },
    { key: 'chain.tax', level: levelOf(now, 'upstream', 'courier', 'queue', 'signer'), end: true },
    ...(now.registers.some((r) => r.printer) ? [{ key: 'chain.printer', level: levelOf(now, 'printer'), end: true }] : []),
    { key: 'chain.screen', level: 'ok', end: true },
  ]
  return (
    <ol class="chain" aria-label={say('chain.title')}>
      {nodes.map(({ key, level, end }) => {
        const shown = live ? level : 'unknown'
        return (
          <li key={key} class={`node node-${shown}${end ? ' node-end' : ''}`}>
            <Sign level={shown} size={18} />
            <span>{say(key)}</span>
            {shown === 'ok' ? (
              <span class="unseen">{say('chain.ok')}</span>
            ) : (
              <em>{say(shown === 'unknown' ? 'chain.unknown' : `level.${shown}`)}</em>
            )}
          </li>
        )
      })}
    </ol>
  )
}

interface Top {
  readonly level: Level
  readonly text: string
  readonly more?: ComponentChildren
}

/** One state of the whole shop: the worst of all, in words, with one next step. */
function topOf(now: Snapshot | undefined): Top {
  if (rolledBack.value) return { level: 'critical', text: say('live.rollback') }
  if (!now) return { level: 'unknown', text: tries.value > 0 ? say('live.reconnecting', { n: tries.value }) : say('app.loading') }
  if (fresh.value === 'late')
    return {
      level: 'unknown',
      text: tries.value > 0 ? say('live.reconnecting', { n: tries.value }) : say('today.lost', { time: shortTime(asOf.value) }),
    }
  if (fresh.value !== 'live')
    return {
      level: 'unknown',
      text: say('today.lost', { time: shortTime(asOf.value) }),
      more: <p class="law">{say('live.selling')}</p>,
    }
  const [worst, ...others] = now.alerts.filter((a) => a.level !== 'info')
  if (!worst) return { level: 'ok', text: say('today.calm') }
  const red = worst.level === 'serious' || worst.level === 'critical'
  const law = worst.law
  return {
    level: worst.level,
    text: say(worst.key, worst.values),
    more: (
      <>
        {red && law && (
          <p class="law">
            {say('alert.law', { what: say(`law.${law}.what`), when: say(`law.${law}.when`), article: say(`law.${law}.article`) })}
          </p>
        )}
        <p class="todo">
          {worst.todo && <span>{say(worst.todo, worst.values)}</span>}
          {worst.since && boxNow.value - Date.parse(worst.since) > 60_000 && (
            <span class="quiet"> {say('time.ago', { age: age(boxNow.value - Date.parse(worst.since)) })}</span>
          )}
          {others.length > 0 && (
            <Go to="/can-xu-ly" class="quiet-link">
              {say('today.others', { n: others.length })}
            </Go>
          )}
        </p>
        {mayHurry(worst.part) ? (
          <button type="button" class="act main-act" onClick={() => void ask('/api/v1/queue/send', {})}>
            {say('act.send_now')}
          </button>
        ) : (
          worst.goto &&
          worst.button && (
            <Go to={worst.goto} class="act main-act">
              {say(worst.button)}
            </Go>
          )
        )}
      </>
    ),
  }
}

/** Filing waits and a person may hurry it; the box still asks before it sends again. */
const mayHurry = (part: string): boolean => role.value === 'owner' && /^(queue|upstream|courier)/.test(part)

function TopBlock(): JSX.Element {
  const now = status.value
  const { level, text, more } = topOf(now)
  const day = dayOf(boxNow.value)
  const [y = '', m = '', d = ''] = day.split('-')
  const today = say('date.long', { weekday: say(`date.weekday.${weekday(day)}`), day: d, month: m, year: y })
  return (
    <header class={`top top-${level}`}>
      <div class="state" role={level === 'serious' || level === 'critical' ? 'alert' : 'status'}>
        <Sign level={level} size={40} />
        <p class="headline">
          <b class="word">{say(`level.${level}`)}</b>
          <span>{text}</span>
        </p>
        {more}
      </div>
      <p class="when">
        <span>{today}</span>
        <time>{shortTime(boxNow.value)}</time>
      </p>
      {now && <Chain now={now} />}
    </header>
  )
}

/** Shown on every page: what is wrong, where, and what to press. */
export function Frame({ children }: { children: ComponentChildren }): JSX.Element {
  const state = fresh.value
  return (
    <div class={`frame is-${state}`}>
      <a class="skip" href="#main">
        {say('app.skip')}
      </a>
      <Rail />
      <div class="body">
        <TopBlock />
        <BuyerStrip />
        {status.value?.demo && <p class="demo">{say('app.demo')}</p>}
        {(state === 'stale' || state === 'gone') && (
          <p class="banner" role="alert">
            {say('live.stale', { time: `${shortTime(asOf.value)} ${shownDate(dayOf(asOf.value))}` })}
          </p>
        )}
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  )
}
