import { ask } from './api.ts'
import { applyFacts, type Fact, type LiveRow } from './facts.ts'
import { hear, role, rolledBack, rows, type Snapshot, status, tries } from './state.ts'

const RETRY = [500, 1_000, 2_000, 4_000, 8_000, 10_000]
const FAR = 2_000
/** A change of page code: wait until nobody touches it. */
const CODES = { restart: 1012, over: 4401, role: 4403, ahead: 4409 }

let last = -1
let store = ''
let pending: Fact[] = []
let socket: WebSocket | undefined
let timer: ReturnType<typeof setTimeout> | undefined

interface Said {
  readonly n?: number
  readonly fact?: Fact
  readonly board?: Snapshot
}
interface EntryJson extends Omit<LiveRow, 'form' | 'symbol' | 'number' | 'pay'> {
  readonly issued?: Pick<LiveRow, 'form' | 'symbol' | 'number' | 'pay'>
}

/** Snapshot first, then every fact after it: none missed, none doubled (dashboard 5.2). */
export async function connect(): Promise<void> {
  clearTimeout(timer)
  const first = await ask<Snapshot>('/api/v1/status')
  if (role.value === 'nobody') return
  if (!first.ok) return again()
  const fact = first.value.fact
  const same = store === first.value.store
  if (same && fact < last) rolledBack.value = true
  if (!same || fact < last || fact - last > FAR || rows.value.length === 0) {
    const list = await ask<{ rows: EntryJson[] }>('/api/v1/entries?limit=100')
    if (!list.ok) return again()
    rows.value = list.value.rows.map(({ issued, ...row }) => ({ ...row, ...issued }))
    last = fact
    store = first.value.store
  }
  role.value = first.value.role
  status.value = first.value
  open()
}

function open(): void {
  const mine = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/live`)
  socket = mine
  mine.onopen = () => mine.send(JSON.stringify({ after: last }))
  mine.onmessage = ({ data }) => {
    const said = JSON.parse(String(data)) as Said
    tries.value = 0
    if (said.board) {
      hear(said.board.at)
      status.value = said.board
    }
    if (said.n === undefined || !said.fact) return
    hear()
    // A hole: what we show would be wrong without saying so. Start anew from a snapshot.
    if (said.n !== last + 1) {
      store = ''
      return mine.close()
    }
    last = said.n
    pending.push(said.fact)
  }
  mine.onclose = ({ code }) => {
    if (socket !== mine) return
    socket = undefined
    if (code === CODES.over) role.value = 'nobody'
    else if (code === CODES.role) location.reload()
    else if (code === CODES.restart) again(1_000)
    else again()
  }
}

function again(wait = RETRY[Math.min(tries.value, RETRY.length - 1)] ?? 10_000): void {
  tries.value++
  clearTimeout(timer)
  timer = setTimeout(() => void connect(), wait * (0.7 + Math.random() * 0.6))
}

/** One commit per quarter second, so that a burst of sales costs four drawings a second and not a thousand. */
export function drain(): void {
  if (pending.length === 0) return
  const facts = pending
  pending = []
  rows.value = applyFacts(rows.value, facts)
}

/** The network or the person is back: do not wait for the next try. An open but silent socket is given up. */
export function hurry(silent: boolean): void {
  if (silent && socket) socket.close()
  if (!socket && role.value !== 'nobody') void connect()
}

export function leave(): void {
  const closing = socket
  socket = undefined
  closing?.close()
  clearTimeout(timer)
  last = -1
  store = ''
  rows.value = []
  status.value = undefined
}
