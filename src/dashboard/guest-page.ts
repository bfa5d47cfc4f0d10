import { createHash } from 'node:crypto'
import type { BuyerWarning } from '../domain/buyer.ts'
import type { Buyer } from '../domain/sale.ts'
import type { Lang, Words } from '../domain/words.ts'

/** What a guest may give of himself (R-022). */
export const FIELDS = [
  { field: 'taxCode', key: 'buyer.taxcode', max: 14, mode: 'numeric' },
  { field: 'name', key: 'buyer.name', max: 400, mode: 'text' },
  { field: 'address', key: 'buyer.address', max: 400, mode: 'text' },
  { field: 'personalId', key: 'buyer.id', max: 12, mode: 'numeric' },
  { field: 'phone', key: 'buyer.phone', max: 20, mode: 'tel' },
] as const satisfies readonly { field: keyof Buyer; key: string; max: number; mode: string }[]

const STYLE =
  'body{margin:0;padding:20px 16px 40px;background:#f6f5f0;color:#1c2521;font:18px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}main{max-width:520px;margin:auto}h1{font-size:22px;line-height:1.35}label{display:block;margin:14px 0 4px;font-weight:600}input{box-sizing:border-box;width:100%;min-height:52px;padding:8px 14px;border:1px solid #85908a;border-radius:10px;font:inherit}button{width:100%;min-height:56px;margin-top:22px;border:0;border-radius:10px;background:#0b5d45;color:#fff;font:inherit;font-weight:600}.doubt{margin:6px 0 0;padding:8px 12px;border-radius:8px;background:#fff1cc;color:#6b4500}.quiet{color:#55605a;font-size:16px}:focus-visible{outline:3px solid #0a4dff;outline-offset:2px}'
const HASH = createHash('sha256').update(STYLE).digest('base64')

/** No script, no picture, no frame, nothing kept by the telephone. */
export const GUEST_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=86400',
}

const safe = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

const page = (lang: Lang, title: string, body: string): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${safe(title)}</title><style>${STYLE}</style></head><body><main><h1>${safe(title)}</h1>${body}</main></body></html>`

/** The form; with doubts it asks once more and then takes what it gets (R-023). */
export function sheet(words: Words, lang: Lang, shop: string, buyer: Buyer, doubts: readonly BuyerWarning[]): string {
  const say = (key: string): string => safe(words.say(lang, key))
  const fields = FIELDS.map(({ field, key, max, mode }) => {
    const doubt = doubts.find((one) => one.field === field)
    return `<label for="${field}">${say(key)}</label><input id="${field}" name="${field}" maxlength="${max}" inputmode="${mode}" autocomplete="off" value="${safe(buyer[field] ?? '')}">${doubt ? `<p class="doubt" role="alert">${say(doubt.key)}</p>` : ''}`
  }).join('')
  const sure = doubts.length > 0 ? '<input type="hidden" name="sure" value="1">' : ''
  return page(
    lang,
    shop,
    `<p>${say('guest.ask')}</p><form method="post">${fields}${sure}<button>${say(doubts.length > 0 ? 'guest.sure' : 'guest.send')}</button></form><p class="quiet">${say('buyer.privacy')}</p>`,
  )
}

export const thanks = (words: Words, lang: Lang, shop: string): string =>
  page(
    lang,
    shop,
    `<p><b>${safe(words.say(lang, 'guest.thanks'))}</b></p><p class="quiet">${safe(words.say(lang, 'guest.then'))}</p>`,
  )
