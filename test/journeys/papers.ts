import { once } from 'node:events'
import { connect } from 'node:net'
import { dots, minute } from '../../simulators/register/figures.ts'
import { cell, type Ticket, ticket } from '../../simulators/register/ticket.ts'
import type { Instant } from '../../src/domain/time.ts'

/** Pieces of a thing at a price; a negative count came back. */
export type Bought = readonly [name: string, count: number, price: number]

const PAPER = 'escpos-80-utf8'
export const worthOf = (things: readonly Bought[]): bigint =>
  things.reduce((sum, [, count, price]) => sum + BigInt(count) * BigInt(price), 0n)

function head(title: string, number: string, at: Instant, of?: string): Ticket {
  const sheet = ticket(PAPER)
    .centre('QUÁN CÀ PHÊ MINH ANH', 'big')
    .centre('12 Nguyễn Trãi, P. Thanh Xuân, Hà Nội')
    .centre(title, 'bold')
    .line(`Số HĐ: ${number}`)
    .line(`Ngày: ${minute(at)}`)
  return of === undefined ? sheet : sheet.line(`Theo hóa đơn số: ${of}`)
}

/** A café's till: what was bought, or with a title and the earlier bill what came back. */
export function paperOf(
  number: string,
  at: Instant,
  things: readonly Bought[],
  { title = 'HÓA ĐƠN BÁN HÀNG', of }: { readonly title?: string; readonly of?: string } = {},
): Uint8Array {
  const sheet = head(title, number, at, of).rule()
  sheet.bold(cell('Đơn giá', 19) + cell('SL', 10) + cell('Thành tiền', -19)).rule()
  for (const [name, count, price] of things)
    sheet
      .line(name)
      .line(cell(dots(BigInt(price)), 19) + cell(String(count), 10) + cell(dots(BigInt(count) * BigInt(price)), -19))
  const total = dots(worthOf(things))
  return sheet.rule().pair('Tổng cộng:', total, 'bold').pair('Chuyển khoản:', total).end().bytes()
}

/** Says it to the register's port; resolves when the other side has heard all. */
export async function say(port: number, bytes: Uint8Array): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  socket.resume()
  await once(socket, 'connect')
  socket.end(bytes)
  await once(socket, 'end')
}
