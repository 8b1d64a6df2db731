// An issuer for integration tests: real keys and real tokens, and nothing on the network.
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Algorithm } from '../algorithms.ts';
import { indexLayout } from '../claim/layout-index.ts';
import type { JsonWebKeySet } from '../keys/json-web-key-set.ts';
import type { Layout } from '../layout.ts';
import { readLayout } from '../layout-check.ts';
import { readOwnOptions } from '../own-options.ts';
import { claimValue } from './claim-value.ts';

export interface TestIssuerOptions {
  /** By default `https://issuer.test/`; state yours where the API's own settings name it. */
  readonly issuer?: string;
  /** By default the layout's; required where the layout has none. */
  readonly audience?: string;
  /** By default RS256. */
  readonly algorithm?: Algorithm;
}

/** What a token says; everything has a default. */
export interface TestToken<P extends string> {
  /** Without it, the token has no permission claim, like one for client credentials. */
  readonly permissions?: readonly P[];
  /** By default `auth0|test`. */
  readonly subject?: string;
  /** Seconds; negative for a token that has expired. By default 3600. */
  readonly expiresIn?: number;
  /** More claims, or others; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface TestIssuer<P extends string> {
  readonly issuer: string;
  /** The public key, as a key set. */
  readonly jwks: JsonWebKeySet;
  /** What `createVerifier` needs. */
  readonly options: {
    readonly issuer: string;
    readonly layout: Layout<P>;
    readonly audience: string;
    readonly algorithms: readonly Algorithm[];
    readonly jwks: JsonWebKeySet;
  };
  /** Signs an access token. Rejects with a TypeError for a name that the layout doesn't have. */
  sign(token?: TestToken<P>): Promise<string>;
}

const KID = 'test';

/**
 * Makes an issuer with a key of its own: whoever holds the test's process can sign with it, and nothing else accepts
 * its tokens. Rejects with a TypeError for options that can't work.
 *
 * @example
 * const issuer = await createTestIssuer(orders);
 * const verifier = createVerifier(issuer.options);
 * const token = await issuer.sign({ permissions: ['orders:read'] });
 */
export async function createTestIssuer<P extends string>(
  layout: Layout<P>,
  options: TestIssuerOptions = {},
): Promise<TestIssuer<P>> {
  const names = ['issuer', 'audience', 'algorithm'] as const;
  const own = readOwnOptions(options, names, 'createTestIssuer');
  const { issuer = 'https://issuer.test/', audience = layout.audience, algorithm = 'RS256' } = own;
  if (audience === undefined) throw new TypeError('audience is required: the layout has none');
  const index = indexLayout(readLayout(layout));
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: KID, use: 'sig', alg: algorithm }] };
  return {
    issuer,
    jwks,
    options: { issuer, layout, audience, algorithms: [algorithm], jwks },
    async sign(token = {}) {
      const {
        permissions,
        subject = 'auth0|test',
        expiresIn = 3600,
        claims = {},
      } = readOwnOptions(token, ['permissions', 'subject', 'expiresIn', 'claims'], 'sign');
      const now = Math.floor(Date.now() / 1000);
      const value = permissions === undefined ? undefined : claimValue(permissions, index);
      const times = { iat: Math.min(now, now + expiresIn - 1), exp: now + expiresIn };
      const payload = { iss: issuer, sub: subject, aud: audience, ...times, [index.claim]: value, ...claims };
      // Without what is undefined.
      return await new SignJWT(JSON.parse(JSON.stringify(payload)))
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: KID })
        .sign(privateKey);
    },
  };
}
