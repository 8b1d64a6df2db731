import { createVerifier, hasPermission, type Layout } from '@claimgen/verifier';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { loadAction } from '#simulator/host/action-host';
import { issueAccessToken } from '#simulator/host/issue-token';
import { projectFolder } from '../project-folder.ts';

const ISSUER = 'https://acme.eu.auth0.com/';
const AUDIENCE = 'https://orders.acme.example';
const EVERY = [
  'orders:read',
  'orders:write',
  'orders:refund',
  'orders:export',
  'orders:archive',
  'orders:merge',
];

it('an API with the verifier module of three builds ago answers rightly while permissions are added, leave and return', async () => {
  const project = projectFolder({
    'claimgen.config.yaml': `catalog: ./catalog.json
claim: https://acme.example/permissions
action: { name: permissions, source: [{ event: user.app_metadata.permissions }] }
audiences:
  orders: { audience: ${AUDIENCE}, prefixes: ["orders:"] }
`,
  });
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };

  const build = async (...permissions: string[]) => {
    project.write({ 'catalog.json': JSON.stringify({ permissions }) });
    expect((await project.claimgen('build')).exitCode).toBe(0);
    const action = loadAction(project.read('claimgen/actions/permissions/code.js'));
    const layout = JSON.parse(project.read('claimgen/verifier/orders.json')) as Layout;
    return { permissions, action, verifier: createVerifier({ issuer: ISSUER, layout, jwks }) };
  };
  const builds = [
    await build('orders:read', 'orders:write'),
    await build('orders:read', 'orders:write', 'orders:refund'),
    // orders:write leaves, orders:export comes.
    await build('orders:read', 'orders:refund', 'orders:export'),
    // orders:write returns.
    await build('orders:read', 'orders:write', 'orders:refund', 'orders:export', 'orders:archive'),
  ];

  for (const issuer of builds) {
    for (const verifier of builds) {
      for (let held = 0; held < 2 ** EVERY.length; held++) {
        const names = EVERY.filter((_, index) => ((held >> index) & 1) === 1);
        const event = loginEvent({
          audience: AUDIENCE,
          user: { id: 'auth0|1', roles: [], appMetadata: { permissions: names } },
          scopes: ['openid'],
        });
        const payload = issueAccessToken(
          await issuer.action.login(event),
          event,
          { issuer: ISSUER },
          { at: Math.floor(Date.now() / 1000), id: 'j' },
        );
        const token = await new SignJWT({ ...payload })
          .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k' })
          .sign(privateKey);
        const access = await verifier.verifier.verify(token);
        expect(EVERY.filter((name) => hasPermission(access, name))).toEqual(
          names.filter((name) => issuer.permissions.includes(name) && verifier.permissions.includes(name)),
        );
      }
    }
  }
});
