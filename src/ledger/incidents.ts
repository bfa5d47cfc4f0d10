import { fault } from '../domain/fault.ts'
import type { IncidentStep, ProofFile } from '../domain/incident.ts'
import type { IncidentRow } from '../domain/ledger.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { type CivilDate, dayEnd, dayStart, type Instant, issueTime } from '../domain/time.ts'
import { person } from './acts.ts'
import { type Book, type Moment, write } from './book.ts'
import { commitTo, docField, documentOf, isLocked, keep, type Salted } from './documents.ts'
import { fileInProof, readProof } from './evidence.ts'
import type { OpenIncident } from './requests.ts'
import { type Database, maybeNum, maybeText, num, text } from './sqlite.ts'

/** What kept a shop from invoicing or filing in time, and what proves it. */

export function incident(book: Book, step: IncidentStep, moment: Moment, proof: Salted | undefined): undefined {
  const open = book.story.incidents.has(step.incident)
  if (step.what === 'noted') return noted(book, step, moment, proof)
  // Said twice, or closed without ever being open: nothing new.
  if (open === (step.what === 'opened')) return
  const { incident, cause, who, when } = step
  const body =
    step.what === 'opened'
      ? { cause, from: when === undefined ? undefined : issueTime(when), incident, who }
      : { incident, to: issueTime(when ?? moment.at), who }
  row(book, step, write(book, `incident.${step.what}`, body, moment), when ?? moment.at)
}

function noted(book: Book, step: IncidentStep, moment: Moment, proof: Salted | undefined): undefined {
  if (!proof) throw new Error('noted without its proof')
  const fact = write(book, 'incident.noted', { doc: docField(commitTo(proof)), incident: step.incident, who: step.who }, moment)
  // It may name people.
  keep(book.db, fact, 'evidence', proof, true)
  row(book, step, fact, moment.at)
}

function row(book: Book, { incident, what, cause, who }: IncidentStep, fact: number, at: Instant): void {
  book.db
    .sql('INSERT INTO incident (fact, id, what, cause, at, who) VALUES (?, ?, ?, ?, ?, ?)')
    .run(fact, incident, what, cause, at, who ?? null)
  if (who !== undefined) person(book, fact, who, `incident ${what}`, undefined, undefined)
}

/** Those of any run that nobody has closed. */
export const openIncidents = (db: Database): OpenIncident[] =>
  db
    .sql(
      `SELECT id, cause FROM incident o WHERE what = 'opened'
       AND fact = (SELECT max(fact) FROM incident n WHERE n.id = o.id AND n.what <> 'noted') ORDER BY fact`,
    )
    .all()
    .map((row) => ({ incident: text(row, 'id'), cause: text(row, 'cause') }))

/** Those that lasted into these days. */
export const incidentsOf = (db: Database, from: CivilDate, to: CivilDate): IncidentRow[] =>
  db
    .sql(
      `SELECT o.id, o.cause, o.at, o.who, (SELECT min(c.at) FROM incident c WHERE c.id = o.id AND c.what = 'closed' AND c.fact > o.fact) AS ended
       FROM incident o WHERE o.what = 'opened' AND o.at <= ? ORDER BY o.fact`,
    )
    .all(dayEnd(to))
    .flatMap((row) => {
      const [ended, who, id] = [maybeNum(row, 'ended'), maybeText(row, 'who'), text(row, 'id')]
      if (ended !== undefined && ended < dayStart(from)) return []
      return [
        {
          ...{ id, cause: text(row, 'cause'), began: num(row, 'at') as Instant, proofs: proofsOf(db, id) },
          ...(ended === undefined ? {} : { ended: ended as Instant }),
          ...(who === undefined ? {} : { who }),
        },
      ]
    })

const proofsOf = (db: Database, id: string): IncidentRow['proofs'] =>
  db
    .sql(`SELECT fact, at FROM incident WHERE id = ? AND what = 'noted' ORDER BY fact`)
    .all(id)
    .map((row) => {
      const bytes = documentOf(db, num(row, 'fact'), 'evidence')
      return { fact: num(row, 'fact'), at: num(row, 'at') as Instant, ...(bytes ? readProof(bytes) : {}) }
    })

/** The file of one proof; or why there is none to be had. */
export function proofOf(db: Database, id: string, fact: number): Result<ProofFile> {
  const known = db.sql(`SELECT max(what = 'noted' AND fact = ?) AS it FROM incident WHERE id = ?`).get(fact, id)
  const noted = maybeNum(known, 'it')
  if (noted === undefined) return failed(fault('INCIDENT_UNKNOWN'))
  if (noted === 0) return failed(fault('INCIDENT_NO_FILE'))
  if (isLocked(db, fact, 'evidence') === undefined) return failed(fault('INCIDENT_ERASED'))
  const bytes = documentOf(db, fact, 'evidence')
  if (!bytes) return failed(fault('LEDGER_BUYER_KEY'))
  const file = fileInProof(bytes)
  return file ? ok(file) : failed(fault('INCIDENT_NO_FILE'))
}
