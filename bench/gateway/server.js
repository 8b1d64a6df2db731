// One process of bench/gateway.js: an API that trusts everybody, an API that verifies tokens itself, or the gateway.
import { createServer } from 'node:http';
import { createVerifier } from '@claimgen/verifier';
import { createGateway } from '@claimgen/verifier/gateway';
import { authenticate } from '@claimgen/verifier/node';

const { kind, issuer, layout, permission } = JSON.parse(process.argv[2]);
const answer = (_request, response) => response.end('ok');
const verifier = kind === 'plain' ? undefined : createVerifier({ issuer, layout });
const listeners = {
  plain: () => answer,
  verifying: () => authenticate(verifier, answer, { requires: permission }),
  gateway: () =>
    createGateway({
      verifiers: { orders: verifier },
      routes: [{ method: 'GET', path: '/orders/:id', permissions: [permission] }],
    }).listener,
};
const server = createServer(listeners[kind]()).listen(0, '127.0.0.1', () =>
  process.send(server.address().port),
);
