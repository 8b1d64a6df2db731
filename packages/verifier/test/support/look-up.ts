import type { Access } from '../../src/access.ts';
import { lookUpHeader } from '../../src/header-lookup.ts';

/** What the verifier's cache has for a token, as the adapters ask it. */
export function lookUp(verifier: object, token: string): Access | undefined {
  return lookUpHeader(verifier, `Bearer ${token}`);
}
