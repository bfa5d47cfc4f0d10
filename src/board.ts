import type { Board, BoardItem } from './domain/board.ts'
import type { Clock } from './domain/clock.ts'

/** How each part is right now. Nothing is remembered: facts are the memory. */
export function openBoard(clock: Clock): Board {
  const items = new Map<string, BoardItem>()
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    set(part, item) {
      const before = items.get(part)
      const same = before?.level === item.level && before.key === item.key
      if (same && JSON.stringify(before.values) === JSON.stringify(item.values) && before.todo === item.todo) return
      items.set(part, { ...item, since: same ? before.since : clock.now() })
      tell()
    },
    clear(part) {
      if (items.delete(part)) tell()
    },
    all: () => Object.fromEntries(items),
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
