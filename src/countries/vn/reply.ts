import { type Fault, fault } from '../../domain/fault.ts'
import { fold } from '../../domain/fold.ts'
import { asCivilDate, type CivilDate } from '../../domain/time.ts'
import { all, descendants, type Element, find, textAt, textOf } from './tree.ts'
import { verifies } from './verify-signature.ts'
import { clean } from './xml.ts'

/** What all papers of the authority have in common: notices (`TBao`), numbers, reasons, signatures (einvoice-format 4, 10, 12). */

/** The notices of a message, of its body alone, or one notice by itself, as providers hand them on. */
export const noticesIn = (root: Element): Element[] =>
  root.local === 'TBao' ? [root] : all(root.local === 'DLieu' ? root : find(root, 'DLieu'), 'TBao')

/** Form numbers (`MSo`) of what providers hand on without its envelope; spelled with and without accents. */
const FORMS: readonly (readonly [RegExp, number])[] = [
  [/tb-ktdl/, 204],
  [/tb-(ssdt|hdss)/, 301],
  [/tb-rsdt/, 302],
  [/tb-tndt/, 102],
  [/tb-dkdt/, 103],
  [/tb-nsd/, 108],
]

/** From the envelope; from the form or the shape of the notice where there is none. */
export function replyType(root: Element, notices: readonly Element[]): number | undefined {
  const told = textAt(root, 'TTChung/MLTDiep')
  if (/^-?\d{1,3}$/.test(told)) return Number(told)
  for (const notice of notices) {
    const form = fold(textAt(notice, 'DLTBao/MSo')).replaceAll(' ', '')
    const known = FORMS.find(([pattern]) => pattern.test(form))
    if (known) return known[1]
  }
  if (notices.some((notice) => find(notice, 'DLTBao/LTBao'))) return 204
  return notices.some((notice) => find(notice, 'TTTNhan')) ? 999 : undefined
}

/** Number and day of a paper: in `STBao`, or among its data as 102 and the papers before 2.1.0 have them. */
export function numberOf(notice: Element): { readonly number: string; readonly on?: CivilDate } {
  const either = (name: string): string => textAt(notice, `STBao/${name}`) || textAt(notice, `DLTBao/${name}`)
  const on = asCivilDate(either('NTBao').slice(0, 10))
  return { number: either('So'), ...(on ? { on } : {}) }
}

export interface Reason {
  readonly code: string
  readonly text: string
  readonly todo: string
}

export const reason = (element: Element): Reason => ({
  code: textAt(element, 'MLoi'),
  text: textAt(element, 'MTLoi') || textAt(element, 'MTa'),
  todo: textAt(element, 'HDXLy'),
})

/** The reasons below an element that say something, in whatever list of theirs they stand. */
export const reasonsIn = (element: Element | undefined): Reason[] =>
  element === undefined
    ? []
    : [...descendants(element)]
        .filter((one) => one.local === 'LDo' && /^DSLD/.test(one.parent?.local ?? ''))
        .map(reason)
        .filter(({ code, text }) => code !== '' || text !== '')

/** There is no public list of `MLoi`; a double number is known by its words only, and then a person decides. */
export function rejection(why: Reason): Fault {
  const words = fold(why.text)
  const double = why.code === DUPLICATE || /(?<!không )\btrùng\b(?! khớp)/i.test(why.text) || UNACCENTED.test(words)
  return fault(double ? 'DELIVERY_REJECTED_DUPLICATE' : 'DELIVERY_REJECTED', shown(why))
}

/** Code of the authority's own validators (einvoice-format 4.2), and the word without accents, where it is no name. */
const DUPLICATE = '80001'
const UNACCENTED = /(?<!khong )\btrung (so|ma|hoa don)\b|\bda ton tai\b|\bduplicate\b/

export const isDoubleMessage = ({ code, text }: Reason): boolean =>
  code === DUPLICATE || /\b(trung (ma )?thong diep|(thong diep|ma giao dich).* da ton tai|duplicate)\b/.test(fold(text))

/** Words for people. Long digit runs may be a buyer's tax or personal number. */
export const shown = (why: Reason | undefined): Record<string, string> => ({
  code: why?.code || '?',
  text: tidy(why?.text ?? '').replace(/^\d\s*;[^;]*;[^;]*;\s*/, ''),
  todo: tidy(why?.todo ?? '').replace(/([^.!?])$/, '$1.'),
})

export const tidy = (text: string): string =>
  clean(text)
    .slice(0, 255)
    .replace(/\d{9,}/g, '***')

/** `trust`: certificates (DER) one of which must have signed; without, a signature that is there must be whole. */
export function signedBy(notice: Element, trust: readonly Uint8Array[] | undefined): boolean {
  const data = find(notice, 'DLTBao')
  const signatures = all(find(notice, 'DSCKS/CQT'), 'Signature')
  if (signatures.length === 0) return trust === undefined
  return data !== undefined && textOf(data) !== '' && signatures.every((signature) => verifies(signature, data, trust))
}
