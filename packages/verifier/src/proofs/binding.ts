// What a token is bound to: its `cnf` claim (RFC 7800), as DPoP (RFC 9449, section 6) and mTLS (RFC 8705, section 3.1) use
// it.
import { VerifierError } from '../errors.ts';
import { own } from '../own-property.ts';

/** At least one of the two; with both, both are to be proven. */
export interface Binding {
  /** The RFC 7638 thumbprint of the client's key. */
  readonly jkt: string | undefined;
  /** The SHA-256 digest of the client's certificate. */
  readonly x5t: string | undefined;
}

/** 32 bytes as base64url: the last character has two spare bits, which are zero. */
const DIGEST = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/**
 * Undefined for a token without `cnf`. Throws `token_sender_constrained` for a way to be bound that is not verified
 * here, and for what is no confirmation. Members beside the two are let be (RFC 7800, section 3.1): Keycloak, for
 * one, adds some.
 */
export function readBinding(claims: { readonly [name: string]: unknown }): Binding | undefined {
  if (!Object.hasOwn(claims, 'cnf')) return undefined;
  const cnf = claims['cnf'];
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) throw unknownBinding();
  const members = cnf as Readonly<Record<string, unknown>>;
  const [jkt, x5t] = [own(members, 'jkt'), own(members, 'x5t#S256')];
  for (const digest of [jkt, x5t]) {
    if (digest !== undefined && (typeof digest !== 'string' || !DIGEST.test(digest))) throw unknownBinding();
  }
  if (jkt === undefined && x5t === undefined) throw unknownBinding();
  return { jkt, x5t } as Binding;
}

function unknownBinding(): VerifierError {
  return new VerifierError(
    'token_sender_constrained',
    '"cnf" claim must be an object with "jkt" or "x5t#S256", each the base64url of a SHA-256 digest',
  );
}

export function bindingRefused(message: string): VerifierError {
  return new VerifierError('binding_refused', message);
}
