// Tenants to test with.
import { Tenant } from '@claimgen/simulator/management-api/index';

export interface Size {
  readonly apis: number;
  readonly scopes: number;
  readonly roles: number;
  readonly permissions: number;
}

/** A tenant with so many of each; every role holds the first permissions of an API of its own, and one of Auth0's API. */
export function tenantOf({ apis, scopes, roles, permissions }: Size): Tenant {
  const tenant = new Tenant();
  tenant.apis.set('system', {
    id: 'system',
    name: 'Auth0 Management API',
    identifier: 'https://tenant.example/api/v2/',
    is_system: true,
    token_lifetime: 86_400,
    scopes: [{ value: 'read:users', description: 'Read Users' }],
  });
  for (let api = 0; api < apis; api++) {
    const id = `api_${api}`;
    tenant.apis.set(id, {
      id,
      name: `API ${api}`,
      identifier: identifierOf(api),
      scopes: Array.from({ length: scopes }, (_, scope) => ({
        value: scopeOf(api, scope),
        description: `Do ${scope}`,
      })),
      enforce_policies: true,
      token_dialect: 'access_token',
      token_lifetime: 86_400,
      signing_alg: 'RS256',
    });
  }
  for (let role = 0; role < roles; role++) {
    const id = `rol_${role}`;
    const api = apis === 0 ? 0 : role % apis;
    const held = Array.from({ length: permissions }, (_, scope) => ({
      permission_name: scopeOf(api, scope),
      resource_server_identifier: identifierOf(api),
    }));
    tenant.roles.set(id, { id, name: `Role ${role}`, description: `The role ${role}`, permissions: held });
  }
  return tenant;
}

export function identifierOf(api: number): string {
  return `https://api-${api}.example/`;
}

export function scopeOf(api: number, scope: number): string {
  return `api${api}:do:${scope}`;
}
