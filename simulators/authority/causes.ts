/**
 * The causes a correction may state (`LDDCTThe`, annex XVII of 1233) and what each makes of an invoice of a cash register.
 * 13 is the cause of ordinary wrong invoices; one of a cash register is only replaced, and says 14 (TT91 10.1.c, R-072).
 */
export const CAUSES: Readonly<Record<string, { readonly how: readonly ('replace' | 'adjust')[]; readonly source: string }>> = {
  1: { how: ['adjust'], source: 'TT91 10.5.a.1' },
  2: { how: ['adjust', 'replace'], source: 'TT91 10.5.a.2' },
  3: { how: ['adjust'], source: 'TT91 10.5.a.3' },
  4: { how: ['adjust'], source: 'TT91 10.5.b' },
  5: { how: ['adjust'], source: 'TT91 10.5.c.1' },
  6: { how: ['replace'], source: 'TT91 10.5.c.2' },
  7: { how: ['adjust'], source: 'TT91 10.5.c.3' },
  8: { how: ['adjust'], source: 'TT91 10.5.c.4' },
  9: { how: ['adjust'], source: 'TT91 10.5.d' },
  10: { how: ['adjust'], source: 'TT91 10.5.đ' },
  11: { how: ['adjust'], source: 'TT91 10.5.e' },
  12: { how: ['adjust', 'replace'], source: 'TT91 10.1.d' },
  13: { how: [], source: 'TT91 10' },
  14: { how: ['replace'], source: 'TT91 10.1.c' },
}
