// A tenant at Auth0's limits: so many APIs of as many scopes, and as many roles of as many permissions each.
import { Tenant } from '@claimgen/simulator/management-api/index';

const identifier = (api) => `https://api-${api}.acme.example/`;
const permission = (api, scope) => `module-${api}:resource-${scope}:read`;

export function largeTenant(size) {
  const tenant = new Tenant();
  for (let api = 0; api < size; api++) {
    const scopes = Array.from({ length: size }, (_, scope) => ({
      value: permission(api, scope),
      description: `Read resource ${scope} of module ${api}`,
    }));
    tenant.apis.set(`api_${api}`, {
      id: `api_${api}`,
      name: `API ${api}`,
      identifier: identifier(api),
      scopes,
    });
  }
  for (let role = 0; role < size; role++) {
    // Every role holds permissions of many APIs.
    const permissions = Array.from({ length: size }, (_, index) => {
      const api = (role + index * 7) % size;
      return { permission_name: permission(api, index), resource_server_identifier: identifier(api) };
    });
    tenant.roles.set(`rol_${role}`, { id: `rol_${role}`, name: `Role ${role}`, permissions });
  }
  return tenant;
}
