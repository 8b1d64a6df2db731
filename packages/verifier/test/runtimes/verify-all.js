// Verifies, in whatever runtime runs it, a token of each algorithm that was signed there, and a tampered one, by keys of its
// own and by keys over HTTP. Gives a line for each, ending in "ok" where all is right.
import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createVerifier } from '../../src/index.ts';

const ISSUER = 'https://acme.eu.auth0.com/';
const AUDIENCE = 'https://orders.acme.example';
const CLAIM = 'https://acme.example/permissions';
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const layout = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience: AUDIENCE,
  claim: CLAIM,
  active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:write'] }]],
  withdrawn: [],
};

async function keyFor(alg) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: alg, use: 'sig', alg };
  const sign = (claims = {}) =>
    new SignJWT({ [CLAIM]: 'k3Jd9a.Ag', ...claims })
      .setProtectedHeader({ alg, typ: 'JWT', kid: alg })
      .setIssuer(ISSUER)
      .setSubject('auth0|1')
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return { jwk, sign };
}

const codeOf = (verification) =>
  verification.then(
    (access) =>
      access.permissions.has('orders:read') && !access.permissions.has('orders:write') ? 'verified' : 'wrong',
    (error) => `${error.code ?? error} ${error.cause?.message ?? ''}`.trim(),
  );

async function verifyOf(alg) {
  const { jwk, sign } = await keyFor(alg);
  const jwks = { keys: [jwk] };
  const verifier = createVerifier({ issuer: ISSUER, layout, jwks, algorithms: [alg], cache: false });
  const [first, second, other] = [await sign(), await sign({ jti: '2' }), await sign({ jti: '3' })];
  const signed = first.slice(0, first.lastIndexOf('.'));
  const tampered = `${signed}.${other.split('.')[2]}`;
  const said = [];
  // Before anything was verified, and after it.
  for (const token of [tampered, first, second, tampered, `${signed}.AAAA`])
    said.push(await codeOf(verifier.verify(token)));
  return said.join();
}

/** A token that is bound to a key: with its proof, with the same once more, with that of another request, with none. */
async function proveOf() {
  const { jwk, sign } = await keyFor('ES256');
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const own = await exportJWK(publicKey);
  const token = await sign({ cnf: { jkt: await calculateJwkThumbprint(own) } });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  const ath = base64url.encode(new Uint8Array(digest));
  const options = { issuer: ISSUER, layout, jwks: { keys: [jwk] }, algorithms: ['ES256'] };
  const verifier = createVerifier({ ...options, senderConstrained: 'verify' });
  const url = 'https://api.acme.example/orders';
  const prove = (htu) =>
    new SignJWT({ jti: crypto.randomUUID(), htm: 'GET', htu, ath })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: own })
      .setIssuedAt()
      .sign(privateKey);
  const proof = await prove(url);
  const said = [];
  for (const dpop of [proof, proof, await prove(`${url}/1`), undefined, await prove(url)])
    said.push(await codeOf(verifier.verify(token, { scheme: 'DPoP', method: 'GET', url, dpop })));
  return said.join();
}

const PROVEN = 'verified,proof_replayed,proof_refused,proof_missing,verified';
const EXPECTED = 'signature_invalid,verified,verified,signature_invalid,signature_invalid';

/** `publish(jwks)` serves a key set and gives its address. */
export async function verifyAll(publish) {
  const lines = [];
  for (const alg of ALGORITHMS) {
    const said = await verifyOf(alg).catch((error) => `FAILED ${error.stack ?? error}`);
    lines.push(said === EXPECTED ? `${alg} ok` : `${alg} ${said}`);
  }
  const proven = await proveOf().catch((error) => `FAILED ${error.stack ?? error}`);
  lines.push(proven === PROVEN ? 'DPoP ok' : `DPoP ${proven}`);
  if (publish !== undefined) {
    const { jwk, sign } = await keyFor('RS256');
    const url = await publish({ keys: [jwk] });
    const verifier = createVerifier({ issuer: ISSUER, layout, jwks: url });
    const tokens = [await sign(), await sign({ jti: '2' })];
    const said = await Promise.all([...tokens, ...tokens].map((token) => codeOf(verifier.verify(token))));
    lines.push(said.every((code) => code === 'verified') ? 'HTTP ok' : `HTTP ${said.join()}`);
  }
  return lines;
}
