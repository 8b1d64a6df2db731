import { expect, test } from 'vitest';
import { loginEvent } from '../../src/event/events.ts';
import { loadAction } from '../../src/host/action-host.ts';
import { metadataVariants } from './metadata-variants.ts';

const variants = metadataVariants(['acme', 'permissions']);

const careful = loadAction(`exports.onExecutePostLogin = async (event, api) => {
  const list = event.user.app_metadata?.acme?.permissions;
  const strings = Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
  // Longer lists would not fit into a token.
  api.accessToken.setCustomClaim('permissions_read', strings.length > 100 ? strings.length : strings);
};`);

const careless = loadAction(`exports.onExecutePostLogin = async (event, api) => {
  api.accessToken.setCustomClaim('permissions_read', event.user.app_metadata.acme.permissions.map((name) => name.length));
};`);

test.each(variants)('$title: a careful Action reads what is there', async ({ appMetadata, strings }) => {
  const result = await careful.login(loginEvent({ flow: 'minimal', user: { appMetadata } }));
  expect(result.accessTokenClaims['permissions_read']).toEqual(
    strings.length > 100 ? strings.length : strings,
  );
});

test('a careless Action fails on most of them', async () => {
  const outcomes = await Promise.all(
    variants.map(({ appMetadata }) => careless.login(loginEvent({ flow: 'minimal', user: { appMetadata } }))),
  );
  const survived = variants
    .filter((_, index) => outcomes[index]?.outcome === 'allowed')
    .map(({ title }) => title);
  expect(survived).toEqual([
    'no permissions',
    'two permissions, one twice',
    '10,000 permissions',
    'hostile names',
  ]);
});
