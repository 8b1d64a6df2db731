// Holds the stand-in to the truth: what a tenant of Auth0 answered (recordings of auth0-deploy-cli's tests), and Auth0's own document.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManagementApi } from '../../src/management-api/management-api.ts';
import { type StoredAction, type StoredRole, Tenant } from '../../src/management-api/tenant.ts';
import { openApiChecker, RECORDED } from './openapi.ts';

const data = process.env['CLAIMGEN_DATA'];
const folder = join(data ?? '', 'auth0', 'recordings');
const check = openApiChecker(data);

type Fields = Readonly<Record<string, unknown>>;

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
  readonly response: unknown;
}

const recordings = data !== undefined && existsSync(folder) ? readdirSync(folder) : [];
const read = (name: string): Recorded[] => JSON.parse(readFileSync(join(folder, name), 'utf8'));

it('the recordings are found through CLAIMGEN_DATA, in CI always', (context) => {
  if (process.env['CI'] === undefined && data === undefined)
    context.skip('SKIPPED: set CLAIMGEN_DATA to compare with recordings');
  expect(recordings.length).toBeGreaterThan(0);
  if (check === undefined)
    console.log('LEFT OUT: CLAIMGEN_DATA has no auth0/management-api-oas.json to compare with');
});

/** Fields that differ from run to run, and one that the stand-in leaves out. */
const VOLATILE = new Set(['id', 'created_at', 'updated_at', 'built_at', 'current_version']);

function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !VOLATILE.has(key))
      .map(([key, entry]) => [key, steady(entry)]),
  );
}

/** The tenant as a recording's first answers show it. */
function tenantBefore(recording: readonly Recorded[]): Tenant {
  const tenant = new Tenant();
  const first = (path: string, key: string): Fields[] => {
    const found = recording.find((entry) => entry.method === 'GET' && entry.path.startsWith(path));
    return (Object(found?.response)[key] as Fields[] | undefined) ?? [];
  };
  for (const api of first('/api/v2/resource-servers', 'resource_servers'))
    tenant.apis.set(String(api['id']), api as never);
  for (const role of first('/api/v2/roles?', 'roles'))
    tenant.roles.set(String(role['id']), { ...role, permissions: [] } as unknown as StoredRole);
  for (const action of first('/api/v2/actions/actions', 'actions'))
    tenant.actions.set(String(action['id']), storedAction(action));
  return tenant;
}

function storedAction(action: Fields): StoredAction {
  const deployed = Object(action['deployed_version']) as Fields;
  const { id, name, code, runtime, supported_triggers, dependencies } = action as unknown as StoredAction;
  const version = {
    id: String(deployed['id']),
    number: Number(deployed['number']),
    code: String(deployed['code']),
    runtime,
    dependencies,
    secretNames: [],
    createdAt: 0,
    deployedAt: 0,
  };
  return {
    id,
    name,
    code,
    runtime,
    supported_triggers,
    dependencies,
    secrets: [],
    createdAt: 0,
    updatedAt: 0,
    builtAt: 0,
    buildFails: false,
    versions: [version],
  };
}

describe.skipIf(recordings.length === 0)('compared with what a tenant answered', () => {
  it.each(recordings)('%s: every request has the same answer', (name) => {
    const recording = read(name);
    let now = 1_000_000;
    const api = new ManagementApi({
      tenant: tenantBefore(recording),
      buildTime: 500,
      deployTime: 100,
      now: () => now,
    });
    const authorization = `Bearer ${api.tokens.issue(['read:actions', 'update:actions', 'create:actions', 'delete:actions', 'read:roles', 'update:roles', 'delete:roles', 'read:resource_servers'], now)}`;
    for (const { method, path, status, body, response } of recording) {
      now += 1_000;
      const url = new URL(path, 'https://localhost');
      const answer = api.handle({
        method,
        path: url.pathname,
        query: url.searchParams,
        authorization,
        body: body === '' ? undefined : body,
      });
      expect([method, path, answer.status]).toEqual([method, path, status]);
      // Of the triggers the stand-in has those that claimgen uses.
      if (url.pathname === '/api/v2/actions/triggers') {
        const recorded = (Object(response).triggers as unknown[]).map(steady);
        for (const trigger of Object(answer.body).triggers as unknown[])
          expect(recorded).toContainEqual(steady(trigger));
      } else expect(steady(answer.body ?? '')).toEqual(steady(response));
    }
  });
});

// The document is not everywhere that the recordings are; where it is not, the first test says so.
if (check !== undefined) {
  describe("Auth0's document", () => {
    it('the document allows every recorded answer, but for what is listed as recorded', () => {
      const problems = recordings.flatMap(read).flatMap(({ method, path, status, body, response }) => {
        const url = new URL(path, 'https://localhost');
        const request = {
          method,
          path: url.pathname,
          query: url.searchParams,
          body: body === '' ? undefined : body,
        };
        return check?.({ request, answer: { status, body: response }, faulty: false }) ?? ['no document'];
      });
      // A trigger that came after the document.
      const newer =
        'GET /actions/triggers: answer data/triggers/19/id must be equal to one of the allowed values';
      expect([...new Set(problems)]).toEqual([newer]);
    });
  });

  describe("the check against Auth0's document", () => {
    const exchange = (method: string, path: string, body: unknown, status: number, answer: unknown) => {
      const url = new URL(path, 'https://localhost');
      return check?.({
        request: { method, path: url.pathname, query: url.searchParams, body },
        answer: { status, body: answer },
        faulty: false,
      });
    };

    it.each([
      [
        'a query that it does not have',
        exchange('GET', '/api/v2/actions/actions?include_totals=true', undefined, 200, { actions: [] }),
      ],
      ['a page that is too long', exchange('GET', '/api/v2/roles?per_page=101', undefined, 200, [])],
      [
        'a field of a request that it does not have',
        exchange('PATCH', '/api/v2/actions/actions/a', { deployed: true }, 200, {}),
      ],
      [
        'a field of an answer that it does not have',
        exchange('GET', '/api/v2/actions/actions/a', undefined, 200, { deployed: true }),
      ],
      ['a status that it does not have', exchange('GET', '/api/v2/actions/actions/a', undefined, 299, {})],
      [
        'an operation that it does not have',
        exchange('PUT', '/api/v2/actions/actions/a', undefined, 200, {}),
      ],
    ])('finds %s', (_, problems) => {
      expect(problems).toHaveLength(1);
    });

    it('is not loosened beyond what was recorded', () => {
      expect(RECORDED).toHaveLength(6);
    });
  });
}
