import type { Instant } from './time.ts'

/** A living part of the gateway. The constructor only assigns; start and stop do. */
export interface Part {
  readonly name: string
  start(): Promise<void>
  /** Finishes what is open; gives up at `deadline`. */
  stop(deadline: Instant): Promise<void>
}
