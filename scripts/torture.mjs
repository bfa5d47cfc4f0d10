// `npm run torture -- --minutes N --seed S`: random kills under load until the time is over; one verdict line, exit 0 or 1.
import { parseArgs } from 'node:util'
import { register } from 'tsx/esm/api'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
})
const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  console.error('torture --minutes N --seed S')
  process.exit(2)
}
console.log(`seed ${seed}, ${minutes} minutes`)
register()
const { torture } = await import('../test/crash/torture.ts')
process.exit(await torture({ minutes, seed }))
