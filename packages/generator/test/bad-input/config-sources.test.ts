import { describe, expect, it } from 'vitest';
import { CONFIG, config, refusal } from './refusal.ts';

describe('a source, a budget or an output that does not fit', () => {
  it('takes no claim that Auth0 keeps for itself', async () => {
    expect(await refusal(config('https://acme.example/permissions', 'permissions'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:8: claim: Auth0 ignores a custom claim named "permissions"
        Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.
      "
    `);
  });

  it('takes no claim that is a profile claim', async () => {
    expect(await refusal(config('https://acme.example/permissions', 'nickname'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:8: claim: Auth0 sets a claim named "nickname" only with a profile scope
        Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.
      "
    `);
  });

  it("takes no claim in Auth0's namespaces", async () => {
    expect(
      await refusal(config('https://acme.example/permissions', 'https://acme.eu.auth0.com/permissions')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:2:8: claim: Auth0 ignores claims in its own namespaces, such as "https://acme.eu.auth0.com/permissions"
        Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.
      "
    `);
  });

  it('takes no such claim of a single audience', async () => {
    expect(await refusal(config('    globs:', '    claim: scope\n    globs:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:6:12: audiences.orders.claim: Auth0 fails a login that sets a claim named "scope"
        Use a URL of your own as a namespace, such as https://your-company.example/permissions, or a short private name such as pz.
      "
    `);
  });

  it('takes no unknown target', async () => {
    expect(
      await refusal(config('audiences:', 'budget: { target: ngnix }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:19: budget.target: the target "ngnix" is unknown
        Did you mean nginx?
      "
    `);
  });

  it('takes no other headers that leave no room for the token', async () => {
    expect(
      await refusal(config('audiences:', 'budget: { target: tomcat, otherHeaders: 8192 }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:19: budget.target: tomcat takes 8192 bytes of headers in all, and budget.otherHeaders leaves none for the token
        Set budget.otherHeaders to what the other headers really take.
      "
    `);
  });

  it('takes no unknown target in a list', async () => {
    expect(
      await refusal(config('audiences:', 'budget: { target: [nginx, toaster] }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:27: budget.target[1]: the target "toaster" is unknown
        Use one of: nginx, apache, haproxy, tomcat, jetty, lighttpd, varnish, node, gunicorn, uwsgi, aiohttp, tornado, uvicorn, caddy, go, puma, bun, deno, uwebsockets, envoy, kestrel, iis, aws-alb, aws-api-gateway, cloudfront, cloudflare, vercel, fastly, azure-app-gateway, azure-front-door, gcp-api-gateway, gcp-lb, kong, cookie-4096.
      "
    `);
  });

  it('takes no budget that is no number', async () => {
    expect(await refusal(config('audiences:', 'budget: { bytes: 8kb }\naudiences:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:18: budget.bytes: this must be a whole number, and is "8kb"
        Write a number without a unit and without quotes.
      "
    `);
  });

  it('takes no budget that no token fits', async () => {
    expect(await refusal(config('audiences:', 'budget: { bytes: 10 }\naudiences:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:18: budget.bytes: 10 is too little
        Write 256 or more, or remove the key.
      "
    `);
  });

  it('takes no algorithm that Auth0 does not sign with', async () => {
    expect(
      await refusal(config('audiences:', 'token: { algorithm: none }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:21: token.algorithm: "none" is not possible here
        Use one of: RS256, PS256, HS256.
      "
    `);
  });

  it('takes no source that users can write', async () => {
    expect(
      await refusal(
        config('audiences:', 'action: { source: [{ event: user.user_metadata.permissions }] }\naudiences:'),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:29: action.source[0].event: users can write to user.user_metadata, and could grant themselves anything
        Use an array that administrators write, such as user.app_metadata.permissions.
      "
    `);
  });

  it('takes no source from the request', async () => {
    expect(
      await refusal(
        config('audiences:', 'action: { source: [roles, { event: request.query.permissions }] }\naudiences:'),
      ),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:36: action.source[1].event: event.request comes from the request, and users could grant themselves anything
        Use an array that administrators write, such as user.app_metadata.permissions.
      "
    `);
  });

  it('takes no source that Auth0 does not have', async () => {
    expect(
      await refusal(config('audiences:', 'action: { source: [{ event: user.permissions }] }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:29: action.source[0].event: Auth0's event has no user.permissions
        Use roles, or user.app_metadata.permissions if your own code fills it.
      "
    `);
  });

  it("takes no source of the user's profile that somebody else may fill, unless it is trusted", async () => {
    const written = (entry: string) => config('audiences:', `action: { source: [{ ${entry} }] }\naudiences:`);
    expect(await refusal(written('event: user.groups'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:29: action.source[0].event: an identity provider, a custom database or the user may fill user.groups
        Use an array that administrators write, such as user.app_metadata.permissions. Where only you decide what stands there, add trusted: true to this entry.
      "
    `);
    expect(
      await refusal(written('event: user.user_metadata.permissions, trusted: true')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:29: action.source[0].event: users can write to user.user_metadata, and could grant themselves anything
        Use an array that administrators write, such as user.app_metadata.permissions.
      "
    `);
    expect(await refusal(written('roles: {}, trusted: true'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:42: action.source[0].trusted: only an array in the event can be trusted
        Remove trusted.
      "
    `);
    expect(await refusal(written('event: user.groups, trusted: yes please'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:51: action.source[0].trusted: this must be a boolean, and is "yes please"
        Write true or false, without quotes.
      "
    `);
  });

  it('takes no source that is a text alone', async () => {
    expect(
      await refusal(config('audiences:', 'action: { source: roles }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:19: action.source: this must be an array, and is "roles"
        Write an array: ["roles"].
      "
    `);
  });

  it('takes no unknown source', async () => {
    expect(
      await refusal(config('audiences:', 'action: { source: [rolls] }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:20: action.source[0]: "rolls" is not possible here
        Write roles, {event: user.app_metadata.permissions} or {managementApi: {domain: …}}.
      "
    `);
  });

  it('takes no empty list of sources', async () => {
    expect(await refusal(config('audiences:', 'action: { source: [] }\naudiences:'))).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:19: action.source: there must be at least one entry
        Add an entry, or remove the key.
      "
    `);
  });

  it('takes no Action name that is a path', async () => {
    expect(
      await refusal(config('audiences:', 'action: { name: ../../evil }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:17: action.name: the Action's name can't be the name of a folder
        Leave out / \\ : * ? " < > | and control characters, and dots and spaces at either end.
      "
    `);
  });

  it('takes no output that is neither a folder nor three', async () => {
    expect(
      await refusal(config('audiences:', 'out: { actions: a, verifiers: b }\naudiences:')),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:3:6: out: an object fits none of the forms that are possible here
        Write one folder, or {actions, verifier, report}.
      "
    `);
  });

  it('takes no report where the verifier of an audience is', async () => {
    expect(
      await refusal({
        'claimgen.config.yaml': `${CONFIG.replace('  orders:', '  report:')}out: { actions: a, verifier: gen, report: ./gen/ }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "
      claimgen.config.yaml:7:43: out.report: the verifier of report and the report would be one file, gen/report.json
        Rename one of them, or choose another folder under "out".
      "
    `);
  });
});
