/** What calls change that concern no one user, role or client: of APIs, Actions, jobs and connections. Pure. */
import type { Change } from '../publish.ts';
import type { Call } from './call.ts';
import { ANYTHING, changed } from './changes-of.ts';
import { field, isFilled, list, text } from './read.ts';
import type { NameIndex } from './tenant-names.ts';

export function ofResourceServers({ method, id, body, response }: Call, index: NameIndex): readonly Change[] {
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

export function ofActions({ method, path, body, response }: Call, index: NameIndex): readonly Change[] {
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
export function ofJobs({ method, id }: Call): readonly Change[] {
  return method === 'POST' && id === 'users-imports' ? ANYTHING : [];
}

/** With a connection all its users go; one of them has a log entry of their own. */
export function ofConnections({ method, path }: Call): readonly Change[] {
  return method === 'DELETE' && path.length === 2 ? ANYTHING : [];
}
