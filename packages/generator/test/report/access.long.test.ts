// report.md says who gets what, in lines that a diff shows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audienceAccess } from '../../src/report/access.ts';
import { audienceInput } from '../check/audience-input.ts';
import { projectFolder } from '../project-folder.ts';

const plain = (text: string) => text;

/** All lines as text, by what they are about. */
function linesOf(roles: Readonly<Record<string, readonly string[]>>, permissions: readonly string[]) {
  const access = audienceAccess(audienceInput(roles, permissions, permissions), undefined, plain);
  const lines = (rows: typeof access.roles) =>
    new Map(rows.map(({ name, ...rest }) => [name, JSON.stringify(rest)]));
  return { roles: lines(access.roles), permissions: lines(access.permissions) };
}

describe('who gets what in report.md', () => {
  it('is told by role and by permission, with the names', async () => {
    const folder = projectFolder({
      'claimgen.config.yaml': `catalog: catalog.json
claim: pz
audiences: { orders: { audience: https://orders.example, globs: ["*"] } }
`,
      'catalog.json': JSON.stringify({
        permissions: ['orders:read', 'orders:*', 'orders:write'],
        roles: { Buyer: ['orders:read'], 'A|B `C`': ['orders:*', 'orders:read'] },
      }),
    });
    await folder.claimgen('build');
    const before = folder.read('claimgen/report.md');
    expect(before).toContain('### orders');
    expect(before.slice(before.indexOf('### orders'))).toMatchInlineSnapshot(`
      "### orders

      | setting | value |
      | --- | --- |
      | \`action.source\` | \`roles\` |
      | \`action.source roles.unknownRoles\` | \`ignore\` |
      | \`action.source roles.groups\` | \`false\` |
      | \`action.source roles.organizations\` | \`ask\` |
      | \`action.source roles.onError\` | \`deny\` |
      | \`action.source roles.onErrorRefresh\` | \`deny\` |
      | \`action.onError\` | \`deny\` |
      | \`action.scopes\` | \`keep\` |

      | role | permissions | |
      | --- | ---: | --- |
      | <code>A&#124;B &#96;C&#96;</code> | 2 | \`orders:*\`, \`orders:read\` |
      | \`Buyer\` | 1 | \`orders:read\` |

      | permission | roles | |
      | --- | ---: | --- |
      | \`orders:*\` | 1 | <code>A&#124;B &#96;C&#96;</code> |
      | \`orders:read\` | 2 | <code>A&#124;B &#96;C&#96;</code>, \`Buyer\` |
      | \`orders:write\` | 0 |  |
      "
    `);
    folder.write({
      'catalog.json': folder
        .read('catalog.json')
        .replace('"Buyer":["orders:read"]', '"Buyer":["orders:read","orders:*"]'),
    });
    await folder.claimgen('build');
    const old = new Set(before.split('\n'));
    const added = folder
      .read('claimgen/report.md')
      .split('\n')
      .filter((line) => !old.has(line) && line.startsWith('| '));
    expect(added).toHaveLength(2);
    expect(added.every((line) => line.includes('Buyer'))).toBe(true);
    expect(added.every((line) => line.includes('orders'))).toBe(true);
  });

  it('changes the line of every permission whose holders change, and of every role that gains or loses one', () => {
    const permissions = Array.from({ length: 30 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    const names = Array.from({ length: 20 }, (_, index) => `R${index}`);
    // Nobody to everybody, as lists, digests, and all but a few.
    const table = fc
      .array(
        fc.oneof(fc.subarray(permissions), fc.constant(permissions), fc.constant(permissions.slice(2))),
        {
          minLength: names.length,
          maxLength: names.length,
        },
      )
      .map((held) => Object.fromEntries(names.map((name, index) => [name, held[index] ?? []])));
    const edits = fc.array(
      fc.record({ role: fc.constantFrom(...names), name: fc.constantFrom(...permissions) }),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(table, edits, (before, toggled) => {
        const after = { ...before };
        for (const { role, name } of toggled) {
          const held = after[role] ?? [];
          after[role] = held.includes(name) ? held.filter((other) => other !== name) : [...held, name].sort();
        }
        const [was, is] = [linesOf(before, permissions), linesOf(after, permissions)];
        for (const role of names) {
          const same = JSON.stringify(before[role]) === JSON.stringify(after[role]);
          expect(was.roles.get(role) === is.roles.get(role)).toBe(same);
        }
        for (const name of permissions) {
          const holders = (from: typeof before) => names.filter((role) => from[role]?.includes(name)).join();
          expect(was.permissions.get(name) === is.permissions.get(name)).toBe(
            holders(before) === holders(after),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('stays small for 200 roles of 1,000 permissions', () => {
    const permissions = Array.from({ length: 1000 }, (_, index) => `resource-${index % 100}:action-${index}`);
    const roles = Object.fromEntries(
      Array.from({ length: 200 }, (_, role) => [
        `Role number ${role}`,
        permissions.filter((_name, index) => (index * 7 + role * 13) % 11 < 4),
      ]),
    );
    const { roles: byRole, permissions: byName } = linesOf(roles, permissions);
    const bytes = [...byRole, ...byName].reduce((sum, [name, line]) => sum + name.length + line.length, 0);
    expect(byRole.size + byName.size).toBe(1200);
    expect(bytes).toBeLessThan(150_000);
  });
});
