/** Papers of the authority as it writes them, sealed with a key of the test. */

import { canonical } from '../../src/countries/vn/c14n.ts'
import { signature } from '../../src/countries/vn/signature.ts'
import { find, readTree } from '../../src/countries/vn/tree.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { must, noon } from './support.ts'

export const QUESTION = '01999990145C1E0A6B9F4D4E2A8B7C3D2E1F0A9B8C'
const HEX = 'AD4E5F60718243949BB6C7D8E9F0A1B2'

const message = (type: number, data: string, number: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?><TDiep><TTChung><PBan>2.1.1</PBan><MNGui>TCT</MNGui><MNNhan>0199999014</MNNhan>' +
  `<MLTDiep>${type}</MLTDiep><MTDiep>TCT${HEX}</MTDiep><MTDTChieu>${QUESTION}</MTDTChieu><MST>0199999014</MST><SLuong>1</SLuong></TTChung>` +
  `<DLieu><TBao><DLTBao Id="Id-${HEX.toLowerCase()}"><PBan>2.1.1</PBan>${data}</DLTBao>${number}<DSCKS><CQT></CQT></DSCKS></TBao></DLieu></TDiep>`

const WHO = '<TCQTCTren>BỘ TÀI CHÍNH</TCQTCTren><TCQT>CỤC THUẾ</TCQT>'
const ME = '<TNNT>QUÁN PHỞ MINH ANH</TNNT><MST>0199999014</MST>'

export const paper = {
  102: message(
    102,
    '<MSo>01/TB-TNĐT</MSo><Ten>Về việc tiếp nhận tờ khai đăng ký sử dụng hóa đơn điện tử</Ten><So>70100220000002867</So><DDanh>Hà Nội</DDanh><NTBao>2026-11-20</NTBao><MST>0199999014</MST><TNNT>QUÁN PHỞ MINH ANH</TNNT><TTKhai>Tờ khai đăng ký/thay đổi thông tin sử dụng hóa đơn điện tử</TTKhai>' +
      `<MGDDTu>${QUESTION}</MGDDTu><TGGui>2026-11-20T16:24:22</TGGui><THop>1</THop><TGNhan>2026-11-20T16:24:22</TGNhan>`,
    '',
  ),
  103: message(
    103,
    `<MSo>01/TB-ĐKĐT</MSo><Ten>Thông báo về việc chấp nhận đăng ký sử dụng hóa đơn điện tử</Ten><DDanh>Hà Nội</DDanh>${WHO}<MST>0199999014</MST><TNNT>QUÁN PHỞ MINH ANH</TNNT>` +
      '<Ngay>2026-11-20T07:00:00</Ngay><HTDKy>1</HTDKy><TTXNCQT>1</TTXNCQT><MCCQT>A1B2C</MCCQT><HTHDon><CMa>0</CMa><CMTMTTien>1</CMTMTTien><KCMTMTTien>0</KCMTMTTien><KCMa>0</KCMa></HTHDon>' +
      '<DSCTSSDung><CTS><STT>1</STT><TTChuc>CA Ví Dụ</TTChuc><Seri>00 54:01:ab</Seri><TNgay>2026-01-01</TNgay><DNgay>2029-01-01</DNgay><HThuc>1</HThuc></CTS>' +
      '<CTS><STT>2</STT><TTChuc>CA Cũ</TTChuc><Seri>77</Seri><TNgay>2023-01-01T00:00:00</TNgay><DNgay>2026-01-01T00:00:00</DNgay><HThuc>3</HThuc></CTS></DSCTSSDung><HThuc>KT. Chi Cục Trưởng</HThuc><CDanh>Phó Chi Cục Trưởng</CDanh>',
    '<STBao Id="Id-so"><So>14/TB-CCTKV</So><NTBao>2026-11-21T08:34:22</NTBao></STBao>',
  ),
  108: message(
    108,
    `<MSo>01/TB-NSD</MSo><Ten>Về việc ngừng sử dụng hóa đơn điện tử</Ten><DDanh>Hà Nội</DDanh>${WHO}${ME}<DSLDNgung><LDo><MLoi>1</MLoi><MTa>Không hoạt động tại địa chỉ đã đăng ký</MTa></LDo></DSLDNgung>`,
    '<STBao><So>15/TB-NSD</So><NTBao>2026-11-21T11:00:00</NTBao></STBao>',
  ),
  301: message(
    301,
    `<MSo>01/TB-SSĐT</MSo><Ten>Về việc tiếp nhận và kết quả xử lý</Ten><DDanh>Hà Nội</DDanh>${WHO}${ME}<MGDDTu>${QUESTION}</MGDDTu><MHSo>1.000000.0000</MHSo><TGNhan>2026-11-21</TGNhan><NTBNNT>2026-11-21</NTBNNT><STTThe>1</STTThe>`,
    '<STBao><So>100001/TB-HĐĐT</So><NTBao>2026-11-21</NTBao></STBao>',
  ),
  302: message(
    302,
    `<MSo>01/TB-RSĐT</MSo><Ten>Về việc hóa đơn điện tử cần rà soát</Ten><DDanh>Hà Nội</DDanh>${WHO}${ME}<DCNNT>12 Nguyễn Trãi</DCNNT><DCTDTu></DCTDTu><THan>2</THan><Lan>1</Lan>` +
      '<DSHDon><HDon><STT>1</STT><MCCQT>M1-26-A1B2C-01700000005</MCCQT><KHMSHDon>1</KHMSHDon><KHHDon>C26MAA</KHHDon><SHDon>5</SHDon><LDo>Sai tên người mua</LDo></HDon></DSHDon>',
    '<STBao><So>7/TB-RSĐT</So><NTBao>2026-11-21</NTBao></STBao>',
  ),
} as const

/** A reason list of 301 for one invoice, or without one for the whole notice. */
export const refusal = (code: string, text: string): string =>
  `<DSLDKTNhan><LDo><MLoi>${code}</MLoi><MTa>${text}</MTa></LDo></DSLDKTNhan>`
export const refusedInvoice = (inside: string): string =>
  `<DSHDon><HDon><STT>1</STT><KHMSHDon>1</KHMSHDon><KHHDon>C26MAA</KHHDon><SHDon>5</SHDon><NLap>2026-11-20</NLap><LADHDDT>1</LADHDDT>${inside}</HDon></DSHDon>`

/** The paper sealed as it stands now, whatever was done to it: a signature of another text is replaced. */
export async function sealed(xml: string, signer: Signer): Promise<string> {
  const bare = xml.replace(/<Signature [\s\S]*?<\/Signature>/g, '')
  const root = readTree(Buffer.from(bare))
  const notice = root?.local === 'TBao' ? root : (find(root, 'DLieu/TBao') ?? find(root, 'TBao'))
  const [data, body, place] = [
    find(notice, 'DLTBao'),
    find(root, 'DLieu'),
    /<CKSNNT>/.exec(bare) ? 'CKSNNT' : /<NNT>/.exec(bare) ? 'NNT' : 'CQT',
  ]
  const target = place === 'CKSNNT' ? body : data
  if (!target) return bare
  const dataId = target.attributes.find(({ name }) => name === 'Id')?.value ?? ''
  const signed = must(await signature({ name: 'Tct-1', dataId, canonical: [canonical(target) ?? ''], at: noon, signer }))
  return bare.replace(new RegExp(`<${place}>[\\s\\S]*?</${place}>`), () => `<${place}>${signed}</${place}>`)
}
