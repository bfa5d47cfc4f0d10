import type { Element } from './document.ts'
import { DSIG } from './signature.ts'

/**
 * What real files are allowed although the written format is not (einvoice-format 12): the same document with its elements in the
 * order of the format, without empty elements, with the kind of an extension that names none, and with ids as XML wants them. The
 * text for the schema only; everything else is judged on the document itself.
 */
export const straightened = (root: Element): string => write(root, root.name === 'HDon' ? 'DLieu' : '')

/** The order of the format where production files are seen with another. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  'DLHDon/TTChung':
    'PBan THDon KHMSHDon KHHDon SHDon MHSo NLap HDCTTChinh HDDCKPTQuan SBKe NBKe DVTTe TGia HTTToan MSTTCGP MSTDVNUNLHDon TDVNUNLHDon DCDVNUNLHDon TTHDLQuan TTKhac'.split(
      ' ',
    ),
  'NDHDon/NBan':
    'Ten MST DChi MDDKDoanh TDDKDoanh DCDDKDoanh MCHang TCHang SDThoai DCTDTu STKNHang TNHang Fax Website TTKhac'.split(' '),
  'DSHHDVu/HHDVu': 'TChat STT MHHDVu THHDVu DVTinh SLuong DGia TLCKhau STCKhau ThTien TSuat TTHHDTrung TTKhac'.split(' '),
  'DLieu/HDon': ['DLHDon', 'DLQRCode', 'MCCQT', 'DSCKS'],
  'TTKhac/TTin': ['TTruong', 'KDLieu', 'DLieu'],
}

function write(element: Element, parent: string): string {
  const { name, space, attributes, text } = element
  if (space === DSIG) return `<${name} xmlns="${DSIG}"/>`
  const inside = element.children.filter((child) => !isEmpty(child, name))
  const order = ORDERS[`${parent}/${name}`]
  const rank = (child: Element): number => {
    const at = order?.indexOf(child.name) ?? 0
    return at < 0 ? Number.MAX_SAFE_INTEGER : at
  }
  const children = inside.map((child, i) => ({ child, i, at: rank(child) })).sort((a, b) => a.at - b.at || a.i - b.i)
  const kind =
    `${parent}/${name}` === 'TTKhac/TTin' && !inside.some((child) => child.name === 'KDLieu') ? '<KDLieu>string</KDLieu>' : ''
  const content = children.map(({ child }) => write(child, name) + (child.name === 'TTruong' ? kind : '')).join('')
  const said = attributes.map(
    (one) => ` ${one.name}="${escaped(one.name === 'Id' ? one.value.replace(/^(?=\d)/, '_') : one.value)}"`,
  )
  return `<${name}${said.join('')}>${element.children.length > 0 ? content : escaped(text)}</${name}>`
}

/** Empty elements are common; those that hold signatures may be empty by the format itself. */
const HOLDERS = /^(NBan|NMua|CQT|TTCQT|NNT|CCKSKhac|CKSNNT|DSCKS)$/
const isEmpty = ({ name, children, text, attributes }: Element, parent: string): boolean =>
  children.length === 0 && text.trim() === '' && attributes.length === 0 && parent !== 'DSCKS' && !HOLDERS.test(name)

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
