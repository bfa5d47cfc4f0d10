import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Figure } from './figure.ts'

/** Bit 21 of leaf 7, EBX (AVX-512 IFMA), taken from OpenSSL: `man OPENSSL_ia32cap`. */
const WITHOUT = ':~0x200000'

/** With these instructions RSA is twice as fast; the small processors beside tills (Atom, Celeron, N100) lack them. */
const hasIfma = (): boolean => {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8').includes('avx512ifma')
  } catch {
    return false
  }
}

/** A signature for each invoice once more, as on a processor without AVX-512. Nothing where this is one. */
export function plainCpuFigures(quick: boolean): Figure[] {
  const [, script] = process.argv
  if (!hasIfma() || script === undefined) return []
  const at = process.argv.indexOf('--work')
  const args = [
    ...process.execArgv,
    script,
    '--only',
    'issue',
    ...(at > 0 ? process.argv.slice(at, at + 2) : []),
    ...(quick ? ['--quick'] : []),
  ]
  const done = spawnSync(process.execPath, args, {
    env: { ...process.env, OPENSSL_ia32cap: WITHOUT },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (done.status !== 0) throw new Error(`the bench without AVX-512 ended with ${done.status}`)
  const { figures } = JSON.parse(done.stdout) as { figures: Figure[] }
  return figures
    .filter(({ name }) => name === 'issue.signature-each')
    .map((one) => ({ ...one, name: 'plain-cpu.signature-each', note: `OpenSSL without AVX-512; ${one.note}` }))
}
