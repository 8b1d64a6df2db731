import { describe, expect, it } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { CONFIG, config, refusal, replaceOnce } from './refusal.ts';

const YAML = `resourceServers:
  - name: Orders
    identifier: https://orders.acme.example
    token_dialect: access_token
    scopes:
      - value: orders:read
      - value: orders:write
  - name: Other
    identifier: https://other.acme.example
roles:
  - name: Clerk
    permissions:
      - permission_name: orders:read
        resource_server_identifier: https://orders.acme.example
clientGrants:
  - client_id: backend
    audience: https://orders.acme.example
    scope: [orders:read]
`;

/** The problem of a tenant.yaml with one part replaced. */
function yaml(part: string, by: string): Promise<string> {
  return refusal({ ...config('catalog.json', 'tenant.yaml'), 'tenant.yaml': replaceOnce(YAML, part, by) });
}

/** The exit code of a build with such a tenant.yaml. */
async function builds(text: string): Promise<number> {
  const project = projectFolder({ ...config('catalog.json', 'tenant.yaml'), 'tenant.yaml': text });
  return (await project.claimgen('build')).exitCode;
}

const SCOPES = `    scopes:
      - value: orders:read
      - value: orders:write
`;

describe('a keyword that nothing replaces', () => {
  it.each([
    [
      'a whole array',
      SCOPES,
      '    scopes: @@SCOPES@@\n',
      'resourceServers[0].scopes: nothing replaces the keyword @@SCOPES@@',
    ],
    [
      'a whole array, raw',
      SCOPES,
      '    scopes: ##SCOPES##\n',
      'resourceServers[0].scopes: nothing replaces the keyword ##SCOPES##',
    ],
    [
      'a whole array in quotes',
      SCOPES,
      '    scopes: "@@SCOPES@@"\n',
      'resourceServers[0].scopes: nothing replaces the keyword @@SCOPES@@',
    ],
    [
      'an entry',
      '      - value: orders:write',
      '      - ##MORE##',
      'resourceServers[0].scopes[1]: nothing replaces the keyword ##MORE##',
    ],
    [
      'an entry of a flow sequence',
      SCOPES,
      '    scopes: [ { value: orders:read }, ##MORE## ]\n',
      'resourceServers[0].scopes[1]: nothing',
    ],
    [
      'a scope',
      'value: orders:write',
      'value: ##S##',
      'resourceServers[0].scopes[1].value: nothing replaces the keyword ##S##',
    ],
    [
      'a part of a scope',
      'value: orders:write',
      'value: orders:@@S@@',
      'resourceServers[0].scopes[1].value: nothing replaces the keyword @@S@@',
    ],
    [
      'what follows a string',
      'value: orders:write',
      'value: orders:write ##S##',
      'resourceServers[0].scopes[1].value: nothing replaces the keyword ##S##',
    ],
    [
      'a line of its own in an array',
      '      - value: orders:write\n',
      '      - value: orders:write\n      ##MORE##\n',
      'resourceServers[0].scopes: nothing',
    ],
    [
      'a line of its own in an object',
      '    token_dialect: access_token\n',
      '    ##MORE##\n',
      'resourceServers[0]: nothing replaces the keyword ##MORE##',
    ],
    [
      'a line between sections',
      'roles:\n',
      '##MORE##\nroles:\n',
      'resourceServers: nothing replaces the keyword ##MORE##',
    ],
    [
      'a comment before an array',
      '    scopes:\n',
      '    scopes: ##SCOPES##\n',
      'resourceServers[0].scopes: nothing replaces the keyword ##SCOPES##',
    ],
    [
      'a key',
      '    token_dialect: access_token\n',
      '    @@KEY@@: access_token\n',
      '@@KEY@@"]: nothing replaces the keyword @@KEY@@',
    ],
    [
      'encryption',
      '    token_dialect: access_token\n',
      '    token_encryption: ##JWE##\n',
      'resourceServers[0].token_encryption: nothing replaces the keyword ##JWE##',
    ],
    [
      'a whole API',
      '  - name: Other\n    identifier: https://other.acme.example\n',
      '  - @@OTHER@@\n',
      'resourceServers[1]: nothing',
    ],
    [
      'the name of a role',
      'name: Clerk',
      'name: ##ROLE##',
      'roles[0].name: nothing replaces the keyword ##ROLE##',
    ],
    [
      'the type of a role',
      'name: Clerk',
      'name: Clerk\n    type: ##TYPE##',
      'roles[0].type: nothing replaces the keyword ##TYPE##',
    ],
    [
      'the permission of a role',
      'permission_name: orders:read',
      'permission_name: ##P##',
      'roles[0].permissions[0].permission_name: nothing',
    ],
    [
      'the API of a role',
      'resource_server_identifier: https://orders.acme.example',
      'resource_server_identifier: ##API##',
      'nothing replaces the keyword ##API##',
    ],
    [
      'a part of it',
      'resource_server_identifier: https://orders.acme.example',
      'resource_server_identifier: https://##api-host##',
      'nothing replaces the keyword ##api-host##',
    ],
    [
      'the scopes of a grant',
      'scope: [orders:read]',
      'scope: @@SCOPE@@',
      'clientGrants[0].scope: nothing replaces the keyword @@SCOPE@@',
    ],
    [
      'a scope of a grant',
      'scope: [orders:read]',
      'scope: [##SCOPE##]',
      'clientGrants[0].scope[0]: nothing replaces the keyword ##SCOPE##',
    ],
    [
      'the subject of a grant',
      'client_id: backend',
      'subject_type: ##SUBJECT##',
      'clientGrants[0].subject_type: nothing',
    ],
    [
      'allow_all_scopes',
      'client_id: backend',
      'allow_all_scopes: @@ALL@@',
      'clientGrants[0].allow_all_scopes: nothing',
    ],
    ['default_for', 'client_id: backend', 'default_for: ##DEFAULT##', 'clientGrants[0].default_for: nothing'],
    [
      'a merge key',
      '    token_dialect: access_token\n',
      '    <<: ##DEFAULTS##\n',
      'nothing replaces the keyword ##DEFAULTS##',
    ],
  ])('is told where it is %s', async (_, part, by, expected) => {
    const error = await yaml(part, by);
    expect(error).toContain(expected);
    const keyword = /##.+?##|@@.+?@@/.exec(by)?.[0] ?? '';
    const line =
      replaceOnce(YAML, part, by)
        .split('\n')
        .findIndex((text) => text.includes(keyword)) + 1;
    expect(error).toContain(`tenant.yaml:${line}:`);
    const name = keyword.slice(2, -2);
    expect(error).toContain(`keywords: {${/^\w+$/.test(name) ? name : `"${name}"`}: …}.`);
  });

  it('is told where a merge key or an alias brings it in', async () => {
    const files = (text: string) => ({ ...config('catalog.json', 'tenant.yaml'), 'tenant.yaml': text });
    const api =
      '  - <<: *api\n    identifier: https://orders.acme.example\n    scopes: [{ value: orders:read }]\n';
    expect(
      await refusal(files(`x-api: &api\n  token_dialect: access_token ##AUTHZ##\nresourceServers:\n${api}`)),
    ).toContain('tenant.yaml:2:31: resourceServers[0].token_dialect: nothing replaces the keyword ##AUTHZ##');
    expect(
      await refusal(
        files(
          `x-scopes: &scopes\n  - value: orders:read\n  ##MORE##\nresourceServers:\n  - identifier: https://orders.acme.example\n    scopes: *scopes\n`,
        ),
      ),
    ).toContain('tenant.yaml:3:3: resourceServers[0].scopes: nothing replaces the keyword ##MORE##');
  });

  it.each([
    [
      'clients',
      '- name: ##APP##\n    callbacks: @@CALLBACKS@@\n    origins: [ "a", ##MORE## ]\n    x: "q" ##Y##\n    ##LINE##\n    z: |\n      ##CODE##\n',
    ],
    ['x-notes', '- @@A@@\n  - {a: ##B##, c: [@@D@@]}\n  - "@@E@@": 1\n  - ##F## g\n'],
  ])('stops nothing in the section %s', async (section, body) => {
    expect(await builds(`${section}:\n  ${body}${YAML}`)).toBe(0);
  });

  it.each([
    [
      'in the description of a scope',
      'value: orders:write',
      'value: orders:write\n        description: ##TEXT##',
    ],
    ['in the description of a role', 'name: Clerk', 'description: ##TEXT##\n    name: Clerk'],
    [
      'in what claimgen has no use for',
      'token_dialect: access_token',
      'token_lifetime: @@TTL@@\n    signing_alg: ##ALG##',
    ],
    [
      'in an API that the config does not name',
      'name: Other',
      'name: ##NAME##\n    scopes: @@SCOPES@@\n    token_dialect: ##D##\n    ##MORE##',
    ],
    [
      'in its identifier, where it can be none that is named',
      'https://other.acme.example',
      'https://##TENANT##/api/v2/',
    ],
    [
      'in a role that grants nothing of an API that is named',
      'clientGrants:\n',
      '  - name: ##NAME##\n    type: @@TYPE@@\n    permissions:\n      - permission_name: ##P##\n        resource_server_identifier: https://other.acme.example\nclientGrants:\n',
    ],
    ['in the client of a grant', 'client_id: backend', 'client_id: ##APP##'],
    ['in a comment', 'roles:\n', '## Roles (##X##) ##\n# ##Y##\nroles:\n'],
  ])('stops nothing %s', async (_, part, by) => {
    expect(await builds(replaceOnce(YAML, part, by))).toBe(0);
  });

  it('is told of a folder, too, also where the file is no JSON without its value', async () => {
    const files = (api: string) => ({
      ...config('catalog.json', './tenant'),
      'tenant/resource-servers/Orders.json': api,
    });
    expect(
      await refusal(
        files(
          '{\n  "identifier": "https://orders.acme.example",\n  "scopes": [{ "value": "orders:read" }, ##MORE##]\n}',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:3:42: scopes[1]: nothing replaces the keyword ##MORE##
        Add it to "keywords" in the config: keywords: {MORE: …}.
      "
    `);
    expect(
      await refusal(
        files(
          '{\n  "identifier": "https://orders.acme.example",\n  "scopes": [{ "value": "orders:read" } ##MORE##]\n}',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:3:41: nothing replaces the keyword ##MORE##
        Add it to "keywords" in the config: keywords: {MORE: …}.
      "
    `);
    expect(await refusal(files('@@ORDERS@@'))).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:1:1: nothing replaces the keyword @@ORDERS@@
        Add it to "keywords" in the config: keywords: {ORDERS: …}.
      "
    `);
    expect(
      await refusal(
        files(
          '{ "identifier": "https://orders.acme.example", "enforce_policies": ##RBAC##, "scopes": @@SCOPES@@ }',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "
      tenant/resource-servers/Orders.json:1:88: scopes: nothing replaces the keyword @@SCOPES@@
        Add it to "keywords" in the config: keywords: {SCOPES: …}.
      tenant/resource-servers/Orders.json:1:68: enforce_policies: nothing replaces the keyword ##RBAC##
        Add it to "keywords" in the config: keywords: {RBAC: …}.
      "
    `);
  });

  it('is told at its place in the file, whatever is put in before it', async () => {
    const keywords = `keywords: { MANY: "one\\n    name: two", "a.b": [1, 2], "x|y": z }\n`;
    const error = await refusal({
      'claimgen.config.yaml': keywords + replaceOnce(CONFIG, 'catalog.json', 'tenant.yaml'),
      'tenant.yaml': replaceOnce(
        YAML,
        'name: Orders',
        '@@a.b@@: @@a.b@@ \n    description: ##MANY##',
      ).replace('https://orders.acme.example', '##ID##'),
    });
    expect(error).toMatchInlineSnapshot(`
      "
      tenant.yaml:4:17: resourceServers[0].identifier: nothing replaces the keyword ##ID##
        Add it to "keywords" in the config: keywords: {ID: …}.
      "
    `);
  });

  it('can be named by anything that auth0-deploy-cli takes', async () => {
    const keywords = { 'api-host': 'orders.acme.example', 'A B': 'Clerk', 'x.y': 'orders:read' };
    const project = projectFolder({
      'claimgen.config.yaml': `keywords: ${JSON.stringify(keywords)}\n${replaceOnce(CONFIG, 'catalog.json', 'tenant.yaml')}`,
      'tenant.yaml': YAML.replace('https://orders.acme.example', 'https://##api-host##')
        .replace('name: Clerk', 'name: ##A B##')
        .replace('value: orders:read', 'value: @@x.y@@'),
    });
    expect((await project.claimgen('build')).exitCode).toBe(0);
  });

  it('can have no name that is no regular expression', async () => {
    expect(
      await refusal({ 'claimgen.config.yaml': `${CONFIG}keywords:\n  "A(": x\n` }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:8:3: keywords["A("]: auth0-deploy-cli reads "A(" as a regular expression, and it is none
        Put a backslash before each of ( ) [ ] { } * + ? that is part of the name.
      "
    `);
  });
});
