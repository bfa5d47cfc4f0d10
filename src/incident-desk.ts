import type { Clock } from './domain/clock.ts'
import type { Country } from './domain/country.ts'
import { fault } from './domain/fault.ts'
import type { IncidentStep, Incidents, Proof } from './domain/incident.ts'
import type { Books, IncidentRow, Ledger } from './domain/ledger.ts'
import { failed, ok, type Result } from './domain/result.ts'
import { type CivilDate, civilDate, civilTime, type Instant, instant, readTime } from './domain/time.ts'

export interface IncidentParts {
  readonly ledger: Pick<Ledger, 'record'>
  readonly books: Pick<Books, 'incidents' | 'issued' | 'proof'>
  readonly country: Pick<Country, 'grace'>
  readonly clock: Clock
}

const DAY = 86_400_000
/** A clock on the wall and ours. */
const APART = 60_000
/** Before the first shop there was. */
const EVER = '2020-01-01' as CivilDate

/** What a person says of an incident, beside those the Courier records by itself. */
export function incidentDesk({ ledger, books, country, clock }: IncidentParts): Incidents {
  const known = async (id: string): Promise<IncidentRow | undefined> =>
    (await books.incidents(EVER, civilDate(clock.now()))).findLast((row) => row.id === id)
  const tell = (step: Omit<IncidentStep, 'kind'>): Promise<Result<void>> => ledger.record({ kind: 'incident', ...step })
  const mayBe = (from: Instant, to = from): boolean => to >= from && to <= clock.now() + APART

  const affected = async ({ began, ended = clock.now() }: IncidentRow): Promise<number> => {
    // What was unfiled when it began was issued on its day or the one before; slips of it are invoiced soon after.
    const days = { from: civilDate(instant(began - DAY)), to: civilDate(instant(Math.min(ended + 3 * DAY, clock.now()))) }
    const during = (at: Instant): boolean => at >= began && at <= ended
    let count = 0
    for (let after: string | undefined; ; ) {
      const page = await books.issued({ ...days, ...(after === undefined ? {} : { after }) })
      for (const { at, acceptedAt, offline } of page.rows) {
        const waited = at < began && (acceptedAt === undefined || acceptedAt > began)
        if (waited || during(offline ? readTime(offline.time) : at)) count++
      }
      if (page.next === undefined) return count
      after = page.next
    }
  }

  return {
    async list(from, to) {
      const rows = await books.incidents(from, to)
      return Promise.all(
        rows.toReversed().map(async (row) => {
          const grace = row.ended === undefined ? undefined : country.grace?.(row.cause, row.ended)
          return { ...row, affected: await affected(row), ...(grace === undefined ? {} : { grace }) }
        }),
      )
    },
    async report({ cause, from, to, proof }, who) {
      if (!mayBe(from, to)) return failed(fault('INCIDENT_TIMES'))
      const id = `own-${civilTime(from).slice(0, 16).replace(/\D/g, '')}-${cause}`
      // Pressed twice, or again after half of it was written: what is there is not written anew.
      const before = await known(id)
      const proven = before?.proofs.some(({ note }) => note === Buffer.from(proof.note).toString())
      const steps: readonly Parameters<typeof tell>[0][] = [
        ...(before ? [] : [{ what: 'opened', incident: id, cause, when: from, who } as const]),
        ...(proven ? [] : [{ what: 'noted', incident: id, cause, proof, who } as const]),
        ...(to === undefined || before?.ended !== undefined
          ? []
          : [{ what: 'closed', incident: id, cause, when: to, who } as const]),
      ]
      for (const step of steps) {
        const done = await tell(step)
        if (!done.ok) return done
      }
      return ok(id)
    },
    async prove(id, proof: Proof, who) {
      const row = await known(id)
      return row ? tell({ what: 'noted', incident: id, cause: row.cause, proof, who }) : failed(fault('INCIDENT_UNKNOWN'))
    },
    async end(id, to, who) {
      const row = await known(id)
      if (!row) return failed(fault('INCIDENT_UNKNOWN'))
      if (row.ended !== undefined) return failed(fault('INCIDENT_OVER'))
      if (!mayBe(row.began, to)) return failed(fault('INCIDENT_TIMES'))
      return tell({ what: 'closed', incident: id, cause: row.cause, when: to, who })
    },
    async open(id, proof, who) {
      const found = await books.proof(id, proof)
      if (!found.ok) return found
      // Written down first: nobody has looked unless the story says so.
      const noted = await ledger.record({ kind: 'looked', incident: id, proof, who })
      return noted.ok ? found : noted
    },
  }
}
