import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { captureFigures } from './capture.ts'
import { delayFigures, flushFigures } from './delay.ts'
import { type Figure, figure, machine } from './figure.ts'
import { issueFigures } from './issue.ts'
import { flushRate } from './limits.ts'
import { lineFigures } from './line.ts'
import { millionFigures } from './million.ts'
import { plainCpuFigures } from './plain-cpu.ts'
import { restFigures } from './rest.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    million: { type: 'string', default: '1000000' },
    daemon: { type: 'string', default: 'dist/main.js' },
    work: { type: 'string', default: 'tmp' },
    drivers: { type: 'string', default: 'drivers' },
  },
})

mkdirSync(values.work, { recursive: true })
const where = mkdtempSync(join(resolve(values.work), 'bench-'))
const { quick } = values
const main = resolve(values.daemon)

/** Everything that can be measured, by the name `--only` takes. */
const MEASURES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  disk: async () => [
    figure('disk.flush', (await flushRate(where)).rate, '/s', undefined, 'appends of 4 KB, each with fdatasync'),
  ],
  capture: () => captureFigures(resolve(values.drivers), quick),
  issue: () => issueFigures(where, quick),
  'plain-cpu': async () => plainCpuFigures(quick),
  line: () => lineFigures(where, quick),
  rest: () => restFigures(where, main, quick),
  paper: () => delayFigures(where, main, quick),
  million: () => (quick ? Promise.resolve([]) : millionFigures(where, main, Number(values.million))),
  flush: () => flushFigures(where, main, quick),
}

const wanted = values.only ?? Object.keys(MEASURES)
const unknown = wanted.filter((name) => !(name in MEASURES))
if (unknown.length > 0) {
  process.stderr.write(`${unknown.join(', ')}: not one of ${Object.keys(MEASURES).join(', ')}\n`)
  process.exit(2)
}
const about = machine()
const figures: Figure[] = []
try {
  for (const name of wanted) {
    process.stderr.write(`${name} ...\n`)
    figures.push(...((await MEASURES[name]?.()) ?? []))
  }
} finally {
  rmSync(where, { recursive: true, force: true })
}
process.stdout.write(`${JSON.stringify({ machine: about, figures }, null, 2)}\n`)
