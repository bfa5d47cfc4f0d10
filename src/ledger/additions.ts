import type { Database } from './sqlite.ts'

/** What the tables have gained since the first store was laid: every start lays what is missing, nothing is changed. */
const TABLES = `
-- Which invoice an invoice replaces or adjusts (R-070): a chain is found both ways without reading a fact.
CREATE TABLE IF NOT EXISTS correction (entry INTEGER PRIMARY KEY REFERENCES entry(key), how TEXT NOT NULL, form INTEGER NOT NULL,
  symbol TEXT NOT NULL, number INTEGER NOT NULL, date TEXT NOT NULL, cause INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS correction_of ON correction(form, symbol, number);
-- How it was paid, as the fact spells it: [["cash","155000"]].
CREATE TABLE IF NOT EXISTS tender (entry INTEGER PRIMARY KEY REFERENCES entry(key), paid TEXT NOT NULL) STRICT;
-- The same content in a mended encoding (R-079); the bytes that were sealed first are no row of it.
CREATE TABLE IF NOT EXISTS revision (fact INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entry(key), revision INTEGER NOT NULL,
  digest TEXT NOT NULL, UNIQUE (entry, revision)) STRICT;

-- Notices to the authority that are no invoice (R-071, R-078), and the message that carries each.
CREATE TABLE IF NOT EXISTS notice (key INTEGER PRIMARY KEY, fact INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
  since INTEGER NOT NULL, message INTEGER UNIQUE REFERENCES message(key), fault TEXT, reference TEXT) STRICT;
CREATE INDEX IF NOT EXISTS notice_open ON notice(state, key) WHERE state IN ('queued', 'pushed', 'in-doubt', 'taken');
CREATE TABLE IF NOT EXISTS notice_invoice (notice INTEGER NOT NULL REFERENCES notice(key), place INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES entry(key), PRIMARY KEY (notice, place)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notice_invoice_entry ON notice_invoice(entry);

-- What a buyer agreed to or was told of, by the name of the correction it was for: asked again it is the same.
CREATE TABLE IF NOT EXISTS agreement (name TEXT PRIMARY KEY, fact INTEGER NOT NULL) STRICT;

-- Letters of the authority, by the id they came with: fetched again each is the same.
CREATE TABLE IF NOT EXISTS letter (id TEXT PRIMARY KEY, fact INTEGER NOT NULL) STRICT;

-- Keys that documents of buyers were encrypted under: which of them is gone is known without looking at the documents.
CREATE TABLE IF NOT EXISTS buyer_key (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;

-- Names of documents handed over at a desk (#name, see domain/desk.ts), and apart from them where a file link resumes.
CREATE INDEX IF NOT EXISTS resume_named ON resume(register, cursor) WHERE substr(cursor, 1, 1) = '#';
CREATE INDEX IF NOT EXISTS resume_place ON resume(register, entry) WHERE substr(cursor, 1, 1) <> '#';
-- Reports read a few facts a day, not all of them.
CREATE INDEX IF NOT EXISTS fact_reported ON fact(kind, at) WHERE kind IN ('day.closed', 'register.closed', 'day.reconciled', 'number.voided');
CREATE INDEX IF NOT EXISTS exchange_at ON exchange(at);
`

const VIEWS = `
CREATE VIEW IF NOT EXISTS v_correction AS SELECT c.how, c.cause, c.form AS original_form, c.symbol AS original_symbol,
  c.number AS original_number, c.date AS original_date, i.form, i.symbol, i.number, i.pay, i.fact FROM correction c JOIN invoice i ON i.entry = c.entry;
`

const GROWING = ['correction', 'tender', 'revision', 'notice_invoice', 'agreement', 'letter', 'buyer_key']

/** Law 4 inside the file, as for the first tables. A notice moves until it is accepted or refused. */
function triggers(): string {
  const refuse = (name: string, when: string, text: string): string =>
    `CREATE TRIGGER IF NOT EXISTS ${name} BEFORE ${when} BEGIN SELECT RAISE(ABORT, '${text}'); END;`
  return [
    ...GROWING.flatMap((table) => [
      refuse(`${table}_no_update`, `UPDATE ON ${table}`, `${table} only grows`),
      refuse(`${table}_no_delete`, `DELETE ON ${table}`, `${table} only grows`),
    ]),
    refuse('notice_no_delete', 'DELETE ON notice', 'notice stays'),
    refuse(
      'notice_final',
      `UPDATE ON notice WHEN OLD.state IN ('accepted', 'refused') OR OLD.name IS NOT NEW.name OR OLD.fact IS NOT NEW.fact`,
      'a notice that was judged stays as it is',
    ),
  ].join('\n')
}

/**
 * For a store that an older program left on a disk nobody can write to: the same tables, empty, in memory. What is asked of
 * them is then answered as it was: nothing was corrected, nothing was locked.
 */
export function standIns(db: Database): void {
  for (const [text = '', table = ''] of TABLES.matchAll(/CREATE TABLE IF NOT EXISTS (\w+)[^;]*;/g))
    if (!db.sql('SELECT 1 AS it FROM sqlite_schema WHERE name = ?').get(table))
      db.exec(text.replace('CREATE TABLE IF NOT EXISTS', 'CREATE TEMP TABLE').replace(/ REFERENCES \w+\(key\)/g, ''))
}

/** Run at each start of the writer. */
export const additionsText = (): string => `${TABLES}${triggers()}${VIEWS}`
