// Roles that organizations define for themselves. Exports from before auth0-deploy-cli 8.43 hold them among the tenant's.
import { docsPage } from '../format/docs-page.ts';
import type { Catalog } from './catalog.ts';
import { quotedList } from './quoted-list.ts';

/** What a reader of a catalog should know of its roles of organizations: they never grant anything by themselves. */
export function organizationRoleNotes({
  roles,
  organizationRoles = [],
}: Pick<Catalog, 'roles' | 'organizationRoles'>): string[] {
  if (organizationRoles.length === 0) return [];
  const tenant = new Set(roles.map(({ name }) => name));
  const shared = organizationRoles.filter((name) => tenant.has(name));
  return [
    `The export holds roles of organizations (${quotedList(organizationRoles)}). They are left out: the role table is of the tenant's roles.`,
    ...(shared.length === 0
      ? []
      : [
          `Organizations and the tenant have roles of one name (${quotedList(shared)}), and logins know roles only by name: ${docsPage('guide/sources.md')} says what a member of an organization gets.`,
        ]),
  ];
}
