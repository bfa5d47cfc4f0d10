export { CHECKS, type CheckId } from './checks.ts'
export { judge } from './judge.ts'
export { sentence, type Verdict, verdict } from './verdict.ts'
export { sayFinding, whys } from './words.ts'
