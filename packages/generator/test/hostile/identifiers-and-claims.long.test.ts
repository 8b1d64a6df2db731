import { hasPermission } from '@claimgen/verifier';
import { expect, test } from 'vitest';
import { claimNameProblem } from '../../src/config/claim-name.ts';
import { projectFolder } from '../project-folder.ts';
import { emittedAction, emittedVerifier, tokenOf } from './emitted.ts';
import { hostileTexts } from './names.ts';

// Longer than any of them alone, as identifiers and claims may be.
const texts = [...hostileTexts, '. spaces and\ttabs\n.', 'i'.repeat(512)];

test('an identifier and a claim of any name arrive in Action, token and verifier', async () => {
  const audiences = Object.fromEntries(
    texts.map((text, index) => [`a${index}`, { audience: text, claim: text, globs: ['*'] }]),
  );
  const project = projectFolder({
    'claimgen.config.json': JSON.stringify({
      catalog: 'catalog.json',
      claim: 'unused',
      action: { name: 'p', source: [{ event: 'user.app_metadata.permissions' }] },
      audiences,
    }),
    'catalog.json': JSON.stringify({ permissions: ['orders:read', 'orders:write'] }),
  });
  const built = await project.claimgen('build');
  expect(built.error).toBe('');
  expect(texts.map(claimNameProblem).filter((problem) => problem !== undefined)).toEqual([]);
  const action = emittedAction(project, 'p');
  for (const [index, text] of texts.entries()) {
    const verifier = await emittedVerifier(project, `a${index}`);
    const user = { id: 'auth0|1', roles: [], appMetadata: { permissions: ['orders:read'] } };
    const access = await verifier.verify(await tokenOf(action, { audience: text, user }));
    expect(hasPermission(access, 'orders:read'), JSON.stringify(text)).toBe(true);
    expect(hasPermission(access, 'orders:write')).toBe(false);
    expect(Object.hasOwn(access.claims, text)).toBe(true);
  }
});

test('claims that Auth0 drops or refuses are refused at build', async () => {
  for (const claim of [
    'permissions',
    'scope',
    'sub',
    'email',
    'urn:auth0:x',
    'https://x.auth0.com/p',
    'http://webtask.io',
  ]) {
    const project = projectFolder({
      'claimgen.config.json': JSON.stringify({
        catalog: 'catalog.json',
        claim,
        audiences: { a: { audience: 'https://a.example', globs: ['*'] } },
      }),
      'catalog.json': JSON.stringify({ permissions: ['orders:read'] }),
    });
    const built = await project.claimgen('build --json');
    expect(built.exitCode).toBe(2);
    expect(JSON.parse(built.out).problems).toMatchObject([
      { code: 'config_invalid', path: 'claim', line: 1 },
    ]);
    expect([...project.snapshot().keys()]).toEqual(['catalog.json', 'claimgen.config.json']);
  }
});
