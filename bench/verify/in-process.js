// node bench/verify/in-process.js [rounds] — CPU time to verify a token and check one permission, contenders in turns
// within one process, as ratios to crypto.verify alone.
import { verify as verifySignature } from 'node:crypto';
import { createServer } from 'node:http';
import { createVerifier, hasPermission } from '@claimgen/verifier';
import { JwtVerifier } from 'aws-jwt-verify';
import { auth } from 'express-oauth2-jwt-bearer';
import { createVerifier as createFastVerifier } from 'fast-jwt';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { median } from './median.js';
import { AUDIENCE, makeKey, makeLayout, makeTokens, permissionNames, publicKeyOf } from './tokens.js';

const rounds = Number(process.argv[2] ?? 15);
const TOKENS = 640;
const HOT = 32;
const WARM_UP = 4;
const IN_FLIGHT = 64;

const { jwk, privatePem } = makeKey();
const names = permissionNames(266);
const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}/`;
const jwks = { keys: [jwk] };

function contenders(kind) {
  const publicKey = publicKeyOf(jwk);
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const layout = makeLayout(names);
  const fallback = kind === 'stock' ? ['permissions'] : [];
  const wanted = names[4];
  const listed = (payload) => kind === 'bitset' || payload.permissions.includes(wanted);
  const ours = (cache) => {
    const verifier = createVerifier({ issuer, layout, jwks, fallback, cache });
    return { verify: (token) => verifier.verify(token), check: (access) => hasPermission(access, wanted) };
  };
  const fast = (cache) => {
    const options = { key: pem, algorithms: ['RS256'], allowedIss: issuer, allowedAud: AUDIENCE, cache };
    return { verify: createFastVerifier(options), check: listed };
  };
  const aws = JwtVerifier.create({ issuer, audience: AUDIENCE, jwksUri: `${issuer}.well-known/jwks.json` });
  aws.cacheJwks(jwks);
  const keys = createLocalJWKSet(jwks);
  const jose = {
    verify: (token) => jwtVerify(token, keys, { issuer, audience: AUDIENCE, algorithms: ['RS256'] }),
    check: ({ payload }) => listed(payload),
  };
  const middleware = auth({ issuer, audience: AUDIENCE, jwksUri: `${issuer}jwks`, tokenSigningAlg: 'RS256' });
  const runMiddleware = (token) =>
    new Promise((resolve, reject) => {
      const headers = { host: 'orders.acme.example', authorization: `Bearer ${token}` };
      const request = {
        headers,
        query: {},
        method: 'GET',
        protocol: 'https',
        originalUrl: '/',
        get: (name) => headers[name.toLowerCase()],
        is: () => false,
      };
      middleware(request, {}, (error) => (error ? reject(error) : resolve(request.auth.payload)));
    });
  return [
    { name: 'claimgen', ...ours(false) },
    { name: 'claimgen, 64 in flight', ...ours(false), inFlight: true },
    { name: 'fast-jwt', ...fast(false) },
    { name: 'aws-jwt-verify', verify: (token) => aws.verifySync(token), check: listed },
    { name: 'jose, 64 in flight', ...jose, inFlight: true },
    { name: 'jose, one at a time', ...jose },
    {
      name: 'express-oauth2-jwt-bearer, 64 in flight',
      verify: runMiddleware,
      check: listed,
      inFlight: true,
    },
    { name: 'claimgen, cached', ...ours(true), hot: true },
    { name: 'fast-jwt, cached', ...fast(true), hot: true },
  ];
}

/** CPU microseconds of this process, its threads included, per token. */
async function measure({ verify, check, inFlight, hot }, tokens) {
  // Every request brings its token in new memory.
  const given = (hot ? Array.from({ length: 20 }, () => tokens.slice(0, HOT)).flat() : tokens).map((text) =>
    Buffer.from(text).toString(),
  );
  const repeat = hot ? 4 : 1;
  const before = process.cpuUsage();
  for (let turn = 0; turn < repeat; turn += 1) {
    for (let at = 0; at < given.length; at += inFlight ? IN_FLIGHT : 1) {
      if (inFlight) {
        const answers = await Promise.all(given.slice(at, at + IN_FLIGHT).map(verify));
        if (!answers.every(check)) throw new Error('a good token was refused');
      } else if (!check(await verify(given[at]))) throw new Error('a good token was refused');
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (given.length * repeat);
}

async function compare(kind) {
  const tokens = makeTokens({ issuer, privatePem, names, kind, count: TOKENS });
  const publicKey = publicKeyOf(jwk);
  const parts = tokens.map((token) => {
    const dot = token.lastIndexOf('.');
    return [Buffer.from(token.slice(0, dot)), Buffer.from(token.slice(dot + 1), 'base64url')];
  });
  // The floor is given its bytes: nothing but the signature is paid.
  const measureFloor = () => {
    const before = process.cpuUsage();
    for (const [signed, signature] of parts) {
      if (!verifySignature('RSA-SHA256', signed, publicKey, signature))
        throw new Error('a good token was refused');
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / parts.length;
  };
  const all = [{ name: 'crypto.verify alone' }, ...contenders(kind)];
  const samples = all.map(() => []);
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    // Each round begins with another, so that nobody always follows the same one.
    for (let turn = 0; turn < all.length; turn += 1) {
      const index = (turn + round) % all.length;
      const time = index === 0 ? measureFloor() : await measure(all[index], tokens);
      if (round >= WARM_UP) samples[index].push(time);
    }
  }
  console.log(
    `\n${process.version}, tokens of ${tokens[0].length} bytes (${kind}), ${rounds} rounds, median CPU µs and ratio to crypto.verify`,
  );
  for (const [index, { name }] of all.entries()) {
    const ratio = median(samples[index].map((time, round) => time / samples[0][round]));
    console.log(
      `${name.padEnd(42)} ${median(samples[index]).toFixed(2).padStart(8)} ${ratio.toFixed(2).padStart(7)}`,
    );
  }
}

for (const kind of ['bitset', 'stock']) await compare(kind);
server.close();
