import { describe, expect, it } from 'vitest';
import { type ProjectFolder, projectFolder } from '../project-folder.ts';

const API = 'https://hr.example';
const scopes = Array.from({ length: 60 }, (_, index) => `read:hr-record-${String(index).padStart(2, '0')}`);

/** A tenant whose API has this token_dialect; the audience selects ten of its permissions. */
function project(token_dialect: string, enforce_policies: boolean | null = true, more = {}): ProjectFolder {
  const role = (name: string, names: readonly string[]) =>
    JSON.stringify({
      name,
      permissions: names.map((permission_name) => ({ permission_name, resource_server_identifier: API })),
    });
  return projectFolder({
    'claimgen.config.json': JSON.stringify({
      catalog: 'tenant',
      claim: 'pz',
      audiences: { hr: { audience: API, globs: ['*-0?'] } },
      ...more,
    }),
    'tenant/resource-servers/hr.json': JSON.stringify({
      name: 'HR',
      identifier: API,
      ...(enforce_policies === null ? {} : { enforce_policies }),
      token_dialect,
      scopes: scopes.map((value) => ({ value })),
    }),
    'tenant/roles/1.json': role('Assistant', scopes.slice(8, 12)),
    'tenant/roles/2.json': role('Auditor', scopes),
  });
}

describe("an API that Auth0's own permissions claim is on for", () => {
  it('is one that does not say whether RBAC is on, and none where RBAC is off', async () => {
    const lineOf = async (rbac: boolean | null, dialect: string) => {
      const { out } = await project(dialect, rbac).claimgen('build --json');
      const { audiences, lints } = JSON.parse(out);
      const isWarned = lints.some(({ code }: { code: string }) => code === 'stock_permissions_claim');
      return [audiences[0].proof.line, isWarned] as const;
    };
    const [on, warned] = await lineOf(true, 'access_token_authz');
    expect(warned).toBe(true);
    expect(await lineOf(null, 'access_token_authz')).toEqual([on, true]);
    const [off, isWarned] = await lineOf(false, 'access_token_authz');
    expect(isWarned).toBe(false);
    expect(await lineOf(null, 'access_token')).toEqual([off, false]);
    expect(off).toBeLessThan(on);
  });

  it('needs no more than to be without it where that brings the line below the budget', async () => {
    const budget = async (bytes: number) => {
      const { out } = await project('access_token_authz', true, { budget: { bytes } }).claimgen('build');
      return out.replace(/\s+/g, ' ');
    };
    // With it: some 3,000 bytes even for one permission, and without it a thousand.
    expect(await budget(1500)).toMatch(
      /To reduce it: set token_dialect to access_token \(saves [\d,]+\);.* Even with one permission the line has [\d,]+ bytes: selecting fewer is not enough\./,
    );
    expect(await budget(900)).toMatch(/bytes: do several of these, or raise the budget\./);
  });

  it('is told what its line has once it is off', async () => {
    const on = await project('access_token_authz').claimgen('build');
    const { audiences } = JSON.parse((await project('access_token').claimgen('build --json')).out);
    const line = (audiences[0].proof.line as number).toLocaleString('en-US');
    expect(on.out.replace(/\s+/g, ' ')).toContain(
      `the line has ${line} once token_dialect is access_token, and `,
    );
    expect(audiences[0].withoutStock).toBeUndefined();
    const off = await project('access_token').claimgen('build');
    expect(off.out).toContain("with Auth0's stock claim the line would have");
  });

  it("has each user's own permissions in the tokens of a population, and not all of the API", async () => {
    const sizes = async (dialect: string, user: object) => {
      const { out } = await project(dialect).claimgen('population --users - --json', {
        stdin: JSON.stringify(user),
      });
      return JSON.parse(out).audiences[0].line.max as number;
    };
    for (const [user, held] of [
      [{ id: 'auth0|1', roles: ['Assistant'] }, scopes.slice(8, 12)],
      [
        { id: 'auth0|1', roles: ['Assistant', 'Nobody'], permissions: [scopes[50], 'other', scopes[8]] },
        [...scopes.slice(8, 12), scopes[50]],
      ],
      [{ id: 'auth0|1' }, []],
      [{ id: 'auth0|1', roles: ['Auditor'] }, scopes],
    ] as const) {
      const claim = `,"permissions":${JSON.stringify(held)}`.length;
      const more = (await sizes('access_token_authz', user)) - (await sizes('access_token', user));
      expect(Math.abs(more - (claim * 4) / 3)).toBeLessThanOrEqual(1);
    }
    const bound = JSON.parse((await project('access_token_authz').claimgen('build --json')).out).audiences[0]
      .proof.line;
    expect(await sizes('access_token_authz', { id: 'auth0|1', roles: ['Auditor'] })).toBeLessThanOrEqual(
      bound,
    );
  });
});
