// From `claimgen init` in an empty folder to an API that answers hasPermission() for a token of the deployed Action: the program itself, a
// tenant over HTTPS, real signatures. How long it takes is told with the result.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVerifier, hasPermission, type Layout } from '@claimgen/verifier';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { identifierOf, scopeOf } from '../../../tenant/test/tenants.ts';
import { issueAccessToken, loadAction, loginEvent } from '../../src/simulate.ts';
import { startWorld } from './world.ts';

it('takes five commands', async ({ annotate }) => {
  const world = await startWorld({ speed: 1 });
  world.project.remove('claimgen.config.yaml');
  const begun = performance.now();
  for (const args of [['init'], ['build'], ['deploy', '--yes'], ['check'], ['doctor']]) {
    const { exitCode, out, error } = await world.start(args).ended;
    expect(exitCode, out + error).toBe(0);
  }
  // What logins run is what the tenant has, not what lies in the folder.
  const [deployed] = [...world.api.tenant.actions.values()];
  const action = loadAction(deployed?.versions.at(-1)?.code ?? '');
  const issuer = `https://${world.served.domain}/`;
  const event = loginEvent({
    audience: identifierOf(0),
    scopes: ['openid'],
    user: { id: 'auth0|1', roles: ['Role 0'] },
  });
  const payload = issueAccessToken(
    await action.login(event),
    event,
    { issuer },
    { at: Math.floor(Date.now() / 1_000), id: 'x' },
  );
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const token = await new SignJWT({ ...payload })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k' })
    .sign(privateKey);

  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keys));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const module: { readonly default: Layout } = await import(
    pathToFileURL(join(world.project.path, 'claimgen/verifier/api-0.js')).href
  );
  const jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  const verifier = createVerifier({ issuer, layout: module.default, jwks });
  const access = await verifier.verify(token);
  expect(hasPermission(access, scopeOf(0, 0))).toBe(true);
  const nobody = loginEvent({
    audience: identifierOf(0),
    scopes: ['openid'],
    user: { id: 'auth0|2', roles: [] },
  });
  const empty = issueAccessToken(
    await action.login(nobody),
    nobody,
    { issuer },
    { at: Math.floor(Date.now() / 1_000), id: 'y' },
  );
  const bare = await new SignJWT({ ...empty })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k' })
    .sign(privateKey);
  expect(hasPermission(await verifier.verify(bare), scopeOf(0, 0))).toBe(false);
  await annotate(`from init to a verified token: ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
});
