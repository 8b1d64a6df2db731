// Files that are deep, wide or repetitive past any use: read, or refused with what is wrong. Any of them took a stack, minutes or all memory
// somewhere once; a run that takes longer than the test may is a failure, too.
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { CONFIG, config, refusal } from './refusal.ts';

/** Entries of a file; CI takes more, among which what takes quadratic time does not end. */
const MANY = Number(process.env['CLAIMGEN_WIDE'] ?? 5_000);

function times(count: number, of: (index: number) => string, by = ''): string {
  return Array.from({ length: count }, (_, index) => of(index)).join(by);
}

const TENANT = `resourceServers:
  - name: Orders
    identifier: https://orders.acme.example
    scopes:
      - value: orders:read
`;

const ROLES = `roles:
  - name: Clerk
    permissions:
      - {permission_name: orders:read, resource_server_identifier: https://orders.acme.example}
`;

function tenant(more: string): Readonly<Record<string, string>> {
  return { ...config('catalog.json', 'tenant.yaml'), 'tenant.yaml': more };
}

const JSON_FILES = ['catalog.json', 'claimgen.lock.json', 'sample.json', 'tenant/grants/a.json'];

describe('a file that is deep', () => {
  it.each(JSON_FILES)('is refused where it is JSON: %s', async (file) => {
    for (const text of ['[', '{"a":', '[{"a":'].flatMap((open) => [
      open.repeat(MANY),
      `${open.repeat(MANY)}1${[...open]
        .reverse()
        .map((c) => ({ '[': ']', '{': '}' })[c] ?? '')
        .join('')
        .repeat(MANY)}`,
    ])) {
      const error = await refusal({
        'claimgen.config.yaml': file.startsWith('tenant/')
          ? CONFIG.replace('catalog.json', './tenant')
          : `${CONFIG}token: { sample: sample.json }\n`,
        'sample.json': '{}',
        'tenant/resource-servers/a.json':
          '{"identifier": "https://orders.acme.example", "scopes": [{"value": "orders:read"}]}',
        [file]: text,
      });
      expect(error).toContain(`${file}:1:`);
      expect(error).toContain('nested more than 100 levels deep');
    }
  });

  it.each([
    ['brackets', '['.repeat(MANY)],
    ['brackets that are closed', `${'['.repeat(MANY)}${']'.repeat(MANY)}`],
    ['braces', '{a: '.repeat(MANY)],
    ['dashes', '- '.repeat(MANY)],
    ['question marks', '? '.repeat(MANY)],
    ['indentation', times(1000, (depth) => `${' '.repeat(depth)}a:`, '\n')],
    ['anchors', times(MANY, (index) => `&a${index} `)],
    ['tags', '!!map '.repeat(MANY)],
    ['quotes', '"'.repeat(MANY * 2 + 1)],
  ])('is refused where it is YAML: %s', async (_, text) => {
    expect(await refusal({ 'claimgen.config.yaml': `catalog: ${text}\n` })).toContain(
      'claimgen.config.yaml:',
    );
    expect(await refusal({ 'claimgen.config.yaml': `${text}\n` })).toContain('claimgen.config.yaml:');
  });

  it('is refused where it is a user or a token', async () => {
    const deep = `{"id": "a", "app_metadata": ${'['.repeat(MANY)}${']'.repeat(MANY)}}`;
    expect(await refusal({}, `simulate --user '${deep}'`)).toContain('nested more than 100 levels deep');
    expect(await refusal({ 'users.ndjson': deep }, 'population --users users.ndjson')).toContain(
      'users.ndjson:1:1',
    );
    const token = ['{"alg":"none"}', deep].map((part) => Buffer.from(part).toString('base64url')).join('.');
    expect(await refusal({}, 'inspect -', `${token}.`)).toContain('is not a JWT');
  });
});

describe('a file whose aliases or merge keys multiply', () => {
  it.each([
    [
      'aliases of aliases',
      times(
        30,
        (level) =>
          level === 0 ? 'a0: &a0 [x]' : `a${level}: &a${level} [${times(9, () => `*a${level - 1}`, ',')}]`,
        '\n',
      ),
    ],
    [
      'a chain of them',
      times(5000, (level) => (level === 0 ? 'a0: &a0 [x]' : `a${level}: &a${level} [*a${level - 1}]`), '\n'),
    ],
    ['an alias of what it is in', 'a: &a { b: [*a] }'],
    [
      'one array for many roles',
      `roles:\n  - name: R\n    permissions: &p\n${times(5000, () => '      - {permission_name: a, resource_server_identifier: b}\n')}${times(5000, (index) => `  - {name: R${index}, permissions: *p}\n`)}`,
    ],
    [
      'merge keys',
      `a: &a {${times(2000, (index) => `k${index}: 1`, ', ')}}\nb:\n${times(2000, () => '  - <<: *a\n')}`,
    ],
    [
      'merge keys of merge keys',
      times(
        2000,
        (index) =>
          index === 0 ? 'm0: &m0 {k: 1}' : `m${index}: &m${index} {<<: *m${index - 1}, k${index}: 1}`,
        '\n',
      ),
    ],
    ['an array of merge keys', `a: &a {b: 1}\nc:\n  <<: [${times(1000, () => '*a', ', ')}]`],
  ])('is refused: %s', async (_, text) => {
    const error = await refusal(tenant(`${text}\n${TENANT}`));
    expect(error).toMatch(
      /^\ntenant\.yaml:\d+:\d+: (?:from here on, aliases|merge keys \(<<\)) multiply past any use/,
    );
    expect(await refusal({ 'claimgen.config.yaml': `${text}\n` })).toContain('multiply past any use');
  });

  it('is read where they are what people write', async () => {
    const roles = times(100, (index) => `  - {name: R${index}, permissions: *p}\n`);
    const project = projectFolder(
      tenant(
        `${TENANT}roles:\n  - name: R\n    permissions: &p\n      - &one {permission_name: orders:read, resource_server_identifier: https://orders.acme.example}\n${times(200, () => '      - *one\n')}${roles}`,
      ),
    );
    expect((await project.claimgen('build')).exitCode).toBe(0);
  });
});

describe('a file with a fault in each of its lines', () => {
  it.each([
    [
      'names',
      {
        'catalog.json': JSON.stringify(
          { permissions: Array.from({ length: MANY }, (_, index) => `bad ${index}`) },
          null,
          1,
        ),
      },
    ],
    [
      'names in one line',
      {
        'catalog.json': JSON.stringify({
          permissions: Array.from({ length: MANY }, (_, index) => `bad ${index}`),
        }),
      },
    ],
    [
      'permissions that are not listed',
      {
        'catalog.json': JSON.stringify({
          permissions: Array.from({ length: MANY }, (_, index) => `orders:${index}`),
          roles: { Clerk: Array.from({ length: MANY }, (_, index) => `order:${index}`) },
        }),
      },
    ],
    [
      'keys',
      { 'catalog.json': `{"permissions": ["orders:read"]${times(MANY, (index) => `, "k${index}": 1`)}}` },
    ],
    [
      'exact names',
      {
        'claimgen.config.yaml': CONFIG.replace(
          'globs: ["orders:*"]',
          `exact: [${times(MANY, (index) => `orders:${index}`, ', ')}]`,
        ),
      },
    ],
    ['roles of one name', tenant(`${TENANT}roles:\n${times(MANY, () => '  - {name: R}\n')}`)],
    ['APIs of one identifier', tenant(TENANT + times(MANY, () => '  - {identifier: a}\n'))],
    [
      'grants',
      tenant(
        `${TENANT}clientGrants:\n${times(MANY, () => '  - {audience: "https://orders.acme.example", scope: 5}\n')}`,
      ),
    ],
    ['keywords', tenant(`${TENANT}${times(MANY, (index) => `      - ##K${index}##\n`)}`)],
    [
      'keywords in one line',
      tenant(
        TENANT.replace(/scopes:[\s\S]*/, `scopes: [${times(MANY, (index) => `##K${index}##`, ', ')}]\n`),
      ),
    ],
  ])('is refused with the first of them: %s', async (_, files) => {
    const error = await refusal(files);
    expect(error.split('\n').length).toBeLessThan(60);
    expect(error).toMatch(/and \d{4,} more \(--json prints the first 1000\)\n$/);
    const project = projectFolder({
      'claimgen.config.yaml': CONFIG,
      'catalog.json': '{"permissions": ["orders:read"]}',
      ...files,
    });
    const { exitCode, out } = await project.claimgen('build --json');
    expect(exitCode).toBe(2);
    const { problems, omitted } = JSON.parse(out) as { problems: unknown[]; omitted: number };
    expect(problems).toHaveLength(1000);
    expect(omitted).toBeGreaterThan(MANY - 1100);
  });

  it.each([
    ['keys', CONFIG + times(4 * MANY, (index) => `k${index}: 1\n`)],
    ['audiences', `catalog: a\nclaim: pz\naudiences:\n${times(4 * MANY, (index) => `  a${index}: {}\n`)}`],
    ['keywords', `keywords: {${times(4 * MANY, (index) => `"(${index}": 1`, ', ')}}\n${CONFIG}`],
  ])('is refused in few words where it is a config: %s', async (_, text) => {
    expect((await refusal({ 'claimgen.config.yaml': text })).split('\n').length).toBeLessThan(60);
  });

  it.each([
    ['a key of the catalog', { 'catalog.json': `{"permissions": [], "${'k'.repeat(MANY * 20)}": 1}` }],
    ['a key of the config', { 'claimgen.config.yaml': `${CONFIG}${'k'.repeat(MANY * 20)}: 1\n` }],
    ['a glob', config('orders:*', '{a,b}'.repeat(MANY))],
    ['an identifier', config('https://orders.acme.example', `https://${'a'.repeat(MANY * 20)}`)],
    [
      'a name',
      {
        'catalog.json': JSON.stringify({
          permissions: ['a'.repeat(MANY * 20)],
          roles: { Clerk: ['b'.repeat(MANY * 20)] },
        }),
      },
    ],
  ])('is refused in few words, however long %s is', async (_, files) => {
    expect((await refusal(files)).length).toBeLessThan(5000);
  });

  it('is refused where globs multiply', async () => {
    const globs = times(50, (index) => `"${'{a,b}'.repeat(9)}${index}"`, ', ');
    expect(await refusal(config('"orders:*"', globs))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:1992: audiences.orders.globs[39]: the globs up to here expand to more than 20000 alternatives
        Write * in place of some of the braces, or prefixes in place of globs.
      "
    `);
  });
});

describe('a file that has much of what claimgen does not need', () => {
  it.each([
    [
      'keywords',
      times(MANY, (index) => `  - name: x ##K${index}##\n    ##L${index}##\n    a: ##M${index}##\n`),
    ],
    ['keywords in one line', `  - [${times(MANY, (index) => `##K${index}##, @@L${index}@@`, ', ')}]\n`],
    ['delimiters', `  - x # ${'@@a '.repeat(MANY * 4)}\n  - y ${' ##a'.repeat(MANY * 4)}\n`],
    ['dashes', '  -\n'.repeat(MANY)],
    ['comments', '  # a comment\n'.repeat(MANY)],
  ])('is read: %s', async (_, body) => {
    const project = projectFolder(tenant(`clients:\n${body}${TENANT}${ROLES}`));
    expect((await project.claimgen('build')).exitCode).toBe(0);
  });
});
