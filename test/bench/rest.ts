import { setTimeout as sleep } from 'node:timers/promises'
import { authorityProcess, bareNode, place, startDaemon, usage } from './daemon.ts'
import { type Figure, figure, median } from './figure.ts'
import { sink } from './paper.ts'

/** How long it takes to get ready, and what it costs while nobody buys anything: one register, its printer, the provider. */
export async function restFigures(where: string, main: string, quick: boolean): Promise<Figure[]> {
  const bare = [await bareNode(), await bareNode(), await bareNode()]
  const printer = await sink()
  const authority = await authorityProcess(main)
  const at = await place({ main, where, printer: printer.port, authority: authority.url })
  const starts: number[] = []
  for (let i = 0; i < (quick ? 3 : 7); i++) {
    const daemon = await startDaemon(at)
    starts.push(daemon.startMs)
    await daemon.stop()
  }
  const daemon = await startDaemon(at)
  // What only the start needed is given back after ten seconds.
  await sleep(15_000)
  const [before, began] = [usage(daemon.pid), performance.now()]
  await sleep(quick ? 5_000 : 30_000)
  const after = usage(daemon.pid)
  const cpu = ((after.cpuMs - before.cpuMs) / (performance.now() - began)) * 100
  await daemon.stop()
  authority.stop()
  await printer.stop()
  const bareStart = median(bare.map(({ startMs }) => startMs))
  const worst = Math.max(...starts)
  return [
    figure(
      'start.ready',
      median(starts),
      'ms',
      bareStart,
      `limit: bare node; worst of ${starts.length}: ${Math.round(worst)}; must be 1500`,
    ),
    figure(
      'idle.memory',
      after.mib,
      'MiB',
      median(bare.map(({ mib }) => mib)),
      'resident; limit: bare node; must be 130, aim 85',
    ),
    figure('idle.cpu', cpu, '%', undefined, 'of one core; must be 1, aim 0.2'),
  ]
}
