import type { Duplex } from 'node:stream'
import type { Connection } from '../domain/link.ts'

/** Bytes heard but not yet pulled; beyond it the source is paused and the till feels a slow printer. */
const MARK = 64 * 1024

/**
 * Bytes of a duplex, pulled; `end` settles no earlier than the last chunk is given out. A FIN is `closed`, a reset or
 * an unplugged cable is `torn`. A queue of its own and not the stream's: what came before a reset is kept.
 */
export function pulled(source: Duplex): { readonly chunks: AsyncIterable<Uint8Array>; readonly end: Promise<'closed' | 'torn'> } {
  const queue: Uint8Array[] = []
  let size = 0
  let how: 'closed' | 'torn' | undefined
  let wake = (): void => {}
  let settle: (how: 'closed' | 'torn') => void = () => {}
  const end = new Promise<'closed' | 'torn'>((resolve) => {
    settle = resolve
  })
  const over = (as: 'closed' | 'torn') => (): void => {
    how ??= as
    wake()
  }
  source.on('data', (chunk: Uint8Array) => {
    queue.push(chunk)
    size += chunk.length
    if (size > MARK) source.pause()
    wake()
  })
  source.on('end', over('closed'))
  source.on('close', over('torn'))
  // What an error means is told by `close`, which follows it.
  source.on('error', () => {})

  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = queue.shift()
      if (chunk) {
        size -= chunk.length
        if (size <= MARK && source.isPaused()) source.resume()
        yield chunk
      } else if (how) {
        settle(how)
        return
      } else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
  return { chunks: chunks(), end }
}

/** Writes, and waits while the other side is slow. False: the other side is gone. */
export function taken(sink: Duplex, bytes: Uint8Array): Promise<boolean> {
  if (sink.destroyed || !sink.writable) return Promise.resolve(false)
  if (bytes.length === 0 || sink.write(bytes)) return Promise.resolve(true)
  return new Promise((resolve) => {
    const settle = (well: boolean) => (): void => {
      sink.off('drain', drained)
      sink.off('close', gone)
      resolve(well)
    }
    const drained = settle(true)
    const gone = settle(false)
    sink.on('drain', drained)
    sink.on('close', gone)
  })
}

/** A connection over a duplex; a lost peer is told by `end`, never thrown. */
export function connectionOver(source: Duplex, closing: { close(): Promise<void>; abandon(): void }): Connection {
  return {
    ...pulled(source),
    write: async (bytes) => {
      await taken(source, bytes)
    },
    close: closing.close,
    abandon: closing.abandon,
  }
}
