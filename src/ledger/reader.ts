import { parentPort, workerData } from 'node:worker_threads'
import type { Books } from '../domain/ledger.ts'
import { buyerKeys } from './buyer-keys.ts'
import { factsFrom } from './entries.ts'
import { gapsOf } from './gaps.ts'
import { incidentsOf, proofOf } from './incidents.ts'
import { chainOf, issuedPage } from './issued.ts'
import { dayView, queueView } from './overview.ts'
import { asidesOf, closingsOf, exchangesOf, reconciledOf, revenueOf } from './reported.ts'
import { detailOf, detailOfInvoice, entryPage, maskedBytes, sealedBytes } from './search.ts'
import { frameOf } from './serve.ts'
import { isReadOnlyFolder } from './space.ts'
import type { Database } from './sqlite.ts'
import { openReading } from './store.ts'
import type { Call, Shown } from './view.ts'

/** The thread that reads for people; opened read-only, so nothing it does can change the book (law 8). */
type Answers<T extends Record<keyof T, (...values: never[]) => unknown>> = {
  readonly [K in keyof T]: (...values: Parameters<T[K]>) => Awaited<ReturnType<T[K]>>
}
type Queries = Answers<Shown> & Answers<Books>

const queries = (db: Database): Queries => ({
  day: (day) => dayView(db, day),
  queue: () => queueView(db),
  entries: (query) => entryPage(db, query),
  entry: (id) => detailOf(db, id),
  invoice: (identity) => detailOfInvoice(db, identity),
  sealed: (entry) => sealedBytes(db, entry),
  masked: (entry) => maskedBytes(db, entry),
  frame: (entry) => frameOf(db, entry),
  facts: (after, limit) => factsFrom(db, after + 1, limit),
  issued: (query) => issuedPage(db, query),
  chain: (invoice) => chainOf(db, invoice),
  closings: (from, to) => closingsOf(db, from, to),
  reconciled: (day) => reconciledOf(db, day),
  revenue: (year) => revenueOf(db, year),
  gaps: () => gapsOf(db),
  asides: (from, to) => asidesOf(db, from, to),
  exchanges: (from, to) => exchangesOf(db, from, to),
  incidents: (from, to) => incidentsOf(db, from, to),
  proof: (incident, fact) => proofOf(db, incident, fact),
})

if (parentPort) {
  const port = parentPort
  const { dir, buyerKey } = workerData as { readonly dir: string; readonly buyerKey?: string }
  const db = openReading(dir, isReadOnlyFolder(dir))
  db.keys = buyerKeys(dir, buyerKey)
  const answers = queries(db)
  port.on('message', ({ id, method, values }: Call) => {
    try {
      const query = answers[method] as unknown as (...values: readonly unknown[]) => unknown
      port.postMessage({ id, value: query(...values) })
    } catch (error) {
      // The one who asked gets it; the thread goes on for the others.
      port.postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
}
