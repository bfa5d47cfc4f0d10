// `npm test`: packages, build, style, types, then every test. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build, install, root } from './setup.mjs'

install()
const bin = (name, ...args) => [process.execPath, [join(root, 'node_modules', name), ...args]]
const counts = { passed: 0, failed: 0, skipped: 0 }

async function step(name, [command, args]) {
  const started = process.hrtime.bigint()
  const done = spawn(command, args, { cwd: root })
  let said = ''
  for (const stream of [done.stdout, done.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const good = (await new Promise((resolve) => done.on('close', resolve))) === 0
  counts[good ? 'passed' : 'failed']++
  console.log(`${good ? 'ok' : 'NOT OK'} - ${name} (${Number((process.hrtime.bigint() - started) / 1_000_000n)} ms)`)
  if (!good) console.log(said)
}

try {
  await build()
  counts.passed++
  console.log('ok - build')
} catch (error) {
  counts.failed++
  console.log(`NOT OK - build\n${error}`)
}
await Promise.all([
  step('style', bin('@biomejs/biome/bin/biome', 'check', '.')),
  step('types', bin('typescript/bin/tsc', '--noEmit')),
  step('no promise is forgotten', bin('eslint/bin/eslint.js', '.')),
])

mkdirSync(join(root, '.tap'), { recursive: true })
const report = createWriteStream(join(root, '.tap', 'report.tap'))
const chosen = process.argv.slice(2)
const [command, args] = bin('tap/dist/esm/run.mjs', '--reporter=tap', ...chosen)
const tap = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })

// TAP nests by four spaces: count the leaf assertions, show files as they end, show every failure whole.
let failing = 0
for await (const line of createInterface({ input: tap.stdout })) {
  report.write(`${line}\n`)
  const test = /^( *)(not )?ok \d+(?: - (.*))?$/.exec(line)
  if (test) {
    const [, indent = '', bad, text = ''] = test
    failing = bad && !/# (SKIP|TODO)/i.test(text) ? 30 : 0
    if (indent === '') console.log(`${bad ? 'NOT OK' : 'ok'} - ${text}`)
    else if (/# SKIP/i.test(text)) console.log(`    ${text.replace(/^.*# SKIP\s*/i, (whole) => whole.replace('# SKIP', '—'))}`)
  }
  if (failing-- > 0) console.log(line)
  const total = /^# \{ (.*) \}$/.exec(line)?.[1]
  if (total) {
    const count = (name) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(total)?.[1] ?? 0)
    counts.passed += count('pass')
    counts.failed += count('fail')
    counts.skipped += count('skip')
  }
}
const code = await new Promise((resolve) => (tap.exitCode === null ? tap.on('close', resolve) : resolve(tap.exitCode)))
if (code !== 0 && counts.failed === 0) counts.failed++
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`)
process.exit(counts.failed === 0 ? 0 : 1)
