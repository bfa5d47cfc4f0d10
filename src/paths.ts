import { fileURLToPath } from 'node:url'

/** Data files stand in the source tree, or beside the bundle. */
const source = import.meta.url.endsWith('.ts')
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The folder of the XML schemas that judge our documents. */
export const schemas = at(source ? './countries/vn/schemas' : './schemas')
/** The folder of the built page. */
export const web = at(source ? '../dist/web' : './web')
/** The public key that tables of rules are signed with. */
export const publisher = at(source ? '../certs/rules.pub' : './rules.pub')
/** The folder of the fonts of printed invoices. */
export const fonts = at(source ? '../node_modules/dejavu-fonts-ttf/ttf' : './fonts')
