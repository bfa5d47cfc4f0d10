import type { Finding } from '../domain/judge.ts'

export type CheckId = keyof typeof CHECKS

/** The checks, severity first, with their words (audit-pack 5). `{...}` are filled with the values of the finding. */
export const CHECKS = {
  V01: [
    'fatal',
    'Tệp ZIP không đầy đủ hoặc hỏng: {why}, tại byte {offset}',
    'The ZIP file is incomplete or damaged: {why}, at byte {offset}',
  ],
  V02: [
    'fatal',
    'Mục {path} không được phép: {why}. Không mở gì thêm',
    'Entry {path} is not allowed: {why}. Nothing further was opened',
  ],
  V03: ['fatal', 'Mục {path} khai {size} byte, giới hạn là {limit}', 'Entry {path} declares {size} bytes, the limit is {limit}'],
  V04: ['error', 'Tệp {path} {why} so với bản kê manifest.txt', 'File {path} {why} compared with manifest.txt'],
  V05: [
    'error',
    'Bản kê hoặc pack.json không đúng với nội dung: {field} là {found}, phải là {expected}',
    'The manifest statement or pack.json does not fit the content: {field} is {found}, should be {expected}',
  ],
  V06: [
    'error',
    'Sự kiện {n} không viết theo dạng chuẩn duy nhất: {why}',
    'Fact {n} is not written in the one allowed form: {why}',
  ],
  V07: [
    'error',
    'Sau sự kiện {before} phải là {expected}, nhưng gặp {found}',
    'After fact {before} comes {expected}, but {found} was found',
  ],
  V08: [
    'error',
    'Sự kiện {n} không nối với sự kiện trước: mắt xích {found}, phải là {expected}',
    'Fact {n} is not linked to the one before: link {found}, should be {expected}',
  ],
  V09: [
    'error',
    'Sự kiện {n} ({kind}): trường {field} thiếu hoặc sai kiểu',
    'Fact {n} ({kind}): field {field} is missing or of the wrong type',
  ],
  V10: [
    'error',
    'Các đỉnh cây tại {size} không cho ra gốc của đầu sổ mở đầu',
    'The peaks at size {size} do not give the root of the starting head',
  ],
  V11: [
    'error',
    'Đầu sổ {size} ({day}): sự kiện cho gốc {found}, đầu sổ ghi {expected}',
    'Head {size} ({day}): the facts give root {found}, the head says {expected}',
  ],
  V12: [
    'error',
    'Chữ ký trên đầu sổ {size} không phải của khóa máy {key}',
    'The signature on head {size} is not by gateway key {key}',
  ],
  V13: [
    'error',
    'Ngày {day}: {why} (mỗi ngày phải có đúng một lần chốt và một đầu sổ)',
    'Day {day}: {why} (each day has exactly one closing and one head)',
  ],
  V14: [
    'error',
    'Đầu sổ giữ ở ngoài ({where}, cỡ {size}) không nằm trong sổ này: {why}',
    'The head kept outside ({where}, size {size}) is not part of this history: {why}',
  ],
  V15: ['error', 'Chứng minh {path} không dẫn tới đầu sổ {size}', 'Proof {path} does not lead to head {size}'],
  V16: [
    'error',
    'Văn bản gắn khóa máy với người nộp thuế có chữ ký sai hoặc nội dung khác: {why}',
    'The statement that binds the gateway key to the taxpayer is wrong: {why}',
  ],
  V17: [
    'warning',
    'Khóa máy chưa được người nộp thuế xác nhận bằng chứng thư số',
    "The gateway key has not been confirmed with the taxpayer's certificate",
  ],
  V18: [
    'error',
    'Chứng thư {serial} thuộc mã số thuế {found}, không phải {expected} ({path})',
    'Certificate {serial} belongs to tax code {found}, not {expected} ({path})',
  ],
  V19: [
    'error',
    'Chứng thư {serial} không có hiệu lực lúc ký {at} (từ {from} đến {to}) ({path})',
    'Certificate {serial} was not valid at signing time {at} (from {from} to {to}) ({path})',
  ],
  V20: [
    'error',
    'Chứng thư {serial} không do tổ chức được tin cậy cấp ({path})',
    'Certificate {serial} was not issued by a trusted authority ({path})',
  ],
  V21: [
    'error',
    '{path} không phải là tài liệu mà sự kiện {n} đã ghi ({role})',
    '{path} is not the document recorded by fact {n} ({role})',
  ],
  V22: [
    'error',
    'Thiếu tài liệu {role} của sự kiện {n}, hoặc có tài liệu không thuộc sự kiện nào: {path}',
    'Document {role} of fact {n} is absent, or a document belongs to no fact: {path}',
  ],
  V23: [
    'error',
    'Bản che {path} không đúng với bản gốc hoặc với sự kiện {n}',
    'Masked copy {path} does not agree with the original or with fact {n}',
  ],
  V24: [
    'error',
    '{path} không đọc được như hóa đơn hoặc thông điệp: {why}',
    '{path} cannot be read as an invoice or message: {why}',
  ],
  V25: [
    'error',
    'Hóa đơn {invoice}: {field} trong XML là {found}, trong sổ là {expected}',
    'Invoice {invoice}: {field} is {found} in the XML, {expected} in the ledger',
  ],
  V26: [
    'error',
    'Hóa đơn {invoice}: {field} ghi {found}, cộng lại được {expected}',
    'Invoice {invoice}: {field} says {found}, adding up gives {expected}',
  ],
  V27: [
    'warning',
    'Hóa đơn {invoice}: thuế {rate} là {found}, tính ra {expected} (lệch quá 1 đồng)',
    'Invoice {invoice}: VAT at {rate} is {found}, computed {expected} (more than 1 đồng apart)',
  ],
  V28: ['error', 'Chữ ký số trong {path} sai: {why}', 'The signature in {path} is wrong: {why}'],
  V29: [
    'error',
    'Thông điệp {message} chứa hóa đơn {invoice} khác với bản đã lập',
    'Message {message} carries invoice {invoice} with other bytes than were sealed',
  ],
  V30: [
    'error',
    'Sổ ghi {found} cho {invoice}, nhưng trả lời của cơ quan thuế là {expected}',
    "The ledger says {found} for {invoice}, but the authority's answer says {expected}",
  ],
  V31: [
    'error',
    'Ký hiệu {series}: thiếu số {from} đến {to}, không có sự kiện giải thích',
    'Series {series}: numbers {from} to {to} are missing without an explaining fact',
  ],
  V32: [
    'warning',
    'Ký hiệu {series}: số {number} bỏ trống, nguyên nhân: {why}',
    'Series {series}: number {number} is void, cause: {why}',
  ],
  V33: [
    'error',
    'Ký hiệu {series}: số {number} dùng hai lần (sự kiện {n} và {other})',
    'Series {series}: number {number} is used twice (facts {n} and {other})',
  ],
  V34: ['error', 'Mã {code} dùng hai lần (sự kiện {n} và {other})', 'Code {code} is used twice (facts {n} and {other})'],
  V35: ['error', 'Mã {code} của {invoice} sai cấu tạo: {why}', 'Code {code} of {invoice} is badly formed: {why}'],
  V36: [
    'error',
    '{invoice} lập lúc {found}, trước hóa đơn liền trước ({expected})',
    '{invoice} was issued at {found}, before the invoice preceding it ({expected})',
  ],
  V37: [
    'error',
    '{invoice}: năm của ký hiệu hoặc mã không phải năm lập {year}',
    '{invoice}: the year of the symbol or code is not the year of issue {year}',
  ],
  V38: [
    'error',
    'Ký hiệu {series}, số {number}: lũy kế {field} là {found}, phải là {expected}',
    'Series {series}, number {number}: running {field} is {found}, should be {expected}',
  ],
  V39: [
    'error',
    'Ngày {day}: {field} khi chốt là {found}, từ sự kiện cộng được {expected}',
    'Day {day}: {field} at closing is {found}, the facts add up to {expected}',
  ],
  V40: [
    'error',
    'Bảng kê {path} dòng {row}: {field} là {found}, phải là {expected}',
    'Table {path} row {row}: {field} is {found}, should be {expected}',
  ],
  V41: [
    'warning',
    'Đồng hồ nhảy {seconds} giây tại sự kiện {n} mà không có ghi nhận',
    'The clock jumped {seconds} seconds at fact {n} without a record',
  ],
  V42: ['error', '{what} có thời điểm trong tương lai: {found}', '{what} is dated in the future: {found}'],
  V43: [
    'warning',
    '{invoice}: hạn gửi {due}, gửi lúc {found} (không thuộc thời gian sự cố)',
    '{invoice}: due {due}, sent {found} (outside any incident)',
  ],
  V44: [
    'warning',
    '{invoice} bị từ chối hoặc chưa rõ kết quả từ {at}, chưa xử lý',
    '{invoice} was refused or is without result since {at}, not settled',
  ],
  V45: [
    'warning',
    'Sổ mở lại ({reason}); sổ cũ đã thấy đến {seen}, còn giữ đến {kept}: {lost} sự kiện không có ở đây',
    'The history was begun again ({reason}); the old one was seen up to {seen}, kept up to {kept}: {lost} facts are not here',
  ],
  V46: [
    'warning',
    '{entry}: đã nghe lúc {at}, đến cuối kỳ chưa thành hóa đơn và chưa có lý do',
    '{entry}: heard at {at}, by the end neither invoiced nor explained',
  ],
  V47: [
    'warning',
    'Ngày {day}, máy {register}: báo cáo Z {found}, hóa đơn {expected}',
    'Day {day}, register {register}: Z report {found}, invoices {expected}',
  ],
  V48: [
    'info',
    'Sự cố {incident} từ {from} đến {to}: {why}; {count} hóa đơn liên quan',
    'Incident {incident} from {from} to {to}: {why}; {count} invoices concerned',
  ],
  V49: ['warning', '{invoice} sửa {original}: {why}', '{invoice} corrects {original}: {why}'],
  V50: [
    'info',
    'Máy {register}: {count} phiếu {why} không thành hóa đơn, tổng {total} đồng',
    'Register {register}: {count} {why} tickets not invoiced, total {total} đồng',
  ],
} as const satisfies Readonly<Record<string, readonly [Finding['severity'], vi: string, en: string]>>
