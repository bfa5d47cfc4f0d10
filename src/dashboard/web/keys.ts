import { go } from './state.ts'

/** `/` searches, `g` and a letter goes to a page. A barcode scanner types faster than 30 ms a key: it is never obeyed. */
export function watchKeys(): void {
  let before = { key: '', at: 0 }
  addEventListener('keydown', (event) => {
    const gap = event.timeStamp - before.at
    const first = before.key
    before = { key: event.key, at: event.timeStamp }
    const typing = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
    if (typing || gap < 30 || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === '/') {
      event.preventDefault()
      go('/hoa-don')
      requestAnimationFrame(() => document.getElementById('q')?.focus())
    }
    const page =
      first === 'g' && gap < 2_000
        ? { h: '/', d: '/hoa-don', x: '/can-xu-ly', k: '/khach', c: '/chot-ngay', b: '/bao-cao', q: '/quy-dinh' }[event.key]
        : undefined
    if (page) go(page)
  })
}
