// `npm start`: from a fresh clone to the running demo shop, in this one process so that Ctrl-C is heard once.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, install, root } from './setup.mjs'

install()
await build()
process.argv.splice(1, 1, join(root, 'dist', 'main.js'), 'demo')
await import(pathToFileURL(join(root, 'dist', 'main.js')).href)
