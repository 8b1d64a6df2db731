import { hasPermission } from '@claimgen/verifier';
import { beforeAll, expect, test } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { emittedAction, emittedVerifier, tokenOf } from './emitted.ts';
import { hostileNames, hostileTexts } from './names.ts';

// Every name is a permission; role k is any text and grants the names k, k + 1, k + 3 alone.
const roles = hostileTexts.map((role, index): [string, string[]] => [
  role,
  [0, 1, 3].map((step) => hostileNames[(index + step) % hostileNames.length] as string),
]);
const catalog = JSON.stringify({ permissions: hostileNames, roles: Object.fromEntries(roles) });
const audiences = { bits: 'bitset', list: 'names' } as const;

function config(more: object = {}): string {
  return JSON.stringify({
    catalog: 'catalog.json',
    claim: 'https://acme.example/permissions',
    action: { name: 'p', source: ['roles', { event: 'user.app_metadata.permissions' }] },
    audiences: Object.fromEntries(
      Object.entries(audiences).map(([name, encoding]) => [
        name,
        { audience: `https://${name}.example`, encoding, exact: hostileNames, budget: { bytes: 100_000 } },
      ]),
    ),
    ...more,
  });
}

beforeAll(() => {
  expect(hostileNames.length).toBeGreaterThan(60);
});

test.each(Object.keys(audiences))('every role grants its own permissions and no other (%s)', async (name) => {
  const project = projectFolder({ 'claimgen.config.json': config(), 'catalog.json': catalog });
  const built = await project.claimgen('build');
  expect(built.error).toBe('');
  const action = emittedAction(project, 'p');
  const verifier = await emittedVerifier(project, name);
  for (const [role, granted] of roles) {
    const login = { audience: `https://${name}.example`, user: { id: 'auth0|1', roles: [role] } };
    const access = await verifier.verify(await tokenOf(action, login));
    const held = hostileNames.filter((permission) => hasPermission(access, permission));
    expect(held, JSON.stringify(role)).toEqual(
      hostileNames.filter((permission) => granted.includes(permission)),
    );
    expect([...access.permissions].sort()).toEqual([...new Set(granted)].sort());
  }
});

test.each(Object.keys(audiences))('every name in app_metadata grants itself alone (%s)', async (name) => {
  const project = projectFolder({ 'claimgen.config.json': config(), 'catalog.json': catalog });
  await project.claimgen('build');
  const action = emittedAction(project, 'p');
  const verifier = await emittedVerifier(project, name);
  for (const permission of hostileNames) {
    const user = { id: 'auth0|1', roles: [], appMetadata: { permissions: [permission, `${permission}x`] } };
    const access = await verifier.verify(
      await tokenOf(action, { audience: `https://${name}.example`, user }),
    );
    expect([...access.permissions]).toEqual([permission]);
  }
});

test('names survive the lock, and a second build finds every file current', async () => {
  const project = projectFolder({ 'claimgen.config.json': config(), 'catalog.json': catalog });
  expect((await project.claimgen('build')).exitCode).toBe(0);
  const before = project.snapshot();
  const checked = await project.claimgen('check');
  expect([checked.exitCode, checked.error]).toEqual([0, '']);
  await project.claimgen('build');
  expect(project.snapshot()).toEqual(before);
  const lock = JSON.parse(project.read('claimgen.lock.json'));
  const [lineage] = lock.audiences.bits.lineages;
  expect(lineage.flatMap((generation: { permissions: string[] }) => generation.permissions).sort()).toEqual(
    [...hostileNames].sort(),
  );
});

test('a lost lock comes back from the verifiers', async () => {
  const project = projectFolder({ 'claimgen.config.json': config(), 'catalog.json': catalog });
  await project.claimgen('build');
  const lock = project.read('claimgen.lock.json');
  const other = projectFolder({
    'claimgen.config.json': config(),
    'catalog.json': catalog,
    'claimgen/verifier/bits.json': project.read('claimgen/verifier/bits.json'),
    'claimgen/verifier/list.json': project.read('claimgen/verifier/list.json'),
  });
  expect((await other.claimgen('build --restore-lock')).exitCode).toBe(0);
  expect(other.read('claimgen.lock.json')).toBe(lock);
});

test('a prefix of any text is part of the name that it leads', async () => {
  const from = (prefix: string, index: number): [string, object] => [
    `a${index}`,
    { audience: `https://a${index}.example`, from: { 'https://other.example': prefix } },
  ];
  const prefixes = hostileNames.filter((text) => text.length < 200);
  const project = projectFolder({
    'claimgen.config.json': config({ audiences: Object.fromEntries(prefixes.map(from)) }),
    'catalog.json': JSON.stringify({ permissions: [{ name: 'read', audience: 'https://other.example' }] }),
  });
  const built = await project.claimgen('build');
  expect(built.error).toBe('');
  const action = emittedAction(project, 'p');
  for (const [index, prefix] of prefixes.entries()) {
    const verifier = await emittedVerifier(project, `a${index}`);
    const user = { id: 'auth0|1', roles: [], appMetadata: { permissions: [`${prefix}read`] } };
    const access = await verifier.verify(
      await tokenOf(action, { audience: `https://a${index}.example`, user }),
    );
    expect([...access.permissions]).toEqual([`${prefix}read`]);
  }
});

test.each(['', ' ', 'a b', 'a\tb', 'a\u2028b', '\ufeff', 'x'.repeat(281)])(
  'what Auth0 takes for no scope is refused: %j',
  async (name) => {
    const project = projectFolder({
      'claimgen.config.json': config(),
      'catalog.json': JSON.stringify({ permissions: [name] }),
    });
    const built = await project.claimgen('build --json');
    expect(built.exitCode).toBe(2);
    expect(JSON.parse(built.out).problems[0]).toMatchObject({
      code: 'catalog_invalid',
      path: 'permissions[0]',
    });
  },
);
