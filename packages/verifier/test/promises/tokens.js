// Tokens, good and bad, for processes whose Promise is not the engine's: nothing here may use it.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

export const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k' };
export const issuer = 'https://acme.eu.auth0.com/';

const audience = 'https://orders.acme.example';
const claim = 'https://acme.example/permissions';
const names = ['orders:read'];
const id = createHash('sha256').update('any').digest('base64url').slice(0, 6);
const lineages = [[{ id, permissions: names }]];
export const layout = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience,
  claim,
  active: 0,
  lineages,
  withdrawn: [],
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function makeToken(claims = {}, header = {}) {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: issuer,
    sub: 'auth0|1',
    aud: audience,
    iat: now,
    exp: now + 600,
    [claim]: names,
    ...claims,
  };
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'k', ...header })}.${encode(payload)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

export const good = makeToken();
export const bad = {
  malformed: 'x.y.z',
  empty: '',
  forged: `${good.slice(0, -8)}AAAAAAAA`,
  expired: makeToken({ exp: 1 }),
  other: makeToken({ aud: 'https://billing.acme.example' }),
  untyped: makeToken({}, { typ: undefined }),
  unknown: makeToken({}, { kid: 'made-up' }),
};
