import { ARROWS } from '../domain/entry.ts'

/** Raised when the shape of the tables changes; an older program refuses a newer store. */
export const SCHEMA = 1
/** `TLGT`: what the `file` program of an officer's machine can say of a copy. */
const APPLICATION = 0x544c4754

const TABLES = `
-- The story: the stored line is the hashed line (audit-pack 1.1). entry and message only find it again.
CREATE TABLE fact (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, entry INTEGER, message INTEGER,
  hash BLOB NOT NULL, line TEXT NOT NULL) STRICT;
CREATE INDEX fact_entry ON fact(entry) WHERE entry IS NOT NULL;
CREATE INDEX fact_message ON fact(message) WHERE message IS NOT NULL;

-- Exact bytes beside the fact that commits to them; "under" names the key they are encrypted with, none: plain.
-- key = fact * 8 + place of the role in frame, invoice, masked, message, answer, evidence.
CREATE TABLE document (key INTEGER PRIMARY KEY, fact INTEGER NOT NULL, role TEXT NOT NULL, under TEXT, salt BLOB NOT NULL,
  size INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE erasure (fact INTEGER NOT NULL, role TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (fact, role)) STRICT;

CREATE TABLE entry (key INTEGER PRIMARY KEY, register TEXT NOT NULL, sequence INTEGER NOT NULL, state TEXT NOT NULL,
  heard INTEGER NOT NULL, since INTEGER NOT NULL, due INTEGER, number INTEGER, message INTEGER REFERENCES message(key),
  refusals INTEGER NOT NULL DEFAULT 0, fault TEXT, why TEXT, reference TEXT, UNIQUE (register, sequence)) STRICT;
CREATE INDEX entry_open ON entry(state, key) WHERE state IN ('captured', 'held', 'pushed', 'in-doubt', 'rejected', 'parked');
CREATE INDEX entry_queue ON entry(due, number, key) WHERE state = 'queued' AND message IS NULL;
CREATE INDEX entry_sent ON entry(message) WHERE message IS NOT NULL AND state IN ('queued', 'pushed', 'in-doubt');
CREATE INDEX entry_heard ON entry(heard);

-- torn: 1 its stream broke off, 2 new content under the name of a file that was heard before, 4 a correction that was ordered.
CREATE TABLE frame (entry INTEGER PRIMARY KEY REFERENCES entry(key), fact INTEGER NOT NULL, discarded INTEGER NOT NULL,
  torn INTEGER NOT NULL) STRICT;
-- Where the file link of a register resumes: the last row counts.
CREATE TABLE resume (entry INTEGER PRIMARY KEY REFERENCES entry(key), register TEXT NOT NULL, cursor TEXT NOT NULL) STRICT;
CREATE INDEX resume_register ON resume(register, entry);

CREATE TABLE symbol (fact INTEGER PRIMARY KEY, form INTEGER NOT NULL, symbol TEXT NOT NULL, register TEXT NOT NULL,
  place INTEGER NOT NULL, block TEXT NOT NULL, scheme TEXT NOT NULL) STRICT;

CREATE TABLE invoice (entry INTEGER PRIMARY KEY REFERENCES entry(key), fact INTEGER NOT NULL, seller TEXT NOT NULL,
  form INTEGER NOT NULL, symbol TEXT NOT NULL, number INTEGER NOT NULL, code TEXT, at INTEGER NOT NULL, due INTEGER NOT NULL,
  pay INTEGER NOT NULL, rates TEXT NOT NULL, digest TEXT NOT NULL, stamp TEXT NOT NULL, UNIQUE (form, symbol, number)) STRICT;
CREATE UNIQUE INDEX invoice_code ON invoice(code) WHERE code IS NOT NULL;
CREATE INDEX invoice_at ON invoice(at);

CREATE TABLE message (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type INTEGER NOT NULL, fact INTEGER NOT NULL) STRICT;
CREATE TABLE content (message INTEGER NOT NULL REFERENCES message(key), place INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES entry(key), PRIMARY KEY (message, place)) STRICT, WITHOUT ROWID;
CREATE INDEX content_entry ON content(entry);
-- Attempts and answers, one row each; the last row of a message says how it stands, "before" how it stood before a push.
CREATE TABLE exchange (key INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES message(key), fact INTEGER,
  what TEXT NOT NULL, attempt INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, before TEXT, digest TEXT) STRICT;
CREATE INDEX exchange_message ON exchange(message, key);

CREATE TABLE incident (fact INTEGER PRIMARY KEY, id TEXT NOT NULL, what TEXT NOT NULL, cause TEXT NOT NULL, at INTEGER NOT NULL,
  who TEXT) STRICT;
CREATE TABLE person_act (fact INTEGER PRIMARY KEY, who TEXT NOT NULL, what TEXT NOT NULL, entry INTEGER, why TEXT) STRICT;

-- Signed heads (audit-pack 2.2), and now and then the sums of the story so far, so that a start need not read all of it.
CREATE TABLE head (size INTEGER PRIMARY KEY, day TEXT, at INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TABLE mark (n INTEGER PRIMARY KEY, story TEXT NOT NULL) STRICT;
`

const VIEWS = `
CREATE VIEW v_invoice AS SELECT i.form, i.symbol, i.number, i.code, i.seller, strftime('%Y-%m-%dT%H:%M:%S', i.at / 1000 + 25200, 'unixepoch') || '+07:00' AS issued,
  date(i.at / 1000 + 25200, 'unixepoch') AS day, strftime('%Y-%m-%dT%H:%M:%S', i.due / 1000 + 25200, 'unixepoch') || '+07:00' AS due,
  i.pay, i.rates, e.state, e.register, printf('%s-%08d', e.register, e.sequence) AS entry, m.id AS message, e.reference, i.digest AS sha256, i.fact
  FROM invoice i JOIN entry e ON e.key = i.entry LEFT JOIN message m ON m.key = e.message;
CREATE VIEW v_queue AS SELECT form, symbol, number, code, issued, due, pay, state, register, entry, message FROM v_invoice
  WHERE state IN ('queued', 'pushed', 'in-doubt', 'rejected', 'parked') ORDER BY due, symbol, number;
CREATE VIEW v_day AS SELECT day, register, form, symbol, min(number) AS first_number, max(number) AS last_number, count(*) AS invoices,
  sum(pay) AS pay, sum(state = 'acknowledged') AS accepted, sum(state = 'rejected') AS rejected FROM v_invoice GROUP BY day, register, form, symbol;
CREATE VIEW v_gap AS SELECT form, symbol, after + 1 AS from_number, number - 1 AS to_number FROM (SELECT form, symbol, number,
  coalesce(lag(number) OVER (PARTITION BY form, symbol ORDER BY number), 0) AS after FROM invoice) WHERE number > after + 1;
CREATE VIEW v_incident AS SELECT o.id AS incident, o.cause, strftime('%Y-%m-%dT%H:%M:%S', o.at / 1000 + 25200, 'unixepoch') || '+07:00' AS opened,
  (SELECT strftime('%Y-%m-%dT%H:%M:%S', c.at / 1000 + 25200, 'unixepoch') || '+07:00' FROM incident c WHERE c.id = o.id AND c.what = 'closed') AS closed, o.who AS opened_by
  FROM incident o WHERE o.what = 'opened';
`

const GROWING = [
  'fact',
  'erasure',
  'frame',
  'resume',
  'symbol',
  'invoice',
  'message',
  'content',
  'exchange',
  'incident',
  'person_act',
  'head',
  'mark',
]

/** Law 4 inside the file: other programs that write to it meet the same refusals. */
function triggers(): string {
  const refuse = (name: string, when: string, text: string): string =>
    `CREATE TRIGGER ${name} BEFORE ${when} BEGIN SELECT RAISE(ABORT, '${text}'); END;`
  const growing = GROWING.flatMap((table) => [
    refuse(`${table}_no_update`, `UPDATE ON ${table}`, `${table} only grows`),
    refuse(`${table}_no_delete`, `DELETE ON ${table}`, `${table} only grows`),
  ])
  const arrows = Object.entries(ARROWS).flatMap(([from, to]) =>
    to.map((target) => `OLD.state = '${from}' AND NEW.state = '${target}'`),
  )
  const fixed = ['key', 'register', 'sequence', 'heard'].map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ')
  return [
    ...growing,
    refuse('document_no_update', 'UPDATE ON document', 'document never changes'),
    refuse(
      'document_erased_only',
      'DELETE ON document WHEN NOT EXISTS (SELECT 1 FROM erasure WHERE fact = OLD.fact AND role = OLD.role)',
      'a document goes only with its document.erased',
    ),
    refuse('entry_no_delete', 'DELETE ON entry', 'entry stays'),
    refuse('entry_fixed', `UPDATE ON entry WHEN ${fixed}`, 'identity of an entry stays'),
    refuse(
      'entry_arrow',
      `UPDATE OF state ON entry WHEN OLD.state IS NOT NEW.state AND NOT (${arrows.map((arrow) => `(${arrow})`).join(' OR ')})`,
      'no such arrow',
    ),
    refuse('entry_first', `INSERT ON entry WHEN NEW.state <> 'captured'`, 'an entry begins as captured'),
  ].join('\n')
}

/** The whole text, run once in a fresh file. */
export const schemaText = (): string =>
  `${TABLES}${triggers()}${VIEWS}PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${SCHEMA};`
