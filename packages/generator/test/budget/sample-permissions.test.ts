import { expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const permissions = Array.from({ length: 400 }, (_, index) => `orders:permission-number-${index}`);
const config = `catalog: catalog.json
claim: pz
token: { sample: payload.json }
audiences:
  orders: { audience: https://orders.example, prefixes: ["orders:"] }
`;

it("counts Auth0's own permissions claim where the sample has it and the catalog does not say that it is off", async () => {
  const project = projectFolder({
    'claimgen.config.yaml': config,
    'catalog.json': JSON.stringify({ permissions, roles: { All: permissions } }),
    'payload.json': JSON.stringify({ permissions: permissions.slice(0, 3) }),
  });
  const { exitCode, out } = await project.claimgen('build --json');
  const { audiences } = JSON.parse(out);
  const term = audiences[0].proof.terms.find(({ name }: { name: string }) => name === 'permissions');
  expect(term.bytes).toBe(JSON.stringify({ permissions }).length - 2);
  expect(exitCode).toBe(1);
});
