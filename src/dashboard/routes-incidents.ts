import { type Static, Type } from 'typebox'
import type { Fault } from '../domain/fault.ts'
import { INCIDENT_CAUSES, type Incident, type Incidents, type Proof } from '../domain/incident.ts'
import { type CivilDate, factTime, type Instant, readTime } from '../domain/time.ts'
import type { Door } from './door.ts'
import { keptHeaders } from './kept-file.ts'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import { EvidenceFile, FILE_TYPES } from './shapes-correct.ts'

const strict = { additionalProperties: false } as const
const Minute = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$', description: 'local time' })
const proof = {
  note: Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S' }),
  announcement: Type.Optional(
    Type.String({ minLength: 1, maxLength: 60, description: 'number of the announcement of the authority' }),
  ),
  file: Type.Optional(EvidenceFile),
}
const Proved = Type.Object(proof, strict)
const Reported = Type.Object(
  { cause: Type.Enum([...INCIDENT_CAUSES]), from: Minute, to: Type.Optional(Minute), ...proof },
  strict,
)
const Ended = Type.Object({ to: Minute }, strict)
const Id = Type.Object({ id: Type.String({ pattern: '^[a-z]+-[0-9a-z-]{1,40}$' }) })
const ProofId = Type.Object({ ...Id.properties, fact: Type.String({ pattern: '^[1-9]\\d{0,14}$' }) })
const Named = Type.Object({ id: Type.String() })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Days = Type.Object({ from: Day, to: Day }, strict)
const List = Type.Object({
  rows: Type.Array(
    Type.Object({
      id: Type.String(),
      cause: Type.String(),
      began: Type.String(),
      ended: Type.Optional(Type.String()),
      who: Type.Optional(Type.String({ description: 'absent: recorded by the gateway itself' })),
      affected: Type.Integer({ description: 'invoices issued while it lasted, or unfiled when it began' }),
      grace: Type.Optional(Type.String({ description: 'the last day on which filing is no fault of the shop (R-039)' })),
      proofs: Type.Array(
        Type.Object({
          fact: Type.Integer({ description: 'the fact that commits to it, by which its file is opened' }),
          at: Type.String(),
          note: Type.Optional(Type.String()),
          announcement: Type.Optional(Type.String()),
          file: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
})
export type IncidentJson = ReturnType<typeof shown>

/** What kept the shop from invoicing or filing in time, with its proof. */
export function routesIncidents(app: App, { log }: DashboardParts, incidents: Incidents, { refuse }: Door): void {
  const url = '/api/v1/incidents'
  const owner = { config: { may: ['owner'] } } as const
  const readers = { config: { may: ['owner', 'officer'] } } as const

  app.get(
    url,
    {
      ...readers,
      schema: { summary: 'incidents that lasted into these days, the newest first', querystring: Days, ...shapes.answers(List) },
    },
    async ({ query: { from, to } }) => ({ rows: (await incidents.list(from as CivilDate, to as CivilDate)).map(shown) }),
  )

  app.post(
    url,
    {
      ...owner,
      bodyLimit: 4 * 1024 * 1024,
      schema: {
        summary: 'a person records an incident, with its proof',
        body: Reported,
        response: { 201: Named, '4xx': shapes.Fault },
      },
    },
    async (request, reply) => {
      const { cause, from, to, ...rest } = request.body
      const who = request.session?.who ?? ''
      const times = { from: local(from), ...(to === undefined ? {} : { to: local(to) }) }
      const done = await incidents.report({ cause, ...times, proof: proofIn(rest) }, who)
      if (!done.ok) return refuse(request, reply, statusOf(done.fault), done.fault)
      log.info({ part: 'dashboard', who, act: 'incident', incident: done.value }, 'act of a person recorded')
      return reply.code(201).send({ id: done.value })
    },
  )

  app.post(
    `${url}/:id/proofs`,
    {
      ...owner,
      bodyLimit: 4 * 1024 * 1024,
      schema: {
        summary: 'more words or papers about an incident',
        params: Id,
        body: Proved,
        response: { 201: Named, '4xx': shapes.Fault },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const done = await incidents.prove(id, proofIn(request.body), request.session?.who ?? '')
      return done.ok ? reply.code(201).send({ id }) : refuse(request, reply, statusOf(done.fault), done.fault)
    },
  )

  app.get(
    `${url}/:id/proofs/:fact`,
    {
      ...readers,
      // Each look is a fact: asking for the headers alone is none.
      exposeHeadRoute: false,
      schema: {
        summary: 'the file of a proof; that it was opened is a fact',
        params: ProofId,
        produces: [...FILE_TYPES],
        ...shapes.answers(shapes.Text),
      },
    },
    async (request, reply) => {
      const { id, fact } = request.params
      const found = await incidents.open(id, Number(fact), request.session?.who ?? '')
      if (!found.ok) return refuse(request, reply, statusOf(found.fault), found.fault)
      return reply.headers(keptHeaders(found.value)).send(Buffer.from(found.value.bytes))
    },
  )

  app.post(
    `${url}/:id/end`,
    { ...owner, schema: { summary: 'an incident is over', params: Id, body: Ended, ...shapes.answers(Named) } },
    async (request, reply) => {
      const { id } = request.params
      const done = await incidents.end(id, local(request.body.to), request.session?.who ?? '')
      return done.ok ? { id } : refuse(request, reply, statusOf(done.fault), done.fault)
    },
  )
}

const local = (minute: string): Instant => readTime(`${minute}:00.000+07:00`)

const proofIn = ({ note, announcement, file }: Static<typeof Proved>): Proof => ({
  note,
  ...(announcement === undefined ? {} : { announcement }),
  ...(file ? { file: { name: file.name, type: file.type, bytes: Buffer.from(file.content, 'base64') } } : {}),
})

const STATUS: Readonly<Record<string, number>> = {
  INCIDENT_UNKNOWN: 404,
  INCIDENT_NO_FILE: 404,
  INCIDENT_ERASED: 404,
  INCIDENT_TIMES: 422,
  INCIDENT_OVER: 409,
}
const statusOf = ({ code }: Fault): number => STATUS[code] ?? 503

const shown = ({ id, cause, began, ended, who, affected, grace, proofs }: Incident) => ({
  ...{ id, cause, affected, began: factTime(began) },
  ...(ended === undefined ? {} : { ended: factTime(ended) }),
  ...(who === undefined ? {} : { who }),
  ...(grace === undefined ? {} : { grace: String(grace) }),
  proofs: proofs.map(({ at, ...rest }) => ({ at: factTime(at), ...rest })),
})
