// No setting that reaches the Action changes unseen.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { audienceTable } from '../../src/action/audience-table.ts';
import { compareSettings } from '../../src/check/setting-change.ts';
import type { AudiencePlan } from '../../src/plan/audience-plan.ts';
import { audienceSettings } from '../../src/plan/audience-settings.ts';
import { audienceInput } from './audience-input.ts';

const onError = fc.constantFrom('deny', 'omit', 'continue');
const failing = { onError, onErrorRefresh: onError };
const source = fc.oneof(
  fc.record(
    {
      roles: fc.record({ unknownRoles: fc.constantFrom('ignore', 'deny'), groups: fc.boolean() }),
      ...failing,
    },
    { requiredKeys: ['roles'] },
  ),
  fc.record(
    {
      event: fc.constantFrom('user.app_metadata.permissions', 'user.app_metadata.scopes'),
      organizations: fc.constant('tenant-wide'),
      ...failing,
    },
    { requiredKeys: ['event'] },
  ),
  fc.record(
    {
      managementApi: fc.record(
        {
          domain: fc.constantFrom('acme.eu.auth0.com', 'acme.us.auth0.com'),
          clientIdSecret: fc.constantFrom('A', 'B'),
          deadlineMs: fc.constantFrom(1000, 3000),
          maxRequests: fc.constantFrom(10, 20),
          cacheSeconds: fc.constantFrom(0, 10),
        },
        { requiredKeys: ['domain'] },
      ),
      organizations: fc.constant('tenant-wide'),
      ...failing,
    },
    { requiredKeys: ['managementApi'] },
  ),
);

/** At most one source of each kind. */
const sources = fc.uniqueArray(source, {
  minLength: 1,
  maxLength: 3,
  selector: (entry) => Object.keys(entry).find((key) => ['roles', 'event', 'managementApi'].includes(key)),
});

const settings = fc
  .record({
    audience: fc.constantFrom('https://orders.example', 'https://orders.acme.com'),
    claim: fc.constantFrom('pz', 'https://acme.example/permissions'),
    encoding: fc.constantFrom('bitset', 'names'),
    overflow: fc.constantFrom('deny', 'omit', 'marker'),
    action: fc.record({
      source: sources,
      onError: fc.constantFrom('deny', 'omit'),
      scopes: fc.constantFrom('keep', 'strip'),
    }),
  })
  .map(({ overflow, ...rest }) =>
    rest.encoding === 'names' ? { ...rest, action: { ...rest.action, onOverflow: overflow } } : rest,
  );

const PARTS = ['audience', 'claim', 'source', 'onError', 'scopes'] as const;

type Settings = typeof settings extends fc.Arbitrary<infer S> ? S : never;

function withPart(before: Settings, other: Settings, part: (typeof PARTS)[number]): Settings {
  if (part === 'audience' || part === 'claim') return { ...before, [part]: other[part] };
  return { ...before, action: { ...before.action, [part]: other.action[part] } };
}

/** What the Action goes by, but for the layout and who gets what: those are compared by name. */
function policyOf(input: AudiencePlan): string {
  const { onOverflow } = input.audience;
  const { ids, ends, names, apis, cap, ...policy } = audienceTable(input, {
    cap: onOverflow === undefined ? null : { bytes: 1, onOverflow },
  });
  expect([ids, ends, names ?? [], apis ?? []].every(Array.isArray)).toBe(true);
  // The order of sources says nothing: they are united.
  const sorted = policy.sources.map((entry) => JSON.stringify(entry)).sort();
  return JSON.stringify({ ...policy, sources: sorted, onOverflow: cap?.onOverflow });
}

it('whatever of the config changes what the Action does is among the changed settings', () => {
  const permissions = ['orders:read', 'orders:write'];
  fc.assert(
    fc.property(settings, settings, fc.constantFrom('all', ...PARTS), (before, other, part) => {
      // Mostly one part alone, so that it can't hide behind another.
      const after = part === 'all' ? other : withPart(before, other, part);
      const was = audienceInput({}, permissions, permissions, before);
      const is = audienceInput({}, permissions, permissions, after);
      const changes = compareSettings(audienceSettings(was), audienceSettings(is));
      expect(changes.length > 0).toBe(policyOf(was) !== policyOf(is));
    }),
    { numRuns: Number(process.env['CLAIMGEN_RUNS'] ?? 1000) },
  );
});

it("the environment's domain counts where the Management API is asked", () => {
  const input = audienceInput({}, ['a'], ['a'], {
    action: { source: [{ managementApi: { domain: 'acme.eu.auth0.com' } }] },
  });
  expect(compareSettings(audienceSettings(input), audienceSettings(input, 'acme.us.auth0.com'))).toEqual([
    {
      setting: 'action.source managementApi.domain',
      before: 'acme.eu.auth0.com',
      after: 'acme.us.auth0.com',
    },
  ]);
});
