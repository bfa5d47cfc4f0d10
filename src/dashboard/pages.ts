import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import { answers, Text } from './shapes.ts'

/** Addresses of the page (dashboard 2.1). All are the same file; it holds no data, so anyone may load it to log in. */
const PAGES = ['/', '/dang-nhap', '/hoa-don', '/hoa-don/:form/:symbol/:number', '/can-xu-ly', '/can-xu-ly/:entry']
const FILES = { '/app.js': 'text/javascript', '/app.css': 'text/css' }

/** The page itself, from the folder the build made. Without a build the API works and the page says it is missing. */
export async function pages(app: App, parts: DashboardParts): Promise<void> {
  const root = parts.web ?? fileURLToPath(new URL('./web', import.meta.url))
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false, dotfiles: 'deny', index: false })
  const schema = (type: string) => ({ produces: [type], ...answers(Text) })
  for (const page of PAGES)
    app.get(page, { config: { may: 'anyone' }, schema: schema('text/html') }, (_request, reply) => reply.sendFile('index.html'))
  for (const [file, type] of Object.entries(FILES))
    app.get(file, { config: { may: 'anyone' }, schema: schema(type) }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile(file.slice(1)),
    )
}
