import './css/ground.css'
import './css/frame.css'
import './css/today.css'
import './css/pages.css'
import './css/desks.css'
import './css/sizes.css'
import { effect } from '@preact/signals'
import { type JSX, render } from 'preact'
import { ask } from './api.ts'
import { Several } from './batch.tsx'
import { BuyerPage } from './buyer.tsx'
import { Close } from './close.tsx'
import { Correct } from './correct.tsx'
import { EntryPage, InvoicePage } from './entry.tsx'
import { connect, drain, hurry } from './feed.ts'
import { Frame } from './frame.tsx'
import { Inbox } from './inbox.tsx'
import { IncidentsPage } from './incidents.tsx'
import { Invoices } from './invoices.tsx'
import { watchKeys } from './keys.ts'
import { watchScroll } from './live-list.tsx'
import { Login } from './login.tsx'
import { ReportsPage } from './reports.tsx'
import { RulesPage } from './rules.tsx'
import { SlipsPage } from './slips.tsx'
import { beat, dictionary, fresh, lang, path, role, say, status } from './state.ts'
import { Today } from './today.tsx'

function Page(): JSX.Element {
  const [, section, a, b, c] = (path.value.split('?')[0] ?? '/').split('/')
  if (section === 'hoa-don' && a && b && c) return <InvoicePage form={a} symbol={b} number={c} />
  if (section === 'hoa-don') return <Invoices />
  if (section === 'can-xu-ly' && a) return <EntryPage id={a} />
  if (section === 'can-xu-ly') return <Inbox />
  const { offers } = status.value ?? {}
  const owner = role.value === 'owner'
  if (section === 'sua-sai' && a && b && c && owner) return <Correct key={`${a} ${b} ${c}`} form={a} symbol={b} number={c} />
  if (section === 'sua-nhieu' && owner && offers?.several) return <Several />
  if (section === 'phieu-cho' && owner && offers?.slips) return <SlipsPage />
  if (section === 'su-co' && role.value !== 'developer' && offers?.incidents) return <IncidentsPage />
  if (section === 'khach' && owner && offers?.buyer) return <BuyerPage />
  if (section === 'chot-ngay' && role.value !== 'developer' && offers?.days)
    return <Close key={a ?? ''} {...(a ? { day: a } : {})} />
  if (section === 'bao-cao' && offers?.reports) return <ReportsPage />
  if (section === 'quy-dinh' && role.value !== 'developer' && offers?.rules) return <RulesPage />
  return role.value === 'officer' ? <Invoices /> : <Today />
}

function App(): JSX.Element {
  if (Object.keys(dictionary.value).length === 0) return <p class="loading">tillgate</p>
  if (role.value === 'nobody') return <Login />
  return (
    <Frame>
      <Page />
    </Frame>
  )
}

effect(() => {
  const wanted = lang.value
  document.documentElement.lang = wanted
  void ask<Record<string, string>>(`/api/v1/words/${wanted}`).then((answer) => {
    if (answer.ok && lang.value === wanted) dictionary.value = answer.value
  })
})
effect(() => {
  const old = status.value !== undefined && fresh.value !== 'live'
  document.title = `${old ? '▨ ' : ''}${status.value?.shop.name ?? say('app.name')}`
})

addEventListener('popstate', () => (path.value = location.pathname + location.search))
addEventListener('online', () => hurry(true))
document.addEventListener('visibilitychange', () => {
  beat()
  if (document.visibilityState === 'visible') hurry(fresh.value !== 'live')
})
addEventListener('pointerdown', () => hurry(false))
watchKeys()
watchScroll()
let lastDrawn = 0
setInterval(() => {
  if (document.hidden && performance.now() - lastDrawn < 1_000) return
  lastDrawn = performance.now()
  beat()
  drain()
}, 250)

const root = document.getElementById('app')
if (root) render(<App />, root)
const start = async (): Promise<void> => {
  const session = location.pathname === '/dang-nhap' ? undefined : await ask<{ role: 'owner' | 'nobody' }>('/api/v1/session')
  if (!session || (session.ok && session.value.role === 'nobody')) role.value = 'nobody'
  else await connect()
}
void start()
