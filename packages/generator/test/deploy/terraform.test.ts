// The Terraform example of docs/guide/deploying.md, read by HashiCorp's own HCL parser (@cdktf/hcl2json). That the provider has these resources and
// arguments is checked against the list below, which is from auth0/terraform-provider-auth0, docs/resources.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

// Its own types bring those of browsers along, for every file.
const { parse } = createRequire(import.meta.url)('@cdktf/hcl2json') as {
  readonly parse: (name: string, text: string) => Promise<unknown>;
};

const page = readFileSync(new URL('../../../../docs/guide/deploying.md', import.meta.url), 'utf8');
const [example = '', secrets = ''] = [...page.matchAll(/^```hcl\n(.*?)^```$/gms)].map(
  ([, text = '']) => text,
);

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  auth0_action: ['name', 'code', 'runtime', 'deploy', 'supported_triggers', 'secrets', 'dependencies'],
  auth0_trigger_action: ['trigger', 'action_id', 'display_name'],
};

interface Parsed {
  readonly resource: Readonly<
    Record<string, Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>>
  >;
}

it('the example of Terraform parses, with and without secrets, and names what the provider has', async () => {
  const withSecrets = example.replace('  supported_triggers {', `${secrets}\n  supported_triggers {`);
  expect(withSecrets).not.toBe(example);
  for (const text of [example, withSecrets]) {
    const { resource } = (await parse('claimgen.tf', text)) as Parsed;
    expect(Object.keys(resource).sort()).toEqual(Object.keys(ARGUMENTS).sort());
    for (const [type, named] of Object.entries(resource)) {
      for (const block of Object.values(named).flat())
        for (const argument of Object.keys(block)) expect(ARGUMENTS[type]).toContain(argument);
    }
    const action = resource['auth0_action']?.['permissions']?.[0];
    expect(action).toMatchObject({
      code: expect.stringContaining('claimgen/actions/acme-permissions/code.js'),
      runtime: 'node22',
      deploy: true,
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
    });
    expect(resource['auth0_trigger_action']?.['permissions']?.[0]).toMatchObject({ trigger: 'post-login' });
  }
});
