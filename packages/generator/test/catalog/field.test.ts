// Exports as people have them: test/fixtures holds each, from public bug reports and repositories.
import { describe, expect, it } from 'vitest';
import { fixture, reportOf } from '../fixture.ts';

describe('keywords without quotes in tenant.yaml', () => {
  it('stop the build only where the export says with them which API it is', async () => {
    const project = fixture('keyword-unquoted-yaml');
    const { exitCode, error } = await project.claimgen('build');
    expect(exitCode).toBe(2);
    expect(error).toMatchInlineSnapshot(`
      "tenant.yaml:13:17: resourceServers[1].identifier: nothing replaces the keyword ##ENCRYPTION_SERVICE_DOMAIN##
        Add it to "keywords" in the config: keywords: {ENCRYPTION_SERVICE_DOMAIN: …}.
      "
    `);
  });

  it('are the same with quotes around them', async () => {
    const quoted = fixture('keyword-unquoted-yaml', (_, text) => text.replace(/##\w+##|@@\w+@@/g, '"$&"'));
    const { error } = await quoted.claimgen('build');
    expect(error).toBe((await fixture('keyword-unquoted-yaml').claimgen('build')).error);
  });

  it('leave a client grant open, which is then sized for each API that it may be to', async () => {
    const project = fixture('keyword-unquoted-yaml', (path, text) =>
      path === 'claimgen.config.yaml'
        ? `${text}keywords: { ENCRYPTION_SERVICE_DOMAIN: "https://encryption.example" }\n`
        : text,
    );
    expect((await project.claimgen('build')).exitCode).toBe(0);
    const { audiences, notes } = reportOf(project);
    expect(audiences[0]?.grants).toMatchObject([
      { client: '##APP_NAME_BACKEND##', scopes: 1 },
      { client: '##APP_NAME_BACKEND##', scopes: 1 },
    ]);
    expect(notes).toEqual([
      'Nothing replaces the keyword ##AUDIENCE## in the export: the grant of "##APP_NAME_BACKEND##" to "##AUDIENCE##" is sized for each API that this may be.',
    ]);
  });
});

describe('a keyword in token_dialect', () => {
  it('is an error, as the size depends on it', async () => {
    const { exitCode, error } = await fixture('keyword-in-token-dialect').claimgen('build');
    expect(exitCode).toBe(2);
    expect(error).toMatchInlineSnapshot(`
      "resource-servers/Orders API.json:4:22: enforce_policies: nothing replaces the keyword @@RBAC@@
        Add it to "keywords" in the config: keywords: {RBAC: …}.
      resource-servers/Orders API.json:5:19: token_dialect: nothing replaces the keyword ##TOKEN_DIALECT##
        Add it to "keywords" in the config: keywords: {TOKEN_DIALECT: …}.
      "
    `);
  });

  it('counts as what replaces it', async () => {
    const project = fixture('keyword-in-token-dialect');
    const { exitCode } = await project.claimgen('build --config with-keywords.config.yaml');
    expect(exitCode).toBe(1);
    expect(reportOf(project).audiences[0]?.proof.line).toBe(2740);
  });

  it('is nothing to an API that the config does not name', async () => {
    const project = fixture('keyword-in-token-dialect', (path, text) =>
      path.startsWith('resource-servers/') ? text.replace(/"##\w+##"|"@@\w+@@"/g, 'null') : text,
    );
    project.write({
      'resource-servers/Other.json': `{"identifier": "https://other.example", "token_dialect": ##DIALECT##,
        "enforce_policies": @@RBAC@@, "signing_alg": ##ALG##, "token_encryption": @@JWE@@, "scopes": [{"value": "##NAME##"}, ##SCOPES##], "##KEY##": 1}`,
    });
    expect((await project.claimgen('build')).exitCode).toBe(0);
  });
});

describe('merge keys in tenant.yaml', () => {
  it("bring in Auth0's own permissions claim, which then counts", async () => {
    const project = fixture('yaml-merge-keys/dialect');
    expect((await project.claimgen('build')).exitCode).toBe(0);
    const { audiences, lints } = reportOf(project);
    expect(audiences[0]?.proof.line).toBe(1138);
    expect(lints.map(({ code }) => code)).toContain('stock_permissions_claim');
  });

  it('bring in scopes', async () => {
    const { exitCode, out } = await fixture('yaml-merge-keys/scopes').claimgen('build');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/permissions +2\n/);
  });
});

describe('a client grant that is the default of third-party clients', () => {
  it('is sized as the grant of any such client', async () => {
    const project = fixture('default-client-grant');
    expect((await project.claimgen('build')).exitCode).toBe(0);
    expect(reportOf(project).audiences[0]?.grants).toMatchObject([
      { client: 'any third-party client', scopes: 1 },
    ]);
  });

  it('is one to users where it says so, and then no token of machines', async () => {
    const project = fixture('default-client-grant', (path, text) =>
      path.startsWith('grants/') ? text.replace('"client"', '"user"') : text,
    );
    expect((await project.claimgen('build')).exitCode).toBe(0);
    expect(reportOf(project).audiences[0]?.grants).toEqual([]);
  });

  it('has the name that auth0-deploy-cli writes for no client, too', async () => {
    const project = fixture('default-client-grant', (path, text) =>
      path.startsWith('grants/') ? text.replace('{', '{"client_id":"undefined_clientId",') : text,
    );
    expect((await project.claimgen('build')).exitCode).toBe(0);
    expect(reportOf(project).audiences[0]?.grants).toMatchObject([{ client: 'any third-party client' }]);
  });

  it.each([
    [
      'without scope, with each scope of the API',
      '{"client_id": "a", "audience": "https://orders.example"}',
      2,
    ],
    [
      'of all scopes',
      '{"client_id": "a", "audience": "https://orders.example", "allow_all_scopes": true}',
      2,
    ],
    [
      'with what else auth0-deploy-cli exports',
      `{"client_id": "a", "audience": "https://orders.example", "scope": ["orders:read"], "subject_type": "agent", "is_system": true,
        "organization_usage": "require", "allow_any_organization": true, "authorization_details_types": ["payment"], "id": "cgr_1"}`,
      1,
    ],
    ['of nobody', '{"audience": "https://orders.example", "scope": []}', 0],
  ])('is sized %s', async (_, grant, scopes) => {
    const project = fixture('default-client-grant', (path, text) =>
      path.startsWith('grants/') ? grant : text,
    );
    expect((await project.claimgen('build')).exitCode).toBe(0);
    expect(reportOf(project).audiences[0]?.grants).toMatchObject([{ scopes }]);
  });

  it('stops nothing where it is empty, as auth0-deploy-cli passes over it, or to another API', async () => {
    const project = fixture('default-client-grant');
    project.write({
      'grants/empty.json': '{}',
      'resource-servers/empty.json': '{}',
      'grants/other.json': '{"audience": "https://other.example", "scope": ##SCOPE##, "subject_type": 7}',
      'grants/management.json':
        '{"client_id": "a", "audience": "https://##DOMAIN##/api/v2/", "scope": @@SCOPE@@}',
    });
    expect((await project.claimgen('build')).exitCode).toBe(0);
    expect(reportOf(project).audiences[0]?.grants).toHaveLength(1);
  });
});

describe('roles of organizations in an export', () => {
  it('may have the name of a role of the tenant', async () => {
    const project = fixture('organization-roles-in-export/same-name');
    expect((await project.claimgen('build')).exitCode).toBe(0);
    expect(reportOf(project).notes).toMatchInlineSnapshot(`
      [
        "The export holds roles of organizations ("Manager"). They are left out: the role table is of the tenant's roles.",
        "Organizations and the tenant have roles of one name ("Manager"), and logins know roles only by name: node_modules/@claimgen/generator/docs/guide/sources.md says what a member of an organization gets.",
      ]
    `);
  });

  it('never come into the role table', async () => {
    const project = fixture('organization-roles-in-export/own-name');
    expect((await project.claimgen('build')).exitCode).toBe(0);
    const login = await project.claimgen(`simulate --user '{"id":"auth0|1","roles":["Org Manager"]}' --json`);
    expect(JSON.parse(login.out)).toMatchObject({ logins: [{ permissions: [] }] });
    expect((await project.claimgen('check')).out).toContain('note: The export holds roles of organizations');
    expect((await project.claimgen('explain orders:write')).out).toContain('no role grants it');
    expect((await project.claimgen('explain orders:write')).out).toContain('("Org Manager")');
  });
});
