import { viettelTvan } from './viettel-tvan.ts'

/** The upstreams of Vietnam by the name of the configuration's `upstream.transport`. */
export const transports = { 'viettel-tvan': viettelTvan } as const
