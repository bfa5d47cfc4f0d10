export { describe } from './certificate.ts'
export { type FileSigner, withoutKey } from './file-key.ts'
export { openP12 } from './p12.ts'
export { makeTestIdentity, type TestIdentityOptions } from './test-identity.ts'
