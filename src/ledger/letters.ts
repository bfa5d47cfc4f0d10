import type { Step } from '../domain/ledger.ts'
import { type Book, type Moment, write } from './book.ts'
import { commitTo, docField, keep, type Salted } from './documents.ts'
import { wellFormed } from './evidence.ts'

/**
 * A letter of the authority becomes part of the story: its bytes stand beside the fact that commits to them, as
 * those of an answer do, since it is one to nothing that was asked. It comes once, however often it is fetched.
 */
export function letter(
  book: Book,
  { id, type, what }: Extract<Step, { kind: 'letter' }>,
  moment: Moment,
  bytes: Salted | undefined,
): undefined {
  if (!bytes) throw new Error(`letter ${id} without bytes`)
  const { db } = book
  const name = wellFormed(id)
  if (db.sql('SELECT 1 AS it FROM letter WHERE id = ?').get(name)) return
  const fact = write(book, 'letter.received', { doc: docField(commitTo(bytes)), letter: name, type, what }, moment)
  keep(db, fact, 'answer', bytes)
  db.sql('INSERT INTO letter (id, fact) VALUES (?, ?)').run(name, fact)
}
