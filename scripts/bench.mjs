// `npm run bench`: measures this machine and the gateway on it; a table, and bench.json. Options: --only NAME (may be
// repeated: disk, capture, issue, plain-cpu, line, rest, paper, million, flush), --quick (less of everything, no million), --million N.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, install, root } from './setup.mjs'

install()
await build()
const [{ build: bundle }, { copyData, daemon }] = await Promise.all([import('esbuild'), import('./build.mjs')])

// Bundled as the daemon is: measured from source, the loader would be measured too. Inside the clone, so that native
// packages are found, and on its disk, so that flushes are real.
const work = join(root, 'tmp')
const out = join(work, 'bench')
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const settings = daemon(out)
await bundle({ ...settings, entryPoints: { ...settings.entryPoints, bench: join(root, 'test/bench/bench.ts') } })
copyData(out)

const args = [
  // As `npm start` and the installed command begin: a sale lives for a few milliseconds, and a young generation of 16 MiB
  // is full of living ones when a backlog is issued.
  '--max-semi-space-size=32',
  join(out, 'bench.js'),
  '--work',
  work,
  '--daemon',
  join(root, 'dist', 'main.js'),
  '--drivers',
  join(root, 'drivers'),
  ...process.argv.slice(2),
]
const done = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 24, encoding: 'utf8' })
if (done.status !== 0) process.exit(done.status ?? 1)
const result = JSON.parse(done.stdout)
writeFileSync(join(root, 'bench.json'), `${JSON.stringify(result, null, 2)}\n`)

const shown = (value) => (value === null ? '' : String(value))
const rows = [
  ['name', 'value', 'unit', 'limit', 'ratio', 'note'],
  ...result.figures.map(({ name, value, unit, limit, ratio, note }) => [
    name,
    String(value),
    unit,
    shown(limit),
    shown(ratio),
    note,
  ]),
]
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
console.log(
  Object.entries(result.machine)
    .map(([key, value]) => `${key} ${value}`)
    .join(' · '),
)
for (const row of rows)
  console.log(
    row.map((cell, i) => (i === 5 ? cell : i === 0 || i === 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  )
