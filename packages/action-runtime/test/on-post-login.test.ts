import { expect, it } from 'vitest';
import type { Parts } from '../src/login.ts';
import { grantedPlaces, onPostLogin } from '../src/on-post-login.ts';
import type { PostLoginApi } from '../src/post-login.ts';
import { type AudienceTable, indexTables } from '../src/tables.ts';

const AUDIENCE = 'https://orders.acme.example';

const parts: Parts = { places: grantedPlaces, readers: {}, encoders: {} };

function tableWith(onError: 'deny' | 'omit'): AudienceTable {
  return {
    audience: AUDIENCE,
    name: 'orders',
    claim: 'pz',
    encoding: 'bitset',
    onError,
    sources: [],
    strip: ['orders:read'],
    ids: ['AAAAAA'],
    ends: [1],
  };
}

it.each([
  ['deny', ['deny']],
  ['omit', [['pz', []]]],
] as const)('an error of Auth0 itself gets what onError: %s says', async (onError, expected) => {
  const calls: unknown[] = [];
  const api: PostLoginApi = {
    access: { deny: () => calls.push('deny') },
    accessToken: {
      setCustomClaim: (name, value) => calls.push([name, value]),
      removeScope: () => {
        throw new Error('refused');
      },
    },
    cache: { get: () => undefined, set: () => ({ type: 'success' }), delete: () => undefined },
    roles: { getUserEffectiveRoles: async () => ({}) },
  };
  const audiences = indexTables({ audiences: [tableWith(onError)] });
  await onPostLogin(audiences, { resource_server: { identifier: AUDIENCE } }, api, parts);
  expect(calls).toEqual(expected);
});
