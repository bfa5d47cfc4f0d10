import type { Board } from './domain/board.ts'
import type { Log } from './domain/log.ts'
import type { OpenLedger } from './ledger/ledger.ts'

const PART = 'ledger/buyers'

/** Says while the key of what names a buyer is away; returns how to stop. Selling goes on meanwhile. */
export function watchBuyers(ledger: Pick<OpenLedger, 'buyers' | 'watch'>, board: Board, log: Log): () => void {
  const look = (): void => {
    const now = ledger.buyers()
    if (now.ok) {
      board.clear(PART)
      return
    }
    const { code } = now.fault
    log.error({ part: 'ledger', code }, 'documents of buyers lie under a key that is away')
    board.set(PART, { level: 'serious', key: `fault.${code}`, todo: `fault.${code}.hint` })
  }
  look()
  return ledger.watch(look)
}
