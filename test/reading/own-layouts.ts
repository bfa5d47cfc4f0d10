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

const wide = (left: string, right: string): string => left + ' '.repeat(Math.max(1, 32 - left.length - right.length)) + right
const whole = (t: Ticket): number => totalOf(t) + t.off
const comma = (n: number): string => vnd(n).replaceAll('.', ',')

/** Further tills of nobody's family: how they print, and what the ticket comes to there. */
export const FURTHER: Readonly<Record<string, readonly [print: (t: Ticket) => string, total: (t: Ticket) => number]>> = {
  'pieces in brackets, points and phones below': [
    (t) =>
      [
        'TẠP HÓA LAN',
        'ĐT: 0909 123 456',
        `Phiếu: ${t.no + 5000}   Quầy 2`,
        ...t.goods.map((g) => wide(`${g.name} (${g.qty})`, vnd(g.qty * g.price))),
        wide('Chốt', vnd(whole(t))),
        wide('Khách gửi', vnd(t.given + 100_000)),
        wide('Gửi lại', vnd(t.given + 100_000 - whole(t))),
        'Hotline 1900 1234',
        'Điểm tích lũy: 1.234',
      ].join('\n'),
    whole,
  ],
  'a table drawn with bars': [
    (t) =>
      [
        'QUÁN 7 NỔI',
        `#${t.no + 900} bàn ${t.no % 9}`,
        ...t.goods.map((g) => `| ${g.name} | ${g.qty} | ${comma(g.price)} | ${comma(g.qty * g.price)} |`),
        `| TẤT TẦN TẬT | ${comma(whole(t))} |`,
      ].join('\n'),
    whole,
  ],
  'one sum a line, without a blank': [
    (t) =>
      [
        'SHOP HOA HẠ',
        ...t.goods.map((g) => `${g.name}: ${g.qty}*${vnd(g.price)}=${vnd(g.qty * g.price)}`),
        `=> Vậy là ${vnd(totalOf(t))}`,
        ...(t.off > 0 ? [`đã trừ ${vnd(t.off)}`] : []),
      ].join('\n'),
    totalOf,
  ],
  'the total above, prices in k': [
    (t) =>
      [
        'XE BÁNH MÌ CÔ BA',
        `THU ${whole(t) / 1_000}k`,
        ...t.goods.map((g) => `${g.qty} ${g.name} ${g.price / 1_000}k = ${(g.qty * g.price) / 1_000}k`),
        'CẢM ƠN',
      ].join('\n'),
    whole,
  ],
  'three lines an item': [
    (t) =>
      [
        'CƠ SỞ 3',
        `Mã: HD${10_000 + t.no}`,
        ...t.goods.flatMap((g) => [g.name, `  SL ${g.qty}  ĐG ${vnd(g.price)}`, `  TT ${vnd(g.qty * g.price)}`]),
        `Gom lại ${vnd(whole(t))}`,
      ].join('\n'),
    whole,
  ],
  'tax inside, named by words everybody knows': [
    (t) =>
      [
        'NHÀ SÁCH HAI',
        `Tờ số ${t.no + 77}`,
        ...t.goods.map((g) => `${vnd(g.price)} ${g.qty} ${vnd(g.qty * g.price)} ${g.name}`),
        `Gom ${vnd(whole(t))}`,
        `Trong đó thuế GTGT 8%: ${vnd(whole(t) - Math.round(whole(t) / 1.08))}`,
        `Tiền mặt ${vnd(whole(t))}`,
      ].join('\n'),
    whole,
  ],
  'words between the figures': [
    (t) =>
      [
        'BẾP NHÀ',
        `Phiếu ${String(t.no).padStart(5, '0')}`,
        `Khách: Anh ${['Ba', 'Tư', 'Năm'][t.no % 3]}`,
        ...t.goods.flatMap((g) => [`* ${g.name}`, `${vnd(g.price)} nhân ${g.qty} thành ${vnd(g.qty * g.price)}`]),
        `TRẢ: ${vnd(whole(t))}`,
        `Ghi: ${['Ba', 'Tư', 'Năm'][t.no % 3]}`,
      ].join('\n'),
    whole,
  ],
}
