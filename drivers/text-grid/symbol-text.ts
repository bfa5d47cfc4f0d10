const UNSAFE = /[\0-\x1f\x7f-\x9f]/g

/** Data of a barcode as text: UTF-8 where it is, else one character a byte; nothing that is no character. */
export function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8')
  return (text.includes('\ufffd') ? Buffer.from(bytes).toString('latin1') : text).replace(UNSAFE, '')
}
