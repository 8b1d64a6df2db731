/** What a successful call of the Management API changes: told by its method and path, never by a description. Pure. */
import type { Change } from '../publish.ts';
import type { Direction, Whose } from './changes-of.ts';
import { ANYTHING, changed, out } from './changes-of.ts';
import { field, isFilled, list, text } from './read.ts';
import type { ApiPermission, NameIndex } from './tenant-names.ts';

export interface ApiCall {
  /** In capitals. */
  readonly method: string;
  /** The parts of the path after `/api/v2/`, decoded. */
  readonly path: readonly string[];
  readonly body: unknown;
  readonly response: unknown;
}

/** Undefined for a path that is none of the Management API's. */
export function parsePath(path: string): string[] | undefined {
  const [, rest] = /^(?:https?:\/\/[^/]+)?\/api\/v2\/([^?#]*)/.exec(path) ?? [];
  if (rest === undefined) return undefined;
  try {
    return rest.replace(/\/$/, '').split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** A call that changes nothing of what tokens may hold gives no change; one that is unknown and might gives the widest. */
export function changesOfCall(call: ApiCall, index: NameIndex): readonly Change[] {
  const [resource, id] = call.path;
  if (call.method === 'GET' || call.method === 'HEAD') return [];
  const rule = RULES.get(resource ?? '');
  return rule === undefined ? [] : rule({ ...call, id }, index);
}

interface Call extends ApiCall {
  /** The second part of the path. */
  readonly id: string | undefined;
}

type Rule = (call: Call, index: NameIndex) => readonly Change[];

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['users', ofUsers],
  ['roles', ofRoles],
  ['organizations', ofOrganizations],
  ['clients', ofClients],
  ['groups', ofGroups],
  ['resource-servers', ofResourceServers],
  ['client-grants', ofClientGrants],
  ['actions', ofActions],
  ['jobs', ofJobs],
  ['connections', ofConnections],
]);

/** What is below `/users/{id}/` and changes no permission. */
const HARMLESS: ReadonlySet<string> = new Set([
  'authentication-methods',
  'authenticators',
  'clear-assessors',
  'connected-accounts',
  'enrollments',
  'multifactor',
  'recovery-code-regeneration',
  'refresh-tokens',
  'risk-assessments',
]);

function ofUsers({ method, path, id, body, response }: Call, index: NameIndex): readonly Change[] {
  // A user that is new has no token.
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  const user = { sub: id };
  const [, , part] = path;
  if (part === undefined) {
    if (method === 'DELETE') return out(user);
    return ofUserFields(user, body, index);
  }
  if (part === 'roles') return ofAssignedRoles(user, method, field(body, 'roles'), index);
  if (part === 'permissions') {
    if (!index.names.sources.managementApi) return [];
    return changed(user, directionOf(method), ofBody(body, index));
  }
  if (part === 'identities') return ofIdentities(id, method, body, response);
  // Whoever ends the sessions of a user wants them gone.
  if (part === 'sessions' || part === 'revoke-access') return out(user);
  return HARMLESS.has(part) || (part === 'multifactor' && path[3] === 'actions')
    ? []
    : changed(user, 'both', undefined);
}

/**
 * A PATCH of a user, or an event that has the user.
 * @param isWhole whether it has the user as it is now: without what was taken out of it
 */
export function ofUserFields(
  user: Whose,
  fields: unknown,
  index: NameIndex,
  isWhole = false,
): readonly Change[] {
  if (!isFilled(fields)) return [...out(user), ...changed(user, 'both', undefined)];
  const blocked = fields['blocked'];
  const refused = blocked === undefined || blocked === false ? [] : out(user);
  const isRead = readFields(index, 'user').some((name) => isWhole || Object.hasOwn(fields, name));
  return isRead ? [...refused, ...changed(user, 'both', undefined)] : refused;
}

/** The fields that the Actions read of a user, an organization or a client at login. */
function readFields({ names }: NameIndex, root: 'user' | 'organization' | 'client'): string[] {
  return names.sources.event.flatMap((path) => {
    const [first, name] = path.split('.');
    return first === root && name !== undefined ? [name] : [];
  });
}

/** A PATCH of an organization or a client, whose metadata the Actions may read; `fields` undefined: nobody knows which of them. */
export function ofMetadata(
  root: 'organization' | 'client',
  whose: Whose,
  fields: Readonly<Record<string, unknown>> | undefined,
  index: NameIndex,
): readonly Change[] {
  const prefix = root === 'client' ? 'client_' : '';
  const isRead = readFields(index, root).some(
    (name) => fields === undefined || Object.hasOwn(fields, `${prefix}${name}`),
  );
  return isRead ? changed({ ...whose, of: 'users' }, 'both', undefined) : [];
}

/** Linking ends the user that becomes a part of another one, and both have other fields afterwards. */
function ofIdentities(user: string, method: string, body: unknown, response: unknown): readonly Change[] {
  const own = changed({ sub: user }, 'both', undefined);
  if (method !== 'POST') return own;
  const named = identityOf(body);
  const linked = named === undefined ? list(response, identityOf) : [named];
  if (linked === undefined) return [...own, ...ANYTHING];
  return [...own, ...linked.filter((sub) => sub !== user).flatMap((sub) => out({ sub }))];
}

function identityOf(value: unknown): string | undefined {
  const provider = text(field(value, 'provider'));
  const id = field(value, 'user_id');
  if (provider === undefined || (typeof id !== 'number' && text(id) === undefined)) return undefined;
  // Some have the provider in front already.
  return String(id).startsWith(`${provider}|`) ? String(id) : `${provider}|${id}`;
}

function directionOf(method: string): Direction {
  return method === 'POST' ? 'gained' : method === 'DELETE' ? 'lost' : 'both';
}

/**
 * The names of roles are those of the Action's table. Where the Management API is asked at login they are what roles have
 * in the tenant now, which a catalog of yesterday doesn't know.
 */
function ofAssignedRoles(whose: Whose, method: string, roles: unknown, index: NameIndex): readonly Change[] {
  const { sources } = index.names;
  if (!sources.roles && !sources.managementApi) return [];
  const ids = list(roles, text);
  const names = ids === undefined || sources.managementApi ? undefined : index.roles(ids);
  return changed(whose, directionOf(method), names);
}

function ofRoles(call: Call, index: NameIndex): readonly Change[] {
  const { method, path, id, body } = call;
  const { sources } = index.names;
  if (!sources.roles && !sources.managementApi) return [];
  // A role that is new has nobody.
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  const [, , part] = path;
  const everyone = { of: 'users' as const };
  const names = sources.managementApi ? undefined : index.role('id', id);
  if (part === undefined) {
    if (method === 'DELETE') return changed(everyone, 'lost', names);
    return ofRoleName(call, index);
  }
  if (part === 'users') {
    const users = list(field(body, 'users'), text);
    if (users === undefined) return changed(everyone, directionOf(method), names);
    return users.flatMap((sub) => changed({ sub }, directionOf(method), names));
  }
  if (part === 'permissions') {
    // Takes effect when the Action is deployed.
    if (!sources.managementApi) return [];
    return changed(everyone, directionOf(method), ofBody(body, index));
  }
  return changed(
    everyone,
    part === 'groups' ? directionOf(method) : 'both',
    part === 'groups' ? names : undefined,
  );
}

/** The table of an Action knows roles by their names. */
function ofRoleName({ id, body }: Call, index: NameIndex): readonly Change[] {
  if (!index.names.sources.roles) return [];
  const everyone = { of: 'users' as const };
  if (!isFilled(body)) return changed(everyone, 'both', undefined);
  if (!Object.hasOwn(body, 'name')) return [];
  const before = index.role('id', id ?? '');
  const name = text(body['name']);
  if (before === undefined || name === undefined) return changed(everyone, 'both', undefined);
  const after = index.role('name', name);
  return [
    ...changed(everyone, 'both', before),
    ...(after === undefined ? [] : changed(everyone, 'both', after)),
  ];
}

function ofOrganizations({ method, path, id, body }: Call, index: NameIndex): readonly Change[] {
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  const [, org, part, member, rest, further] = path;
  const here = { org: org ?? '' };
  if (part === undefined)
    return method === 'DELETE'
      ? out(here)
      : ofMetadata('organization', here, isFilled(body) ? body : undefined, index);
  if (part === 'members') {
    if (member === undefined) {
      if (method !== 'DELETE') return [];
      const users = list(field(body, 'members'), text);
      return users === undefined ? out(here) : users.flatMap((sub) => out({ sub, ...here }));
    }
    if (rest === 'roles')
      return ofAssignedRoles({ sub: member, ...here }, method, field(body, 'roles'), index);
    return changed({ sub: member, ...here }, 'both', undefined);
  }
  if (part === 'groups') {
    const group = { ...here, of: 'users' as const };
    const isRoles = rest === 'roles' && further === undefined;
    return isRoles
      ? ofAssignedRoles(group, method, field(body, 'roles'), index)
      : changed(group, 'both', undefined);
  }
  // Machines may no longer have tokens of the organization; the answer doesn't say which.
  if (part === 'client-grants' && method !== 'POST') return changed(here, 'lost', undefined);
  return [];
}

/** A record names no client: tokens that were issued to others are void, too. */
function ofClients({ method, path, id, body }: Call, index: NameIndex): readonly Change[] {
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  if (path.length !== 2) return [];
  // Its grants go with it, of which there is no entry. What users have from it stays theirs.
  if (method === 'DELETE') return out({ sub: `${id}@clients` });
  return ofMetadata('client', {}, isFilled(body) ? body : undefined, index);
}

function ofGroups({ method, path, id, body }: Call, index: NameIndex): readonly Change[] {
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  const [, , part] = path;
  const everyone = { of: 'users' as const };
  if (part === 'roles') return ofAssignedRoles(everyone, method, field(body, 'roles'), index);
  if (part === 'members') {
    const users = list(field(body, 'members'), (entry) => text(entry) ?? text(field(entry, 'id')));
    return users === undefined
      ? changed(everyone, 'both', undefined)
      : users.flatMap((sub) => changed({ sub }, 'both', undefined));
  }
  if (part === undefined && method !== 'DELETE') return [];
  return changed(everyone, 'both', undefined);
}

function ofResourceServers({ method, id, body, response }: Call, index: NameIndex): readonly Change[] {
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  const identifier = index.identifier(id) ?? text(field(response, 'identifier'));
  if (identifier === undefined) return changed({}, 'both', undefined);
  const api = identifier;
  const all = index.api(api).map((name) => ({ api, name }));
  if (method === 'DELETE') return changed({}, 'lost', index.ofPermissions(all));
  if (!isFilled(body)) return changed({}, 'both', index.ofPermissions(all));
  const kept = list(body['scopes'], (entry) => text(field(entry, 'value')));
  // Without scopes, something else of the API was changed: how it enforces them, maybe.
  if (kept === undefined) return changed({}, 'both', index.ofPermissions(all));
  const left = new Set(kept);
  return changed({}, 'lost', index.ofPermissions(all.filter(({ name }) => !left.has(name))));
}

function ofClientGrants({ method, body, response }: Call, index: NameIndex): readonly Change[] {
  const client = text(field(response, 'client_id')) ?? text(field(body, 'client_id'));
  // The answer to a DELETE doesn't say whose it was.
  if (client === undefined) return changed({}, 'both', undefined);
  const api = text(field(response, 'audience')) ?? text(field(body, 'audience'));
  const machine = { sub: `${client}@clients` };
  if (api === undefined) return changed(machine, 'both', undefined);
  const scopes = list(field(body, 'scope'), text);
  // What a PATCH takes away is not in it.
  const names = method === 'POST' && scopes !== undefined ? scopes : index.api(api);
  return changed(
    machine,
    method === 'POST' ? 'gained' : 'both',
    index.ofPermissions(names.map((name) => ({ api, name }))),
  );
}

function ofActions({ method, path, body, response }: Call, index: NameIndex): readonly Change[] {
  const [, kind, id, part] = path;
  const takesEffect =
    (kind === 'actions' && part === 'deploy') ||
    (kind === 'actions' && part === 'versions' && path.at(-1) === 'deploy') ||
    (kind === 'actions' && id !== undefined && part === undefined && method === 'DELETE') ||
    (kind === 'triggers' && part === 'bindings') ||
    (kind === 'actions' && id === undefined && field(body, 'deploy') === true);
  if (!takesEffect) return [];
  const { actions, deploysPublish } = index.names;
  const named = [
    id,
    text(field(response, 'name')),
    text(field(response, 'action', 'name')),
    text(field(response, 'action', 'id')),
  ];
  const isOther =
    kind === 'actions' && actions !== undefined && named.some((name) => name !== undefined && name !== id);
  if (isOther && !named.some((name) => name !== undefined && actions.includes(name))) return [];
  if (kind === 'actions' && part === 'deploy' && deploysPublish === true) return [];
  return changed({ of: 'users' }, 'both', undefined);
}

/** An import may change any user it has. */
function ofJobs({ method, id }: Call): readonly Change[] {
  return method === 'POST' && id === 'users-imports' ? ANYTHING : [];
}

/** With a connection all its users go; one of them has a log entry of their own. */
function ofConnections({ method, path }: Call): readonly Change[] {
  return method === 'DELETE' && path.length === 2 ? ANYTHING : [];
}

/** The names of `permissions` in a body; undefined where it can't be read. */
function ofBody(body: unknown, index: NameIndex): ReturnType<NameIndex['ofPermissions']> | undefined {
  const permissions = list(field(body, 'permissions'), (entry): ApiPermission | undefined => {
    const name = text(field(entry, 'permission_name'));
    const api = text(field(entry, 'resource_server_identifier'));
    return name === undefined || api === undefined ? undefined : { api, name };
  });
  return permissions === undefined ? undefined : index.ofPermissions(permissions);
}
