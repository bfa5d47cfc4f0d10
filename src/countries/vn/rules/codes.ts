import { during, since } from './dated.ts'

/** `PBan` of documents and envelopes (einvoice-format 0). */
export const FORMAT = [
  during('2022-07-01', '2022-11-30', '1450/QĐ-TCT', '2.0.0'),
  during('2022-12-01', '2025-05-31', '1510/QĐ-TCT', '2.0.1'),
  during('2025-06-01', '2026-06-30', '1271/QĐ-CT', '2.1.0'),
  since('2026-07-01', '1233/QĐ-CT', '2.1.1'),
]

/** Message of a notice of errors: 1510 gave registers one of their own; 1233 is not known to keep it (einvoice-format 3, 10). */
export const NOTICE_MESSAGE = [
  during<300 | 303>('2022-07-01', '2022-11-30', '1450/QĐ-TCT', 300),
  during<300 | 303>('2022-12-01', '2026-06-30', '1510/QĐ-TCT', 303),
  since<300 | 303>('2026-07-01', '1233/QĐ-CT', 300),
]

/** Symbols, forms, codes and numbers. */
export const PATTERNS = {
  'symbol.own': [since('2022-07-01', 'TT 91/2026, Phụ lục I', /^[CK]\d{2}M[A-Z]{2}$/)],
  /** Of others: all types of invoices, and digits at the end as seen in practice. */
  'symbol.any': [since('2022-07-01', 'TT 91/2026, Phụ lục I', /^[CK]\d{2}[TDLMNBGHXF][0-9A-Z]{2}$/)],
  'symbol.form': [
    during('2022-07-01', '2026-06-30', 'TT 78/2021, Điều 4', /^[1-6]$/),
    since('2026-07-01', 'TT 91/2026, Phụ lục I', /^[1-9]$/),
  ],
  'code.block': [since('2022-12-01', '1510/QĐ-TCT', /^[0-9A-Z]{5}$/)],
  'code.register': [since('2022-12-01', '1510/QĐ-TCT', /^M[1-9]-\d{2}-[0-9A-Z]{5}-\d{11}$/)],
} as const

/** Highest number of a series in its year. */
export const LAST_NUMBER = [since('2022-07-01', 'NĐ 254/2026, Phụ lục II', 99_999_999)]
/** Years that documents are kept, counted from the end of the year they were made in. */
export const RETENTION = {
  'retention.years': [since('2022-07-01', 'Luật Kế toán 88/2015/QH13, Điều 41; NĐ 174/2016, Điều 13', 10)],
  /** What a buyer agreed to or was told before a correction: kept, but not used for bookkeeping itself. */
  'retention.agreement': [since('2022-07-01', 'Luật Kế toán 88/2015/QH13, Điều 41; NĐ 174/2016, Điều 12', 5)],
} as const
