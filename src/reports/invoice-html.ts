import { createHash } from 'node:crypto'
import qrcode from 'qrcode'
import type { Paper } from './invoice-sheet.ts'

const A4 = `@page{size:A4;margin:14mm}main{max-width:182mm}table.lines th,table.lines td{border:1px solid #000;padding:2px 5px}
.code,.copy,.when{text-align:center}table.sums{margin-left:auto}table.sums td{padding:1px 0 1px 24px}.qr{width:32mm;float:right}`
const NARROW = `@page{size:80mm auto;margin:3mm}main{max-width:74mm;font-size:12px}h1{font-size:14px}.seller{text-align:center}
table.lines th,table.lines td{padding:1px 2px}table.lines tr.more td{border-bottom:1px dotted #000}table.sums{width:100%}.qr{width:44mm;margin:6px auto}.lookup{text-align:center}`
const COMMON = `*{box-sizing:border-box}body{margin:0;background:#fff;color:#000;font:14px/1.5 "Noto Sans","DejaVu Sans","Segoe UI",Roboto,sans-serif}
main{margin:0 auto;padding:4mm 0}h1{font-size:18px;line-height:1.4;margin:0;text-align:center}p{margin:2px 0;overflow-wrap:anywhere}table{border-collapse:collapse}
table.lines{width:100%;margin:8px 0}th{text-align:left}.r{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.copy{font-weight:700;font-size:1.2em;text-align:center}
.total td{font-weight:700;font-size:1.15em}.qr svg{display:block;width:100%;height:auto}.seller b{font-size:1.1em}`

/**
 * The invoice as one file without scripts and without anything from outside: it opens as well from a stick as from the
 * screen. Its style is named in `csp` by digest.
 */
export function html(paper: Paper, width: 'a4' | '80'): { readonly text: string; readonly csp: string } {
  const style = `${COMMON}\n${width === 'a4' ? A4 : NARROW}`
  const digest = createHash('sha256').update(style).digest('base64')
  const parts = width === 'a4' ? wide(paper) : narrow(paper)
  return {
    text: `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${esc(
      `${paper.series} ${paper.number}`,
    )}</title><style>${style}</style></head><body><main>${parts}</main></body></html>`,
    csp: `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}

const wide = (paper: Paper): string =>
  [
    heading(paper),
    `<p class="when">${esc(paper.at)}</p>`,
    ...(paper.code === undefined ? [] : [`<p class="code">${esc(paper.code)}</p>`]),
    `<p class="r">${esc(paper.series)}</p><p class="r">${esc(paper.number)}</p>`,
    ...legend(paper),
    `<div class="seller"><p><b>${esc(paper.seller)}</b></p>${paper.sellerLines.map(p).join('')}${p(paper.register)}</div>`,
    p(paper.buyer),
    p(paper.payment),
    wideLines(paper),
    sums(paper),
    p(paper.words),
    `<div class="qr">${square(paper.qr)}</div>`,
    ...paper.lookup.map(p),
  ].join('')

const narrow = (paper: Paper): string =>
  [
    `<div class="seller"><p><b>${esc(paper.seller)}</b></p>${paper.sellerLines.map(p).join('')}</div>`,
    heading(paper),
    p(`${paper.series} · ${paper.number}`),
    ...(paper.code === undefined ? [] : [p(paper.code)]),
    p(paper.at),
    p(paper.register),
    ...legend(paper),
    narrowLines(paper),
    sums(paper),
    p(paper.words),
    p(paper.payment),
    p(paper.buyer),
    `<div class="qr">${square(paper.qr)}</div>`,
    `<div class="lookup">${paper.lookup.map(p).join('')}</div>`,
  ].join('')

const heading = ({ title, copy }: Paper): string =>
  `<h1>${title.map(esc).join('<br>')}</h1>${copy === undefined ? '' : `<p class="copy">${esc(copy)}</p>`}`
const legend = (paper: Paper): string[] => (paper.legend === undefined ? [] : [`<p><b>${esc(paper.legend)}</b></p>`])

function wideLines({ heads, lines, rated }: Paper): string {
  const discounts = lines.some(({ discount }) => discount !== '')
  const head = [
    cell(heads.n, 'r', 'th'),
    cell(heads.name, '', 'th'),
    cell(heads.unit, '', 'th'),
    cell(heads.quantity, 'r', 'th'),
    cell(heads.price, 'r', 'th'),
    ...(discounts ? [cell(heads.discount, 'r', 'th')] : []),
    cell(heads.amount, 'r', 'th'),
    ...(rated ? [cell(heads.rate, 'r', 'th')] : []),
  ]
  const rows = lines.map((line, i) => [
    cell(String(i + 1), 'r'),
    cell(line.name),
    cell(line.unit),
    cell(line.quantity, 'r'),
    cell(line.price, 'r'),
    ...(discounts ? [cell(line.discount, 'r')] : []),
    cell(line.amount, 'r'),
    ...(rated ? [cell(line.rate, 'r')] : []),
  ])
  return `<table class="lines"><thead><tr>${head.join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.join('')}</tr>`).join('')}</tbody></table>`
}

const narrowLines = ({ lines, heads }: Paper): string =>
  `<table class="lines"><tbody>${lines
    .map(
      (line) =>
        `<tr><td colspan="2">${esc(line.name)}</td></tr><tr class="more"><td>${esc(counted(line, heads.discount))}</td>${cell(line.amount, 'r')}</tr>`,
    )
    .join('')}</tbody></table>`

/** `2 bát × 55.556  8%` */
export const counted = ({ quantity, unit, price, rate, discount }: Paper['lines'][number], discountWord: string): string =>
  [
    quantity === '' ? '' : `${[quantity, unit].filter(Boolean).join(' ')}${price === '' ? '' : ` × ${price}`}`,
    rate,
    discount === '' ? '' : `${discountWord} ${discount}`,
  ]
    .filter(Boolean)
    .join('  ')

const sums = ({ sums, total }: Paper): string =>
  `<table class="sums"><tbody>${sums.map(([label, amount]) => `<tr>${cell(label)}${cell(amount, 'r')}</tr>`).join('')}<tr class="total">${cell(total[0])}${cell(total[1], 'r')}</tr></tbody></table>`

const p = (text: string): string => `<p>${esc(text)}</p>`
const cell = (text: string, name = '', tag: 'td' | 'th' = 'td'): string =>
  `<${tag}${name === '' ? '' : ` class="${name}"`}>${esc(text)}</${tag}>`

/** Texts of a receipt are anybody's: they stay text, and marks that turn the reading direction are left out (W10). */
const esc = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, ' ')
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** Dark squares of a QR, row by row. */
export function modules(text: string): { readonly size: number; readonly dark: readonly (readonly [x: number, y: number])[] } {
  const { modules } = qrcode.create(text === '' ? ' ' : text, { errorCorrectionLevel: 'M' })
  const dark: [number, number][] = []
  for (let y = 0; y < modules.size; y++) for (let x = 0; x < modules.size; x++) if (modules.get(y, x)) dark.push([x, y])
  return { size: modules.size, dark }
}

/** With the quiet zone of four modules that a camera needs. */
function square(text: string): string {
  const { size, dark } = modules(text)
  const path = dark.map(([x, y]) => `M${x + 4} ${y + 4}h1v1h-1z`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size + 8} ${size + 8}" shape-rendering="crispEdges" role="img" aria-label="QR"><path d="${path}"/></svg>`
}
