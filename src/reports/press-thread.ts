import { parentPort } from 'node:worker_threads'
import type { Job } from './press.ts'

const make = async (job: Job): Promise<Uint8Array> => {
  if (job.kind === 'xlsx') return (await import('./xlsx.ts')).writeWorkbook(job.workbook)
  return (await import('./invoice-pdf.ts')).pdf(job.sheet, job.width, job.fonts)
}

// What goes wrong here ends the thread, and with it the job.
parentPort?.on('message', (job: Job) => {
  void make(job).then((bytes) => parentPort?.postMessage(bytes))
})
