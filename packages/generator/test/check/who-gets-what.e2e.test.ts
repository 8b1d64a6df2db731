// What a reviewer sees of a change: who gets what, by what settings.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRoles } from '../../src/check/access-change.ts';
import type { Process } from '../../src/cli/process.ts';
import { roleGrants } from '../../src/plan/role-grants.ts';
import { run } from '../../src/run.ts';
import { audienceInput } from './audience-input.ts';
import { type Repository, repository } from './repository.ts';

const ORDERS = 'https://orders.example';

interface Tenant {
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly grants?: Readonly<Record<string, readonly string[]>>;
}

/** An auth0-deploy-cli folder of two APIs. */
function tenant({ roles, grants = {} }: Tenant): Record<string, string> {
  const scopes = ['orders:read', 'orders:write', 'orders:refund', 'orders:*'];
  return {
    'tenant/resource-servers/Orders.json': JSON.stringify({
      name: 'Orders',
      identifier: ORDERS,
      scopes: scopes.map((value) => ({ value })),
    }),
    'tenant/resource-servers/Billing.json': JSON.stringify({
      name: 'Billing',
      identifier: 'https://billing.example',
      scopes: [{ value: 'invoices:pay' }],
    }),
    'tenant/roles/all.json': JSON.stringify({ name: 'Everybody', permissions: [] }),
    ...Object.fromEntries(
      Object.entries(roles).map(([name, permissions], index) => [
        `tenant/roles/${index}.json`,
        JSON.stringify({
          name,
          permissions: permissions.map((value) => ({
            permission_name: value,
            resource_server_identifier: value.startsWith('orders:') ? ORDERS : 'https://billing.example',
          })),
        }),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(grants).map(([client, scope], index) => [
        `tenant/grants/${index}.json`,
        JSON.stringify({ client_id: client, audience: ORDERS, scope }),
      ]),
    ),
  };
}

function config(more = '', orders = ''): Record<string, string> {
  return {
    'claimgen.config.yaml': `catalog: tenant
claim: https://acme.example/permissions
${more}audiences:
  orders: { audience: ${ORDERS}, globs: ["*"]${orders} }
  billing: { audience: https://billing.example, globs: ["*"], allowNobody: true }
`,
  };
}

async function first(files: Readonly<Record<string, string>>): Promise<Repository> {
  const repo = repository(files);
  await repo.commit('first');
  repo.git('switch', '-qc', 'feature');
  return repo;
}

/** The outputs of a job of GitHub Actions. */
async function onGithub({ folder }: Repository, args = 'check --base main') {
  let [out, error] = ['', ''];
  folder.write({ 'summary.md': '' });
  const process: Process = {
    args: args.split(' '),
    cwd: folder.path,
    version: '0',
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: folder.path,
      GITHUB_STEP_SUMMARY: `${folder.path}/summary.md`,
    },
    readStdin: async () => '',
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  };
  const exitCode = await run(process);
  return { exitCode, out, error, summary: folder.read('summary.md') };
}

describe('a change of roles', () => {
  async function changed(): Promise<Repository> {
    const repo = await first({
      ...config(),
      ...tenant({
        roles: { Buyer: ['orders:read'], Clerk: ['orders:read', 'invoices:pay'], Temp: ['orders:read'] },
        grants: { reporting: ['orders:read'] },
      }),
    });
    repo.folder.remove('tenant/roles/2.json');
    repo.folder.write(
      tenant({
        roles: {
          Buyer: ['orders:read', 'orders:*', 'orders:refund'],
          Clerk: ['orders:read', 'orders:*', 'orders:refund'],
          Auditor: ['orders:read'],
        },
        grants: { reporting: ['orders:write'] },
      }),
    );
    await repo.commit('second');
    return repo;
  }

  it('is told by role and by API in the terminal', async () => {
    const { folder } = await changed();
    const { exitCode, out } = await folder.claimgen('check --base main');
    expect(exitCode).toBe(0);
    expect(out.replace(/\([0-9a-f]{12}\)/, '(<commit>)')).toMatchInlineSnapshot(`
      "Against main (<commit>)
        new role "Auditor"
        the role "Temp" is gone
        orders
          role "Auditor"
            + orders:read
          2 roles ("Buyer", "Clerk")
            + orders:*
            + orders:refund
          role "Temp"
            - orders:read
          client "reporting"
            + orders:write
            - orders:read
        billing
          role "Clerk"
            - invoices:pay

      sizes: at most 1,079 of 8,192 bytes a line (the fullest of 2 APIs: billing)
      files: 12 current; the Action has 17,347 of 100,000 bytes
      ok    no token of orders, billing passes its budget
      "
    `);
  });

  it('is told in full in JSON', async () => {
    const { changes } = await (await changed()).check('main');
    expect(changes.roles).toEqual({ added: ['Auditor'], removed: ['Temp'] });
    expect(changes.audiences.map(({ name, roles, machines }) => ({ name, roles, machines }))).toEqual([
      {
        name: 'orders',
        roles: [
          { role: 'Auditor', gained: ['orders:read'], lost: [] },
          { role: 'Buyer', gained: ['orders:*', 'orders:refund'], lost: [] },
          { role: 'Clerk', gained: ['orders:*', 'orders:refund'], lost: [] },
          { role: 'Temp', gained: [], lost: ['orders:read'] },
        ],
        machines: [
          {
            client: 'reporting',
            gained: ['orders:write'],
            lost: ['orders:read'],
            all: { before: false, after: false },
          },
        ],
      },
      {
        name: 'billing',
        roles: [{ role: 'Clerk', gained: [], lost: ['invoices:pay'] }],
        machines: [],
      },
    ]);
  });

  it('is told in annotations at the audiences, and in the summary', async () => {
    const { error, summary } = await onGithub(await changed());
    expect(error).toMatchInlineSnapshot(`
      "::notice file=claimgen.config.yaml,line=1,title=claimgen%3A what changes against main in all APIs::new roles: "Auditor"%0Aroles that are gone: "Temp"
      ::notice file=claimgen.config.yaml,line=4,title=claimgen%3A what changes against main in orders::role "Auditor": + orders:read%0A2 roles "Buyer", "Clerk": + orders:*, orders:refund%0Arole "Temp": - orders:read%0Aclient "reporting": + orders:write; - orders:read
      ::notice file=claimgen.config.yaml,line=5,title=claimgen%3A what changes against main in billing::role "Clerk": - invoices:pay
      "
    `);
    expect(
      summary.slice(summary.indexOf('### Against')).replace(/\([0-9a-f]{12}\)/, '(<commit>)'),
    ).toMatchInlineSnapshot(`
      "### Against main (<commit>)

      - new roles: \`Auditor\`
      - roles that are gone: \`Temp\`

      #### orders

      | who | gets | no longer gets |
      | --- | --- | --- |
      | role \`Auditor\` | \`orders:read\` |  |
      | 2 roles \`Buyer\`, \`Clerk\` | \`orders:*\`, \`orders:refund\` |  |
      | role \`Temp\` |  | \`orders:read\` |
      | client \`reporting\` | \`orders:write\` | \`orders:read\` |

      #### billing

      | who | gets | no longer gets |
      | --- | --- | --- |
      | role \`Clerk\` |  | \`invoices:pay\` |

      #### Layouts and sizes

      | API | permissions | layout | largest line before | after |
      | --- | ---: | ---: | ---: | ---: |
      | orders | +0 −0 | the same | 1,078 | 1,078 |
      | billing | +0 −0 | the same | 1,079 | 1,079 |
      "
    `);
  });

  it('says nothing of what stays', async () => {
    const repo = await first({ ...config(), ...tenant({ roles: { Buyer: ['orders:read'] } }) });
    const { out } = await repo.folder.claimgen('check --base main');
    expect(out).toContain('  orders: the same\n  billing: the same\n');
    expect((await onGithub(repo)).error).toBe('');
  });

  it('is cut where it is long, and whole in JSON', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `role ${String(index).padStart(3, '0')}`);
    const roles = (permissions: (index: number) => string[]) =>
      Object.fromEntries(many.map((name, index) => [name, permissions(index)]));
    const repo = await first({ ...config(), ...tenant({ roles: roles(() => ['orders:read']) }) });
    repo.folder.write(
      tenant({ roles: roles((index) => (index % 2 === 0 ? ['orders:write'] : ['orders:refund'])) }),
    );
    await repo.commit('second');
    const { out } = await repo.folder.claimgen('check --base main');
    expect(out).toContain('150 roles ("role 000", "role 002", "role 004" and 147 more)');
    expect(out.split('\n').length).toBeLessThan(30);
    expect((await repo.check('main')).changes.audiences[0]?.roles).toHaveLength(300);
  });
});

describe('a change of settings', () => {
  it.each([
    ['action: { onError: omit }\n', '', ['action.onError: deny -> omit']],
    [
      'action: { source: [roles, { event: user.app_metadata.permissions }] }\n',
      '',
      ['action.source: roles -> event.user.app_metadata.permissions, roles'],
    ],
    [
      'action: { source: [{ roles: { groups: true, unknownRoles: deny } }] }\n',
      '',
      ['action.source roles.unknownRoles: ignore -> deny', 'action.source roles.groups: false -> true'],
    ],
    ['action: { scopes: strip }\n', '', ['action.scopes: keep -> strip']],
    [
      '',
      ', encoding: names, action: { onOverflow: marker }',
      ['encoding: bitset -> names', 'action.onOverflow: (not set) -> marker'],
    ],
    ['', `, claim: pz`, ['claim: https://acme.example/permissions -> pz']],
    ['budget: { target: nginx, bytes: 7000 }\n', '', ['budget: 8192 (budget.bytes) -> 7000 (budget.bytes)']],
    ['token: { scope: openid }\n', '', ['token.scope: openid profile email offline_access -> openid']],
    ['action: { name: acme }\n', '', ['action.name: claimgen-permissions -> acme']],
  ])('%j%j is told', async (more, orders, lines) => {
    const files = tenant({ roles: { Buyer: ['orders:read'] } });
    const repo = await first({ ...config(), ...files });
    repo.folder.write(config(more, orders));
    const { out } = await repo.folder.claimgen('check --base main');
    for (const line of lines)
      expect(out).toMatch(new RegExp(`^ +${line.replace(/[.*+?^${'$'}{}()|[\]\\]/g, '\\$&')}$`, 'm'));
    const { error, summary } = await onGithub(repo);
    const [setting = ''] = (lines[0] ?? '').split(':');
    expect(error).toContain(setting);
    expect(summary).toContain(setting.split('.').at(-1));
  });
});

describe('an environment', () => {
  it('that the base lacks is new, and its layouts are compared all the same', async () => {
    const files = { ...config(), ...tenant({ roles: { Buyer: ['orders:read'] } }) };
    const repo = await first(files);
    repo.folder.write({
      'claimgen.config.yaml': `${files['claimgen.config.yaml']}environments: { prod: {} }\n`,
    });
    await repo.folder.claimgen('build --env prod');
    const { out, exitCode } = await repo.folder.claimgen('check --json --env prod --base main');
    expect(exitCode).toBe(0);
    const { changes } = JSON.parse(out);
    expect(changes.notes).toEqual(['main has no environment prod: everything in it is new']);
    expect(changes.audiences[0]).toMatchObject({
      state: 'added',
      layout: 'same',
      roles: [{ role: 'Buyer', gained: ['orders:read'] }],
    });
  });
});

describe('what changes for a role', () => {
  const names = ['orders:read', 'orders:write', 'orders:refund', 'orders:*'];
  const roleTable = fc.dictionary(
    fc.constantFrom('A', 'B', 'C', '__proto__', 'constructor'),
    fc.subarray(names),
    {
      noNullPrototype: false,
    },
  );

  it('added to what it had, and less what it lost, is what it has', () => {
    fc.assert(
      fc.property(
        roleTable,
        roleTable,
        fc.subarray(names, { minLength: 1 }),
        fc.subarray(names, { minLength: 1 }),
        (before, after, selectedBefore, selectedAfter) => {
          const was = audienceInput(before, names, selectedBefore);
          const is = audienceInput(after, names, selectedAfter);
          const result = new Map([...roleGrants(was)].map(([role, held]) => [role, new Set(held)]));
          for (const { role, gained, lost } of compareRoles(was, is)) {
            const held = result.get(role) ?? new Set<string>();
            for (const name of gained) {
              expect(held.has(name)).toBe(false);
              held.add(name);
            }
            for (const name of lost) expect(held.delete(name)).toBe(true);
            result.set(role, held);
          }
          const expected = new Map([...roleGrants(is)].map(([role, held]) => [role, new Set(held)]));
          expect(new Map([...result].filter(([, held]) => held.size > 0))).toEqual(expected);
        },
      ),
      { numRuns: Number(process.env['CLAIMGEN_RUNS'] ?? 30) },
    );
  });
});
