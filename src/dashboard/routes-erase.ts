import { Type } from 'typebox'
import { type BuyerDocument, ERASE_REASONS, type EraseReason, type Erasing } from '../domain/erasure.ts'
import type { Fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import { civilDate, factTime } from '../domain/time.ts'
import type { Door } from './door.ts'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'

const owner = { config: { may: ['owner'] } } as const
const Documents = Type.Object({
  documents: Type.Array(
    Type.Object({
      fact: Type.Integer(),
      role: Type.Enum(['invoice', 'frame', 'message', 'evidence']),
      at: Type.String(),
      state: Type.Enum(['erased', 'free', 'kept']),
      from: Type.Optional(Type.String({ description: 'the first day on which the law lets it go' })),
    }),
  ),
})
const Why = Type.Object({ reason: Type.Enum([...ERASE_REASONS]) }, { additionalProperties: false })

export type ErasableJson = ReturnType<typeof shown>

/** Who a buyer was, erased as far as the law lets it go; what is erased stays a fact. */
export function routesErase(app: App, { clock, log }: DashboardParts, erasing: Erasing, { refuse }: Door): void {
  const url = '/api/v1/entries/:id/buyer/documents'
  const today = () => civilDate(clock.now())

  app.get(
    url,
    {
      ...owner,
      schema: {
        summary: 'what says who bought, and until when it is kept',
        params: shapes.EntryId,
        ...shapes.answers(Documents),
      },
    },
    async (request) => shown(await erasing.documents(request.params.id as EntryId), today()),
  )

  app.post(
    `${url}/erase`,
    {
      ...owner,
      schema: { summary: 'erases all of it that may go', params: shapes.EntryId, body: Why, ...shapes.answers(Documents) },
    },
    async (request, reply) => {
      const entry = request.params.id as EntryId
      const who = request.session?.who ?? ''
      const done = await erasing.erase(entry, who, request.body.reason as EraseReason)
      if (!done.ok) return refuse(request, reply, statusOf(done.fault), done.fault)
      log.info({ part: 'dashboard', entry, who, act: 'erase-buyer' }, 'act of a person recorded')
      return shown(done.value, today())
    },
  )
}

const statusOf = ({ code }: Fault): number =>
  code === 'DASHBOARD_NO_BUYER' ? 404 : code === 'BUYER_KEPT' || code === 'LEDGER_NOT_ERASABLE' ? 409 : 503

const shown = (documents: readonly BuyerDocument[], today: string) => ({
  documents: documents.map(({ fact, role, at, erased, from }) => ({
    ...{ fact, role, at: factTime(at) },
    state: erased ? ('erased' as const) : from === undefined || from <= today ? ('free' as const) : ('kept' as const),
    ...(from === undefined ? {} : { from }),
  })),
})
