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
