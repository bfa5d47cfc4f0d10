import { hostname } from 'node:os'
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { factTime } from '../domain/time.ts'
import { joiningOn } from './joining.ts'
import { takeLock } from './lock.ts'
import { killAt } from './points.ts'
import type { Batch, FromWriter, WriterStart } from './requests.ts'
import { openRoom, type Room } from './room.ts'

/** The thread that owns the single writing connection: takes what waits, one transaction, one flush, then answers. */
const { bell, ...start } = workerData as WriterStart & { readonly bell: SharedArrayBuffer }

/** A second and a batch are both bounded: nobody waits behind more than this many others. */
const MOST = 2_000

function run(port: MessagePort): void {
  killAt(start.points ?? process.env['TILLGATE_POINT'])
  const say = (message: FromWriter): void => port.postMessage(message)
  const lock = takeLock(start.dir, { pid: process.pid, host: hostname(), started: factTime(start.moment.at) })
  if ('code' in lock) {
    say({ what: 'refused', fault: lock })
    return
  }
  const opened = openRoom(start)
  if ('code' in opened) {
    lock.close()
    say({ what: 'refused', fault: opened })
    return
  }
  say({ what: 'opened', tip: opened.tip(), series: opened.series(), health: opened.health(), behind: opened.behind })
  let closing = false
  const joining = joiningOn(port, new Int32Array(bell), say, () => {
    closing = true
  })
  port.on('message', (first: Batch | 'close') => {
    const batches: Batch[] = []
    let count = 0
    for (let next: Batch | 'close' | undefined = first; next !== undefined; ) {
      if (next === 'close') closing = true
      else {
        batches.push(next)
        count += next.requests.length
      }
      next = count < MOST ? (receiveMessageOnPort(port)?.message as Batch | 'close' | undefined) : undefined
    }
    if (batches.length > 0) say(opened.work(batches, joining))
    if (closing) {
      clearInterval(watch)
      opened.close()
      lock.close()
      port.close()
    }
  })
  const watch = setInterval(() => look(opened, say), 2_000)
}

/** Space comes and goes without anyone asking. */
function look(room: Room, say: (message: FromWriter) => void): void {
  if (room.probe()) say({ what: 'health', health: room.health() })
}

if (parentPort) run(parentPort)
