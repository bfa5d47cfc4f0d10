import { fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Bitmap } from '../domain/page.ts'
import type { Door } from './door.ts'
import { drafter } from './draft.ts'
import type { DashboardParts } from './parts.ts'
import { png } from './png.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import { visible } from './show.ts'

/** A picture may show a buyer's name that nobody can mask, so the officer sees it on paper only. */
const may = { config: { may: ['owner', 'developer'] } } as const
const owner = { config: { may: ['owner'] } } as const
/** Lower ones are logos. */
const RECEIPT = 200

/** Whether the pictures carry the receipt itself, not its letterhead (register-capture 10). */
export const isReceipt = (pictures: readonly Bitmap[]): boolean =>
  pictures.reduce((sum, { height }) => sum + height, 0) >= RECEIPT

/** Receipts that are pictures: what was printed, and what a machine reads in it. */
export function routesPicture(app: App, parts: DashboardParts, { refuse }: Door): void {
  const gone = fault('DASHBOARD_NOT_FOUND')
  const draft = drafter()

  app.get(
    '/api/v1/entries/:id/picture.png',
    { ...may, schema: { params: shapes.EntryId, produces: ['image/png'], ...shapes.answers(shapes.Text) } },
    async (request, reply) => {
      const drawn = await parts.pictures(request.params.id as EntryId)
      if (drawn.length === 0) return refuse(request, reply, 404, gone)
      return reply.type('image/png').header('cache-control', 'no-store').send(png(drawn))
    },
  )

  app.get(
    '/api/v1/entries/:id/draft',
    { ...owner, schema: { params: shapes.EntryId, ...shapes.answers(shapes.Draft) } },
    async (request, reply) => {
      const drawn = await parts.pictures(request.params.id as EntryId)
      if (!isReceipt(drawn)) return refuse(request, reply, 404, gone)
      const lines = await draft(png(drawn))
      if (!lines) return refuse(request, reply, 404, fault('PICTURE_NO_READER'))
      return { lines: lines.map(visible) }
    },
  )
}
