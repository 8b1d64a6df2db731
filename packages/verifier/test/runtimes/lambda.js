// For bundlers: a Lambda function as API teams write it, and `check`, which calls it with a token of each algorithm and
// gives a line for each, ending in "ok" where all is right.
import { createVerifier } from '@claimgen/verifier';
import { authenticate } from '@claimgen/verifier/aws';
import { createTestIssuer } from '@claimgen/verifier/testing';

const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const layout = {
  format: 'claimgen-layout-1',
  name: 'orders',
  audience: 'https://orders.acme.example',
  claim: 'https://acme.example/permissions',
  active: 0,
  lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:write'] }]],
  withdrawn: [],
};

async function statusesOf(algorithm) {
  const issuer = await createTestIssuer(layout, { algorithm });
  const handler = authenticate(
    createVerifier({ ...issuer.options, cache: false }),
    async () => ({ statusCode: 200 }),
    { requires: 'orders:read' },
  );
  const [first, second] = [await issuer.sign({ permissions: ['orders:read'] }), await issuer.sign()];
  const tampered = `${first.slice(0, first.lastIndexOf('.'))}${second.slice(second.lastIndexOf('.'))}`;
  const statuses = [];
  for (const token of [tampered, first, second, first, tampered]) {
    const { statusCode } = await handler({ headers: { authorization: `Bearer ${token}` } });
    statuses.push(statusCode);
  }
  return statuses.join();
}

export async function check() {
  const lines = [];
  for (const algorithm of ALGORITHMS) {
    const said = await statusesOf(algorithm).catch((error) => `FAILED ${error.stack ?? error}`);
    lines.push(`${algorithm} ${said === '401,200,403,200,401' ? 'ok' : said}`);
  }
  return lines.join('\n');
}
