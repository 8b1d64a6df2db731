// A role of a tenant export: auth0-deploy-cli 8.44, lib/tools/auth0/handlers/roles.js.
import { ProblemList } from '../source-text/problem-list.ts';
import type { AbsentGrants } from './absent-grants.ts';
import type { Permission, Role } from './catalog.ts';
import { describe, type Entry } from './entry.ts';
import type { NeededApis } from './needed-apis.ts';

const PERMISSIONS_FORM = 'Write [{"permission_name": …, "resource_server_identifier": …}].';

/** A role of the tenant, or of organizations: then what it grants does not matter. */
export type ExportedRole =
  | { readonly type: 'tenant'; readonly entry: Entry; readonly role: Role }
  | { readonly type: 'organization'; readonly name: string };

/** What reading roles rests on. */
export interface RoleContext {
  readonly needed: NeededApis;
  /** By API identifier. */
  readonly apis: ReadonlyMap<string, GrantableApi>;
  /** Takes what stops nothing. */
  readonly notes: Set<string>;
  readonly absent: AbsentGrants;
}

/** What roles can grant of an API. */
export interface GrantableApi {
  readonly names: ReadonlySet<string>;
  /** Whether these are all. */
  readonly isComplete: boolean;
}

/** Reads a role; undefined where it can't be. */
export function readRole(role: Entry, context: RoleContext): ExportedRole | undefined {
  // What is unclear about a role that can grant nothing of an API that the config names stops nothing.
  const entry = mayGrant(role, context.needed) ? role : role.withProblems(new ProblemList());
  const type = readType(role.field('type'), entry.field('type'));
  if (type === undefined) return undefined;
  if (type === 'organization') return { type, name: entry.field('name').written ?? '' };
  if (entry.refuseKeyword()) return undefined;
  const name = entry.field('name').requiredString();
  const granted = entry.field('permissions').optionalArray(PERMISSIONS_FORM);
  const permissions = granted
    .map((permission) => readGranted(permission, name ?? '', context))
    .filter((permission) => permission !== undefined);
  return name === undefined ? undefined : { type, entry: role, role: { name, permissions } };
}

function mayGrant(role: Entry, needed: NeededApis): boolean {
  const list = role.field('permissions');
  if (role.keyword !== undefined || list.keyword !== undefined || role.field('name').isAbsent) return true;
  if (list.isAbsent) return false;
  if (!Array.isArray(list.value)) return true;
  return list.optionalArray(PERMISSIONS_FORM).some((granted) => {
    const pattern = granted.field('resource_server_identifier').pattern;
    return pattern === undefined || needed.has(pattern);
  });
}

/**
 * Without a type, a role is one of the tenant: exports from before there were others have none.
 * @param needed the same field, refused only where the role is needed
 */
function readType(field: Entry, needed: Entry): 'tenant' | 'organization' | undefined {
  if (field.value === undefined && field.isAbsent) return 'tenant';
  if (needed.refuseKeyword()) return undefined;
  if (field.value === 'tenant' || field.value === 'organization') return field.value;
  return field.refuse(
    `"type" is ${describe(field.value)}, which is no type of roles that claimgen knows`,
    'Use tenant or organization.',
  );
}

function readGranted(granted: Entry, role: string, context: RoleContext): Permission | undefined {
  const pattern = granted.field('resource_server_identifier').pattern;
  const isNeeded = pattern === undefined || context.needed.has(pattern);
  // What is wrong with the others stops nothing.
  const entry = isNeeded ? granted : granted.withProblems(new ProblemList());
  if (entry.refuseKeyword()) return undefined;
  const name = entry.field('permission_name').requiredString();
  const audience = entry.field('resource_server_identifier').requiredString();
  if (name === undefined || audience === undefined) return undefined;
  const api = context.apis.get(audience);
  if (api?.names.has(name) === true) return { name, audience };
  if (api === undefined) {
    // Exports leave out Auth0's own APIs, and roles may grant their permissions all the same.
    context.notes.add(`Roles grant permissions of ${audience}, an API that the export does not hold.`);
  } else if (api.isComplete) {
    context.absent.add(audience, name, role);
  }
  return undefined;
}
