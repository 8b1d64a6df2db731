import { describe, expect, it } from 'vitest';
import { admitsClient } from '../src/admits-client.ts';
import { keepRequested } from '../src/keep-requested.ts';
import { limitedPlaces } from '../src/limited-places.ts';
import type { Parts } from '../src/login.ts';
import { readRoles } from '../src/sources/roles.ts';
import type { AudienceTable, RolesSource } from '../src/tables.ts';
import { audienceOf, loginOf, PARTS, readLog } from './recorded-login.ts';

const roles: RolesSource = {
  kind: 'roles',
  unknownRoles: 'deny',
  groups: false,
  organizations: 'ask',
  onError: 'deny',
  onErrorRefresh: 'deny',
};
const parts: Parts = { ...PARTS, readers: { roles: readRoles }, admitsClient, keepRequested };
const only = { only: ['web'] };

interface Wanted {
  readonly own: Parts;
  readonly names: readonly string[];
  readonly scopes: readonly string[];
}

/** What a manager gets, who holds write, refund and billing/read. */
function placesFor(
  table: Partial<AudienceTable>,
  { own = parts, names = ['Manager'], scopes = [] }: Partial<Wanted> = {},
) {
  const event = {
    client: { client_id: 'web' },
    authorization: { roles: names },
    transaction: { requested_scopes: scopes },
  };
  return limitedPlaces(loginOf(event, { audience: audienceOf({ sources: [roles], ...table }), parts: own }));
}

describe('a login to an API', () => {
  it('whose tokens carry permissions for every client and request gets all that the user holds', async () => {
    expect(await placesFor({})).toEqual([1, 2, 4]);
  });

  it('that admits the client gets all that the user holds', async () => {
    expect(await placesFor({ clients: only })).toEqual([1, 2, 4]);
  });

  it('that does not admit the client gets nothing, and no source is asked', async () => {
    const log = readLog();
    // Asked, this source would deny.
    expect(await placesFor({ clients: { except: ['web'] } }, { names: ['Boss'] })).toBe('omit');
    expect(log).toEqual([]);
  });

  it('that grants what is requested gets that, of what the user holds', async () => {
    expect(await placesFor({ grant: 'requested' }, { scopes: ['write', 'read'] })).toEqual([1]);
    expect(await placesFor({ grant: 'requested', clients: only }, { scopes: ['read'] })).toEqual([]);
  });

  it.each([{}, { grant: 'requested' }, { clients: only }] as const)(
    'with a source that fails gets what the source says: %j',
    async (table) => {
      readLog();
      expect(await placesFor(table, { names: ['Boss'] })).toBe('deny');
    },
  );
});

describe('an Action that lacks a part', () => {
  const { admitsClient: _admits, keepRequested: _keep, ...own } = parts;

  it('admits no client', async () => {
    expect(await placesFor({ clients: { except: [] } }, { own })).toBe('omit');
  });

  it('grants nothing that is requested', async () => {
    expect(await placesFor({ grant: 'requested' }, { own, scopes: ['write'] })).toEqual([]);
  });
});
