import type { Layout } from '@claimgen/verifier';
import { readPermissions } from '@claimgen/verifier/unverified';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { loadAction } from '#simulator/host/action-host';
import { buildProject, CLAIM, codeOf, ORDERS, ordersConfig, startAction } from './built-action.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 150);
const names = Array.from({ length: 60 }, (_, index) => `orders:permission-number-${index}`);
const source = [{ event: 'user.app_metadata.permissions' }];

function catalogOf(permissions: readonly string[]): object {
  const all = permissions.map((name) => ({ name, audience: ORDERS }));
  return { permissions: all, roles: { All: all } };
}

function holding(permissions: readonly string[]) {
  return loginEvent({ audience: ORDERS, user: { appMetadata: { permissions } } });
}

function config(action: object, bytes: number): object {
  return ordersConfig({ source, ...action }, { budget: { bytes } });
}

describe('names that could pass the budget', () => {
  it('fail the build where the config says nothing about them', () => {
    const { report } = buildProject(config({}, 2_000), catalogOf(names));
    expect([report.fits, (report.audiences[0]?.over ?? 0) > 0]).toEqual([false, true]);
    expect(buildProject(config({}, 10_000), catalogOf(names)).report.fits).toBe(true);
  });

  it.each([
    ['deny', 'denied', undefined],
    ['omit', 'allowed', []],
    ['marker', 'allowed', '!overflow'],
  ])('get what onOverflow: %s says, and the proof counts on it', async (onOverflow, outcome, claim) => {
    const built = buildProject(config({ onOverflow }, 2_000), catalogOf(names));
    const audience = built.report.audiences[0];
    expect(built.report.fits).toBe(true);
    expect(audience?.notes.join('\n')).toContain('a user whose permissions take more');
    const action = loadAction(codeOf(built));
    const small = names.slice(0, 3);
    expect((await action.login(holding(small))).accessTokenClaims[CLAIM]).toEqual(small);
    const result = await action.login(holding(names));
    expect([result.outcome, result.accessTokenClaims[CLAIM]]).toEqual([outcome, claim]);
    expect(result.log).toEqual([
      `claimgen: orders: the claim has ${JSON.stringify([...names].sort()).length} bytes, and ${audience?.cap?.bytes} are left in the budget (${onOverflow})`,
    ]);
  });

  it('make a claim that the verifier refuses with a code of its own, where the config says marker', async () => {
    const built = buildProject(config({ onOverflow: 'marker' }, 2_000), catalogOf(names));
    const json = built.artifacts.find(({ path }) => path === 'claimgen/verifier/orders.json')?.text ?? '';
    const { accessTokenClaims } = await loadAction(codeOf(built)).login(holding(names));
    expect(() => readPermissions(accessTokenClaims, JSON.parse(json) as Layout)).toThrow(
      expect.objectContaining({ code: 'claim_overflow', status: 403 }),
    );
  });

  it('have no onOverflow in the encoding bitset', () => {
    const bitset = { encoding: 'bitset', action: { onOverflow: 'omit' } };
    expect(() => buildProject(ordersConfig({}, bitset), catalogOf(names))).toThrow(
      /whose size the build proves/,
    );
    expect(buildProject(ordersConfig({ onOverflow: 'omit' }, { encoding: 'bitset' })).report.fits).toBe(true);
  });

  it('never make a claim longer than the proof says, which some user reaches', async () => {
    const permissions = fc.uniqueArray(fc.stringMatching(/^[a-z:é"\\]{1,20}$/), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(
        permissions,
        fc.integer({ min: 1_350, max: 2_200 }),
        fc.constantFrom('deny', 'omit', 'marker'),
        fc.array(fc.nat(100), { maxLength: 40 }),
        async (all, bytes, onOverflow, indexes) => {
          const built = buildProject(config({ onOverflow }, bytes), catalogOf(all));
          const audience = built.report.audiences[0];
          if (audience === undefined) throw new Error('no audience');
          const { atMost, reached } = audience.claimBytes;
          const action = loadAction(codeOf(built));
          const held = [...new Set(indexes.map((index) => all[index % all.length] as string))];
          const result = await action.login(holding(held));
          const claim = result.accessTokenClaims[CLAIM];
          if (claim !== undefined)
            expect(Buffer.byteLength(JSON.stringify(claim))).toBeLessThanOrEqual(atMost);
          if (Array.isArray(claim) && result.log.length === 0) expect(claim).toEqual(held.sort());
          expect(reached).toBe(atMost);
          // Room for an empty list, or for the marker, is the least that a budget must have.
          if ((audience.cap?.bytes ?? 0) >= 11) expect(audience.over).toBe(0);
        },
      ),
      { numRuns: Math.ceil(runs / 5) },
    );
  });
});

describe('scopes', () => {
  const catalog = catalogOf([...names, 'email']);
  const requested = ['openid', 'profile', 'email', 'offline_access', ...names, 'other:scope'];
  const event = loginEvent({ audience: ORDERS, scopes: requested, user: { roles: [] } });

  it('stay as they are by default', async () => {
    const action = startAction(ordersConfig({}, { budget: { bytes: 10_000 } }), catalog);
    expect((await action.login(event)).scope).toEqual(requested);
  });

  it("lose the API's own with strip, whatever becomes of the claim, and keep the standard ones", async () => {
    const stripped = ordersConfig(
      { scopes: 'strip', source, onError: 'omit' },
      { budget: { bytes: 10_000 } },
    );
    const action = startAction(stripped, catalog);
    const broken = loginEvent({ audience: ORDERS, scopes: requested, user: { appMetadata: 'broken' } });
    for (const each of [event, broken]) {
      const result = await action.login(each);
      expect(result.scope).toEqual(['openid', 'profile', 'email', 'offline_access', 'other:scope']);
    }
    expect((await action.login(broken)).accessTokenClaims).toEqual({ [CLAIM]: [] });
  });

  it('that are stripped leave the proof, too', () => {
    const line = (action: object, scope: string) =>
      buildProject(ordersConfig(action, { encoding: 'bitset', token: { scope } }), catalog).report
        .audiences[0]?.proof.line;
    const standard = 'openid profile email offline_access';
    expect(line({ scopes: 'strip' }, 'all')).toBe(line({}, `${standard} email`));
    expect(line({ scopes: 'strip' }, `openid ${names.join(' ')}`)).toBe(line({}, 'openid'));
    expect(line({}, 'all')).toBeGreaterThan(line({ scopes: 'strip' }, 'all') ?? 0);
  });

  it('beyond what Auth0 lets an Action remove are counted', () => {
    const many = Array.from({ length: 2_100 }, (_, index) => `p${String(index).padStart(4, '0')}`);
    const config = ordersConfig({ scopes: 'strip' }, { encoding: 'bitset', token: { scope: 'all' } });
    const { proof } = buildProject(config, catalogOf(many)).report.audiences[0] ?? {};
    const scope = proof?.terms.find(({ name }) => name === 'scope');
    const standard = 'openid profile email offline_access';
    expect(scope?.bytes).toBe('"scope":""'.length + standard.length + 100 * 6);
  });
});
