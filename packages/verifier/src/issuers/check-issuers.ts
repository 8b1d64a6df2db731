// The options `issuer` and `jwks` of createVerifier, checked.
import type { VerifierHooks } from '../hooks.ts';
import { toKeySource } from '../keys/create-key-set.ts';
import { issuerKeySet } from '../keys/issuer-key-set.ts';
import type { KeySource } from '../keys/key-source.ts';
import { checkTransport } from '../keys/transport.ts';
import { readOwnOptions } from '../own-options.ts';
import { parseUrl } from '../parse-url.ts';
import type { CheckedIssuers, IssuerFunction, IssuerOptions } from './issuers.ts';

/** Throws a TypeError that says what is wrong and how to fix it. */
export function checkIssuers(
  issuer: unknown,
  jwks: unknown,
  hooks: VerifierHooks | undefined,
): CheckedIssuers {
  if (typeof issuer !== 'function' && !Array.isArray(issuer)) {
    return { issuer: checkIssuer(issuer), keys: keysOf(checkIssuer(issuer), jwks, hooks) };
  }
  if (jwks !== undefined) {
    throw new TypeError('jwks is for one issuer: give each of several its own, as {issuer, jwks}');
  }
  if (typeof issuer === 'function') return { ask: issuer as IssuerFunction };
  if (issuer.length === 0) throw new TypeError('issuer must be an array of at least one issuer');
  const list = new Map<string, KeySource>();
  for (const each of issuer) {
    const one: Partial<IssuerOptions> =
      typeof each === 'string' ? { issuer: each } : readOwnOptions(each, ['issuer', 'jwks'], 'an issuer');
    const name = checkIssuer(one.issuer);
    if (list.has(name)) throw new TypeError('issuer must not have the same issuer twice');
    list.set(name, keysOf(name, one.jwks, hooks));
  }
  return { list };
}

export function keysOf(issuer: string, jwks: unknown, hooks: VerifierHooks | undefined): KeySource {
  const onFetched = hooks?.keySetFetched;
  return jwks === undefined ? issuerKeySet(issuer, onFetched) : toKeySource(jwks, { onFetched });
}

export function checkIssuer(issuer: unknown): string {
  const parsed = typeof issuer === 'string' && !/\s/.test(issuer) ? parseUrl(issuer) : undefined;
  if (typeof issuer !== 'string' || parsed === undefined) {
    throw new TypeError(
      'issuer must be a URL, such as https://acme.eu.auth0.com/, an array of them, or a function',
    );
  }
  const url = checkTransport(parsed, 'issuer');
  // RFC 8414, section 2.
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(issuer)) {
    throw new TypeError('issuer must have no query and no fragment');
  }
  return issuer;
}
