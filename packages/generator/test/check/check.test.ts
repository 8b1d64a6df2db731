import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { Process } from '../../src/cli/process.ts';
import { run } from '../../src/run.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

const CONFIG = `catalog: catalog.json
claim: https://acme.example/permissions
audiences:
  orders:
    audience: https://orders.example
    globs: ["orders:*"]
  billing:
    audience: https://billing.example
    globs: ["billing:*"]
`;

function catalogOf(extra: readonly string[] = []): string {
  const permissions = ['orders:read', 'orders:write', 'billing:read', ...extra];
  return JSON.stringify({ permissions, roles: { Clerk: ['orders:read', 'billing:read'] } });
}

function project(config: string = CONFIG, extra: readonly string[] = []): ProjectFolder {
  return projectFolder({ 'claimgen.config.yaml': config, 'catalog.json': catalogOf(extra) });
}

/** Runs `check` as GitHub Actions would. */
async function checkOnGithub(folder: ProjectFolder, args: readonly string[] = []) {
  let out = '';
  let error = '';
  const process: Process = {
    args: ['check', ...args],
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
  return { exitCode: await run(process), out, error };
}

const OVER = CONFIG.replace('audiences:', 'budget: { bytes: 1000 }\naudiences:');

describe('claimgen check', () => {
  it('passes what build wrote in three lines, the verdict last', async () => {
    const folder = project();
    await folder.claimgen('build');
    const { exitCode, out } = await folder.claimgen('check');
    expect(exitCode).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "sizes: at most 1,079 of 8,192 bytes a line (the fullest of 2 APIs: billing)
      files: 12 current; the Action has 17,269 of 100,000 bytes
      ok    no token of orders, billing passes its budget
      "
    `);
  });

  it('shows with --why every size and what is assumed, within 80 columns', async () => {
    const folder = project();
    await folder.claimgen('build');
    const { exitCode, out } = await folder.claimgen('check --why');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^ok +orders +at most [\d,]+ of 8,192 bytes \(budget\.bytes\)$/m);
    expect(out).toContain('Assumed of every token');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('exits with 1 and ends with its failures, a line each', async () => {
    const folder = project(OVER);
    const { exitCode, out } = await folder.claimgen('check --why');
    expect(exitCode).toBe(1);
    const failures = out.slice(out.indexOf('FAILED ')).trimEnd().split('\n');
    expect(failures.map((line) => line.split(':')[0])).toEqual([
      'FAILED budget',
      'FAILED budget',
      'FAILED stale',
    ]);
    expect(failures[0]).toMatch(
      /orders: a user's line can have [\d,]+ bytes, [\d,]+ over the budget of 1,000/,
    );
    // What a person would do first would change nothing: build writes the report only.
    expect(failures[2]).toContain(' Reduce what is over its limit first: ');
    const { failures: asJson } = JSON.parse((await folder.claimgen('check --json')).out);
    expect(asJson.map(({ code }: { code: string }) => code)).toEqual(['budget', 'budget', 'stale']);
    expect(asJson[2].files).toContain('claimgen.lock.json');
  });

  it('says what would bring tokens down where it is asked', async () => {
    const folder = project();
    expect((await folder.claimgen('check --why')).out).toMatch(
      /What would bring orders down from [\d,]+ bytes/,
    );
    expect((await folder.claimgen('check')).out).not.toContain('What would bring');
  });

  it('annotates the lines of the config and the stale files, and writes a summary', async () => {
    const folder = project(OVER);
    await folder.claimgen('build --allow-over-budget');
    folder.write({ 'claimgen/verifier/orders.js': 'edited' });
    const { exitCode, out, error } = await checkOnGithub(folder, ['--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out).failures).toHaveLength(3);
    const lines = error.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^::error file=claimgen\.config\.yaml,line=5,title=claimgen%3A budget::orders: /,
    );
    expect(lines[1]).toMatch(
      /^::error file=claimgen\.config\.yaml,line=8,title=claimgen%3A budget::billing: /,
    );
    expect(lines[2]).toMatch(/^::error file=claimgen\/verifier\/orders\.js,line=1,title=claimgen%3A stale::/);
    const summary = folder.read('summary.md');
    expect(summary).toContain('❌ claimgen check');
    expect(summary).toMatch(
      /\| orders \| 2 \| [\d,]+ \| 1,000 \(budget\.bytes\) \| \*\*over by [\d,]+\*\* \|/,
    );
  });

  it('annotates input that it can not use', async () => {
    const folder = project(CONFIG.replace('"orders:*"', '"odrers:*"'));
    const { exitCode, error } = await checkOnGithub(folder);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/^::error file=claimgen\.config\.yaml,line=6,title=claimgen%3A selection_empty::/);
  });

  it('annotates nothing elsewhere', async () => {
    const { error } = await project(OVER).claimgen('check');
    expect(error).toBe('');
  });

  it('lets no name speak as a workflow command or as HTML', async () => {
    const hostile = 'billing:%0A::error::\u0085<script>|&"\'';
    const folder = project(CONFIG.replace('"billing:*"', '"billing:*"').replace('8192', '1'), [hostile]);
    const { error, out } = await checkOnGithub(folder, ['--junit', 'junit.xml']);
    expect(error.split('\n').every((line) => line === '' || /^::(error|warning) file=/.test(line))).toBe(
      true,
    );
    expect(out.split('\n').some((line) => line.trimStart().startsWith('::'))).toBe(false);
    expect(folder.read('summary.md')).not.toContain('<script>');
    expect(XMLValidator.validate(folder.read('junit.xml'))).toBe(true);
  });

  it('writes what JUnit would', async () => {
    const folder = project(OVER);
    await folder.claimgen('check --junit out/junit.xml');
    const text = folder.read('out/junit.xml');
    expect(XMLValidator.validate(text)).toBe(true);
    const { testsuites } = new XMLParser({
      ignoreAttributes: false,
      isArray: (name) => name === 'testcase',
    }).parse(text);
    const cases = testsuites.testsuite.testcase as { '@_name': string; failure?: { '@_type': string } }[];
    expect(Number(testsuites['@_tests'])).toBe(cases.length);
    expect(
      cases.filter(({ failure }) => failure !== undefined).map((each) => each.failure?.['@_type']),
    ).toEqual(['budget', 'budget', 'stale']);
    expect(Number(testsuites['@_failures'])).toBe(3);
  });

  it('writes JUnit cases with one failure at most, and times that add up', async () => {
    const folder = projectFolder({
      'claimgen.config.yaml': `catalog: tenant
claim: https://acme.example/permissions
budget: { bytes: 700 }
audiences: { orders: { audience: https://orders.example, globs: ["*"] } }
`,
      'tenant/resource-servers/orders.json': JSON.stringify({
        name: 'Orders',
        identifier: 'https://orders.example',
        enforce_policies: false,
        token_dialect: 'access_token_authz',
        scopes: [{ value: 'orders:read' }],
      }),
      'tenant/roles/Clerk.json': JSON.stringify({
        name: 'Clerk',
        permissions: [
          { permission_name: 'orders:read', resource_server_identifier: 'https://orders.example' },
        ],
      }),
      ...Object.fromEntries(
        ['reporting', 'importing'].map((client) => [
          `tenant/grants/${client}.json`,
          JSON.stringify({ client_id: client, audience: 'https://orders.example', scope: ['x'.repeat(250)] }),
        ]),
      ),
    });
    await folder.claimgen('build --allow-over-budget');
    folder.write({ 'claimgen/verifier/old.js': '// Generated by claimgen build', 'claimgen/report.md': '' });
    await folder.claimgen('check --strict --junit junit.xml');
    const { testsuites } = new XMLParser({
      ignoreAttributes: false,
      isArray: (name) => name === 'testcase' || name === 'failure',
    }).parse(folder.read('junit.xml'));
    const { testcase, ...suite } = testsuites.testsuite;
    const cases = testcase as { '@_name': string; '@_time': string; failure?: { '@_message': string }[] }[];
    expect(cases.every(({ failure = [] }) => failure.length <= 1)).toBe(true);
    expect(new Set(cases.map((each) => each['@_name'])).size).toBe(cases.length);
    const failed = new Map(cases.map((each) => [each['@_name'], each.failure?.[0]?.['@_message']]));
    expect(failed.get('the tokens of machines for orders stay within the budget')).toMatch(
      /"importing".*; .*"reporting"/,
    );
    expect(failed.get('the generated files are current')).toMatch(/report\.md; .*old\.js/);
    expect(failed.get('nothing is linted')).toContain('rbac_off');
    const sum = cases.reduce((total, each) => total + Number(each['@_time']), 0);
    expect(Math.abs(sum - Number(suite['@_time']))).toBeLessThan(0.001 * cases.length);
    expect(Number(testsuites['@_time'])).toBeGreaterThan(0);
  });

  it.each([40, 120, 200])('breaks failures between words at a terminal of %d columns', async (columns) => {
    const folder = project(OVER);
    let out = '';
    await run({
      args: ['check'],
      cwd: folder.path,
      version: '0',
      columns,
      readStdin: async () => '',
      out: (text) => {
        out += text;
      },
      error: () => {},
    });
    // The failures come last.
    const lines = (out.trimEnd().split('\n\n').at(-1) ?? '').split('\n');
    expect(lines.every((line) => line.length <= columns || !line.trim().includes(' '))).toBe(true);
    expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(columns - 25);
    expect(lines.every((line) => /^(?:FAILED | {2}\S)/.test(line))).toBe(true);
  });

  it('fails on lints where it is strict, with a line for each', async () => {
    const folder = projectFolder({
      'tenant/resource-servers/orders.json': JSON.stringify({
        name: 'Orders',
        identifier: 'https://orders.example',
        enforce_policies: false,
        token_dialect: 'access_token',
        scopes: [{ value: 'orders:read' }],
      }),
      'tenant/roles/clerk.json': JSON.stringify({
        name: 'Clerk',
        permissions: [
          { permission_name: 'orders:read', resource_server_identifier: 'https://orders.example' },
        ],
      }),
      'claimgen.config.yaml': CONFIG.replace('catalog.json', 'tenant').replace(/ {2}billing:.*/s, ''),
    });
    await folder.claimgen('build');
    const plain = await folder.claimgen('check');
    expect([plain.exitCode, plain.out.includes('warning rbac_off')]).toEqual([0, true]);
    const strict = await folder.claimgen('check --strict --junit junit.xml');
    expect(strict.exitCode).toBe(1);
    expect(strict.out.match(/^FAILED .*?:.*?:/gm)).toEqual(['FAILED lint: rbac_off:']);
    expect(strict.out).not.toContain('warning rbac_off');
    expect(folder.read('junit.xml')).toContain('type="lint"');
    expect((await checkOnGithub(folder, ['--strict'])).error).toMatch(
      /^::error file=claimgen\.config\.yaml,line=\d+,title=claimgen%3A lint::/,
    );
  });

  it('writes summary and JUnit report of input that it can not use, too', async () => {
    const folder = project(CONFIG.replace('"orders:*"', '"odrers:*"'));
    const { exitCode } = await checkOnGithub(folder, ['--junit', 'junit.xml']);
    expect(exitCode).toBe(2);
    expect(folder.read('summary.md')).toMatch(/^## ❌ claimgen check\n\n- \*\*selection_empty:\*\*/);
    const text = folder.read('junit.xml');
    expect(XMLValidator.validate(text)).toBe(true);
    const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(text);
    expect(Number(testsuites['@_failures'])).toBe(1);
    expect(testsuites.testsuite.testcase.failure['@_type']).toBe('selection_empty');
  });

  it('names what it can not use before what it can not write', async () => {
    const folder = project(CONFIG.replace('"orders:*"', '"odrers:*"'));
    const { exitCode, out } = await folder.claimgen('check --json --junit catalog.json/junit.xml');
    expect(exitCode).toBe(2);
    const codes = JSON.parse(out).problems.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(['selection_empty', 'file_unwritable']);
  });
});
