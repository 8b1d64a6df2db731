// The Management API that the Action's own source reads at simulated logins: the stand-in with users, and one thing wrong with it.
import type { ApiAnswer } from './answer.ts';
import type { Fault } from './fault.ts';
import { ManagementApi } from './management-api.ts';
import { type ManagementFault, slowness } from './management-fault.ts';
import { serveManagementApi } from './serve.ts';
import { type StoredUser, Tenant } from './tenant.ts';

/** What is known of one user, in every organization: the API doesn't ask for one. */
export type ManagementUser = Pick<StoredUser, 'permissions' | 'roles'>;

/** The user of an id; undefined where there is none. */
export type UserLookup = (id: string) => ManagementUser | undefined;

/** A Management API on loopback: a real server that knows the users it is told of. */
export interface StartedApi {
  /** Where it listens; with the fault `down`, where nothing does. */
  readonly origin: string;
  /** Replaces what is known of users, asked by id at each request. */
  know(userOf: UserLookup): void;
  close(): Promise<void>;
}

/** Starts a Management API in place of the tenant's, over HTTP. */
export async function startManagementApi(fault?: ManagementFault): Promise<StartedApi> {
  const tenant = new Tenant();
  const api = new ManagementApi({ tenant, faults: fault === undefined ? [] : FAULTS[fault] });
  const served = await serveManagementApi(api, { host: '127.0.0.1' });
  if (fault === 'down') await served.close();
  return {
    origin: served.origin,
    know: (lookup) => tenant.know(lookup),
    close: () => (fault === 'down' ? Promise.resolve() : served.close()),
  };
}

const ALWAYS = { times: Number.POSITIVE_INFINITY } as const;
const API = { ...ALWAYS, on: '* /api/v2' } as const;

/** Changes what a route found; errors stay as they are. */
function found(change: (answer: ApiAnswer) => ApiAnswer): readonly Fault[] {
  return [{ ...API, change: (answer) => (answer.status === 200 ? change(answer) : answer) }];
}

/** Auth0's headers for a limit that is used up, for so many seconds. */
function limited(seconds: number): (now: number) => Readonly<Record<string, string>> {
  return (now) => ({
    'retry-after': String(seconds),
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.ceil(now / 1_000) + seconds),
  });
}

const FAULTS: Readonly<Record<ManagementFault, readonly Fault[]>> = {
  down: [],
  silent: [{ ...ALWAYS, silent: true }],
  slow: [{ ...ALWAYS, delay: slowness }],
  '429': [{ ...ALWAYS, status: 429, headers: limited(1) }],
  '429-bare': [{ ...ALWAYS, status: 429 }],
  // A request that is refused once may come again at once.
  '429-once': [{ ...ALWAYS, status: 429, headers: limited(0), oncePerUrl: true }],
  '500': [{ ...ALWAYS, status: 500 }],
  garbage: [{ ...ALWAYS, body: '<html><body>It works!</body></html>' }],
  'half-page': found((answer) => ({ ...answer, breakage: 'half' })),
  'empty-page': found((answer) => ({
    ...answer,
    body: Array.isArray(answer.body) ? [] : { permissions: [], next: 'more', total: 1_000 },
  })),
  'wrong-shape': found((answer) => ({ ...answer, body: { permissions: 'orders:read', next: 7 } })),
  'expired-token': [{ ...API, status: 401 }],
  forbidden: [{ ...API, status: 403 }],
};
