// An audience whose key in the config changes: its layout goes on under the new key, or the build is refused.

import { createVerifier, hasPermission, type Layout } from '@claimgen/verifier';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import { loadAction } from '#simulator/host/action-host';
import { issueAccessToken } from '#simulator/host/issue-token';
import { continueLayouts } from '../../src/layout/continue-layouts.ts';
import { type AudienceLayout, addLineage, growLayout, namesOf } from '../../src/layout/layout.ts';
import { formatLock, readLock } from '../../src/layout/lock.ts';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

const API = 'https://hr.acme.example';

/** A config whose audiences are given as YAML, one a line. */
function config(...audiences: readonly string[]): Record<string, string> {
  return {
    'claimgen.config.yaml': `catalog: catalog.json
claim: https://acme.example/permissions
action: { name: permissions, source: [{ event: user.app_metadata.permissions }] }
audiences:
${audiences.map((audience) => `  ${audience}\n`).join('')}`,
  };
}

function hr(key: string, previously = ''): string {
  return `${key}: { audience: ${API}, globs: ["hr:*"]${previously === '' ? '' : `, previously: ${previously}`} }`;
}

function sales(key: string, previously = ''): string {
  return `${key}: { audience: https://sales.acme.example, globs: ["sales:*"]${previously === '' ? '' : `, previously: ${previously}`} }`;
}

function catalogOf(...permissions: readonly string[]): Record<string, string> {
  return { 'catalog.json': JSON.stringify({ permissions: [...permissions, 'sales:read'], roles: {} }) };
}

async function build(
  folder: ProjectFolder,
  files: Readonly<Record<string, string>>,
  args = 'build',
): Promise<void> {
  folder.write(files);
  const { exitCode, error } = await folder.claimgen(args);
  expect([exitCode, error]).toEqual([0, '']);
}

async function refused(
  folder: ProjectFolder,
  files: Readonly<Record<string, string>>,
  args = 'build',
): Promise<string> {
  folder.write(files);
  const before = folder.snapshot();
  const { exitCode, error } = await folder.claimgen(args);
  expect(exitCode).toBe(2);
  expect(folder.snapshot()).toEqual(before);
  return `\n${error}`;
}

/** What a build under another key leaves behind. */
function removeVerifier(folder: ProjectFolder, key: string): void {
  for (const ending of ['js', 'd.ts', 'json']) folder.remove(`claimgen/verifier/${key}.${ending}`);
}

function layoutsIn(folder: ProjectFolder): Record<string, AudienceLayout> {
  return JSON.parse(folder.read('claimgen.lock.json')).audiences;
}

function idsIn(folder: ProjectFolder, key: string): string[][] {
  return (layoutsIn(folder)[key]?.lineages ?? []).map((lineage) => lineage.map(({ id }) => id));
}

describe('an audience that is renamed with "previously"', () => {
  it('reads the tokens of before with the verifier of after, and those of after with the verifier of before', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
    const issuer = 'https://acme.eu.auth0.com/';
    const folder = projectFolder({});
    const deployed = async (key: string, previously: string, ...permissions: string[]) => {
      await build(folder, { ...config(hr(key, previously)), ...catalogOf(...permissions) });
      return {
        permissions,
        action: loadAction(folder.read('claimgen/actions/permissions/code.js')),
        verifier: createVerifier({
          issuer,
          layout: JSON.parse(folder.read(`claimgen/verifier/${key}.json`)) as Layout,
          jwks,
        }),
      };
    };
    const builds = [
      await deployed('hr', '', 'hr:read', 'hr:write'),
      await deployed('people', 'hr', 'hr:read', 'hr:write'),
      await deployed('people', 'hr', 'hr:read', 'hr:write', 'hr:fire'),
      await deployed('staff', '[people, hr]', 'hr:read', 'hr:fire', 'hr:hire'),
      await deployed('hr', 'staff', 'hr:read', 'hr:write', 'hr:fire', 'hr:hire'),
    ];
    const every = ['hr:read', 'hr:write', 'hr:fire', 'hr:hire'];
    for (const from of builds) {
      for (const to of builds) {
        for (let held = 0; held < 2 ** every.length; held++) {
          const names = every.filter((_, index) => ((held >> index) & 1) === 1);
          const event = loginEvent({
            audience: API,
            user: { id: 'auth0|1', roles: [], appMetadata: { permissions: names } },
            scopes: ['openid'],
          });
          const payload = issueAccessToken(
            await from.action.login(event),
            event,
            { issuer },
            { at: Math.floor(Date.now() / 1000), id: 'j' },
          );
          const token = await new SignJWT({ ...payload })
            .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k' })
            .sign(privateKey);
          const access = await to.verifier.verify(token);
          expect(every.filter((name) => hasPermission(access, name))).toEqual(
            names.filter((name) => from.permissions.includes(name) && to.permissions.includes(name)),
          );
        }
      }
    }
  });

  it('keeps every id, and gives new generations and lineages ids of the same name', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1 });
    const keys = fc.uniqueArray(fc.constantFrom('hr', 'people', 'staff', 'team'), {
      minLength: 2,
    });
    fc.assert(
      fc.property(keys, fc.array(names, { minLength: 1, maxLength: 6 }), ([first, ...later], steps) => {
        const key = (step: number) => [first, ...later][step % (later.length + 1)] as string;
        let renamed = readLock('claimgen.lock.json', '{"lockfileVersion":1,"audiences":{}}');
        let kept: AudienceLayout | undefined;
        for (const [step, selected] of steps.entries()) {
          const name = key(step);
          const previously = step === 0 ? [] : [key(step - 1)];
          renamed = continueLayouts(renamed, [{ name, previously, problem: () => ({}) as never }]);
          const grow = (of: string, layout: AudienceLayout | undefined) => {
            const grown = growLayout(of, layout, [...selected].sort(), (all) => all);
            return step % 3 === 2
              ? addLineage(of, grown, namesOf(grown.lineages[0] ?? []), (all) => all)
              : grown;
          };
          kept = grow(first as string, kept);
          renamed = readLock(
            'claimgen.lock.json',
            formatLock(new Map([...renamed, [name, grow(name, renamed.get(name))]])),
          );
          expect([...renamed.keys()]).toEqual([name]);
          expect(renamed.get(name)?.lineages).toEqual(kept.lineages);
        }
      }),
      { numRuns: Number(process.env['CLAIMGEN_RUNS'] ?? 80) },
    );
  });

  it('can drop "previously" once it is built, and keep it as well', async () => {
    const folder = projectFolder(catalogOf('hr:read'));
    await build(folder, config(hr('hr')));
    const ids = idsIn(folder, 'hr');
    await build(folder, config(hr('people', 'hr')));
    await build(folder, config(hr('people', 'hr')));
    await build(folder, config(hr('people')));
    await build(folder, config(hr('people', '[team, hr]')));
    expect(Object.keys(layoutsIn(folder))).toEqual(['people']);
    expect(idsIn(folder, 'people')).toEqual(ids);
  });

  it('is rebased and pruned as ever', async () => {
    const folder = projectFolder(catalogOf('hr:read', 'hr:write'));
    await build(folder, config(hr('hr')));
    await build(folder, config(hr('people', 'hr')));
    await build(folder, {}, 'rebase');
    await build(folder, {}, 'rebase --activate people');
    await build(folder, {}, 'rebase --prune');
    removeVerifier(folder, 'hr');
    await build(folder, {}, 'check');
    expect(idsIn(folder, 'people').map((ids) => ids.length)).toEqual([0, 1]);
  });

  it('serves every environment', async () => {
    const folder = projectFolder(catalogOf('hr:read'));
    const environments = (key: string) =>
      `environments: { prod: { audiences: { ${key}: https://hr.acme.com } } }\n`;
    const written = (key: string, previously = '') => ({
      'claimgen.config.yaml':
        (config(hr(key, previously))['claimgen.config.yaml'] as string) + environments(key),
    });
    await build(folder, written('hr'));
    await build(folder, {}, 'build --env prod');
    const ids = idsIn(folder, 'hr').flat();
    await build(folder, written('people', 'hr'), 'build --env prod');
    expect(folder.read('claimgen/prod/actions/permissions/code.js')).toContain(`ids: ["${ids[0]}"]`);
    await build(folder, {});
    removeVerifier(folder, 'hr');
    await build(folder, {}, 'check');
    await build(folder, {}, 'check --env prod');
  });

  it('exchanges keys with another one in three builds, and in no single one', async () => {
    const folder = projectFolder(catalogOf('hr:read'));
    await build(folder, config(hr('hr'), sales('sales')));
    const [ofHr, ofSales] = [idsIn(folder, 'hr'), idsIn(folder, 'sales')];
    expect(await refused(folder, config(hr('sales', 'hr'), sales('hr', 'sales')))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:76: audiences.sales.previously: previously names hr, which is a key of this config still
        Remove previously where sales is another API; to exchange keys, rename one at a time and run claimgen build after each (node_modules/@claimgen/generator/docs/explanation/layouts.md).
      claimgen.config.yaml:6:79: audiences.hr.previously: previously names sales, which is a key of this config still
        Remove previously where hr is another API; to exchange keys, rename one at a time and run claimgen build after each (node_modules/@claimgen/generator/docs/explanation/layouts.md).
      "
    `);
    await build(folder, config(hr('swap', 'hr'), sales('sales')));
    await build(folder, config(hr('swap'), sales('hr', 'sales')));
    await build(folder, config(hr('sales', 'swap'), sales('hr')));
    expect(idsIn(folder, 'sales')).toEqual(ofHr);
    expect(idsIn(folder, 'hr')).toEqual(ofSales);
  });
});

describe('a renaming that would begin a second layout', () => {
  async function built(...audiences: readonly string[]): Promise<ProjectFolder> {
    const folder = projectFolder(catalogOf('hr:read'));
    await build(folder, config(...audiences));
    return folder;
  }

  it('is refused where "previously" names no layout', async () => {
    expect(await refused(await built(hr('hr')), config(hr('people', 'hrr')))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:77: audiences.people.previously: the lock has no layout of hrr
        Did you mean hr? If not, take claimgen.lock.json of the deployed branch, or remove previously to begin a layout.
      "
    `);
  });

  it('is refused where the new key has a layout already', async () => {
    const folder = await built(hr('hr'));
    await build(folder, config(hr('people')));
    expect(await refused(folder, config(hr('people', 'hr')))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:77: audiences.people.previously: the lock has a layout of people that does not continue that of hr
        Where the layout of people was never deployed, take claimgen.lock.json of the deployed branch and run claimgen build; else remove previously.
      "
    `);
    expect(await refused(folder, config(hr('people', 'hr')), 'check')).toContain('does not continue');
  });

  it('is refused where "previously" names two layouts', async () => {
    const folder = await built(hr('hr'), sales('sales'));
    expect(
      await refused(folder, config(hr('all', '[hr, sales]').replace('"hr:*"', '"*"'))),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:71: audiences.all.previously: the lock has layouts of hr and sales, and an audience continues one
        Name the one whose tokens are in use; those of the other are refused.
      "
    `);
  });

  it('is refused where two audiences continue one layout', async () => {
    const folder = await built(hr('hr'));
    expect(await refused(folder, config(hr('people', 'hr'), sales('sales', 'hr')))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:82: audiences.sales.previously: people continues the layout of hr already
        Name hr in the audience that is its API now.
      "
    `);
  });

  it('is refused where an audience continues itself', async () => {
    expect(await refused(await built(hr('hr')), config(hr('hr', 'hr')))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:5:73: audiences.hr.previously: previously names the key of the audience itself
        Remove it.
      "
    `);
  });

  it('is refused where another audience takes the key that ids are computed with', async () => {
    const folder = await built(hr('hr'));
    await build(folder, config(hr('people', 'hr')));
    expect(await refused(folder, config(hr('people'), sales('hr')))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:7: audiences.hr: the layout of people began under the key hr, and its ids are computed with it
        Choose another key; or, where this is the API of people under its earlier key again, add previously: people.
      "
    `);
  });

  it.each([['5'], ['[]'], ['[hr, hr]'], ["'a b'"], ['{ hr: 1 }'], ["''"]])(
    'is refused where "previously" is %s',
    async (previously) => {
      const message = await refused(await built(hr('hr')), config(hr('people', previously)));
      expect(message).toContain('audiences.people.previously');
      expect(message).toMatch(/previously: orders|Remove one of the two|Add an entry/);
    },
  );
});

describe('a lock that remembers earlier keys', () => {
  async function renamed(): Promise<ProjectFolder> {
    const folder = projectFolder(catalogOf('hr:read'));
    await build(folder, config(hr('hr')));
    await build(folder, config(hr('people', 'hr')));
    return folder;
  }

  it('is restored from the verifier under its new key, also where the old one is there still', async () => {
    const folder = await renamed();
    const lock = folder.read('claimgen.lock.json');
    folder.remove('claimgen.lock.json');
    await build(folder, {}, 'build --restore-lock');
    expect(folder.read('claimgen.lock.json')).toBe(lock);
  });

  it('is restored from the verifier under its old key where nothing was built under the new one', async () => {
    const folder = projectFolder(catalogOf('hr:read'));
    await build(folder, config(hr('hr')));
    const ids = idsIn(folder, 'hr');
    folder.remove('claimgen.lock.json');
    expect(await refused(folder, config(hr('people', 'hr')))).toContain('the lock is missing');
    await build(folder, {}, 'build --restore-lock');
    expect(idsIn(folder, 'people')).toEqual(ids);
  });

  it('is not begun anew where it is lost and the audience has another key', async () => {
    const folder = projectFolder(catalogOf('hr:read'));
    await build(folder, config(hr('hr')));
    folder.remove('claimgen.lock.json');
    expect(await refused(folder, config(hr('people')))).toMatchInlineSnapshot(`
      "
      claimgen.lock.json: the lock is missing, and the verifiers that were built with it are there
        Restore it from git, or from the verifiers with claimgen build --restore-lock; without it, permissions would change places.
      "
    `);
    await build(folder, {}, 'build --restore-lock');
    expect(Object.keys(layoutsIn(folder))).toEqual(['hr', 'people']);
  });

  it.each([
    ['another earlier key', (lock: string) => lock.replace('"hr"', '"sales"')],
    ['none', (lock: string) => lock.replace(/"previously": \[\s*"hr"\s*\],/, '')],
    ['one that is no text', (lock: string) => lock.replace('"hr"', '5')],
    ['an empty list of them', (lock: string) => lock.replace(/\[\s*"hr"\s*\]/, '[]')],
  ])('is refused with %s', async (_, edit) => {
    const folder = await renamed();
    expect(await refused(folder, { 'claimgen.lock.json': edit(folder.read('claimgen.lock.json')) })).toMatch(
      /does not fit the permissions|not an array of earlier keys/,
    );
  });

  it('is refused where a merge kept the layout under both keys', async () => {
    const folder = await renamed();
    const { people } = layoutsIn(folder);
    const { previously: _, ...old } = people as AudienceLayout;
    const lock = JSON.stringify({ lockfileVersion: 1, audiences: { hr: old, people } }, null, 2);
    expect(await refused(folder, { 'claimgen.lock.json': lock })).toMatchInlineSnapshot(`
      "
      claimgen.lock.json:17:5: audiences.people: the layouts of "hr" and "people" are one: the ids of both are computed with the name "hr"
        Take the deployed branch's claimgen.lock.json, then run claimgen build.
      "
    `);
  });
});
