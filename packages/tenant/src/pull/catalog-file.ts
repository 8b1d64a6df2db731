// claimgen's own catalog format, written in pieces: a large tenant's is hundreds of megabytes as one string.
import {
  type ApiExport,
  type GrantExport,
  grantedScopes,
  grantee,
  isOfMachines,
  type TenantExport,
} from './tenant-export.ts';

/**
 * The pieces of `catalog.json`: `permissions` and `roles`, `apis` with what decides how their tokens look, and `clientGrants`.
 * The same tenant gives the same bytes.
 */
export function* catalogFile(tenant: TenantExport): Generator<string> {
  yield '{\n  "permissions": ';
  yield* array(permissions(tenant.apis));
  yield ',\n  "roles": {';
  let first = true;
  for (const { name, permissions: held } of tenant.roles) {
    const list = Array.from(held, (permission) => ({
      name: permission.permission_name,
      audience: permission.resource_server_identifier,
    }));
    yield `${first ? '' : ','}\n    ${JSON.stringify(name)}: `;
    yield* array(list, '    ');
    first = false;
  }
  yield first ? '},\n  "apis": ' : '\n  },\n  "apis": ';
  yield* array(tenant.apis.map(apiEntry));
  yield ',\n  "clientGrants": ';
  yield* array(tenant.clientGrants.filter(isOfMachines).map(grantEntry));
  yield '\n}\n';
}

function* permissions(apis: readonly ApiExport[]): Generator<object> {
  for (const { identifier, scopes } of apis) {
    for (const { value, description } of scopes) {
      yield { name: value, audience: identifier, ...(description === undefined ? {} : { description }) };
    }
  }
}

function* array(entries: Iterable<object>, indent = '  '): Generator<string> {
  let first = true;
  for (const entry of entries) {
    yield `${first ? '[' : ','}\n${indent}  ${JSON.stringify(entry)}`;
    first = false;
  }
  yield first ? '[]' : `\n${indent}]`;
}

function apiEntry(api: ApiExport): object {
  const { identifier, name, enforce_policies, token_dialect, token_lifetime, token_lifetime_for_web } = api;
  const { signing_alg, token_encryption } = api;
  return {
    identifier,
    name,
    enforcePolicies: enforce_policies ?? undefined,
    tokenDialect: token_dialect ?? undefined,
    signingAlgorithm: signing_alg ?? undefined,
    encrypted: (token_encryption ?? null) !== null,
    tokenLifetime: token_lifetime ?? undefined,
    tokenLifetimeForWeb: token_lifetime_for_web ?? undefined,
  };
}

function grantEntry(grant: GrantExport): object {
  return { client: grantee(grant), audience: grant.audience, scopes: grantedScopes(grant) };
}
