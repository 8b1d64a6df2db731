import { createVerifier, type Layout } from '@claimgen/verifier';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { loadAction } from '#simulator/host/action-host';
import { issueAccessToken } from '#simulator/host/issue-token';
import { buildProject, codeOf, ORDERS, ordersConfig, SMALL_CATALOG } from './built-action.ts';

const ISSUER = 'https://acme.eu.auth0.com/';
const METADATA = { event: 'user.app_metadata.permissions' };
const ORGANIZATION = { organization: { id: 'org_1' } };
const NAMES = SMALL_CATALOG.permissions.map(({ name }) => name);
const MANY = Array.from({ length: 60 }, (_, index) => `orders:permission-number-${index}`);

it.each([
  ['a source that fails', 'names', {}, { appMetadata: { permissions: 'broken' } }, {}],
  ['a source that fails', 'bitset', {}, { appMetadata: { permissions: 'broken' } }, {}],
  ['a source that does not know organizations', 'names', {}, {}, ORGANIZATION],
  ['a source that does not know organizations', 'bitset', {}, {}, ORGANIZATION],
  ['names that do not fit', 'names', { onOverflow: 'omit' }, { appMetadata: { permissions: MANY } }, {}],
])(
  'with omit, after %s (%s), no verifier reads a stock claim in place of nothing',
  async (_title, encoding, action, user, login) => {
    const names = 'onOverflow' in action ? MANY : NAMES;
    const catalog = { permissions: names.map((name) => ({ name, audience: ORDERS })), roles: {} };
    const built = buildProject(
      ordersConfig(
        { source: [{ ...METADATA, onError: 'omit' }], ...action },
        { encoding, budget: { bytes: 2_000 } },
      ),
      catalog,
    );
    const event = loginEvent({ audience: ORDERS, user, ...login });
    const result = await loadAction(codeOf(built)).login(event);
    expect([result.outcome, result.log.join()]).toEqual(['allowed', expect.stringContaining('(omit)')]);

    const json = built.artifacts.find(({ path }) => path === 'claimgen/verifier/orders.json')?.text ?? '';
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
    const payload = issueAccessToken(
      result,
      event,
      { issuer: ISSUER, stockPermissions: names },
      { at: Math.floor(Date.now() / 1000), id: 'j' },
    );
    const token = await new SignJWT({ ...payload })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k' })
      .sign(privateKey);
    const verifier = createVerifier({
      issuer: ISSUER,
      layout: JSON.parse(json) as Layout,
      jwks,
      fallback: ['permissions', 'scope'],
      rbacEnforced: true,
    });
    expect([...(await verifier.verify(token)).permissions]).toEqual([]);
  },
);
