import { foldLetters } from '../../src/domain/fold.ts'

/** Vietnamese spelling as a grammar: onset, rhyme, tone. Enough to tell text from the same bytes misread. */

const ONSETS = 'ngh ng nh gh gi kh ph th tr ch qu b c d đ g h k l m n p r s t v x'.split(' ')

const RHYMES = new Set(
  [
    'a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây',
    'e ec em en eng eo ep et ê êch êm ên ênh êp êt êu',
    'i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu y ych ynh yt yêm yên yêng yêt yêu',
    'o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot',
    'ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ơng',
    'u ua uc ui um un ung uôc uôi uôm uôn uông uôt up ut uy uya uych uynh uyt uyên uyêt uyu uân uâng uât uây uê uêch uênh uơ',
    'ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu',
  ].flatMap((row) => row.split(' ')),
)

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g
const STOPPED = /(c|ch|p|t)$/

/** Lower-case word without its tone, and the tone (0 to 1 of them in a syllable). */
const withoutTone = (word: string): { readonly bare: string; readonly tones: string } => {
  const parts = word.normalize('NFD')
  return { bare: parts.replace(TONES, '').normalize('NFC'), tones: (parts.match(TONES) ?? []).join('') }
}

/** True for one Vietnamese syllable in any case, `ĐƯỜNG`, `quả`; the accents of a foreign alphabet fail. */
export function isSyllable(word: string): boolean {
  if (word.length > 9) return false
  const { bare, tones } = withoutTone(word.toLowerCase())
  if (tones.length > 1) return false
  // A stopped syllable is rising or heavy: `các`, `cạc`, never `càc`.
  if (STOPPED.test(bare) && tones !== '\u0301' && tones !== '\u0323') return false
  if (RHYMES.has(bare)) return true
  return ONSETS.some((onset) => bare.startsWith(onset) && RHYMES.has(bare.slice(onset.length))) || /^gi(n|ng|ch)?$/.test(bare)
}

const KEYWORDS =
  /hoa ?don|phieu|tong|thanh (toan|tien)|tien (mat|hang|thua|thoi|khach)|cong|total|bill|receipt|order|che bien|bao cao|ket ca|don gia|so luong|\bsl\b|\bban\b|thu ngan|ngay|giam/

/** A title, a total or another word that only receipts put there. */
export const hasKeyword = (text: string): boolean => KEYWORDS.test(foldLetters(text))
