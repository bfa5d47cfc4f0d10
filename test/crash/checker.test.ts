import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import t from 'tap'
import type { StoredDocument, StoredFact } from './chain.ts'
import { check, type Evidence, type Heard, type Issued } from './checker.ts'

/** A small true history, written by hand: four sales of one register, one of them sent twice, all filed in one message. */

const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest()
}
const hex = (bytes: Uint8Array | string): string => sha256(bytes).toString('hex')
const gateway = generateKeyPairSync('ed25519')
const raw = createPublicKey(gateway.privateKey).export({ type: 'spki', format: 'der' }).subarray(-32)
const ORIGIN = 'tillgate/0199999014/gwabc234/1'

type Told = readonly [kind: string, body: Record<string, unknown>]

function chain(told: readonly Told[]): StoredFact[] {
  let prev = '0'.repeat(64)
  return told.map(([kind, body], n) => {
    const line = JSON.stringify({ at: `2026-11-21T08:00:0${n % 10}.000+07:00`, body, kind, n, prev, run: 1, up: n, v: 1 })
    prev = sha256(Uint8Array.of(0), line).toString('hex')
    return { n, line, hash: prev }
  })
}
const node = (left: Buffer, right: Buffer): Buffer => sha256(Uint8Array.of(1), left, right)

/** The head over exactly six facts: the tree drawn out by hand. */
function headOver(facts: readonly StoredFact[]): string {
  const [a, b, c, d, e, f] = facts.slice(0, 6).map(({ hash }) => Buffer.from(hash, 'hex')) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ]
  const root = node(node(node(a, b), node(c, d)), node(e, f))
  const text = `${ORIGIN}\n6\n${root.toString('base64')}\n`
  const id = sha256(`${ORIGIN}\n`, Uint8Array.of(1), raw).subarray(0, 4)
  return `${text}\n— ${ORIGIN} ${Buffer.concat([id, sign(null, Buffer.from(text), gateway.privateKey)]).toString('base64')}\n`
}

const bill = (i: number): Buffer =>
  Buffer.from(`\x1b@QUAN MINH ANH\nSo HD: HD00000${i}\nCa phe ${'.'.repeat(40)} ${i}0.000\n\x1dV\x01`)
const entry = (i: number): string => `R017-0000000${i}`
const document = (i: number): string => `<HDon>${i}</HDon>`
const salt = Buffer.alloc(16, 7)
const doc = (bytes: Uint8Array) => ({ c: sha256(salt, bytes).toString('hex'), size: bytes.length })
const issuedFact = (i: number, number = i): Told => [
  'invoice.issued',
  {
    ...{ code: `M1-26-A1B2C-0170000000${number}`, doc: doc(Buffer.from(document(i))), entry: entry(i), form: 1, number },
    ...{ pay: `${i}0000`, symbol: 'C26MAA', time: `2026-11-21T08:00:0${i}+07:00` },
  },
]
const capturedFact = (i: number): Told => ['frame.captured', { doc: doc(bill(i)), entry: entry(i) }]
const stored = (fact: number, role: string, bytes: Uint8Array): StoredDocument => ({ fact, role, salt, bytes })
const invoice = (i: number): Issued => ({
  ...{ entry: entry(i), form: 1, symbol: 'C26MAA', number: i, code: `M1-26-A1B2C-0170000000${i}`, pay: i * 10_000 },
  ...{ time: `2026-11-21T08:00:0${i}+07:00`, sha256: hex(document(i)), digest: hex(document(i)) },
})
const filed = (i: number): Heard['invoices'][number] => ({
  ...{ form: 1, symbol: 'C26MAA', number: i, code: `M1-26-A1B2C-0170000000${i}`, sha256: hex(document(i)), verdict: 'accepted' },
})
const request = (mtdiep: string, sha: string, ...invoices: Heard['invoices'][number][]): Heard => ({
  ...{ kind: 'request', mtdiep, sha256: sha, invoices },
})

const opened: Told = ['chain.opened', { gateway: 'gwabc234', key: raw.toString('base64'), origin: ORIGIN }]
const closed: Told = ['day.closed', { day: '2026-11-20' }]
const story: readonly Told[] = [
  ...[opened, capturedFact(1), capturedFact(2), capturedFact(3), capturedFact(4), closed],
  ...[issuedFact(1), issuedFact(2), issuedFact(3), ['message.pushed', { doc: doc(Buffer.from('M')) }] as Told],
]

function history(): Evidence {
  const facts = chain(story)
  const sale = (i: number, counted = true) => ({
    ...{ register: 'R017', kind: 'sale', receiptNo: `HD00000${i}`, total: i * 10_000, bytes: bill(i), counted },
  })
  const frame = (i: number, of: number, state: string, why: string | null = null) => ({
    ...{ entry: entry(i), register: 'R017', state, why, torn: false, bytes: bill(of) },
  })
  return {
    printed: [sale(1, false), sale(1), sale(2), sale(3)],
    captured: [
      frame(1, 1, 'acknowledged'),
      frame(2, 2, 'acknowledged'),
      frame(3, 3, 'acknowledged'),
      frame(4, 1, 'set-aside', 'duplicate'),
    ],
    issued: [invoice(1), invoice(2), invoice(3)],
    messages: [{ id: 'A', sha256: hex('M') }],
    facts,
    heads: [{ size: 6, day: '2026-11-20', note: headOver(facts) }],
    documents: [
      stored(1, 'frame', bill(1)),
      stored(6, 'invoice', Buffer.from(document(1))),
      stored(9, 'message', Buffer.from('M')),
    ],
    authority: [request('A', hex('M'), filed(1), filed(2), filed(3)), request('A', hex('M'))],
    drained: true,
  }
}

t.test('a true history has nothing to say', async (t) => {
  t.same(check(history()), [])
  t.same(check({ ...history(), drained: false, authority: [] }), [], 'what is still pending is no fault')
  const torn = {
    ...history().captured[0],
    entry: 'R017-00000009',
    state: 'held',
    why: null,
    torn: true,
    bytes: bill(1).subarray(0, -5),
  }
  t.same(
    check({ ...history(), captured: [...history().captured, torn as Evidence['captured'][number]] }),
    [],
    'half a paper is held',
  )
})

const without = <T>(list: readonly T[], i: number): T[] => list.filter((_, at) => at !== i)
const changed = <T>(list: readonly T[], i: number, more: Partial<T>): T[] =>
  list.map((one, at) => (at === i ? { ...one, ...more } : one))

const cases: readonly (readonly [word: string, situation: string, change: (true_: Evidence) => Partial<Evidence>])[] = [
  [
    'LOST',
    'an acknowledged sale is not in the store',
    (h) => ({ captured: without(h.captured, 1), issued: without(h.issued, 1) }),
  ],
  [
    'LOST',
    'an acknowledged sale was cut short in the store',
    (h) => ({ captured: changed(h.captured, 1, { bytes: bill(2).subarray(0, 30) }) }),
  ],
  ['LOST', 'a sale stays held when all is over', (h) => ({ issued: without(h.issued, 2) })],
  ['LOST', 'an invoice was never filed', () => ({ authority: [request('A', hex('M'), filed(1), filed(2))] })],
  ['LOST', 'a number was given and its bytes are gone', (h) => ({ issued: without(h.issued, 0) })],
  ['LOST', 'a message went out that nobody stored', (h) => ({ messages: [], authority: h.authority })],
  ['DOUBLED', 'one sale became two invoices', (h) => ({ issued: changed(h.issued, 2, { entry: entry(4), pay: 10_000 }) })],
  [
    'DOUBLED',
    'a second copy is held instead of set aside',
    (h) => ({ captured: changed(h.captured, 3, { state: 'held', why: null }) }),
  ],
  ['DOUBLED', 'an invoice was accepted twice', (h) => ({ authority: [...h.authority, request('A', hex('M'), filed(3))] })],
  ['GAP', 'a number was passed over', () => ({ facts: chain([...story.slice(0, 7), issuedFact(3, 3), ...story.slice(9)]) })],
  ['GAP', 'an invoice stands in no fact', (h) => ({ issued: [...h.issued, invoice(4)] })],
  ['REUSED', 'a number was given twice', () => ({ facts: chain([...story.slice(0, 8), issuedFact(3, 2), story[9] ?? opened]) })],
  [
    'REUSED',
    'a filed invoice is not in the store any more',
    (h) => ({ authority: [...h.authority, request('A', hex('M'), filed(4))] }),
  ],
  [
    'REUSED',
    'a code stands on two invoices',
    (h) => ({
      authority: [request('A', hex('M'), filed(1), { ...filed(2), code: filed(1).code }, filed(3)), ...h.authority.slice(1)],
    }),
  ],
  ['ALTERED', 'the same message went out with other bytes', (h) => ({ authority: [...h.authority, request('A', hex('other'))] })],
  ['ALTERED', 'the stored message is another than was sent', () => ({ messages: [{ id: 'A', sha256: hex('other') }] })],
  [
    'ALTERED',
    'an invoice was filed with other bytes',
    () => ({ authority: [request('A', hex('M'), filed(1), { ...filed(2), sha256: hex('x') }, filed(3))] }),
  ],
  ['ALTERED', 'sealed bytes changed in the store', (h) => ({ issued: changed(h.issued, 0, { sha256: hex('x') }) })],
  ['ALTERED', 'the invoice has another sum than the paper', (h) => ({ issued: changed(h.issued, 1, { pay: 20_001 }) })],
  [
    'OUT-OF-ORDER',
    'a later number was filed first',
    () => ({ authority: [request('A', hex('M'), filed(1), filed(3)), request('A', hex('M'), filed(2))] }),
  ],
  [
    'OUT-OF-ORDER',
    'issue times run backwards',
    () => ({ facts: chain([...story.slice(0, 6), issuedFact(2, 1), issuedFact(1, 2), ...story.slice(8)]) }),
  ],
  [
    'BROKEN',
    'a fact was changed',
    (h) => ({ facts: changed(h.facts, 3, { line: (h.facts[3]?.line ?? '').replace('R017', 'R018') }) }),
  ],
  [
    'BROKEN',
    'a fact was changed together with its hash',
    (h) => {
      const line = (h.facts[3]?.line ?? '').replace('R017', 'R018')
      return { facts: changed(h.facts, 3, { line, hash: sha256(Uint8Array.of(0), line).toString('hex') }) }
    },
  ],
  [
    'BROKEN',
    'the whole story was written anew, but its head is signed',
    () => ({ facts: chain([opened, capturedFact(2), ...story.slice(2)]) }),
  ],
  ['BROKEN', 'a fact is missing', (h) => ({ facts: without(h.facts, 4) })],
  ['BROKEN', 'a closed day has no head', () => ({ heads: [] })],
  [
    'BROKEN',
    'the head was signed with another key',
    (h) => ({ heads: changed(h.heads, 0, { note: (h.heads[0]?.note ?? '').replace(/.{6}\n$/, 'AAAAA=\n') }) }),
  ],
  ['BROKEN', 'a kept document changed', (h) => ({ documents: changed(h.documents, 0, { bytes: bill(2) }) })],
]

for (const [word, situation, change] of cases)
  t.test(`${word}: ${situation}`, async (t) => {
    const found = check({ ...history(), ...change(history()) })
    t.ok(
      found.some((one) => one.word === word),
      `found ${JSON.stringify(found)}`,
    )
  })

t.test('every capital word is caught', async (t) => {
  t.same([...new Set(cases.map(([word]) => word))], ['LOST', 'DOUBLED', 'GAP', 'REUSED', 'ALTERED', 'OUT-OF-ORDER', 'BROKEN'])
})
