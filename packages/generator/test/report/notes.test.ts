import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plural } from '../../src/format/plural.ts';
import { projectFolder } from '../project-folder.ts';

const two = {
  'catalog.json': JSON.stringify({ permissions: ['a:1', 'b:1'], roles: { Clerk: ['a:1', 'b:1'] } }),
  'claimgen.config.json': JSON.stringify({
    catalog: 'catalog.json',
    claim: 'pz',
    audiences: {
      a: { audience: 'https://a.example', prefixes: ['a:'] },
      b: {
        audience: 'https://b.example',
        prefixes: ['b:'],
        action: { source: ['roles', { event: 'user.app_metadata.p' }] },
      },
    },
  }),
};

describe('what is said of audiences', () => {
  it('is said once where it holds for all of them', async () => {
    const folder = projectFolder(two);
    const { out } = await folder.claimgen('build');
    const common = 'The role table is as old as the deployed Action';
    for (const text of [out, folder.read('claimgen/report.md'), folder.read('claimgen/report.html')]) {
      expect(text.split(common)).toHaveLength(2);
      expect(text.split('user.app_metadata.p').length).toBeGreaterThan(1);
    }
    expect(folder.read('claimgen/report.json').split(common)).toHaveLength(3);
  });

  it('has one of a thing, not one things', async () => {
    const folder = projectFolder(two);
    const texts = [
      (await folder.claimgen('build --why')).out,
      (await folder.claimgen('population --model 1')).out,
      folder.read('claimgen/report.md'),
      folder.read('claimgen/report.html').replace(/<(script|style)>.*?<\/\1>|<script .*?<\/script>/gs, ''),
    ];
    for (const text of texts) expect(text).not.toMatch(/(?<![\d,.])1 (?!bytes|s\b)[a-z]+s\b(?! of)/);
  });

  it('counts in English', () => {
    fc.assert(
      fc.property(fc.nat(), (number) => {
        expect(plural(number, 'scope')).toBe(
          `${number.toLocaleString('en-US')} ${number === 1 ? 'scope' : 'scopes'}`,
        );
      }),
    );
    expect(plural(1, 'user has', 'users have')).toBe('1 user has');
  });
});

describe('the end of a build', () => {
  it('says where everything is and what comes next', async () => {
    const folder = projectFolder(two);
    expect((await folder.claimgen('build')).out.split('\n\n').at(-1)).toMatchInlineSnapshot(`
      "Wrote 12 files: claimgen.lock.json, and below claimgen. Commit them all.
      Next: deploy the APIs with the modules in claimgen/verifier, then the Action in
            claimgen/actions: node_modules/@claimgen/generator/docs/guide/deploying.md
      "
    `);
    const config = JSON.parse(folder.read('claimgen.config.json'));
    folder.write({
      'claimgen.config.json': JSON.stringify({
        ...config,
        out: { actions: 'tenant/actions', verifier: 'src/claims', report: 'docs' },
        environments: { dev: {}, prod: {} },
      }),
    });
    folder.remove('claimgen/verifier/a.json');
    expect((await folder.claimgen('build --env dev')).out.split('\n\n').at(-1)).toMatchInlineSnapshot(`
      "Wrote 12 files: claimgen.lock.json, and below src/claims, tenant/dev/actions,
            docs/dev. Commit them all.
      Then: claimgen build, claimgen build --env prod.
      Next: deploy the APIs with the modules in src/claims, then the Action in
            tenant/dev/actions:
            node_modules/@claimgen/generator/docs/guide/deploying.md
      "
    `);
  });
});

describe('modelled users', () => {
  it('are not said to hold what no source reads', async () => {
    const { out } = await projectFolder(two).claimgen('population --model 100');
    expect(out).not.toContain('which no source reads');
    const stdin = '{"id":"auth0|1","permissions":["a:1"]}';
    expect((await projectFolder(two).claimgen('population --users -', { stdin })).out).toContain(
      'which no source reads',
    );
  });
});
