import type { Ask, Chain, How, Remedy } from '../../domain/correction.ts'
import { fault } from '../../domain/fault.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import { nameOf } from './chain.ts'

export interface Chosen {
  readonly remedy: Remedy
  readonly how: How
  /** The authority's cause code; absent for a notice. */
  readonly cause?: number
}

/**
 * Which document an error takes: the row of the law, unless the chain has gone another way before: then a
 * return is a replacement with what is left, and an error is adjusted by its difference.
 * Faults: CORRECTION_NO_RULE, CORRECTION_METHOD, CORRECTION_LOCKED.
 */
export function choose(ask: Ask, remedies: readonly Remedy[], { locked, live }: Chain): Result<Chosen> {
  const remedy = remedies.find(({ situation }) => situation === ask.situation)
  if (!remedy) return failed(fault('CORRECTION_NO_RULE'))
  const wanted = ask.how ?? remedy.how
  const lawful = wanted === remedy.how || wanted === remedy.or
  if (wanted === 'notify') return lawful ? ok({ remedy, how: wanted }) : failed(fault('CORRECTION_METHOD'))
  if (locked && ask.how !== undefined && ask.how !== locked) {
    return failed(fault('CORRECTION_LOCKED', { invoice: nameOf(live) }))
  }
  if (!locked && !lawful) return failed(fault('CORRECTION_METHOD'))
  const how = locked ?? wanted
  const cause = remedy.how === how ? remedy.cause : causeOf(remedies, how)
  return cause === undefined ? failed(fault('CORRECTION_NO_RULE')) : ok({ remedy, how, cause })
}

/** The cause of an error that is mended this way, for situations whose own row names another document. */
const causeOf = (remedies: readonly Remedy[], how: How): number | undefined =>
  remedies.find((row) => row.situation === (how === 'adjust' ? 'adjusted-wrong' : 'goods') && row.how === how)?.cause
