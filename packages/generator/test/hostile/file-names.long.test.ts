import { expect, test } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { emittedAction, emittedVerifier, tokenOf } from './emitted.ts';
import { hostileTexts } from './names.ts';

const catalog = JSON.stringify({ permissions: ['orders:read'], roles: { Clerk: ['orders:read'] } });

function config(name: string, audience = 'a'): string {
  return JSON.stringify({
    catalog: 'catalog.json',
    claim: 'pz',
    action: { name },
    audiences: { [audience]: { audience: 'https://a.example', globs: ['*'] } },
  });
}

const names = [
  ...hostileTexts,
  '.',
  '..',
  '../x',
  'a/b',
  'a\\b',
  'x.',
  ' x',
  'x ',
  'a b',
  'CON',
  'nul.txt',
  'com1',
  '😀'.repeat(100),
  'x'.repeat(255),
  'x'.repeat(200),
  '-rf',
  '~',
  '##NAME##',
  '@@NAME@@',
];

test.each(names)(
  'an Action named %j is emitted as data, or refused where no file can be named so',
  async (name) => {
    const project = projectFolder({ 'claimgen.config.json': config(name), 'catalog.json': catalog });
    const built = await project.claimgen('build --json');
    const made = [...project.snapshot().keys()].filter((path) => path.startsWith('claimgen/'));
    if (built.exitCode === 2) {
      const [problem] = JSON.parse(built.out).problems;
      expect(problem).toMatchObject({ path: 'action.name' });
      expect(problem.message.length).toBeGreaterThan(10);
      expect(problem.fix.length).toBeGreaterThan(10);
      expect(made).toEqual([]);
      return;
    }
    expect(built.exitCode).toBe(0);
    expect(made.filter((path) => path.startsWith('claimgen/actions/')).sort()).toEqual(
      [
        `claimgen/actions/${name}`,
        `claimgen/actions/${name}.json`,
        `claimgen/actions/${name}/code.js`,
      ].sort(),
    );
    const text = project.read(`claimgen/actions/${name}.json`);
    expect(text).not.toMatch(/##|@@|\$\{|%\{/);
    expect(JSON.parse(text)).toMatchObject({ name, code: `./actions/${name}/code.js` });
    const login = { audience: 'https://a.example', user: { roles: ['Clerk'] } };
    expect((await tokenOf(emittedAction(project, name), login)).split('.')).toHaveLength(3);
  },
);

test('names that file systems refuse are refused, and odd ones that they take are taken', async () => {
  const outcome = async (name: string): Promise<number> => {
    const project = projectFolder({ 'claimgen.config.json': config(name), 'catalog.json': catalog });
    return (await project.claimgen('build')).exitCode;
  };
  for (const name of ['..', 'a/b', 'a\\b', '\u0000', 'CON', 'nul.txt', '##NAME##', 'x'.repeat(255)]) {
    expect(await outcome(name), JSON.stringify(name)).toBe(2);
  }
  for (const name of ["it's", '`', '$\x7bx}', '{{x}}', '😀', '__proto__', 'a b', '##name', 'x'.repeat(200)]) {
    expect(await outcome(name), JSON.stringify(name)).toBe(0);
  }
});

const keys = [
  'a'.repeat(64),
  `${'a'.repeat(63)}-`,
  'a.b-c_d',
  'A',
  '0',
  '9lives',
  'constructor',
  'toString',
  'hasOwnProperty',
  'default',
  'class',
  'await',
  'x.',
  'x--',
];

test.each(keys)('an audience may be called %s', async (key) => {
  const project = projectFolder({ 'claimgen.config.json': config('p', key), 'catalog.json': catalog });
  const built = await project.claimgen('build');
  expect([built.exitCode, built.error]).toEqual([0, '']);
  expect((await project.claimgen('check')).exitCode).toBe(0);
  const verifier = await emittedVerifier(project, key);
  const login = { audience: 'https://a.example', user: { roles: ['Clerk'] } };
  const access = await verifier.verify(await tokenOf(emittedAction(project, 'p'), login));
  expect([...access.permissions]).toEqual(['orders:read']);
});

test.each(['', '__proto__', '.x', '-x', 'a b', 'a/b', 'a'.repeat(65), 'ä', 'package', 'con', 'NUL'])(
  'an audience may not be called %j',
  async (key) => {
    const project = projectFolder({
      'claimgen.config.json': config('p').replace('"a":', `${JSON.stringify(key)}:`),
      'catalog.json': catalog,
    });
    const built = await project.claimgen('build --json');
    expect(built.exitCode).toBe(2);
    expect(JSON.parse(built.out).problems[0].path).toContain('audiences');
  },
);

test('an environment renames the API of an audience called constructor only where it says so', async () => {
  const project = projectFolder({
    'claimgen.config.json': JSON.stringify({
      catalog: 'catalog.json',
      claim: 'pz',
      action: { name: 'p' },
      audiences: {
        constructor: { audience: 'https://a.example', globs: ['*'] },
        other: { audience: 'https://b.example', globs: ['*'] },
      },
      environments: { prod: { audiences: { other: 'https://b.example.com' } } },
    }),
    'catalog.json': catalog,
  });
  const built = await project.claimgen('build --env prod');
  expect([built.exitCode, built.error]).toEqual([0, '']);
  expect(JSON.parse(project.read('claimgen/verifier/constructor.json')).audience).toBe('https://a.example');
});
