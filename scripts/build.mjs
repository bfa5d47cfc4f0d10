// Bundles the daemon, its ledger thread and the page into dist/. `npm run build`, or called by start and bench.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = ['src', 'drivers', 'simulators', 'scripts', 'certs', 'package-lock.json']

const newest = (path) => {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Native or self-locating packages stay outside the bundle. */
const external = ['@photostructure/sqlite', 'serialport', 'libxml2-wasm', '@serialport/*']

/** CommonJS packages inside an ESM bundle ask for `require` and `__dirname`. */
const banner = {
  js: "import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url),__filename=__fu(import.meta.url),__dirname=__dn(__filename);",
}

/** esbuild settings of the daemon; tests that build a broken variant on purpose start from them. */
export const daemon = (outdir) => ({
  entryPoints: {
    main: join(root, 'src/main.ts'),
    writer: join(root, 'src/ledger/writer.ts'),
    reader: join(root, 'src/ledger/reader.ts'),
    press: join(root, 'src/reports/press-thread.ts'),
  },
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external,
  banner,
  legalComments: 'none',
  // Names stay, for stack traces; the rest is a third of what every start reads and keeps in memory.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
})

/** Data files that the bundle reads beside itself. */
export function copyData(outdir) {
  cpSync(join(root, 'src/messages.csv'), join(outdir, 'messages.csv'))
  cpSync(join(root, 'certs/rules.pub'), join(outdir, 'rules.pub'))
  for (const font of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'])
    cpSync(join(root, 'node_modules/dejavu-fonts-ttf/ttf', font), join(outdir, 'fonts', font))
  cpSync(join(root, 'src/countries/vn/schemas'), join(outdir, 'schemas'), { recursive: true })
}

export async function buildAll({ force = false } = {}) {
  const dist = join(root, 'dist')
  const mark = join(dist, '.built')
  if (!force && existsSync(mark) && statSync(mark).mtimeMs > Math.max(...sources.map((name) => newest(join(root, name))))) return
  const { build } = await import('esbuild')
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(join(dist, 'web'), { recursive: true })
  await build(daemon(dist))
  await build({
    entryPoints: { app: join(root, 'src/dashboard/web/app.tsx') },
    outdir: join(dist, 'web'),
    bundle: true,
    minify: true,
    target: 'es2020',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  })
  cpSync(join(root, 'src/dashboard/web/index.html'), join(dist, 'web/index.html'))
  copyData(dist)
  writeFileSync(mark, '')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildAll({ force: true })
