// Issuer and audience from the environment variables that express-oauth2-jwt-bearer reads.
import { checkIssuer } from './issuers/check-issuers.ts';
import type { VerifierOptions } from './options.ts';

/**
 * The options `issuer` and `audience` from `ISSUER_BASE_URL` and `AUDIENCE`. Auth0 ends its issuers with a slash, whether
 * or not the variable does; for another host than auth0.com, which may be Auth0's under a custom domain, both spellings
 * are accepted: both are the same server's. Without `AUDIENCE` it is the layout's. Throws a TypeError where
 * `ISSUER_BASE_URL` is missing or no URL.
 *
 * @example
 * const verifier = createVerifier({ ...fromEnv(), layout: orders });
 */
export function fromEnv(
  env: Readonly<Record<string, string | undefined>> = globalThis.process?.env ?? {},
): Pick<VerifierOptions, 'issuer'> & { readonly audience?: string } {
  const { ISSUER_BASE_URL: base, AUDIENCE: audience } = env;
  if (base === undefined || base === '')
    throw new TypeError(
      'the environment variable ISSUER_BASE_URL is missing: set it to the issuer, such as https://acme.eu.auth0.com',
    );
  try {
    checkIssuer(base);
  } catch (cause) {
    throw new TypeError('the environment variable ISSUER_BASE_URL must be an https: URL', { cause });
  }
  if (audience === '') throw new TypeError('the environment variable AUDIENCE must not be empty');
  const [plain, slashed] = base.endsWith('/') ? [base.slice(0, -1), base] : [base, `${base}/`];
  const isAuth0 = /(?:^|\.)auth0\.com$/.test(new URL(base).hostname);
  const issuer = isAuth0 ? slashed : [plain, slashed];
  return audience === undefined ? { issuer } : { issuer, audience };
}
