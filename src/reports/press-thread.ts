import { parentPort, workerData } from 'node:worker_threads'
import type { Job } from './press.ts'

const make = async (job: Job): Promise<Uint8Array> => {
  if (job.kind === 'xlsx') return (await import('./xlsx.ts')).writeWorkbook(job.workbook)
  return (await import('./invoice-pdf.ts')).pdf(job.sheet, job.width, job.fonts)
}

parentPort?.postMessage(await make(workerData as Job))
