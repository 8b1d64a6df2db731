// One server of the comparison; started by http.js with its contender and settings as JSON in the first argument.

import { createVerifier } from '@claimgen/verifier';
import { authenticate as authenticateExpress } from '@claimgen/verifier/express';
import { authenticate as authenticateFastify } from '@claimgen/verifier/fastify';
import fastifyJwt from '@fastify/jwt';
import express from 'express';
import { auth, claimCheck, requiredScopes } from 'express-oauth2-jwt-bearer';
import { createVerifier as createFastVerifier } from 'fast-jwt';
import Fastify from 'fastify';
import buildGetJwks from 'get-jwks';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { AUDIENCE, makeLayout, publicKeyOf } from './tokens.js';

const { contender, issuer, jwk, names, kind } = JSON.parse(process.argv[2]);
const wanted = names[4];
const answer = { orders: [{ id: 1, total: 42 }] };
const pem = publicKeyOf(jwk).export({ type: 'spki', format: 'pem' });

function ours(cache) {
  const fallback = kind === 'stock' ? ['permissions'] : [];
  return createVerifier({ issuer, layout: makeLayout(names), fallback, cache, maxTokenLength: 65_536 });
}

const stockHas = (payload) => kind === 'bitset' || payload.permissions.includes(wanted);

const expressAuthentications = {
  'express, no authentication': () => [],
  'express, claimgen, cache': () => claimgenOnExpress(true),
  'express, claimgen': () => claimgenOnExpress(false),
  'express, express-oauth2-jwt-bearer': () => [
    auth({ issuer, audience: AUDIENCE, jwksUri: `${issuer}.well-known/jwks.json`, tokenSigningAlg: 'RS256' }),
    requiredScopes('openid'),
    claimCheck(stockHas),
  ],
  'express, jose': () => {
    const keys = createRemoteJWKSet(new URL(`${issuer}.well-known/jwks.json`));
    return [
      async (request, response, next) => {
        const token = request.headers.authorization?.slice(7) ?? '';
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience: AUDIENCE,
          algorithms: ['RS256'],
        });
        if (stockHas(payload)) next();
        else response.status(403).end();
      },
    ];
  },
};

function claimgenOnExpress(cache) {
  const authentication = authenticateExpress(ours(cache));
  return [authentication, authentication.requires(wanted)];
}

const fastifyAuthentications = {
  'fastify, no authentication': () => ({}),
  'fastify, claimgen, cache': (app) => claimgenOnFastify(app, true),
  'fastify, claimgen': (app) => claimgenOnFastify(app, false),
  'fastify, fast-jwt, cache': () => fastJwtOnFastify(true),
  'fastify, fast-jwt': () => fastJwtOnFastify(false),
  'fastify, @fastify/jwt with get-jwks': (app) => {
    const jwks = buildGetJwks();
    app.register(fastifyJwt, {
      decode: { complete: true },
      secret: (_request, { header: { kid, alg }, payload: { iss } }) =>
        jwks.getPublicKey({ kid, domain: iss, alg }),
      verify: { allowedIss: issuer, allowedAud: AUDIENCE, algorithms: ['RS256'] },
    });
    return {
      onRequest: async (request, reply) => {
        await request.jwtVerify();
        if (!stockHas(request.user)) return reply.code(403).send();
      },
    };
  },
};

function claimgenOnFastify(app, cache) {
  const authentication = authenticateFastify(ours(cache));
  app.register(authentication);
  return { onRequest: authentication.requires(wanted) };
}

function fastJwtOnFastify(cache) {
  const verify = createFastVerifier({
    key: pem,
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: AUDIENCE,
    cache,
  });
  return {
    onRequest: async (request, reply) => {
      request.user = verify(request.headers.authorization?.slice(7));
      if (!stockHas(request.user)) return reply.code(403).send();
    },
  };
}

async function listen() {
  if (contender in expressAuthentications) {
    const app = express();
    app.get(
      '/orders',
      ...expressAuthentications[contender](),
      (_request, response) => void response.json(answer),
    );
    return new Promise((resolve) => {
      const server = app.listen(0, '127.0.0.1', () => resolve(server.address().port));
    });
  }
  const app = Fastify();
  const authentication = fastifyAuthentications[contender](app);
  app.after(() => app.get('/orders', authentication, async () => answer));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app.server.address().port;
}

process.on('disconnect', () => process.exit());
process.on('message', () => process.send(process.cpuUsage()));
process.send(await listen());
