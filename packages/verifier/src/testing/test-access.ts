// An access without a token, for tests of what an API does with it.
import type { Access, AccessClaims } from '../access.ts';
import { createAccess } from '../access.ts';
import { indexLayout } from '../claim/layout-index.ts';
import { readClaim } from '../claim/read-claim.ts';
import type { Layout } from '../layout.ts';
import { readLayout } from '../layout-check.ts';
import { readOwnOptions } from '../own-options.ts';
import { freezeDeeply } from '../token/freeze.ts';
import { claimValue } from './claim-value.ts';

export interface TestAccessOptions {
  /** By default `auth0|test`. */
  readonly subject?: string;
  /** More claims of the token, such as `org_id`. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * The access of a token that grants `permissions`: exactly what `verify` would resolve to, made without one. Throws a
 * TypeError for a name that the layout doesn't have.
 *
 * @example
 * const access = testAccess(orders, ['orders:read'], { claims: { org_id: 'org_1' } });
 * expect(visibleOrders(access)).toEqual([…]);
 */
export function testAccess<P extends string>(
  layout: Layout<P>,
  permissions: readonly NoInfer<P>[],
  options: TestAccessOptions = {},
): Access<P> {
  const { subject = 'auth0|test', claims = {} } = readOwnOptions(
    options,
    ['subject', 'claims'],
    'testAccess',
  );
  const index = indexLayout(readLayout(layout));
  const value = claimValue(permissions, index);
  const now = Math.floor(Date.now() / 1000);
  const payload: AccessClaims = {
    iss: 'https://issuer.test/',
    sub: subject,
    aud: layout.audience ?? 'https://api.test',
    iat: now,
    exp: now + 3600,
    ...claims,
    [index.claim]: value,
  };
  const copy: AccessClaims = JSON.parse(JSON.stringify(payload));
  freezeDeeply(copy, { members: 0, bytes: 0 });
  return createAccess<P>(copy, readClaim(copy[index.claim], index), index);
}
