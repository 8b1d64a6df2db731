// For tests of APIs: accesses without a token, and an issuer without a network.
export type { TestAccessOptions } from './testing/test-access.ts';
export { testAccess } from './testing/test-access.ts';
export type { TestIssuer, TestIssuerOptions, TestToken } from './testing/test-issuer.ts';
export { createTestIssuer } from './testing/test-issuer.ts';
