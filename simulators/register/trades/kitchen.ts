import { comma, minute } from '../figures.ts'
import type { Bill } from '../script.ts'
import { type Paper, ticket } from '../ticket.ts'

/** A ticket for the kitchen: dishes, no prices. */
export function kitchenTicket(paper: Paper, { basket, at, table }: Bill): Buffer {
  const sheet = ticket(paper)
    .centre('PHIẾU BẾP', 'big')
    .line(`Bàn: ${table}   Giờ: ${minute(at).slice(11)}`)
    .rule('=')
  for (const { name, qty } of basket.lines) sheet.line(`${comma(qty)}  ${name}`)
  return sheet.end().bytes()
}
