// The keys of a key set that may be used at all: RFC 7517. Others are passed over one by one, as its section
// 5 asks.
import { own } from '../own-property.ts';
import { hasSoundParameters } from './sound-parameters.ts';

/** The members of a public key that are used, its own ones only. */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string | undefined;
  readonly alg: string | undefined;
  readonly crv: string | undefined;
  readonly n: string | undefined;
  readonly e: string | undefined;
  readonly x: string | undefined;
  readonly y: string | undefined;
}

const STRINGS = ['kid', 'alg', 'crv', 'n', 'e', 'x', 'y'] as const;

/** RFC 7518, sections 6.2.2, 6.3.2 and 6.4; RFC 8037, section 2; `priv` is for key types to come. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * Undefined for what is no public key, and for one that proves nothing: its private key was published, or anybody
 * can compute it, or it was made for something else than to verify signatures.
 */
export function readPublicJwk(value: unknown): PublicJwk | undefined {
  const jwk = readJwkMembers(value);
  return jwk !== undefined && hasSoundKey(jwk) ? jwk : undefined;
}

/** Whether only who has the private key can sign: the part of `readPublicJwk` that takes time. */
export const hasSoundKey: (jwk: PublicJwk) => boolean = hasSoundParameters;

/** The other part: undefined for what is no public key to verify signatures with by its form. */
export function readJwkMembers(value: unknown): PublicJwk | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const jwk = value as Record<string, unknown>;
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return undefined;
  const kty = own(jwk, 'kty');
  const strings = STRINGS.map((name) => own(jwk, name));
  if (typeof kty !== 'string' || !strings.every(isOptionalString)) return undefined;
  const [kid, alg, crv, n, e, x, y] = strings;
  const use = own(jwk, 'use');
  if ((use !== undefined && use !== 'sig') || !mayVerify(own(jwk, 'key_ops'))) return undefined;
  return { kty, kid, alg, crv, n, e, x, y };
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

/**
 * RFC 7517, section 4.3: no operation twice, and none that is unrelated to the others; with `use`, the two
 * must agree.
 */
function mayVerify(operations: unknown): boolean {
  if (operations === undefined) return true;
  if (!Array.isArray(operations) || new Set(operations).size < operations.length) return false;
  return (
    operations.includes('verify') &&
    operations.every((operation) => operation === 'verify' || operation === 'sign')
  );
}
