import type { HeldPlaces } from './held-places.ts';
import type { PostLoginApi, PostLoginEvent } from './post-login.ts';
import { SourceFailure } from './source-failure.ts';
import type { Audience, EventSource, ManagementApiSource, RolesSource, Source } from './tables.ts';

/** How sources are read that need more than the event; an Action carries those that its tables use. */
export interface Readers {
  /** The names of the tenant's roles that the user holds, directly or through groups. */
  readonly effectiveRoles?: (api: PostLoginApi, inOrganization: boolean) => Promise<readonly string[]>;
  /** The places of the permissions that the Management API returns. */
  readonly managementApi?: (
    source: ManagementApiSource,
    audience: Audience,
    event: PostLoginEvent,
    api: PostLoginApi,
  ) => Promise<readonly number[]>;
}

/** One login: what Auth0 passes, and the API that the token is for. */
export interface Login {
  readonly audience: Audience;
  readonly event: PostLoginEvent;
  readonly api: PostLoginApi;
  readonly readers: Readers;
}

/**
 * Adds to `held` what one source says that the user holds. Names and roles that the tables don't know are dropped.
 * @throws SourceFailure when the source can't be relied on; `held` is then of no use.
 */
export async function readSource(source: Source, login: Login, held: HeldPlaces): Promise<void> {
  if (login.event.organization !== undefined && source.organizations === 'refuse') {
    throw new SourceFailure('refused at a login to an organization');
  }
  if (source.kind === 'roles') return readRoles(source, login, held);
  if (source.kind === 'event') return readEvent(source, login, held);
  const { audience, event, api, readers } = login;
  for (const place of (await readers.managementApi?.(source, audience, event, api)) ?? []) held.add(place);
}

/** What log lines call a source. */
export function nameOf(source: Source): string {
  return source.kind === 'event' ? 'event.' + source.path.join('.') : source.kind;
}

async function readRoles(source: RolesSource, login: Login, held: HeldPlaces): Promise<void> {
  const { audience } = login;
  const roles = await rolesOf(source, login);
  let unknown = 0;
  for (const role of roles) {
    const runs = audience.runsOf.get(role);
    if (runs === undefined) unknown += 1;
    else held.addRuns(runs);
  }
  if (unknown === 0) return;
  const message = unknown + ' of ' + roles.length + ' roles unknown since the last claimgen build';
  if (source.unknownRoles === 'deny') throw new SourceFailure(message, 'deny');
  console.log('claimgen: ' + audience.table.name + ': ' + message);
}

/** The names of the tenant's roles that the user holds. */
async function rolesOf(source: RolesSource, { event, api, readers }: Login): Promise<readonly string[]> {
  const inOrganization = event.organization !== undefined;
  const listed = source.groups
    ? await readers.effectiveRoles?.(api, inOrganization)
    : (event.authorization?.roles ?? []);
  if (!Array.isArray(listed)) throw new SourceFailure('there is no list of roles');
  if (source.groups || !inOrganization || source.organizations === 'trust-names' || listed.length === 0) {
    return listed;
  }
  // The event has nothing but names, and an organization's own roles may go by those of the tenant's.
  const tenants = new Set(await readers.effectiveRoles?.(api, true));
  return listed.filter((name) => tenants.has(name));
}

function readEvent(source: EventSource, { audience, event }: Login, held: HeldPlaces): void {
  for (const name of readNames(source, event)) {
    const place = audience.placeOf.get(name);
    if (place !== undefined) held.add(place);
  }
}

/** The list of names at the source's path; an absent list is an empty one. */
function readNames(source: EventSource, event: object): readonly string[] {
  let value: unknown = event;
  for (const key of source.path) {
    if (value === undefined || value === null) return [];
    if (typeof value !== 'object' || Array.isArray(value)) throw new SourceFailure('not a list of strings');
    // Own keys only: a path must not reach into a prototype.
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    throw new SourceFailure('not a list of strings');
  }
  return value;
}
