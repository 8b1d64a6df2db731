import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  forbiddenNamespaceDomains,
  profileClaimScopes,
  reservedClaims,
  restrictedClaims,
} from '#auth0/restricted-claims';
import { loginEvent } from '../src/event/events.ts';
import { flows } from '../src/event/login-description.ts';

// Auth0's own sample event and lists, which are not part of this repository.
const data = process.env['CLAIMGEN_DATA'];

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(data ?? '', 'auth0', name), 'utf8'));
}

/** Paths in `value` that `sample` lacks; below `body`, `query`, `secrets` and lists anything goes. */
function strangePaths(value: unknown, sample: unknown, path = 'event'): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if (typeof sample !== 'object' || sample === null) return [path];
  return Object.entries(value).flatMap(([name, part]) => {
    if (!Object.hasOwn(sample, name)) return [`${path}.${name}`];
    if (['body', 'query', 'secrets'].includes(name)) return [];
    return strangePaths(part, Reflect.get(sample, name), `${path}.${name}`);
  });
}

describe.skipIf(data === undefined)("against Auth0's own data", () => {
  test.each(flows)('the event of flow %s has no member that Auth0 does not have', (flow) => {
    const event = loginEvent({
      flow,
      audience: 'https://orders.acme.example',
      user: { roles: ['Clerk'] },
      organization: { id: 'org_1' },
      customDomain: 'login.acme.example',
    });
    expect(strangePaths(event, read('post-login-sample-event.json'))).toEqual([]);
  });

  test('the lists of claim names are the documented ones', () => {
    const lists = read('restricted-claims.json');
    const sorted = (names: unknown): unknown[] => [...(names as Iterable<unknown>)].sort();
    expect(sorted(restrictedClaims)).toEqual(sorted(lists['restricted_silently_ignored']));
    expect(sorted(reservedClaims)).toEqual(sorted(lists['throws_in_post_login_setCustomClaim']));
    expect(sorted(profileClaimScopes.keys())).toEqual(
      sorted(lists['oidc_profile_claims_scope_gated_on_access_token']),
    );
    expect(sorted(forbiddenNamespaceDomains)).toEqual(sorted(lists['forbidden_namespace_domains']));
  });
});
