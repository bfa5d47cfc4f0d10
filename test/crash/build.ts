import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'

/** One line of the source as it is, and as it is broken on purpose. */
export interface Patch {
  /** `src/ledger/sqlite.ts` */
  readonly file: string
  readonly find: string
  readonly put: string
}

const root = join(import.meta.dirname, '../..')

/**
 * The daemon as `npm run build` bundles it, in a folder of this process; with patches: a mutant. Throws when a patch no
 * longer fits the source, so that a mutant cannot silently be the healthy build. Returns the path of its `main.js`.
 */
export async function bundle(name: string, patches: readonly Patch[] = []): Promise<string> {
  // Beside node_modules, where the native packages are found.
  const outdir = join(root, '.tap', 'crash', `${name}-${process.pid}`)
  mkdirSync(outdir, { recursive: true })
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }))
  const settings = (await import(pathToFileURL(join(root, 'scripts', 'build.mjs')).href)) as {
    daemon(outdir: string): BuildOptions
    copyData(outdir: string): void
  }
  const used = new Set<Patch>()
  await build({ ...settings.daemon(outdir), plugins: [patching(patches, used)] })
  const left = patches.filter((patch) => !used.has(patch))
  if (left.length > 0) throw new Error(`never loaded: ${left.map(({ file }) => file).join(', ')}`)
  settings.copyData(outdir)
  return join(outdir, 'main.js')
}

function patching(patches: readonly Patch[], used: Set<Patch>): Plugin {
  return {
    name: 'patches',
    setup(build) {
      for (const file of new Set(patches.map((patch) => patch.file)))
        build.onLoad({ filter: new RegExp(`[/\\\\]${file.replace(/[.]/g, '\\.').replaceAll('/', '[/\\\\]')}$`) }, () => {
          let contents = readFileSync(join(root, file), 'utf8')
          for (const patch of patches.filter((one) => one.file === file)) {
            const parts = contents.split(patch.find)
            if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${patch.find}`)
            contents = parts.join(patch.put)
            used.add(patch)
          }
          return { contents, loader: 'ts' }
        })
    },
  }
}

/** The wall clock of this daemon runs ahead by `TILLGATE_AHEAD` milliseconds: midnight comes when a test wants it. */
export const AHEAD: Patch = {
  file: 'src/clock.ts',
  find: 'instant(Date.now())',
  put: "instant(Date.now() + Number(process.env['TILLGATE_AHEAD'] ?? 0))",
}
