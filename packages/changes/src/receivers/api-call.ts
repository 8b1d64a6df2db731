/** What a successful call of the Management API changes: told by its method and path, never by a description. Pure. */
import type { Change } from '../publish.ts';
import type { ApiCall, Rule } from './call.ts';
import { ofClientGrants, ofClients } from './client-calls.ts';
import { ofOrganizations } from './organization-calls.ts';
import { ofGroups, ofRoles } from './role-calls.ts';
import { ofActions, ofConnections, ofJobs, ofResourceServers } from './tenant-calls.ts';
import type { NameIndex } from './tenant-names.ts';
import { ofUsers } from './user-calls.ts';

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
