import fc from 'fast-check'

/**
 * `npm test` shows every machine the same inputs, so that a red run is red for everybody; `npm run fuzz` looks further,
 * with a new seed each round. A failure found there becomes a test of its own.
 */
const { TILLGATE_FUZZ_SEED = '20261121', TILLGATE_FUZZ_TIMES = '1' } = process.env

fc.configureGlobal({ seed: Number(TILLGATE_FUZZ_SEED) })

/** How often a property is tried: `n` times in `npm test`, more in `npm run fuzz`. */
export const runs = (n: number): number => n * Number(TILLGATE_FUZZ_TIMES)

export { fc }
