/** What calls below `/users` change: of one user, and of those linked to it. Pure. */
import type { Change } from '../publish.ts';
import { ofAssignedRoles, ofBody } from './assigned.ts';
import type { Call } from './call.ts';
import { directionOf } from './call.ts';
import { ANYTHING, changed, out } from './changes-of.ts';
import { ofUserFields } from './login-fields.ts';
import { field, list, text } from './read.ts';
import type { NameIndex } from './tenant-names.ts';

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

export function ofUsers({ method, path, id, body, response }: Call, index: NameIndex): readonly Change[] {
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
