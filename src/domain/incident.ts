import type { Result } from './result.ts'
import type { CivilDate, Instant } from './time.ts'

/** Why invoices could not be made or filed in time, as a person says it. */
export const INCIDENT_CAUSES = ['network', 'provider', 'authority', 'power', 'device', 'force-majeure', 'other'] as const
export type IncidentCause = (typeof INCIDENT_CAUSES)[number]

/** Words of a person, and what proves them. */
export interface Proof {
  readonly note: string
  /** Number of the authority's announcement. */
  readonly announcement?: string
  readonly file?: ProofFile
}

/** A photo or a paper, as it was uploaded. */
export interface ProofFile {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

/** What is written of it into the book, beside that somebody looked. */
export interface IncidentStep {
  readonly kind: 'incident'
  readonly what: 'opened' | 'noted' | 'closed'
  readonly incident: string
  readonly cause: string
  /** When it began, or ended: the moment it is written unless told. */
  readonly when?: Instant
  /** Of `noted`: words and papers that prove it, kept beside the fact. */
  readonly proof?: Proof
  /** Absent: the gateway by itself. */
  readonly who?: string
}

export interface Incident {
  readonly id: string
  readonly cause: string
  readonly began: Instant
  /** Absent: it goes on. */
  readonly ended?: Instant
  /** Who recorded it; absent: the gateway by itself. */
  readonly who?: string
  /** A proof without its file's bytes; absent words: the key they lie under is away. */
  readonly proofs: readonly {
    /** The fact that commits to it: its name. */
    readonly fact: number
    readonly at: Instant
    readonly note?: string
    readonly announcement?: string
    readonly file?: string
  }[]
  /** Invoices issued while it lasted, or unfiled when it began. */
  readonly affected: number
  /** Filing until the end of that day is no fault of the shop; absent: the law grants nothing, or it goes on. */
  readonly grace?: CivilDate
}

/** Where a person keeps the proof for invoices that come late without his fault. */
export interface Incidents {
  /** Those that lasted into these days, the newest first. */
  list(from: CivilDate, to: CivilDate): Promise<readonly Incident[]>
  /** `to` absent: it goes on. The same beginning and cause twice is one. Faults: INCIDENT_TIMES, LEDGER_*. Gives its id. */
  report(
    ask: { readonly cause: IncidentCause; readonly from: Instant; readonly to?: Instant; readonly proof: Proof },
    who: string,
  ): Promise<Result<string>>
  /** More words or papers. Faults: INCIDENT_UNKNOWN, LEDGER_*. */
  prove(id: string, proof: Proof, who: string): Promise<Result<void>>
  /** Faults: INCIDENT_UNKNOWN, INCIDENT_OVER, INCIDENT_TIMES, LEDGER_*. */
  end(id: string, to: Instant, who: string): Promise<Result<void>>
  /**
   * The file of a proof, after the look at it is on record: it may name people. Faults: those of `Books.proof`, LEDGER_* when
   * nothing can be recorded.
   */
  open(id: string, proof: number, who: string): Promise<Result<ProofFile>>
}
