/** Industry groups of a household's revenue, in the words of the law; encouraged on each line. */
export const INDUSTRIES = {
  goods: 'Phân phối, cung cấp hàng hóa',
  services: 'Dịch vụ, xây dựng không bao thầu nguyên vật liệu',
  leasing: 'Cho thuê tài sản, đại lý bảo hiểm, xổ số, bán hàng đa cấp',
  production: 'Sản xuất, vận tải, dịch vụ có gắn với hàng hóa, xây dựng có bao thầu nguyên vật liệu',
  digital: 'Sản phẩm, dịch vụ nội dung thông tin số',
  other: 'Hoạt động kinh doanh khác',
} as const
export type Industry = keyof typeof INDUSTRIES

export const isIndustry = (text: string): text is Industry => Object.hasOwn(INDUSTRIES, text)
/** As the document says it, back to its short name; what it says where that is none of ours. */
export const industryOf = (words: string): string => Object.entries(INDUSTRIES).find(([, said]) => said === words)?.[0] ?? words
