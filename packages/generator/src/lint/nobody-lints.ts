// An audience of which no login can get a permission: an export without roles, roles of another API, an environment without the API.

import type { Catalog, Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { count } from '../format/count.ts';
import { docsPage } from '../format/docs-page.ts';
import { grantedByRoles } from '../selection/granted-by-roles.ts';
import { requestable } from '../selection/requestable.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import { inConfig, type Lint } from './lint.ts';

/**
 * Whether nobody would get anything of an audience, as far as a catalog can tell: who is in a list of the event, or assigned a permission directly, it doesn't say.
 * @param selected the environment's permissions by the name they go by in the layout
 */
export function nobodyLints(
  audience: AudienceConfig,
  selected: ReadonlyMap<string, Permission>,
  catalog: Catalog,
): Lint[] {
  const { name, sources, allowNobody, token } = audience;
  if (allowNobody) return [];
  const lint = (message: string, fix: string, severity: Lint['severity'] = 'error'): Lint[] => [
    {
      code: 'grants_nothing',
      severity,
      ...inConfig(['audiences', name]),
      message: `nobody would get a permission of ${name}: ${message}`,
      fix: `${fix} Where it is meant, set allowNobody: true for this audience.`,
    },
  ];
  if (selected.size === 0) {
    return lint(
      "this environment's catalog has none of the permissions that the audience selects",
      'Export the API there, or correct its identifier under environments.',
    );
  }
  const possible = requestable(audience, selected);
  if (possible.size === 0) {
    return lint(
      `it is granted what clients request, and token.scope says that they request ${token.scope}`,
      'Name the scopes in token.scope, or write all.',
    );
  }
  const isGranted =
    factsOfAll(sources).some(({ readsDirect }) => readsDirect) || grantedByRoles(possible, catalog).size > 0;
  if (isGranted) return [];
  if (catalog.statesNoRoles) {
    return lint(
      'the source is roles, and the export says that the tenant has none (roles: [])',
      `Add roles in the tenant and export it again, or choose another source (${docsPage('guide/sources.md')}).`,
      // A tenant that is being set up. An export without the list is another matter: there the roles may just be missing.
      'warning',
    );
  }
  if (catalog.roles.length === 0) {
    return lint(
      'the source is roles, and the catalog holds no role',
      `Export the tenant with its roles (or write them into the catalog), or choose another source (${docsPage('guide/sources.md')}).`,
    );
  }
  return lint(
    `the source is roles, and none of the catalog's ${count(catalog.roles.length)} roles grants any of the ${count(possible.size)} permissions that the audience selects`,
    `Grant them to roles in the tenant and export it again, select what roles grant, or choose another source (${docsPage('guide/sources.md')}).`,
  );
}
