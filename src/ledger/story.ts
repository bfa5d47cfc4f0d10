import { type CivilDate, civilDate, type Instant, readTime } from '../domain/time.ts'
import type { JsonObject } from './canonical.ts'
import { NOTHING, plus, readRates, readSum, type Sum, type SumText, sumText } from './sums.ts'
import { grow, type Peaks } from './tree.ts'

/** What all facts so far add up to: enough to write the next one and to close the day. Never trusted over the facts. */
export interface Story {
  readonly peaks: Peaks
  /** Hash of the newest fact, 32 bytes; zeros before the first. */
  prev: Uint8Array
  /** Number of the present or last start. */
  run: number
  origin: string
  /** Whether the last run ended by itself. */
  stopped: boolean
  lastAt: Instant
  /** The civil day that is open, undefined before the first fact; its first fact; the `at` of the closing before it. */
  day: CivilDate | undefined
  dayFirst: number
  dayFrom: CivilDate | undefined
  readonly registers: Map<string, RegisterStory>
  readonly series: Map<string, SeriesStory>
  readonly incidents: Set<string>
  readonly incidentsToday: Set<string>
  /** Why this chain was opened, `new` or not; and what the one before had used up, where an anchor knew it. */
  reason: string
  spent: Readonly<Record<string, number>> | undefined
}

export interface RegisterStory {
  /** Running count of its entries. */
  sequence: number
  today?: RegisterDay
}
export interface RegisterDay {
  frames: number
  held: number
  aside: [why: string, count: number, total: string][]
  z?: { count?: number; pay?: string }
}

export interface SeriesStory {
  readonly form: number
  readonly symbol: string
  register: string
  /** The number the next invoice takes. */
  next: number
  /** Issue time of the last one. */
  lastAt: number
  sum: Sum
  /** Undefined: not used on the open day. */
  today?: Sum & { readonly from: number; readonly to: number }
}

export const seriesKey = (form: number, symbol: string): string => `${form}${symbol}`

export const beginning = (): Story => ({
  peaks: { size: 0, hashes: [] },
  prev: new Uint8Array(32),
  run: 0,
  origin: '',
  stopped: true,
  lastAt: 0 as Instant,
  day: undefined,
  dayFirst: 0,
  dayFrom: undefined,
  registers: new Map(),
  series: new Map(),
  incidents: new Set(),
  incidentsToday: new Set(),
  reason: 'new',
  spent: undefined,
})

/** Takes one fact in, in place. `body` is trusted: it was written or verified by us. */
export function tell(story: Story, kind: string, at: Instant, run: number, body: JsonObject, hash: Uint8Array): void {
  const n = story.peaks.size
  grow(story.peaks, hash)
  story.prev = hash
  story.run = run
  story.lastAt = at
  story.day ??= civilDate(at)
  story.stopped = kind === 'gateway.stopped'
  switch (kind) {
    case 'chain.opened':
      story.origin = String(body['origin'])
      story.reason = String(body['reason'])
      story.spent = spentOf(body['previous'])
      break
    case 'symbol.activated':
      activate(story, body)
      break
    case 'frame.captured': {
      const register = registerOf(story, String(body['register']))
      register.sequence = Math.max(register.sequence, sequenceOf(String(body['entry'])))
      today(register).frames++
      break
    }
    case 'invoice.issued':
      issued(story, body)
      break
    case 'entry.held':
      // A parked invoice is a sale that was issued, not a receipt that waits for a person (audit-pack 1.5, registers).
      if (body['number'] === undefined) today(registerOf(story, registerIn(String(body['entry'])))).held++
      break
    case 'entry.aside':
      aside(today(registerOf(story, registerIn(String(body['entry'])))), String(body['why']), body['total'])
      break
    case 'register.closed':
      today(registerOf(story, String(body['register']))).z = zOf(body['z'] as JsonObject)
      break
    case 'incident.opened':
      story.incidents.add(String(body['incident']))
      story.incidentsToday.add(String(body['incident']))
      break
    case 'incident.closed':
      story.incidents.delete(String(body['incident']))
      break
    case 'day.closed':
      turn(story, String(body['day']) as CivilDate, n, at)
      break
  }
}

function spentOf(previous: unknown): Readonly<Record<string, number>> | undefined {
  const numbers = (previous as { numbers?: [string, number][] } | undefined)?.numbers
  return numbers && Object.fromEntries(numbers)
}

/** `R017-00000001`: the register may hold a dash itself. */
export const registerIn = (entry: string): string => entry.slice(0, entry.lastIndexOf('-'))
export const sequenceOf = (entry: string): number => Number(entry.slice(entry.lastIndexOf('-') + 1))

function registerOf(story: Story, id: string): RegisterStory {
  let register = story.registers.get(id)
  if (!register) story.registers.set(id, (register = { sequence: 0 }))
  return register
}

const today = (register: RegisterStory): RegisterDay => (register.today ??= { frames: 0, held: 0, aside: [] })

function aside(day: RegisterDay, why: string, total: unknown): void {
  const row = day.aside.find(([name]) => name === why)
  const amount = typeof total === 'string' ? total : '0'
  if (!row) {
    day.aside.push([why, 1, amount])
    day.aside.sort((a, b) => (a[0] < b[0] ? -1 : 1))
  } else {
    row[1]++
    row[2] = String(BigInt(row[2]) + BigInt(amount))
  }
}

const zOf = (z: JsonObject): { count?: number; pay?: string } => ({
  ...(typeof z['count'] === 'number' ? { count: z['count'] } : {}),
  ...(typeof z['pay'] === 'string' ? { pay: z['pay'] } : {}),
})

function activate(story: Story, body: JsonObject): void {
  const [form, symbol, register] = [Number(body['form']), String(body['symbol']), String(body['register'])]
  const known = story.series.get(seriesKey(form, symbol))
  if (known) known.register = register
  else story.series.set(seriesKey(form, symbol), { form, symbol, register, next: 1, lastAt: 0, sum: NOTHING })
}

function issued(story: Story, body: JsonObject): void {
  const series = story.series.get(seriesKey(Number(body['form']), String(body['symbol'])))
  if (!series) throw new Error(`issued in a series never activated: ${String(body['symbol'])}`)
  const number = Number(body['number'])
  const pay = BigInt(String(body['pay']))
  const rates = readRates(body['rates'] as unknown as string[][])
  series.next = number + 1
  series.lastAt = readTime(String(body['time']))
  series.sum = plus(series.sum, pay, rates)
  series.today = { ...plus(series.today ?? NOTHING, pay, rates), from: series.today?.from ?? number, to: number }
}

function turn(story: Story, closed: CivilDate, n: number, at: Instant): void {
  story.day = civilDate((readTime(`${closed}T12:00:00`) + 86_400_000) as Instant)
  story.dayFirst = n + 1
  story.dayFrom = civilDate(at)
  for (const register of story.registers.values()) delete register.today
  for (const series of story.series.values()) delete series.today
  story.incidentsToday.clear()
  for (const open of story.incidents) story.incidentsToday.add(open)
}

/** The story as text, for `mark`: what a start begins from instead of fact 0. */
export function storyText(story: Story): string {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  return JSON.stringify({
    ...story,
    peaks: { size: story.peaks.size, hashes: story.peaks.hashes.map(hex) },
    prev: hex(story.prev),
    registers: [...story.registers],
    series: [...story.series.values()].map((s) => ({
      ...s,
      sum: sumText(s.sum),
      today: s.today && { ...s.today, ...sumText(s.today) },
    })),
    incidents: [...story.incidents],
    incidentsToday: [...story.incidentsToday],
  })
}

export function readStory(text: string): Story {
  const kept = JSON.parse(text) as Omit<Story, 'peaks' | 'prev' | 'registers' | 'series' | 'incidents' | 'incidentsToday'> & {
    peaks: { size: number; hashes: string[] }
    prev: string
    registers: [string, RegisterStory][]
    series: (Omit<SeriesStory, 'sum' | 'today'> & { sum: SumText; today?: SumText & { from: number; to: number } })[]
    incidents: string[]
    incidentsToday: string[]
  }
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
  return {
    ...kept,
    peaks: { size: kept.peaks.size, hashes: kept.peaks.hashes.map(bytes) },
    prev: bytes(kept.prev),
    day: kept.day,
    dayFrom: kept.dayFrom,
    spent: kept.spent,
    registers: new Map(kept.registers),
    series: new Map(
      kept.series.map(({ today: day, sum, ...s }) => [
        seriesKey(s.form, s.symbol),
        { ...s, sum: readSum(sum), ...(day ? { today: { ...readSum(day), from: day.from, to: day.to } } : {}) },
      ]),
    ),
    incidents: new Set(kept.incidents),
    incidentsToday: new Set(kept.incidentsToday),
  }
}
