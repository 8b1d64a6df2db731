// The as-of of claims from end to end: config, Action, token, verifier with changes.
import { openMemoryLog, publish } from '@claimgen/changes';
import {
  createVerifier,
  hasPermission,
  type Layout,
  permissionState,
  type Verifier,
} from '@claimgen/verifier';
import { readPermissions } from '@claimgen/verifier/unverified';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { type Action, loadAction } from '#simulator/host/action-host';
import { issueAccessToken } from '#simulator/host/issue-token';
import { buildProject, CLAIM, codeOf, ORDERS, ordersConfig } from './built-action.ts';
import { DOMAIN, SECRETS, scriptApi } from './scripted-api.ts';

const ISSUER = 'https://acme.eu.auth0.com/';
const EVENT = [{ event: 'user.app_metadata.permissions' }];
const NAMES = ['orders:read', 'orders:write', 'orders:refund', 'orders:audit'];
const managementApi = (settings: object = {}) => [{ managementApi: { domain: DOMAIN, ...settings } }];

const config = (action: object, audience: object = {}) =>
  ordersConfig(action, { encoding: 'bitset', ...audience });

function build(action: object, audience: object = {}) {
  const output = buildProject(config(action, audience));
  const json = output.artifacts.find(({ path }) => path === 'claimgen/verifier/orders.json')?.text ?? '';
  return {
    code: codeOf(output),
    action: loadAction(codeOf(output)),
    report: output.report.audiences[0],
    layout: JSON.parse(json) as Layout,
  };
}

const holding = (permissions: readonly string[], more: object = {}) =>
  loginEvent({ audience: ORDERS, user: { appMetadata: { permissions } }, ...more });

async function claimOf(action: Action, event: ReturnType<typeof holding>, options = {}): Promise<string> {
  const { accessTokenClaims, log } = await action.login(event, options);
  expect(log).toEqual([]);
  return accessTokenClaims[CLAIM] as string;
}

const asOfOf = (claim: string, layout: Layout) => readPermissions({ [CLAIM]: claim }, layout).asOf;

describe('a claim with an as-of', () => {
  it('is the claim without the option, and when the permissions were read', async () => {
    const [plain, dated] = [build({ source: EVENT }), build({ source: EVENT, asOf: true })];
    expect(dated.layout).toEqual(plain.layout);
    await fc.assert(
      fc.asyncProperty(fc.subarray(NAMES), async (held) => {
        const before = Date.now();
        const claim = await claimOf(dated.action, holding(held));
        const after = Date.now();
        expect(claim.slice(0, -7)).toBe(await claimOf(plain.action, holding(held)));
        const { at, isReadByAction } = asOfOf(claim, dated.layout) ?? {};
        expect(isReadByAction).toBe(false);
        expect(at).toBeGreaterThan(before - 125);
        expect(at).toBeLessThanOrEqual(after);
        expect([...readPermissions({ [CLAIM]: claim }, dated.layout)].sort()).toEqual([...held].sort());
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['Auth0 reads for the event', EVENT],
    ['the Action reads itself', managementApi({ cacheSeconds: 0 })],
  ])('has its bytes in the size proof where %s, and none with the option off', (_, source) => {
    const [plain, dated] = [build({ source }), build({ source, asOf: true })];
    expect(build({ source, asOf: false }).code).toBe(plain.code);
    expect(dated.report?.claimBytes).toEqual({
      atMost: (plain.report?.claimBytes.atMost ?? 0) + 7,
      reached: (plain.report?.claimBytes.reached ?? 0) + 7,
    });
    expect(dated.report?.proof.payload).toBe((plain.report?.proof.payload ?? 0) + 7);
    const saving = dated.report?.savings.find(({ change }) => change === 'action.asOf: false');
    expect(saving?.saves).toBe((dated.report?.proof.line ?? 0) - (plain.report?.proof.line ?? 0));
  });

  it.each([
    ['what Auth0 reads for the event', ['roles'], false],
    ['roles that the Action asks for', [{ roles: { groups: true } }], true],
    ['the Management API', managementApi(), true],
    ['the Management API and the event', [...managementApi(), ...EVENT], false],
  ])('says who read it: %s', async (_, source, isReadByAction) => {
    const { action, layout } = build({ source, asOf: true });
    const api = await scriptApi({ held: { [ORDERS]: ['orders:read'] } });
    const event = holding([], { user: { id: 'auth0|1', roles: ['Clerk'] }, secrets: SECRETS });
    const claim = await claimOf(action, event, { origins: api.origins });
    expect([...readPermissions({ [CLAIM]: claim }, layout)]).toEqual(['orders:read']);
    expect(asOfOf(claim, layout)?.isReadByAction).toBe(isReadByAction);
  });

  it('is there with every rule that limits what a claim carries', async () => {
    const { action, layout } = build(
      { source: EVENT, asOf: true },
      { grant: 'requested', clients: { except: ['other'] } },
    );
    const claim = await claimOf(action, holding(NAMES, { scopes: ['orders:read'] }));
    expect([...readPermissions({ [CLAIM]: claim }, layout)]).toEqual(['orders:read']);
    expect(asOfOf(claim, layout)?.at).toBeGreaterThan(Date.now() - 60_000);
  });

  it('has the time of the login whose permissions were kept, and reads none that were kept without a time', async () => {
    const source = managementApi({ cacheSeconds: 5 });
    const dated = build({ source, asOf: true });
    const api = await scriptApi({ held: { [ORDERS]: ['orders:read'] } });
    const event = holding([], { user: { id: 'auth0|1' }, secrets: SECRETS });
    const first = await claimOf(dated.action, event, { origins: api.origins });
    const asked = api.requests.length;
    while (Date.now() <= (asOfOf(first, dated.layout)?.at ?? 0) + 250)
      await new Promise((go) => setTimeout(go, 20));
    const second = await claimOf(dated.action, event, { origins: api.origins });
    expect(api.requests.length).toBe(asked);
    expect(second).toBe(first);
  });

  it('refuses to keep permissions for longer, and keeps none by default', async () => {
    expect(() => build({ source: managementApi({ cacheSeconds: 6 }), asOf: true })).toThrow(
      'cacheSeconds: 6',
    );
    build({ source: managementApi({ cacheSeconds: 5 }), asOf: true });
    const { action } = build({ source: managementApi(), asOf: true });
    const api = await scriptApi({ held: { [ORDERS]: ['orders:read'] } });
    const event = holding([], { user: { id: 'auth0|1' }, secrets: SECRETS });
    for (let login = 1; login <= 2; login++) {
      await claimOf(action, event, { origins: api.origins });
      expect(api.requests.filter((request) => request.startsWith('GET'))).toHaveLength(login);
    }
  });

  it('can be an audience of its own: others in the same Action have none, and names never', () => {
    const [plain, names] = ['https://plain.example', 'https://names.example'];
    const output = buildProject(
      {
        ...ordersConfig({ source: EVENT, asOf: true }),
        audiences: {
          orders: { audience: ORDERS, globs: ['*'] },
          plain: { audience: plain, globs: ['*'], action: { asOf: false } },
          names: { audience: names, globs: ['*'], encoding: 'names' },
        },
      },
      { permissions: [ORDERS, plain, names].map((audience) => ({ name: 'read', audience })), roles: {} },
    );
    expect(codeOf(output).match(/asOf: "event"/g)).toHaveLength(1);
    expect(() => build({ source: EVENT }, { encoding: 'names', action: { asOf: true } })).toThrow('asOf');
  });
});

describe('with changes, a token whose claim has an as-of', () => {
  async function world(source: readonly unknown[]) {
    const { action, layout } = build({ source, asOf: true });
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
    const log = openMemoryLog();
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    let now = Date.now();
    const options = { issuer: ISSUER, layout, jwks, clock: () => new Date(now) };
    const verifier = createVerifier({
      ...options,
      changes: { feed: log, onStale: 'deny', signal: stop.signal },
    });
    await verifier.prefetch();
    const api = await scriptApi({ held: { [ORDERS]: NAMES } });
    /** A token that is issued `delay` ms after its login. */
    const token = async (delay = 0) => {
      const event = holding(NAMES, { secrets: SECRETS });
      const result = await action.login(event, { origins: api.origins });
      const at = Math.floor((Date.now() + delay) / 1000);
      now = Math.max(now, at * 1000);
      const payload = issueAccessToken(result, event, { issuer: ISSUER }, { at, id: 'j' });
      return new SignJWT({ ...payload })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k' })
        .sign(privateKey);
    };
    const published = async (at: number) => {
      const { version } = verifier.freshness() ?? {};
      await publish(log, { lost: ['orders:refund'], at: Math.round(at) });
      while (verifier.freshness()?.version === version) await new Promise((go) => setTimeout(go, 5));
    };
    const plain = createVerifier(options);
    return { layout, verifier, plain, token, published };
  }
  const state = async (verifier: Verifier, token: string) =>
    permissionState(await verifier.verify(token), 'orders:refund');

  it('was read at its as-of, give or take 1 s where the Action reads all of it', async () => {
    const { verifier, token, published } = await world(managementApi({ cacheSeconds: 0 }));
    const early = await token();
    const { at } = readAsOf(early);
    await published(at - 1001);
    expect(await state(verifier, early)).toBe('yes');
    await published(at - 1000);
    expect(await state(verifier, early)).toBe('stale');
  });

  it('and 20 s where Auth0 reads some of it', async () => {
    const { verifier, token, published } = await world(EVENT);
    const early = await token();
    const { at } = readAsOf(early);
    await published(at - 20_001);
    expect(await state(verifier, early)).toBe('yes');
    await published(at - 20_000);
    expect(await state(verifier, early)).toBe('stale');
  });

  it('knows nothing of a change during a login that waited for a second factor, which iat would hide', async () => {
    const { verifier, plain, token, published } = await world(EVENT);
    const late = await token(90_000);
    await published(readAsOf(late).at + 30_000);
    expect(await state(verifier, late)).toBe('stale');
    // Without changes it is read as any other.
    expect(hasPermission(await plain.verify(late), 'orders:refund')).toBe(true);
  });

  function readAsOf(token: string): { at: number } {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      string
    >;
    const text = payload[CLAIM]?.slice(-6) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return { at: [...text].reduce((sum, one) => 64 * sum + alphabet.indexOf(one), 0) * 62.5 };
  }
});
