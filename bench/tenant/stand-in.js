// The stand-in with a tenant at Auth0's limits: node stand-in.js <start> <speed> <size>. Prints its origin.
import { ManagementApi, PLANS, serveManagementApi, Tenant } from '@claimgen/simulator/management-api/index';
import { fastClock } from './clock.js';

const [, , start, speed, size] = process.argv.map(Number);
const tenant = new Tenant();
const identifier = (api) => `https://api-${api}.acme.example/`;
const permission = (api, scope) => `module-${api}:resource-${scope}:read`;
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
const clock = fastClock(start, speed);
const api = new ManagementApi({ tenant, pageCap: 50, rate: PLANS.free, now: clock.now });
const { origin } = await serveManagementApi(api, { host: '127.0.0.1' });
console.log(origin);
