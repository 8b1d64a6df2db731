// What receivers have to know of the tenant, from config and catalog: ids and names of Auth0 become those that tokens have.
import type { TenantNames } from '@claimgen/changes';
import type { Permission } from '../catalog/catalog.ts';
import { permissionKey } from '../catalog/catalog.ts';
import { actionNames } from '../config/config.ts';
import { planProject } from '../plan/plan.ts';
import type { Project } from '../project/project.ts';

type Named = TenantNames['permissions'][number];

/** The names of one environment, as the Actions that are built from it know them. */
export function tenantNames(project: Project): TenantNames {
  const { config, catalog, audiences } = planProject(project);
  const sources = audiences.flatMap(({ audience }) => audience.sources);
  const apis = audiences.map(({ identifier }) => identifier);
  const permissions = new Map<string, Named & { readonly as: Named['as'][number][] }>();
  for (const { audience, identifier, selected } of audiences) {
    for (const [name, permission] of selected) {
      const api = permission.audience ?? identifier;
      const key = permissionKey({ name: permission.name, audience: api });
      const named = permissions.get(key) ?? { api, name: permission.name, as: [] };
      named.as.push({ aud: audience.name, name });
      permissions.set(key, named);
    }
  }
  // A permission of no API in particular may be any audience's.
  const ofRole = ({ name, audience }: Permission) =>
    (audience === undefined ? apis : [audience]).map((api) => ({ api, name }));
  return {
    sources: {
      roles: sources.some(({ kind }) => kind === 'roles'),
      managementApi: sources.some(({ kind }) => kind === 'managementApi'),
      event: sources.flatMap((source) => (source.kind === 'event' ? [source.path.join('.')] : [])),
    },
    roles: catalog.roles.map(({ name, permissions: held }) => ({ name, permissions: held.flatMap(ofRole) })),
    permissions: [...permissions.values()],
    actions: actionNames(config),
  };
}
