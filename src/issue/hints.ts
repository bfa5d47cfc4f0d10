import type { Board } from '../domain/board.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Draft } from '../domain/invoice.ts'

/** Told of each invoice: what the law lets the cashier say stands on the board until the next customer of that till. */
export function hintBoard(register: RegisterId, board: Board): (draft: Draft) => void {
  const part = `hint/${register}`
  let shown = false
  return ({ hints: [hint] = [] }) => {
    if (hint) board.set(part, { level: 'info', ...hint })
    else if (shown) board.clear(part)
    shown = hint !== undefined
  }
}
