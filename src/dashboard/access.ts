import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../domain/clock.ts'
import type { Role, Session, SessionStore } from './parts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const LINK_MS = 10 * MINUTE
/** Longest idle time and longest life. The owner's screen hangs beside the till for weeks; an officer's visit ends (A5). */
const LIMITS: Readonly<Record<Role, { readonly idle: number; readonly life: number }>> = {
  owner: { idle: 7 * 24 * HOUR, life: 30 * 24 * HOUR },
  officer: { idle: 20 * MINUTE, life: HOUR },
  developer: { idle: 12 * HOUR, life: 24 * HOUR },
}
/** Facts name people by pseudonym only (audit-pack 1.3). */
const WHO: Readonly<Record<Role, string>> = { owner: 'P01', officer: 'P02', developer: 'P03' }
const MOST = 64

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
const secret = (): string => randomBytes(16).toString('base64url')

export interface Access {
  load(): Promise<void>
  /** A one-time token for the fragment of a link. */
  mint(role: Role): string
  /** Exchanges a token for a session; undefined when it is wrong, used or too old. */
  enter(token: string): Promise<{ readonly cookie: string; readonly session: Session } | undefined>
  /** Whose cookie this is, while the session lasts. */
  session(cookie: string | undefined): Session | undefined
  alive(id: string): boolean
  leave(id: string): Promise<void>
  /** Called when sessions end by logout; sockets must follow within 5 s (W3). */
  onLeave(listener: (id: string) => void): void
}

export function access(clock: Clock, store?: SessionStore): Access {
  const links = new Map<string, { readonly role: Role; readonly until: number }>()
  const sessions = new Map<string, Session>()
  const listeners: ((id: string) => void)[] = []
  const save = async (): Promise<void> => store?.save([...sessions.values()])

  const over = ({ role, opened, seen }: Session): boolean => {
    const now = clock.now()
    return now - seen > LIMITS[role].idle || now - opened > LIMITS[role].life
  }
  const current = (id: string): Session | undefined => {
    const session = sessions.get(id)
    if (session && over(session)) sessions.delete(id)
    return sessions.get(id)
  }
  /** The oldest give way, so that minting and entering cannot fill the memory. */
  const trim = (map: Map<string, unknown>): void => {
    for (const key of map.keys()) if (map.size > MOST) map.delete(key)
  }

  return {
    async load() {
      for (const session of (await store?.load()) ?? []) if (!over(session)) sessions.set(session.id, session)
    },
    mint(role) {
      const token = secret()
      links.set(hashOf(token), { role, until: clock.up() + LINK_MS })
      trim(links)
      return token
    },
    async enter(token) {
      const id = hashOf(token)
      const link = links.get(id)
      links.delete(id)
      if (!link || clock.up() > link.until) return undefined
      const cookie = secret()
      const now = clock.now()
      const session: Session = { id: hashOf(cookie), role: link.role, who: WHO[link.role], opened: now, seen: now }
      sessions.set(session.id, session)
      trim(sessions)
      await save()
      return { cookie, session }
    },
    session(cookie) {
      const session = cookie === undefined ? undefined : current(hashOf(cookie))
      if (session) sessions.set(session.id, { ...session, seen: clock.now() })
      return session
    },
    alive: (id) => current(id) !== undefined,
    async leave(id) {
      sessions.delete(id)
      for (const listener of listeners) listener(id)
      await save()
    },
    onLeave: (listener) => void listeners.push(listener),
  }
}
