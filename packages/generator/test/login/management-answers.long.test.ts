import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { CLAIM, ORDERS, ordersConfig, startAction } from './built-action.ts';
import { body, halfPage, hangUp, page, status } from './misbehaviours.ts';
import { DOMAIN, type Misbehaviour, SECRETS, scriptApi } from './scripted-api.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 200);
const event = loginEvent({ audience: ORDERS, secrets: SECRETS });
// A login that does not keep its deadline fails at the host's limit: it is then neither allowed nor denied.
const HOST = { timeLimit: 10_000 };

function config(settings: object = {}, entry: object = {}): object {
  return ordersConfig({ source: [{ managementApi: { domain: DOMAIN, ...settings }, ...entry }] });
}

describe('whatever the Management API answers', () => {
  const behaviours = fc.constantFrom<Misbehaviour | undefined>(
    undefined,
    undefined,
    undefined,
    hangUp,
    halfPage,
    status(401),
    status(429),
    status(429, { 'retry-after': '0' }),
    status(500),
    body('{'),
    page({ permissions: [], next: 7 }),
  );
  it('a login has all of the permissions that it returned or, as declared, none, within its requests', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `orders:p${index}`);
    const catalog = {
      permissions: [...names, 'orders:never'].map((name) => ({ name, audience: ORDERS })),
      roles: {},
    };
    // Where everything is answered, a slow machine must not matter.
    const within = (deadlineMs: number) => config({ deadlineMs, maxRequests: 7 }, { onError: 'omit' });
    await fc.assert(
      fc.asyncProperty(fc.array(behaviours, { maxLength: 8 }), fc.nat(120), async (script, count) => {
        const held = names.slice(0, count);
        const isAnswered = script.every((behaviour) => behaviour === undefined);
        const settings = within(isAnswered ? 8_000 : 300);
        const api = await scriptApi({ held: { [ORDERS]: held }, misbehave: (index) => script[index] });
        const result = await startAction(settings, catalog, HOST).login(event, { origins: api.origins });
        await api.close();
        expect(result.outcome).toBe('allowed');
        const all = [...held].sort();
        expect([[], all]).toContainEqual(result.accessTokenClaims[CLAIM]);
        expect(result.requests.length).toBeLessThanOrEqual(7);
        if (isAnswered) expect(result.accessTokenClaims[CLAIM]).toEqual(all);
      }),
      { numRuns: Math.ceil(runs / 10) },
    );
  });
});
