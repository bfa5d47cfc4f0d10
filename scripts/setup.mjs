// What every command of a fresh clone needs first: packages, then the build. Plain Node, nothing installed yet.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`tillgate needs Node 20.19 or newer; this is ${process.versions.node}`)
  process.exit(2)
}

/** Installs the locked packages unless they are there and no older than the lock. */
export function install() {
  const mark = join(root, 'node_modules', '.package-lock.json')
  const lock = join(root, 'package-lock.json')
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs) return
  console.error('Đang cài thư viện / installing packages ...')
  const npm = process.env.npm_execpath
  const [command, first] = npm?.endsWith('.js')
    ? [process.execPath, [npm]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
  const done = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: command === 'npm.cmd',
  })
  if (done.status !== 0) {
    console.error('npm ci failed')
    process.exit(1)
  }
}

/** Builds `dist` unless it is newer than every source. */
export async function build() {
  const { buildAll } = await import(pathToFileURL(join(root, 'scripts', 'build.mjs')).href)
  await buildAll()
}
