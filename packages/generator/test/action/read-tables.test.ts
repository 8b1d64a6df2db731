// What an Action's code says of its tables is what they are, in both forms.
import type { RoleRow } from '@claimgen/action-runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTables } from '../../src/action/read-tables.ts';
import { projectFolder } from '../project-folder.ts';

const ORDERS = 'https://orders.acme.example';

async function built(roles: Readonly<Record<string, readonly string[]>>, source: string): Promise<string> {
  const names = [...new Set(Object.values(roles).flat())];
  const listed = (list: readonly string[]) => list.map((name) => ({ name, audience: ORDERS }));
  const project = projectFolder({
    'claimgen.config.yaml': `catalog: catalog.json
claim: https://acme.example/p
action: { source: ${source} }
audiences:
  orders-api: { audience: ${ORDERS}, globs: ["*"] }
  second: { audience: ${ORDERS}/2, globs: ["x"], allowNobody: true }
`,
    'catalog.json': JSON.stringify({
      // As claimgen pull writes it, roles included whose names have white space around them.
      apis: [{ identifier: ORDERS }, { identifier: `${ORDERS}/2` }],
      permissions: [...listed(names), { name: 'x', audience: `${ORDERS}/2` }],
      roles: Object.fromEntries(Object.entries(roles).map(([role, list]) => [role, listed(list)])),
    }),
  });
  const { exitCode, error } = await project.claimgen('build');
  expect([exitCode, error]).toEqual([0, '']);
  return project.read('claimgen/actions/claimgen-permissions/code.js');
}

/** Everything that a role may be named, and that would mean something else in YAML or JavaScript. */
const roleName = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    '__proto__',
    'null',
    'yes',
    '"',
    '\\',
    '};',
    'const tables = {',
    "']",
    '@@A@@',
    '\u2028',
    ': ',
    '#',
  ),
);

describe('readTables', () => {
  it('reads what roles grant, whatever they are called', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(roleName, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('[roles]', '[roles, { event: user.app_metadata.p }]'),
        async (names, source) => {
          const roles = Object.fromEntries(names.map((name, index) => [name, [`p:${index}`, 'p:all']]));
          // A key that is __proto__ is no key of an object literal.
          fc.pre(Object.keys(roles).length === names.length);
          const tables = readTables(await built(roles, source));
          expect(tables?.audiences.map(({ name }) => name)).toEqual(['orders-api', 'second']);
          expect(tables?.audiences[0]?.ids).toHaveLength(1);
          expect(tables?.roles.map(([name]: RoleRow) => name)).toEqual(Object.keys(roles));
          for (const [, grants] of tables?.roles ?? []) {
            const runs = grants['orders-api'] ?? [];
            expect(runs.filter((_, index) => index % 2 === 1).reduce((sum, length) => sum + length, 0)).toBe(
              2,
            );
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('reads packed tables', async () => {
    const roles = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, index) => [
        `Role number ${index} of the company`,
        Array.from({ length: 5 }, (_unused, at) => `p:${(index * 7 + at * 13) % 900}`),
      ]),
    );
    const code = await built(roles, '[roles]');
    expect(code).toContain('inflateRawSync');
    expect(readTables(code)?.roles).toHaveLength(1_500);
  });

  it.each([
    '',
    'exports.onExecutePostLogin = async () => {};',
    'const tables = {\n  roles: 7,\n};',
    'const tables = {\n  audiences: [{ name: "a" }],\n};',
  ])('reads nothing of %j', (code) => expect(readTables(code)).toBe(undefined));
});
