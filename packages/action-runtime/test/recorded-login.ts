// Logins to one small API, and a record of what is done at them.
import { onTestFinished, vi } from 'vitest';
import { encodeNames } from '../src/encode-names.ts';
import type { Login, Parts } from '../src/login.ts';
import { grantedPlaces } from '../src/on-post-login.ts';
import type { PostLoginApi, PostLoginEvent } from '../src/post-login.ts';
import { effectiveRoles } from '../src/sources/effective-roles.ts';
import { type Audience, type AudienceTable, indexTables, type RoleRow } from '../src/tables.ts';

export const ORDERS = 'https://orders.acme.example';

/** Six places; the tenant lacks the permission of the last. */
const TABLE: AudienceTable = {
  audience: ORDERS,
  name: 'orders',
  claim: 'pz',
  encoding: 'names',
  onError: 'deny',
  sources: [],
  ids: ['AAAAAA'],
  ends: [4, 6],
  names: ['read', 'write', 'refund', 'audit', 'billing/read', ''],
};

const ROLES: readonly RoleRow[] = [
  ['Clerk', { orders: [0, 1] }],
  ['Manager', { orders: [1, 2, 1, 1] }],
  ['Visitor', {}],
];

/** The small API, as the tables have it, with changes. */
export function audienceOf(more: Partial<AudienceTable> = {}): Audience {
  const [audience] = indexTables({ audiences: [{ ...TABLE, ...more }], roles: ROLES }).values();
  if (audience === undefined) throw new Error('no audience');
  return audience;
}

/** What the parts of Auth0's `api` answer, where it is not the ordinary. */
export interface ApiAnswers {
  readonly roles?: (page: { readonly take: number; readonly from?: string }) => Promise<unknown>;
  /** What the cache says of a value that is to be kept. */
  readonly cacheSet?: string;
}

export interface Recorded {
  readonly api: PostLoginApi;
  /** What was done to the login and its token, in order. */
  readonly done: unknown[];
  /** What was kept: value and `ttl` by key. */
  readonly cached: Map<string, { readonly value: string; readonly ttl: number | undefined }>;
  /** The pages of roles that were asked for. */
  readonly rolePages: unknown[];
}

/** Auth0's `api` for one trigger, whose cache is empty at first. */
export function recordApi({
  roles = async () => ({ roles: [] }),
  cacheSet = 'success',
}: ApiAnswers = {}): Recorded {
  const done: unknown[] = [];
  const cached: Recorded['cached'] = new Map();
  const rolePages: unknown[] = [];
  const api: PostLoginApi = {
    access: { deny: (reason) => done.push(['deny', reason]) },
    accessToken: {
      setCustomClaim: (name, value) => done.push(['claim', name, value]),
      removeScope: (scope) => done.push(['removeScope', scope]),
    },
    cache: {
      get: (key) => {
        const value = cached.get(key)?.value;
        return value === undefined ? undefined : { value, expires_at: 0 };
      },
      set: (key, value, options) => {
        if (cacheSet === 'success') cached.set(key, { value, ttl: options?.ttl });
        return { type: cacheSet };
      },
      delete: (key) => cached.delete(key),
    },
    roles: {
      getUserEffectiveRoles: (page) => {
        rolePages.push(page);
        return roles(page);
      },
    },
  };
  return { api, done, cached, rolePages };
}

/** The parts of an Action that knows no source. */
export const PARTS: Parts = {
  places: grantedPlaces,
  readers: {},
  effectiveRoles,
  encoders: { names: encodeNames },
};

/** A login for the small API. */
export function loginOf(
  event: PostLoginEvent,
  { api = recordApi().api, audience = audienceOf(), parts = PARTS }: Partial<Omit<Login, 'event'>> = {},
): Login {
  return { audience, event: { resource_server: { identifier: ORDERS }, ...event }, api, parts };
}

/** The lines of the tenant's log from here to the end of the test. */
export function readLog(): string[] {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => log.mockRestore());
  return lines;
}
