import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import { answers, Text } from './shapes.ts'

/** Addresses of the page (dashboard 2.1). All are the same file; it holds no data, so anyone may load it to log in. */
const PAGES = [
  '/',
  '/dang-nhap',
  '/hoa-don',
  '/hoa-don/:form/:symbol/:number',
  '/can-xu-ly',
  '/can-xu-ly/:entry',
  '/sua-sai/:form/:symbol/:number',
  '/sua-nhieu',
  '/phieu-cho',
  '/su-co',
  '/khach',
  '/chot-ngay',
  '/chot-ngay/:day',
  '/bao-cao',
  '/quy-dinh',
]
const FILES = { '/app.js': 'text/javascript', '/app.css': 'text/css' }

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0b5d45" d="M6 3h20v26l-3.3-2.4L19.3 29 16 26.6 12.7 29l-3.4-2.4L6 29z"/><path fill="none" stroke="#fff" stroke-width="3" d="m11 14 4 4 7-8"/></svg>'

/** The page itself, from the folder the build made. Without a build the API works and the page says it is missing. */
export async function pages(app: App, parts: DashboardParts): Promise<void> {
  const root = parts.web ?? fileURLToPath(new URL('./web', import.meta.url))
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false, dotfiles: 'deny', index: false })
  const schema = (type: string) => ({ produces: [type], ...answers(Text) })
  app.get('/icon.svg', { config: { may: 'anyone' }, schema: schema('image/svg+xml') }, (_request, reply) =>
    reply.type('image/svg+xml').send(ICON),
  )
  for (const page of PAGES)
    app.get(page, { config: { may: 'anyone' }, schema: schema('text/html') }, (_request, reply) => reply.sendFile('index.html'))
  for (const [file, type] of Object.entries(FILES))
    app.get(file, { config: { may: 'anyone' }, schema: schema(type) }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile(file.slice(1)),
    )
}
