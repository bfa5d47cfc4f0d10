import type { Brand } from './brand.ts'

/** A register of the shop, as configured: `R017`. */
export type RegisterId = Brand<string, 'RegisterId'>
/** One captured document: register and its running count, `R017-00001234`; can be said over the phone. */
export type EntryId = Brand<string, 'EntryId'>
/** A message to the authority, minted by its transport and stored before the first byte leaves. */
export type MessageId = Brand<string, 'MessageId'>

/** A notice to the authority that is no invoice: `N-00000012`. */
export type NoticeId = Brand<string, 'NoticeId'>

export const noticeId = (sequence: number): NoticeId => `N-${String(sequence).padStart(8, '0')}` as NoticeId
export const registerId = (text: string): RegisterId => text as RegisterId
export const messageId = (text: string): MessageId => text as MessageId
export const entryId = (register: string, sequence: number): EntryId =>
  `${register}-${String(sequence).padStart(8, '0')}` as EntryId
