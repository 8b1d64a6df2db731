import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

export const AUDIENCE = 'https://orders.acme.example';
export const CLAIM = 'https://acme.example/permissions';

const KINDS = ['orders', 'invoices', 'reports', 'customers', 'products', 'stock', 'returns'];
const VERBS = ['read', 'write', 'approve', 'export'];

/** Names as tenants have them, 15 characters on average. */
export function permissionNames(count) {
  return Array.from({ length: count }, (_, i) => `${VERBS[(i >> 3) % 4]}:${KINDS[i % 7]}${i}`);
}

export function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench-key-1', use: 'sig', alg: 'RS256' };
  return { jwk, privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

export function publicKeyOf(jwk) {
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/** The layout of `names`, and the claim of who holds them all but the last: in raw mode, so its length is the worst. */
export function makeLayout(names) {
  return {
    format: 'claimgen-layout-1',
    name: 'orders',
    audience: AUDIENCE,
    claim: CLAIM,
    active: 0,
    lineages: [[{ id: 'k3Jd9a', permissions: names }]],
    withdrawn: [],
  };
}

/** Every other permission is held: the set that no mode makes shorter than the raw one. */
export function bitsetClaim(names) {
  const body = Buffer.alloc(Math.ceil(names.length / 24) * 3, 0xaa).toString('base64url');
  return `k3Jd9a.A${body.slice(0, Math.floor(names.length / 6))}`;
}

/**
 * Tokens of one issuer that differ in `sub` and `jti`. `kind`: `bitset` has claimgen's claim, about 1 KB; `stock`
 * Auth0's own `permissions`, about 7 KB with 266 names.
 */
export function makeTokens({ issuer, privatePem, names, kind, count }) {
  const key = createPrivateKey(privatePem);
  const now = Math.floor(Date.now() / 1000);
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = encode({ alg: 'RS256', typ: 'JWT', kid: 'bench-key-1' });
  return Array.from({ length: count }, (_, i) => {
    const payload = encode({
      iss: issuer,
      sub: `auth0|5f7c8ec7c33c6c00${String(i).padStart(8, '0')}`,
      aud: [AUDIENCE, 'https://acme.eu.auth0.com/userinfo'],
      iat: now - 60,
      exp: now + 86_400,
      azp: 'Vh3kXcW0pT7mYb2LqRzN8sJdF5gAaEuK',
      scope: 'openid profile email offline_access',
      ...(kind === 'stock' ? { permissions: names } : { [CLAIM]: bitsetClaim(names) }),
    });
    const signature = sign('RSA-SHA256', Buffer.from(`${header}.${payload}`), key).toString('base64url');
    return `${header}.${payload}.${signature}`;
  });
}
