/** Tills with layouts of their own: none of register-capture 9.4, with words nobody else uses. */
export interface Ticket {
  readonly no: number
  readonly goods: readonly { readonly name: string; readonly qty: number; readonly price: number }[]
  readonly off: number
  readonly given: number
}

const GOODS: readonly (readonly [string, number])[] = [
  ['Lẩu mắm', 180_000],
  ['Bia Sài Gòn', 15_000],
  ['Khô mực nướng', 95_000],
  ['Ba khía rang me', 70_000],
  ['Cơm trắng', 5_000],
  ['Trà đá', 3_000],
  ['Gỏi xoài cá sặc', 60_000],
  ['Rau muống xào', 35_000],
  ['Bia 333', 16_000],
]

/** The same ticket for the same number, whoever prints it. */
export function ticket(no: number): Ticket {
  let state = (no + 11) * 2_654_435_761
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  const goods = Array.from({ length: 2 + next(4) }, () => {
    const [name, price] = GOODS[next(GOODS.length)] ?? ['Trà đá', 3_000]
    return { name, price, qty: 1 + next(6) }
  })
  const off = no % 2 === 0 ? 10_000 : 0
  const sum = goods.reduce((n, g) => n + g.qty * g.price, 0)
  return { no, goods, off, given: (Math.floor((sum - off) / 100_000) + 1) * 100_000 }
}

export const totalOf = ({ goods, off }: Ticket): number => goods.reduce((n, g) => n + g.qty * g.price, 0) - off

const vnd = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '.')

/** The total stands in the header, amounts left of the names, `Chốt` is the total, `Đưa` what was given, `Thối` the change. */
export function tavern(t: Ticket): string {
  const total = totalOf(t)
  return [
    '      QUÁN NHẬU BA KHÍA',
    '   45 Trần Phú, Bạc Liêu',
    `Lượt ${String(t.no).padStart(4, '0')} * Chốt ${vnd(total)}`,
    `21/11/2026 ${String(10 + (t.no % 12)).padStart(2, '0')}:15`,
    '================================',
    ...t.goods.flatMap((g) => [`${vnd(g.qty * g.price).padStart(9)}  ${g.name}`, `           ${g.qty} phần x ${vnd(g.price)}`]),
    '--------------------------------',
    ...(t.off > 0 ? [`Anh Ba bớt cho    ${vnd(t.off)}`] : []),
    `Đưa ${vnd(t.given)} Thối ${vnd(t.given - total)}`,
    'Hẹn gặp lại',
  ].join('\n')
}

/** One line an item, price first, amount in the middle, the name last; nothing but money below. */
export function market(t: Ticket): string {
  const total = totalOf({ ...t, off: 0 })
  return [
    'SẠP BÀ TƯ CHỢ NỔI',
    `Giấy tính tiền số ${t.no + 100}`,
    ...t.goods.map((g) => `${vnd(g.price)} lấy ${g.qty} vị chi ${vnd(g.qty * g.price)} : ${g.name}`),
    `Hết thảy là ${vnd(total)}`,
    'Bà con đi thong thả',
  ].join('\n')
}

/** No title, a table of its own: index, name, then unit price, sum, pieces; words for the totals on the right of their figures. */
export function stall(t: Ticket): string {
  const total = totalOf(t)
  const sum = total + t.off
  return [
    'TIỆM DÌ BẢY - HÀNG GÁNH',
    'ca sáng ngày 21.11.2026',
    ...t.goods.map(
      (g, i) => `${i + 1}) ${g.name.padEnd(18)} ${vnd(g.price).padStart(8)} ${vnd(g.qty * g.price).padStart(9)} (${g.qty})`,
    ),
    `${vnd(sum)} cả thảy`,
    ...(t.off > 0 ? [`${vnd(t.off)} bà Bảy cho`] : []),
    `${vnd(total)} còn trả`,
    'Ăn ngon nhớ ghé',
  ].join('\n')
}
