import { parentPort } from 'node:worker_threads'
import type { Handed, Job } from './press.ts'
import type { Row } from './table.ts'

/** Rows of the workbook to come, by sheet. */
let waiting = new Map<number, Row[]>()

const make = async (job: Job): Promise<Uint8Array> => {
  if (job.kind === 'pdf') return (await import('./invoice-pdf.ts')).pdf(job.sheet, job.width, job.fonts)
  const rows = waiting
  waiting = new Map()
  const sheets = job.workbook.sheets.map((sheet, i) => ({ ...sheet, rows: rows.get(i) ?? [] }))
  return (await import('./xlsx.ts')).writeWorkbook({ ...job.workbook, sheets })
}

parentPort?.on('message', (handed: Handed) => {
  if (handed.kind === 'rows') {
    const before = waiting.get(handed.sheet) ?? []
    waiting.set(handed.sheet, before)
    before.push(...handed.rows)
    return
  }
  // What goes wrong here ends the thread, and with it the job.
  void make(handed).then((bytes) => parentPort?.postMessage(bytes))
})
