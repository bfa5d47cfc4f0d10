import type { JSX } from 'preact'
import type { Level } from '../../domain/board.ts'
import { fresh } from './state.ts'

/** Six outlines that differ without colour and at 16 px (dashboard 1, rule 9). The word beside them is for ears, too. */
export function Sign({ level, size = 24 }: { level: Level; size?: number }): JSX.Element {
  return (
    <svg class={`sign sign-${level}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {OUTLINES[level]}
    </svg>
  )
}

const OUTLINES: Readonly<Record<Level, JSX.Element>> = {
  ok: (
    <>
      <circle cx="12" cy="12" r="11" class="fill" />
      <path d="m6.5 12.5 3.7 3.8 7.3-8.1" class="mark" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="9.5" class="line" />
      <path d="M12 11v6.2M12 6.6v1.6" class="drawn" />
    </>
  ),
  warning: (
    <>
      <path d="M12 1.5 23.5 22H.5z" class="fill" />
      <path d="M12 9v6M12 17.4v2" class="mark" />
    </>
  ),
  serious: (
    <>
      <path d="M12 .5 23.5 12 12 23.5.5 12z" class="fill" />
      <path d="M12 6.5v7M12 15.8v2" class="mark" />
    </>
  ),
  critical: (
    <>
      <path d="M6.5 1h11l6 11-6 11h-11L.5 12z" class="fill" />
      <path d="M12 5.5v8.4M12 16.4v2.2" class="mark" />
    </>
  ),
  unknown: (
    <>
      <path d="M1.5 1.5h21v21h-21z" class="line" />
      <path d="m2 9 7-7M2 16 16 2M2 22 22 2M9 22 22 9M16 22l6-6" class="hatch" />
      <path d="M9 9.4c.2-3.6 6-3.4 6 0 0 2-3 2.3-3 4.6M12 16.4v2" class="drawn heavy" />
    </>
  ),
}

const ICONS = {
  today: 'M3 4h18v17H3zM3 9h18M8 2v4M16 2v4',
  invoices: 'M5 2h14v20l-3.5-2.3L12 22l-3.5-2.3L5 22zM8.5 7h7M8.5 11h7M8.5 15h4',
  inbox: 'M3 13 6 4h12l3 9v7H3zM3 13h5l1.5 3h5L16 13h5',
  buyer: 'M12 12a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M3.5 21c1-4.5 4.5-6 8.5-6s7.5 1.5 8.5 6',
  close: 'M4 4h16v17H4zM8 2v4M16 2v4M8 13l3 3 5-6',
  reports: 'M4 21V3M4 21h17M8 21v-7M12.5 21V8M17 21v-10',
  rules: 'M12 3v18M7 21h10M4 7h16M4 7l-2.5 7h5zM20 7l-2.5 7h5z',
  more: 'M4 12h2M11 12h2M18 12h2',
  language: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20M2 12h20M12 2c5.5 6 5.5 14 0 20-5.5-6-5.5-14 0-20',
  leave: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
} as const

export type IconName = keyof typeof ICONS
export const Icon = ({ name }: { name: IconName }): JSX.Element => (
  <svg class="icon" width="22" height="22" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={ICONS[name]} />
  </svg>
)

/** How the authority stands to an invoice. The tick is drawn only for accepted (dashboard 1, rule 6). */
export const levelOfState = (state: string): Level => {
  if (state === 'acknowledged') return 'ok'
  if (state === 'held' || state === 'rejected') return 'serious'
  if (state === 'parked' || state === 'in-doubt') return 'warning'
  return 'info'
}

/** The same, while it may be claimed: old figures have no colour (dashboard 5.3). */
export const levelNow = (state: string): Level => (fresh.value === 'live' ? levelOfState(state) : 'unknown')
