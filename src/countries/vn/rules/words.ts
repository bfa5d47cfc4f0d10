import { during, since } from './dated.ts'

const MADE_BY_REGISTER = 'KHỞI TẠO TỪ MÁY TÍNH TIỀN'

/** `THDon`, and the title as printed. */
export const TITLES = {
  'title.1': [
    since('2022-07-01', 'NĐ 254/2026, Điều 8.9.a', {
      document: 'Hóa đơn giá trị gia tăng',
      printed: ['HÓA ĐƠN GIÁ TRỊ GIA TĂNG', MADE_BY_REGISTER],
    }),
  ],
  'title.2': [
    since('2022-07-01', 'NĐ 254/2026, Điều 8.9.a', {
      document: 'Hóa đơn bán hàng',
      printed: ['HÓA ĐƠN BÁN HÀNG', MADE_BY_REGISTER],
    }),
  ],
} as const

const corrects = (how: string): string =>
  `${how} cho hóa đơn Mẫu số {form} ký hiệu {symbol} số {number} ngày {day} tháng {month} năm {year}`

/** Legends of the law, with places to fill. */
export const LEGENDS = {
  /** For a buyer who gives nothing. */
  'legend.consumer': [since('2022-07-01', 'NĐ 254/2026, Phụ lục IV.b', 'Bán cho người tiêu dùng')],
  'legend.replace': [since('2022-07-01', 'TT 91/2026, Điều 10.1.b', corrects('Thay thế'))],
  'legend.adjust': [since('2022-07-01', 'TT 91/2026, Điều 10.1.b', corrects('Điều chỉnh'))],
  /** R-065; `amount` in đồng as people read it. */
  'legend.cut': [
    during(
      '2025-07-01',
      '2026-12-31',
      'NĐ 180/2024, Điều 1.3.b; NĐ 174/2025',
      'Đã giảm {amount} đồng tương ứng 20% mức tỷ lệ % để tính thuế giá trị gia tăng theo Nghị quyết số 204/2025/QH15',
    ),
  ],
  /** On provisional bills and kitchen slips. */
  'legend.provisional': [since('2022-07-01', 'R-037', 'KHÔNG PHẢI HÓA ĐƠN')],
  /** On slips sold while the gateway was dead. */
  'legend.waiting': [since('2022-07-01', 'R-051', 'CHỜ LẬP HÓA ĐƠN')],
  'legend.training': [since('2022-07-01', 'R-082', 'HÓA ĐƠN ĐÀO TẠO – KHÔNG CÓ GIÁ TRỊ')],
  'legend.reprint': [since('2022-07-01', 'R-083', 'BẢN IN LẠI')],
} as const

/** The texts in force, as sentences name them. */
export const LAWS = {
  'law.invoice': [
    during('2022-07-01', '2026-06-30', 'NĐ 123/2020', 'Nghị định 123/2020/NĐ-CP'),
    since('2026-07-01', 'NĐ 254/2026, Điều 43', 'Nghị định 254/2026/NĐ-CP'),
  ],
  'law.guide': [
    during('2022-07-01', '2025-05-31', 'Circular 78/2021/TT-BTC', 'Thông tư 78/2021/TT-BTC'),
    during('2025-06-01', '2026-06-30', 'Circular 32/2025/TT-BTC', 'Thông tư 32/2025/TT-BTC'),
    since('2026-07-01', 'TT 91/2026, Điều 25', 'Thông tư 91/2026/TT-BTC'),
  ],
  'law.administration': [since('2026-07-01', 'NĐ 254/2026, Điều 43', 'Luật Quản lý thuế 108/2025/QH15')],
  'law.vat': [since('2025-07-01', 'Luật 48/2024/QH15', 'Luật Thuế giá trị gia tăng 48/2024/QH15')],
  'law.fine': [
    since(
      '2026-01-16',
      'NĐ 125/2020, NĐ 310/2025',
      'Nghị định 125/2020/NĐ-CP, sửa đổi bởi Nghị định 102/2021, 310/2025, 291/2026',
    ),
  ],
  'law.household': [since('2026-01-01', 'NĐ 68/2026, NĐ 141/2026', 'Nghị định 68/2026/NĐ-CP, Nghị định 141/2026/NĐ-CP')],
  'law.cut': [during('2025-07-01', '2026-12-31', 'NQ 204/2025/QH15', 'Nghị quyết 204/2025/QH15, Nghị định 174/2025/NĐ-CP')],
} as const
