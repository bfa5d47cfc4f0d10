import { lang, role } from './state.ts'

export interface Trouble {
  readonly code: string
  readonly message: string
  readonly hint: string
}
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly trouble: Trouble }

interface More {
  readonly method?: 'POST' | 'PUT' | 'DELETE'
  /** The same order twice under one name is one. */
  readonly name?: string
}

/** One request to the box. 0 as status: no answer came. A session that is over leads to the login. */
export async function ask<T>(url: string, body?: object, { method = 'POST', name }: More = {}): Promise<Answer<T>> {
  try {
    const headers: Record<string, string> = { accept: 'application/json', 'accept-language': lang.value }
    if (name !== undefined) headers['idempotency-key'] = name
    const answer = body
      ? await fetch(url, { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) })
      : await fetch(url, { headers })
    const value: unknown = await answer.json()
    if (answer.ok) return { ok: true, value: value as T }
    if (answer.status === 401) role.value = 'nobody'
    return { ok: false, status: answer.status, trouble: value as Trouble }
  } catch {
    // No network to the box: the stale rule of the page says so to the person.
    return { ok: false, status: 0, trouble: { code: 'NO_ANSWER', message: '', hint: '' } }
  }
}
