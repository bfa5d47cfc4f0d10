import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ask, type Trouble } from './api.ts'
import { connect } from './feed.ts'
import { switchLanguage } from './frame.tsx'
import { go, lang, role, say } from './state.ts'

/** Takes the token out of the address at once: it must not stay in the history of a shared browser. */
const token = ((): string => {
  const found = location.hash.slice(1)
  if (found) history.replaceState(null, '', location.pathname + location.search)
  return found
})()
let used = false
type Entered = { readonly role: 'owner' | 'officer' | 'developer' | 'nobody' }

/** A browser that is in already goes on, whatever became of its link. */
async function home(): Promise<boolean> {
  const session = await ask<Entered>('/api/v1/session')
  if (!session.ok || session.value.role === 'nobody') return false
  role.value = session.value.role
  go(session.value.role === 'officer' ? '/hoa-don' : '/', true)
  void connect()
  return true
}

async function enter(): Promise<Trouble | undefined> {
  used = true
  const answer = await ask<Entered>('/api/v1/login', { token })
  return (await home()) || answer.ok ? undefined : answer.trouble
}

/** The link is opened by GET, which changes nothing; the page posts the token of its fragment. */
export function Login(): JSX.Element {
  const [trouble, set] = useState<Trouble | undefined>(undefined)
  const working = token !== '' && !used
  useEffect(() => {
    if (working) void enter().then(set)
    else if (token === '') void home()
  }, [])
  return (
    <main class="login" id="main">
      <section class="card">
        <h1>{say('app.name')}</h1>
        <p class="tagline">{say('app.tagline')}</p>
        {trouble ? (
          <p class="trouble" role="alert">
            {trouble.message || say('err.unsaved')}
            <br />
            {trouble.hint}
          </p>
        ) : (
          <p role="status">{say(working ? 'in.working' : 'in.link')}</p>
        )}
        <p class="quiet">{say('in.used_hint')}</p>
        <button type="button" class="act second" lang={lang.value === 'vi' ? 'en' : 'vi'} onClick={() => void switchLanguage()}>
          {lang.value === 'vi' ? 'English' : 'Tiếng Việt'}
        </button>
      </section>
    </main>
  )
}
