import type { Fault } from './fault.ts'

/** An expected outcome: a value, or a fault a person can act on. Bugs throw; they are never a Result. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const failed = (fault: Fault): Result<never> => ({ ok: false, fault })
