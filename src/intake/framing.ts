import type { Driver, Frame, Framed, Framer } from '../domain/driver.ts'

/** The longest frame that may be kept (register-capture 11, audit-pack 1.3). */
const LONGEST = 4 * 1024 * 1024

/**
 * The driver's framer, made safe for the paper's way: what it throws is told once, and from then on the
 * connection is a plain proxy whose bytes since the last document are kept whole, until silence lets a new framer begin:
 * nothing is lost, and a person sees it (architecture 8, "Errors").
 */
export function guarded(driver: Driver, thrown: (error: unknown) => void): Framer & { readonly well: () => boolean } {
  let framer: Framer | undefined
  /** Where the framer in use began; a new one begins behind what an old one stumbled over. */
  let from = 0
  let received = 0
  let kept: Uint8Array[] = []
  let keptSize = 0

  const fail = (error: unknown): void => {
    framer = undefined
    thrown(error)
  }
  const begin = (): void => {
    from = received
    try {
      framer = driver.framer()
    } catch (error) {
      fail(error)
    }
  }
  begin()

  /** Keeps what no frame has taken yet. */
  const keepFrom = (end: number): void => {
    const size = received - end
    if (size === keptSize) return
    const all = Buffer.concat(kept)
    kept = size > 0 ? [all.subarray(all.length - Math.min(size, all.length))] : []
    keptSize = Math.min(size, all.length)
  }
  const whole = (torn: boolean): Framed => {
    const bytes = Buffer.concat(kept)
    kept = []
    keptSize = 0
    const frames: Frame[] = bytes.length > 0 ? [{ bytes, end: received, tail: bytes.length, torn }] : []
    begin()
    return { frames, discarded: 0, pass: received }
  }
  const absolute = (framed: Framed): Framed =>
    from === 0
      ? framed
      : { ...framed, pass: framed.pass + from, frames: framed.frames.map((frame) => ({ ...frame, end: frame.end + from })) }
  const asked = (step: (framer: Framer) => Framed, plain: () => Framed): Framed => {
    if (!framer) return plain()
    try {
      const framed = absolute(step(framer))
      const last = framed.frames.at(-1)
      if (last) keepFrom(last.end)
      else if (keptSize > 2 * LONGEST) keepFrom(received - LONGEST)
      return framed
    } catch (error) {
      fail(error)
      return plain()
    }
  }

  return {
    well: () => framer !== undefined,
    push(chunk) {
      received += chunk.length
      kept.push(chunk)
      keptSize += chunk.length
      return asked(
        (f) => f.push(chunk),
        () => (keptSize >= LONGEST ? whole(true) : { frames: [], discarded: 0, pass: received }),
      )
    },
    quiet: () =>
      asked(
        (f) => f.quiet(),
        () => whole(false),
      ),
    close: (torn) =>
      asked(
        (f) => f.close(torn),
        () => whole(torn),
      ),
  }
}
