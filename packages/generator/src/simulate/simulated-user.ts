import type { LoginDescription } from '#simulator/event/login-description';
import type { ManagementUser } from '#simulator/management-api/start';
import type { Catalog } from '../catalog/catalog.ts';
import { InputError } from '../errors.ts';
import { closest } from '../format/closest.ts';
import type { PopulationUser } from '../sizing/population-user.ts';
import { asMap } from '../source-text/as-map.ts';

/** A user to log in. */
export interface SimulatedUser {
  readonly id: string;
  /** Names; at a login to an organization the member's. Null: Auth0's event has no `authorization`. */
  readonly roles: readonly string[] | null;
  /** Permissions assigned directly, which no event shows. */
  readonly direct: PopulationUser['direct'];
  readonly appMetadata?: unknown;
  readonly userMetadata?: unknown;
  readonly organization?: NonNullable<LoginDescription['organization']>;
  /** Requested scopes, in place of the config's `token.scope`. */
  readonly scopes?: readonly string[];
  /** The client's id. */
  readonly client?: string;
  /** Other members of `event.user`. */
  readonly profile: Readonly<Record<string, unknown>>;
}

/** Members by the names that a line may give them: ours, and those of Auth0's exports. */
const members: ReadonlyMap<
  string,
  'read already' | 'appMetadata' | 'userMetadata' | 'organization' | 'scopes' | 'client'
> = new Map([
  ['id', 'read already'],
  ['user_id', 'read already'],
  ['Id', 'read already'],
  ['roles', 'read already'],
  ['permissions', 'read already'],
  ['appMetadata', 'appMetadata'],
  ['app_metadata', 'appMetadata'],
  ['userMetadata', 'userMetadata'],
  ['user_metadata', 'userMetadata'],
  ['organization', 'organization'],
  ['scopes', 'scopes'],
  ['client', 'client'],
]);

const FORM =
  'Write {"id": "auth0|1", "roles": ["Clerk"]}, and as wanted "permissions": ["orders:read"], "appMetadata": {…}, ' +
  '"userMetadata": {…}, "organization": {"id": "org_1", "name": "acme"}, "scopes": ["openid"], "client": "<client id>".';

/**
 * A user of a population with what only a login needs.
 * @param file as messages name it
 * @throws InputError, without any text of the user
 */
export function simulatedUser({ id, roles, direct, fields }: PopulationUser, file: string): SimulatedUser {
  const given = new Map<string, unknown>();
  const profile: [string, unknown][] = [];
  for (const [key, value] of Object.entries(fields)) {
    const member = members.get(key);
    if (member === undefined) profile.push([knownField(key, file), value]);
    else given.set(member, value);
  }
  const organization = organizationOf(given.get('organization'), file);
  const scopes = scopesOf(given.get('scopes'), file);
  const client = clientOf(given.get('client'), file);
  return {
    id,
    roles: fields['roles'] === null ? null : roles,
    direct,
    profile: Object.fromEntries(profile),
    ...(given.has('appMetadata') ? { appMetadata: given.get('appMetadata') } : {}),
    ...(given.has('userMetadata') ? { userMetadata: given.get('userMetadata') } : {}),
    ...(organization === undefined ? {} : { organization }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(client === undefined ? {} : { client }),
  };
}

/** A misspelt member would otherwise be taken for one of the user's own fields. */
function knownField(key: string, file: string): string {
  const near = closest(
    key,
    [...members.keys()].filter((name) => name.length > 2),
  );
  if (near === undefined) return key;
  throw invalid(
    file,
    `the key ${JSON.stringify(key)} is unknown here`,
    `Did you mean ${JSON.stringify(near)}?`,
  );
}

function organizationOf(value: unknown, file: string): SimulatedUser['organization'] {
  if (value === undefined || value === null) return undefined;
  const { id, name } = asMap(value) ?? { id: value };
  if (typeof id !== 'string' || id === '') throw invalid(file, 'an organization has no id', FORM);
  return { id, ...(typeof name === 'string' ? { name } : {}) };
}

function scopesOf(value: unknown, file: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((scope) => typeof scope === 'string')) return value;
  throw invalid(file, '"scopes" is not an array of scopes', FORM);
}

function clientOf(value: unknown, file: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(file, '"client" is not a client id', FORM);
}

function invalid(file: string, message: string, fix: string): InputError {
  return new InputError([{ code: 'users_invalid', file, message, fix }]);
}

/**
 * What the Management API holds of a user. A role held in an organization alone is none of the user's own there, so that of an
 * organization's member the direct permissions remain.
 * @param api the identifier that permissions of no API in particular are reported under
 */
export function toManagementUser(user: SimulatedUser, catalog: Catalog, api: string): ManagementUser {
  const roles = new Set(user.organization === undefined ? (user.roles ?? []) : []);
  const held = [
    ...user.direct.map((permission) => (typeof permission === 'string' ? { name: permission } : permission)),
    ...catalog.roles.filter(({ name }) => roles.has(name)).flatMap(({ permissions }) => permissions),
  ];
  const distinct = new Map(
    held.map(({ name, audience = api }) => [
      JSON.stringify([name, audience]),
      { permission_name: name, resource_server_identifier: audience },
    ]),
  );
  return { roles: [...roles], permissions: [...distinct.values()] };
}
