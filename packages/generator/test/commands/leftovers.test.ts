import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';

const config = (name: string, audience = 'orders') => `catalog: catalog.json
claim: pz
action: { name: ${name} }
audiences:
  ${audience}: { audience: https://orders.dev, prefixes: ["orders:"] }
environments:
  prod: { audiences: { ${audience}: https://orders.prod } }
`;
const catalog = JSON.stringify({
  permissions: ['orders:read', 'orders:write'],
  roles: { Clerk: ['orders:read'] },
});

describe('what an earlier config left', () => {
  it('is named by build and fails check: an Action of another name would still be deployed', async () => {
    const project = projectFolder({ 'claimgen.config.yaml': config('first'), 'catalog.json': catalog });
    await project.claimgen('build');
    project.write({
      'claimgen.config.yaml': config('second', 'sales'),
      'claimgen/actions/by-hand/code.js': 'exports.onExecutePostLogin = async () => {};\n',
    });
    const left = [
      'verifier/orders.d.ts',
      'verifier/orders.js',
      'verifier/orders.json',
      'actions/first/code.js',
    ].map((path) => `claimgen/${path}`);
    expect(JSON.parse((await project.claimgen('build --json')).out).leftovers).toEqual(left);
    const { exitCode, out } = await project.claimgen('check');
    expect(exitCode).toBe(1);
    expect(out).toContain(`claimgen build writes no longer: ${left.join(', ')}`);
    for (const path of left) project.remove(path);
    expect((await project.claimgen('check')).exitCode).toBe(0);
  });
});

describe('an environment that has left the config', () => {
  const noBase = config('permissions')
    .replace('catalog: catalog.json\n', '')
    .replace('{ audiences', '{ catalog: catalog.json, audiences');

  it.each<[string, string, string[]]>([
    ['by another name', config('permissions').replace('prod:', 'production:'), ['prod/actions']],
    ['with others', config('permissions').replace(/environments:[\s\S]*/, ''), ['prod/actions']],
    ['that was the base', noBase, ['actions']],
    ['with the base', noBase.replace('prod:', 'production:'), ['actions', 'prod/actions']],
  ])('has left its Action, which fails check: %s', async (_, changed, folders) => {
    const project = projectFolder({ 'claimgen.config.yaml': config('permissions'), 'catalog.json': catalog });
    await project.claimgen('build');
    await project.claimgen('build --env prod');
    project.write({
      'claimgen.config.yaml': changed,
      // Another project's, and somebody's own.
      'claimgen/sub/actions/permissions/code.js': project.read('claimgen/prod/actions/permissions/code.js'),
      'claimgen/hand/actions/permissions/code.js': 'exports.onExecutePostLogin = async () => {};\n',
      'claimgen/file/actions': '',
    });
    const environment = /^ {2}(prod\w*):/m.exec(changed)?.[1];
    const env = changed.startsWith('catalog') || environment === undefined ? '' : ` --env ${environment}`;
    const left = folders.map((at) => `claimgen/${at}/permissions/code.js`);
    expect(JSON.parse((await project.claimgen(`build --json${env}`)).out).leftovers).toEqual(left);
    const { exitCode, out } = await project.claimgen(`check${env}`);
    expect(exitCode).toBe(1);
    expect(out).toContain(`claimgen build writes no longer: ${left.join(', ')}`);
    for (const path of left) project.remove(path);
    expect((await project.claimgen(`check${env}`)).exitCode).toBe(0);
  });
});

describe('a rebase with several environments', () => {
  it('names the builds of the others, and prunes only when every Action on disk writes the new lineage', async () => {
    const project = projectFolder({ 'claimgen.config.yaml': config('permissions'), 'catalog.json': catalog });
    await project.claimgen('build');
    await project.claimgen('build --env prod');
    await project.claimgen('rebase');
    expect((await project.claimgen('rebase --activate')).out).toContain('claimgen build --env prod');
    const refused = await project.claimgen('rebase --prune');
    expect(refused.exitCode).toBe(2);
    expect(refused.error).toMatch(
      /^claimgen\/prod\/actions\/permissions\/code\.js: this Action is older than the lock/,
    );
    await project.claimgen('build --env prod');
    expect((await project.claimgen('rebase --prune')).exitCode).toBe(0);
    expect((await project.claimgen('rebase --prune')).out).toContain('Nothing changed.');
  });

  it('is found by a simulation of the Action on disk where that one is older than the lock', async () => {
    const project = projectFolder({ 'claimgen.config.yaml': config('permissions'), 'catalog.json': catalog });
    await project.claimgen('build');
    const old = project.read('claimgen/actions/permissions/code.js');
    for (const step of ['rebase', 'rebase --activate', 'rebase --prune']) await project.claimgen(step);
    expect((await project.claimgen('simulate --built')).exitCode).toBe(0);
    project.write({ 'claimgen/actions/permissions/code.js': old });
    const { exitCode, out } = await project.claimgen('simulate --built');
    expect(exitCode).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('the verifier refuses the claim (layout_unknown)');
  });

  it('is told by build that verifiers must be given their audience', async () => {
    const project = projectFolder({ 'claimgen.config.yaml': config('permissions'), 'catalog.json': catalog });
    expect((await project.claimgen('build')).out).toMatch(/createVerifier must\s+be given its audience/);
  });
});
