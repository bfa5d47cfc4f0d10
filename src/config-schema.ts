import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false }
const Text = Type.String({ minLength: 1, maxLength: 400 })
const Port = Type.Integer({ minimum: 0, maximum: 65535 })
const Rate = Type.String({
  pattern: '^(0%|5%|8%|10%|KCT|KKKNT|KHAC:[0-9]{1,2}([.][0-9]{1,2})?%)$',
  examples: ['0%', '5%', '8%', '10%', 'KCT', 'KKKNT'],
})
/** Of a household's revenue: its percentages differ. */
const Industry = Type.Union([
  Type.Literal('goods'),
  Type.Literal('services'),
  Type.Literal('leasing'),
  Type.Literal('production'),
  Type.Literal('digital'),
  Type.Literal('other'),
])
const Unit = Type.String({ minLength: 1, maxLength: 50, examples: ['phần', 'ly', 'kg'] })
const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', examples: ['2026-11-21'] })

/** A secret is never written in the file: it is named. */
const Secret = Type.Object(
  {
    env: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', examples: ['TILLGATE_KEY'] })),
    file: Type.Optional(Text),
  },
  { ...strict, minProperties: 1, maxProperties: 1 },
)
const Tcp = Type.Object({ host: Text, port: Port, allow: Type.Optional(Type.Array(Text, { maxItems: 64 })) }, strict)
/** A register that serves its journal: we connect to it. */
const Connect = Type.Object({ host: Text, port: Type.Integer({ minimum: 1, maximum: 65535 }) }, strict)
const line = {
  path: Text,
  baud: Type.Optional(Type.Integer({ minimum: 300, maximum: 921_600 })),
  dataBits: Type.Optional(Type.Union([Type.Literal(7), Type.Literal(8)])),
  parity: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('even'), Type.Literal('odd')])),
  stopBits: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)])),
}
const Serial = Type.Object(line, strict)
/** `tap`: we only listen in; with a port, a second adapter listens to what the printer answers (register-capture 1). */
const SerialLink = Type.Object({ ...line, tap: Type.Optional(Type.Union([Type.Literal(true), Serial])) }, strict)
/** A watched folder or a growing file. `sameName`: what new content under a known name is (register-capture 8.4). */
const Files = Type.Object(
  { path: Text, sameName: Type.Optional(Type.Union([Type.Literal('revision'), Type.Literal('next')])) },
  strict,
)
const HeaderName = Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$', examples: ['X-Signature'] })
const FieldPath = Type.String({ pattern: '^([$][.])?[^.\\s]+([.][^.\\s]+)*$', examples: ['order.id'] })
/** The sales route; with a webhook its orders come there instead, signed. Where they name order and revision is said here. */
const Http = Type.Object(
  {
    webhook: Type.Optional(
      Type.Object(
        {
          secret: Secret,
          header: HeaderName,
          timestampHeader: Type.Optional(HeaderName),
          signed: Type.Optional(Type.Union([Type.Literal('body'), Type.Literal('timestamp.body')])),
          order: Type.Optional(FieldPath),
          revision: Type.Optional(FieldPath),
        },
        strict,
      ),
    ),
  },
  strict,
)
const Place = Type.Object(
  { code: Type.String({ pattern: '^[0-9A-Za-z]{1,5}$', examples: ['00001'] }), name: Text, address: Text },
  strict,
)

const Register = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Z][A-Z0-9]{1,11}$', examples: ['R017'] }),
    index: Type.Integer({ minimum: 0, maximum: 999 }),
    /** `C`: with code of the authority; `K`: without. */
    symbol: Type.String({ pattern: '^[CK][0-9]{2}M[A-Z]{2}$', examples: ['C26MAA', 'K26MAA'] }),
    driver: Text,
    /** What this driver lets a register say about itself; its README lists it. */
    settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** Its shop templates (`tillgate template learn`): one, or one for each kind of paper. */
    template: Type.Optional(Type.Union([Text, Type.Array(Text, { minItems: 1, maxItems: 10 })])),
    link: Type.Object(
      {
        tcp: Type.Optional(Tcp),
        connect: Type.Optional(Connect),
        serial: Type.Optional(SerialLink),
        file: Type.Optional(Files),
        http: Type.Optional(Http),
      },
      { ...strict, minProperties: 1, maxProperties: 1 },
    ),
    printer: Type.Optional(
      Type.Object(
        { tcp: Type.Optional(Type.Object({ host: Text, port: Port }, strict)), serial: Type.Optional(Serial) },
        { ...strict, minProperties: 1, maxProperties: 1 },
      ),
    ),
    /** A customer display beside it: a second witness for its totals. */
    witness: Type.Optional(
      Type.Object(
        { driver: Type.Optional(Text), tcp: Type.Optional(Tcp), serial: Type.Optional(Serial) },
        { ...strict, minProperties: 1, maxProperties: 2 },
      ),
    ),
    /** It cuts every paper: one without its cut is held. False: it need not. Absent: learned from its sales. */
    cuts: Type.Optional(Type.Boolean()),
    stamp: Type.Optional(Type.Union([Type.Literal('before-cut'), Type.Literal('slip'), Type.Literal('off')])),
    stampMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 5_000 })),
    location: Type.Optional(Place),
  },
  strict,
)

/** `tillgate.json` (contract section 3): the one place where its shape is written. Unknown keys are refused. */
export const ConfigSchema = Type.Object(
  {
    version: Type.Literal(1),
    country: Type.Literal('vn'),
    shop: Type.Object(
      {
        taxCode: Type.String({
          pattern: '^([0-9]{10}|[0-9]{10}-[0-9]{3}|[0-9]{12})$',
          examples: ['0199999014', '0199999014-001', '001099000001'],
        }),
        name: Text,
        address: Text,
        phone: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
        form: Type.Union([Type.Literal(1), Type.Literal(2)]),
        /** Needed as soon as invoices with code are issued. */
        codeBlock: Type.Optional(Type.String({ pattern: '^[0-9A-Z]{5}$', examples: ['A1B2C'] })),
        accepted: Type.Optional(Type.Object({ notice: Text, from: Day }, strict)),
        suspended: Type.Optional(
          Type.Object(
            {
              notice: Text,
              from: Type.String({ pattern: '^[0-9-]{10}T[0-9:]{8}[+]07:00$', examples: ['2026-11-21T12:00:00+07:00'] }),
            },
            strict,
          ),
        ),
        /** Serial numbers of the certificates the authority accepted, hex; `tillgate activate` writes them. */
        certificates: Type.Optional(
          Type.Array(Type.String({ pattern: '^[0-9A-Fa-f]{1,40}$', examples: ['5404FFFEB7033FB3'] }), { maxItems: 50 }),
        ),
        location: Type.Optional(Place),
        store: Type.Optional(Type.Object({ code: Type.String({ minLength: 1, maxLength: 50 }), name: Text }, strict)),
        /** The managing tax office and the place of signing, as notices of errors name them. */
        office: Type.Optional(
          Type.Object(
            {
              code: Type.String({ pattern: '^[0-9]{5}$', examples: ['10100'] }),
              name: Type.String({ minLength: 1, maxLength: 100 }),
            },
            strict,
          ),
        ),
        place: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
        industry: Type.Optional(Industry),
        /** The 20 % cut on sales invoices: taken off the bill, already in its prices, or not used. */
        cut: Type.Optional(Type.Union([Type.Literal('deduct'), Type.Literal('priceIncludesCut'), Type.Literal('off')])),
        /** A ticket of nothing waits for a person, or is invoiced like any other. */
        zeroTotal: Type.Optional(Type.Union([Type.Literal('hold'), Type.Literal('issue')])),
      },
      strict,
    ),
    rates: Type.Optional(
      Type.Object(
        {
          default: Type.Optional(Rate),
          /** Of goods where neither the paper nor the item gives one. */
          unit: Type.Optional(Unit),
          items: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  match: Text,
                  rate: Rate,
                  from: Type.Optional(Day),
                  to: Type.Optional(Day),
                  industry: Type.Optional(Industry),
                  unit: Type.Optional(Unit),
                  /** Bears no 20 % cut. */
                  noCut: Type.Optional(Type.Boolean()),
                },
                strict,
              ),
              { maxItems: 20_000 },
            ),
          ),
        },
        strict,
      ),
    ),
    prices: Type.Optional(Type.Union([Type.Literal('inclusive'), Type.Literal('exclusive')])),
    dashboard: Type.Optional(Type.Object({ host: Type.Optional(Text), port: Type.Optional(Port) }, strict)),
    /** The form for the buyer's own telephone: TLS only, on its own port; `name` is what the QR calls it. */
    buyerPage: Type.Optional(Type.Object({ host: Text, port: Port, cert: Text, key: Text, name: Type.Optional(Text) }, strict)),
    registers: Type.Array(Register, { minItems: 1, maxItems: 64 }),
    signer: Type.Object(
      {
        p12: Text,
        passphrase: Secret,
        sign: Type.Optional(Type.Union([Type.Literal('message'), Type.Literal('message+invoice')])),
      },
      strict,
    ),
    upstream: Type.Object(
      {
        transport: Text,
        url: Type.String({ pattern: '^https?://', examples: ['https://tvan.example'] }),
        username: Text,
        password: Secret,
        sender: Type.Optional(Type.String({ pattern: '^[A-Z]?[0-9]{10,13}$', examples: ['0199999014', 'V0199999014'] })),
        receiver: Type.Optional(
          Type.String({ pattern: '^([A-Z]?[0-9]{10,13}|TCT)$', examples: ['0100109106', 'V0100109106', 'TCT'] }),
        ),
        trust: Type.Optional(Type.Union([Text, Type.Array(Text)])),
        /** Message type of notices of errors, where the provider wants another than the usual one. */
        notice: Type.Optional(Type.Union([Type.Literal(300), Type.Literal(303)])),
      },
      strict,
    ),
    lookupUrl: Type.Optional(Type.String({ pattern: '^https?://', examples: ['https://tvan.example'] })),
    qr: Type.Optional(Type.Union([Type.Literal('invoice'), Type.Literal('link')])),
    lang: Type.Optional(Type.Union([Type.Literal('vi'), Type.Literal('en')])),
    logLevel: Type.Optional(
      Type.Union([Type.Literal('error'), Type.Literal('warn'), Type.Literal('info'), Type.Literal('debug')]),
    ),
    /** Further places for the newest head: a stick, a share. */
    anchors: Type.Optional(Type.Array(Text, { maxItems: 4 })),
    /** Where the key of what names a buyer lies, best on another medium; TILLGATE_BUYER_KEY goes before it. */
    buyerKey: Type.Optional(Text),
  },
  strict,
)

export type ConfigFile = Static<typeof ConfigSchema>
export type RegisterFile = ConfigFile['registers'][number]
