import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeBody } from '../../../src/encode-body.ts';
import { placesOf } from '../../../src/held-places.ts';
import { grantedPlaces } from '../../../src/on-post-login.ts';
import type { PostLoginApi } from '../../../src/post-login.ts';
import { createReader } from '../../../src/sources/management-api/reader.ts';
import {
  type Audience,
  type AudienceTable,
  indexTables,
  type ManagementApiSource,
} from '../../../src/tables.ts';

const source: ManagementApiSource = {
  kind: 'managementApi',
  domain: 'acme.eu.auth0.com',
  clientIdSecret: 'ID',
  clientSecretSecret: 'SECRET',
  deadlineMs: 100,
  maxRequests: 2,
  cacheSeconds: 60,
  organizations: 'refuse',
  onError: 'deny',
  onErrorRefresh: 'deny',
};

/** Three places, of which the last has left the selection. */
const table: AudienceTable = {
  audience: 'https://orders.acme.example',
  name: 'orders',
  claim: 'pz',
  encoding: 'bitset',
  onError: 'deny',
  sources: [source],
  ids: ['AAAAAA'],
  ends: [3],
  names: ['read', 'write', ''],
  apis: [['https://orders.acme.example', '', [0, 2]]],
};

const read = createReader((text) => createHash('sha256').update(text).digest('base64url'));

/** The places that a login is granted with this cache. */
async function placesWith(audience: Audience, cache: PostLoginApi['cache']): Promise<readonly number[]> {
  const held = new Uint8Array(3);
  const event = { user: { user_id: 'auth0|1' } };
  await read(
    source,
    { audience, event, api: { ...api, cache }, parts: { places: grantedPlaces, readers: {}, encoders: {} } },
    held,
  );
  return placesOf(held);
}

const api = {
  access: { deny: () => undefined },
  accessToken: { setCustomClaim: () => undefined, removeScope: () => undefined },
  roles: { getUserEffectiveRoles: async () => ({}) },
};

function audienceOf(more: Partial<AudienceTable> = {}): Audience {
  const audience = indexTables({ audiences: [{ ...table, ...more }] }).get(table.audience);
  if (audience === undefined) throw new Error('no audience');
  return audience;
}

describe('permissions that were kept', () => {
  it('are not granted at places whose permission has left since', async () => {
    const cache = {
      get: () => ({ value: encodeBody([0, 2]), expires_at: 0 }),
      set: () => ({ type: 'success' }),
      delete: () => undefined,
    };
    expect(await placesWith(audienceOf(), cache)).toEqual([0]);
  });

  it('count for the APIs that they were asked of, and for no other that a prefix stands for since', async () => {
    const asked = new Set<string>();
    const cache = {
      get: (key: string) => {
        asked.add(key);
        return { value: encodeBody([0]), expires_at: 0 };
      },
      set: () => ({ type: 'success' }),
      delete: () => undefined,
    };
    const apis = (identifier: string): Partial<AudienceTable> => ({ apis: [[identifier, 'b/', [0, 2]]] });
    for (const more of [apis('https://billing.example'), apis('https://payments.example')]) {
      await placesWith(audienceOf(more), cache);
    }
    expect(asked.size).toBe(2);
  });
});
