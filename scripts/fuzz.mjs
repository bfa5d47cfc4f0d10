// `npm run fuzz -- --minutes N --seed S`: every property of the tests, with new inputs each round until the time is up.
// Ten times as many as `npm test`: 10,000 for each parser. A round that fails names its seed; `--seed S --minutes 0` shows that one round again.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { install, root } from './setup.mjs'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } })
install()
const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((file) => join('test', file))
  .filter((file) => file.endsWith('.test.ts') && readFileSync(join(root, file), 'utf8').includes('/property.ts'))
const until = Date.now() + Number(values.minutes) * 60_000
let seed = Number(values.seed ?? Date.now() % 0x7fffffff)
let rounds = 0
let failures = 0
do {
  for (const file of files) {
    const env = { ...process.env, TILLGATE_FUZZ_SEED: String(seed), TILLGATE_FUZZ_TIMES: '10', TAP_TIMEOUT: '3600' }
    const run = spawnSync(process.execPath, ['--import', 'tsx', file], { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 })
    if (run.status === 0) continue
    failures++
    console.log(
      `NOT OK - ${file}, seed ${seed}\n${run.stdout
        .split('\n')
        .filter((line) => /not ok|Counterexample/.test(line))
        .join('\n')}`,
    )
  }
  rounds++
  console.log(`round ${rounds}, seed ${seed}: ${files.length} files, ${failures} failures so far`)
  seed = (seed + 1) % 0x7fffffff
} while (Date.now() < until)
process.exit(failures === 0 ? 0 : 1)
