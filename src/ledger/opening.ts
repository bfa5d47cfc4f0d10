import type { KeyObject } from 'node:crypto'
import { type Fault, fault } from '../domain/fault.ts'
import { append, type Book, closeDays, signHead } from './book.ts'
import { makeGatewayKey, mintGatewayId, readGatewayKey } from './keys.ts'
import { doubtUnfinished } from './messages.ts'
import { rawPublicKey } from './note.ts'
import type { Anchored, WriterStart } from './requests.ts'
import { blob, type Database, text } from './sqlite.ts'
import { missingHead, newestNote, readBack } from './store.ts'
import type { Story } from './story.ts'
import { EMPTY_ROOT } from './tree.ts'

/** A book over an open file: the story read back, the gateway's key beside it. */
export function openBook(db: Database, start: WriterStart): Book {
  const story = readBack(db)
  return { db, story, key: keyFor(db, story, start.dir), taxCode: start.taxCode, told: undefined, note: newestNote(db) }
}

/** The key the chain was opened with; a fresh chain makes one. Undefined: lost or another one's. */
function keyFor(db: Database, story: Story, dir: string): KeyObject | undefined {
  const key = readGatewayKey(dir)
  if (story.peaks.size === 0) return key ?? makeGatewayKey(dir)
  const opened = JSON.parse(text(db.sql('SELECT line FROM fact WHERE n = 0').get(), 'line')) as { body: { key: string } }
  return key && rawPublicKey(key).toString('base64') === opened.body.key ? key : undefined
}

export type Reason = 'new' | 'damaged' | 'restored'

/** The first facts of a start, in one transaction: days that ended, the opening of the chain, what the crash left open. */
export function begin(book: Book, start: WriterStart, reason: Reason): void {
  const { story, db } = book
  const run = story.run + 1
  db.exec('BEGIN IMMEDIATE')
  const clean = story.stopped
  if (story.peaks.size === 0) openChain(book, start, reason)
  else {
    const headless = missingHead(db, story)
    if (headless) signHead(book, headless, start.moment.at)
    closeDays(book, start.moment, true, run)
  }
  append(
    book,
    'gateway.started',
    { build: start.build, config: start.config, dropped: 0, store: clean ? 'clean' : 'recovered' },
    start.moment,
    {},
    run,
  )
  doubtUnfinished(book, start.moment)
  db.exec('COMMIT')
}

function openChain(book: Book, { taxCode, moment, anchor }: WriterStart, reason: Reason): void {
  const { key } = book
  if (!key) throw new Error('a chain cannot be opened without a key')
  const before = anchor && reason !== 'new' ? originParts(anchor.origin) : undefined
  const gateway = before?.gateway ?? mintGatewayId()
  append(
    book,
    'chain.opened',
    {
      gateway,
      key: rawPublicKey(key).toString('base64'),
      mst: taxCode,
      origin: `tillgate/${taxCode}/${gateway}/${(before?.epoch ?? 0) + 1}`,
      previous: anchor && before && previousOf(anchor),
      reason,
    },
    moment,
    {},
    1,
  )
}

/** `tillgate/0199999014/gw7k2m4q/1` */
export function originParts(
  origin: string,
): { readonly taxCode: string; readonly gateway: string; readonly epoch: number } | undefined {
  const m = /^tillgate\/([^/]+)\/([a-z0-9]{6,12})\/(\d+)$/.exec(origin)
  return m ? { taxCode: m[1] ?? '', gateway: m[2] ?? '', epoch: Number(m[3]) } : undefined
}

/** What is known of the chain before: kept here, nothing; seen outside, the head of the anchor, before the first one its tree. */
function previousOf({ origin, n, note, numbers, root, where }: Anchored) {
  const [, size, signed] = note?.split('\n') ?? []
  const head =
    size && signed
      ? { root: Buffer.from(signed, 'base64').toString('hex'), size: Number(size) }
      : root !== undefined && { root, size: n + 1 }
  return {
    kept: { root: EMPTY_ROOT.toString('hex'), size: 0 },
    numbers: Object.entries(numbers).map(([series, number]) => [series, number] as const),
    origin,
    // A root is what `seen` is for: an anchor of an older program that holds none says nothing.
    seen: head ? { ...head, where } : undefined,
  }
}

/** Whether the store is older than, or another than, what an anchor has seen (F08). */
export function behind(db: Database, { story }: Book, anchor: Anchored | undefined): boolean {
  if (!anchor) return false
  const [ours, theirs] = [originParts(story.origin), originParts(anchor.origin)]
  if (!ours || !theirs || ours.gateway !== theirs.gateway || theirs.epoch < ours.epoch) return false
  if (theirs.epoch > ours.epoch || anchor.n >= story.peaks.size) return true
  const hash = Buffer.from(blob(db.sql('SELECT hash FROM fact WHERE n = ?').get(anchor.n), 'hash')).toString('hex')
  const short = Object.entries(anchor.numbers).some(([series, number]) => (story.series.get(series)?.next ?? 1) <= number)
  return hash !== anchor.hash || short
}

/**
 * Why this store must not issue, if so. A symbol nobody can have used in the lost part lifts `code`: renewing
 * the symbol is the owner's way on.
 */
export function issueBar(
  { key, story }: Book,
  spent: Readonly<Record<string, number>> | undefined,
  code: string | undefined,
  taxCode: string,
): Fault | undefined {
  if (!key) return fault('LEDGER_KEY_LOST')
  const owner = originParts(story.origin)?.taxCode
  if (owner !== taxCode) return fault('LEDGER_OTHER_SHOP', { store: owner ?? '?', taxCode })
  if (code === undefined) return undefined
  const free = [...story.series.keys()].some((series) => spent && !(series in spent))
  return free ? undefined : fault(code)
}
