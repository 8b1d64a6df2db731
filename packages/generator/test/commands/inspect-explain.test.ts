import { describe, expect, it } from 'vitest';
import { run } from '../../src/run.ts';
import { EXAMPLE } from '../build/example.ts';
import { projectFolder } from '../project-folder.ts';

const ORDERS = 'https://orders.acme.example';
const CLAIM = 'https://acme.example/permissions';

function token(payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(payload)}.c2ln`;
}

describe('claimgen inspect -', () => {
  it("shows the permissions of a token's claim by the layouts of the config, and says that nothing is verified", async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const [first] = JSON.parse(folder.read('claimgen.lock.json')).audiences.orders.lineages[0];
    const stdin = `Authorization: Bearer ${token({ aud: [ORDERS, 'https://acme.eu.auth0.com/userinfo'], sub: 'auth0|1', [CLAIM]: `${first.id}.Ag` })}\r\n`;
    const { exitCode, out, error } = await folder.claimgen('inspect -', { stdin });
    expect([exitCode, error]).toEqual([0, '']);
    expect(out).toContain('Nothing of this is verified.');
    expect(out).toContain(`orders: layout current, 1 permission\n  - ${first.permissions[0]}\n`);
    const { audiences } = JSON.parse((await folder.claimgen('inspect - --json', { stdin })).out);
    expect(audiences).toEqual([{ name: 'orders', layout: 'current', permissions: [first.permissions[0]] }]);
  });

  it('says when the permissions were read, where the claim does', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const [first] = JSON.parse(folder.read('claimgen.lock.json')).audiences.orders.lineages[0];
    const read = (asOf: string, options = '') =>
      folder.claimgen(`inspect${options}`, {
        stdin: token({ aud: ORDERS, [CLAIM]: `${first.id}.Ag.${asOf}` }),
      });
    expect((await read('awgfQH')).out).toContain(
      'orders: layout current, 1 permission, read at 2026-11-26T12:00:00.437Z (all by the Action)\n',
    );
    expect((await read('awgfQI')).out).toContain(
      'orders: layout current, 1 permission, read at 2026-11-26T12:00:00.500Z (some by Auth0, up to 20 s before)\n',
    );
    expect(JSON.parse((await read('awgfQH', ' --json')).out).audiences[0].asOf).toEqual({
      at: 1_795_694_400_437.5,
      isReadByAction: true,
    });
    expect((await read('awgfQ')).out).toContain('orders: refused, claim_malformed');
  });

  it('says how long ago a token was issued and has expired, by the clock of the process', async () => {
    const folder = projectFolder(EXAMPLE);
    const at = Date.parse('2026-11-26T12:00:00Z') / 1000;
    const lines = async (payload: object, now?: Date) => {
      let out = '';
      await run({
        args: ['inspect'],
        cwd: folder.path,
        version: '0',
        readStdin: async () => token(payload),
        ...(now === undefined ? {} : { now: () => now }),
        out: (text) => {
          out += text;
        },
        error: () => undefined,
      });
      return out.split('\n').filter((line) => line.startsWith('claim '));
    };
    const payload = { iat: at - 3 * 86_400, nbf: at, exp: at - 7_300, other: 5, auth_time: 'x' };
    expect(await lines(payload, new Date(at * 1000))).toEqual([
      `claim "iat": ${at - 3 * 86_400} (2026-11-23T12:00:00Z, issued 3 days ago)`,
      `claim "nbf": ${at} (2026-11-26T12:00:00Z, became valid now)`,
      `claim "exp": ${at - 7_300} (2026-11-26T09:58:20Z, expired 2 hours ago)`,
      'claim "other": 5',
      'claim "auth_time": "x"',
    ]);
    expect(await lines({ exp: at + 61, iat: 1e300 }, new Date(at * 1000))).toEqual([
      `claim "exp": ${at + 61} (2026-11-26T12:01:01Z, expires in 1 minute)`,
      'claim "iat": 1e+300',
    ]);
    expect(await lines({ exp: at })).toEqual([`claim "exp": ${at} (2026-11-26T12:00:00Z)`]);
  });

  it('says what is wrong with a claim, without the claim', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    const stdin = token({ aud: ORDERS, [CLAIM]: 'AAAAAA.A' });
    const { audiences } = JSON.parse((await folder.claimgen('inspect - --json', { stdin })).out);
    expect(audiences).toEqual([{ name: 'orders', refused: expect.stringMatching(/^layout_unknown: /) }]);
  });

  it('says that a token is for another API', async () => {
    const stdin = token({ aud: 'https://other.example' });
    const { out } = await projectFolder(EXAMPLE).claimgen('inspect -', { stdin });
    expect(out).toContain('No audience of this config has an identifier in aud.');
  });
});

describe('claimgen explain', () => {
  it('suggests the permission that differs in case', async () => {
    const { exitCode, error } = await projectFolder(EXAMPLE).claimgen('explain ORDERS:READ');
    expect([exitCode, error]).toEqual([
      2,
      'no catalog has a permission named "ORDERS:READ"\n  Did you mean orders:read?\n',
    ]);
  });

  it('says which patterns select a permission, its place and the roles that grant it', async () => {
    const { out } = await projectFolder(EXAMPLE).claimgen('explain orders:read');
    expect(out).toMatch(
      /^orders: orders:read is selected by prefix orders:\n {2}place \d of lineage 0, which the Action writes\n/,
    );
    expect(out).toContain('granted by 2 roles: Clerk, Accountant');
    expect(out).toContain('billing-eu: orders:read is not selected');
  });

  it('says that a login goes by the role table of the deployed Action, where roles are a source', async () => {
    const table = /note: Roles are those of the catalog\. A login goes by the role table of the/;
    const folder = projectFolder(EXAMPLE);
    expect((await folder.claimgen('explain orders:read')).out).toMatch(table);
    expect(JSON.parse((await folder.claimgen('explain orders:read --json')).out).notes).toHaveLength(1);
    const source = 'action: { source: [{ event: user.app_metadata.permissions }] }';
    folder.write({ 'claimgen.config.yaml': `${EXAMPLE['claimgen.config.yaml']}${source}\n` });
    const { exitCode, out } = await folder.claimgen('explain orders:read');
    expect([exitCode, table.test(out)]).toEqual([0, false]);
  });

  it('says what takes a permission away, and that a name is no pattern', async () => {
    const config = (EXAMPLE['claimgen.config.yaml'] ?? '').replace(
      'globs: ["invoices:*"]',
      'globs: ["*", "!orders:*"]',
    );
    const catalog = (EXAMPLE['catalog.json'] ?? '').replace('"orders:refund"', '"orders:*"');
    const folder = projectFolder({ 'claimgen.config.yaml': config, 'catalog.json': catalog });
    const { out } = await folder.claimgen("explain 'orders:*'");
    expect(out).toContain('note: orders:* is an ordinary name');
    expect(out).toContain('billing-eu: orders:* is excluded by negated glob !orders:*');
  });

  it('says what takes away a permission of another API, by its name there', async () => {
    const config = (EXAMPLE['claimgen.config.yaml'] ?? '').replace(
      'globs: ["invoices:*"]',
      'from: { https://ledger.acme.example: "ledger/" }\n    globs: ["invoices:*", "!ledger/reset:*"]',
    );
    const ledger = ['read', 'reset:all'].map((name) => ({ name, audience: 'https://ledger.acme.example' }));
    const catalog = JSON.parse(EXAMPLE['catalog.json'] ?? '');
    catalog.permissions.push(...ledger);
    const folder = projectFolder({
      'claimgen.config.yaml': config,
      'catalog.json': JSON.stringify(catalog),
    });
    const { exitCode, out } = await folder.claimgen('explain ledger/reset:all');
    expect(exitCode).toBe(0);
    expect(out).toContain('billing-eu: ledger/reset:all is excluded by negated glob !ledger/reset:*');
  });

  it('says that a permission keeps its place when it has left the catalog', async () => {
    const folder = projectFolder(EXAMPLE);
    await folder.claimgen('build');
    folder.write({ 'catalog.json': (EXAMPLE['catalog.json'] ?? '').replace('    "orders:refund",\n', '') });
    const { exitCode, out } = await folder.claimgen('explain orders:refund');
    expect(exitCode).toBe(0);
    expect(out).toContain('it keeps its place and is not granted');
  });
});
