import type { Country } from '../domain/country.ts'
import { vietnam } from './vn/index.ts'

/** The laws this build knows, by the name of the configuration's `country`. */
export const countries: readonly Country[] = [vietnam]
