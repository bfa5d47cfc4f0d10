import type { ProofFile } from '../domain/incident.ts'
import { FILE_TYPES } from './shapes-correct.ts'

/** How a file of each type ends that may be uploaded; the first one is given where it ends otherwise. */
const ENDINGS: Readonly<Record<(typeof FILE_TYPES)[number], readonly [string, ...string[]]>> = {
  'application/pdf': ['pdf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'application/xml': ['xml'],
  'text/plain': ['txt'],
}

/**
 * The headers under which a file that somebody uploaded leaves the box again: a picture is looked at, all else is saved, and
 * nothing of it may run here. It has no origin of ours (`sandbox`), and is called what it is, whatever name it came with.
 */
export function keptHeaders({ name, type }: Omit<ProofFile, 'bytes'>): Readonly<Record<string, string>> {
  const known = FILE_TYPES.find((one) => one === type)
  const how = known?.startsWith('image/') ? 'inline' : 'attachment'
  const safe = safeName(name, known ? ENDINGS[known] : ['bin'])
  return {
    'content-type': known ?? 'application/octet-stream',
    'content-disposition': `${how}; filename="${plain(safe)}"; filename*=UTF-8''${encoded(safe)}`,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    // By the HTML standard a sandboxed answer may not also ask for a window of its own; the link gives it one (noopener).
    'cross-origin-opener-policy': 'unsafe-none',
  }
}

/** Without what leaves a folder or turns the reading direction, and ending as its type does: `a.exe` is `a.exe.pdf`. */
function safeName(name: string, endings: readonly [string, ...string[]]): string {
  const clean = name
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}"%*/:;<>?\\|]+/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
  const ends = endings.some((ending) => clean.toLowerCase().endsWith(`.${ending}`))
  return ends ? clean : `${clean || 'file'}.${endings[0]}`
}

/** For a browser that knows no other letters: `thông báo.pdf` is `thong bao.pdf`. */
const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'D')
    .replace(/[^\x20-\x7e]/g, '_')

/** RFC 8187. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
