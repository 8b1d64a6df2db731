import type { ClientRule } from '@claimgen/action-runtime';
import type { EffectiveRole } from '#simulator/api/effective-roles';
import type { Flow } from '#simulator/event/login-description';
import type { TriggerLogin } from '#simulator/host/trigger';
import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { STANDARD_SCOPES } from '../config/token.ts';
import type { Faults } from './fault.ts';
import type { SimulatedUser } from './simulated-user.ts';

/** A login to run: who, how, for which API. */
export interface PlannedLogin {
  readonly user: SimulatedUser;
  readonly flow: Flow;
  /** Undefined: an API that the config doesn't know, or none. */
  readonly audience: AudienceConfig | undefined;
  /** The API's identifier; undefined: none is requested. */
  readonly identifier: string | undefined;
  /** What the login shows, where it comes of no user's line. */
  readonly title?: string;
  /** Whether the config declares that such a login is denied. */
  readonly deniedByConfig?: boolean;
  /** The audience's names of permissions, as clients request them. */
  readonly names?: readonly string[];
  /** The clients whose tokens carry permissions, where not all do. */
  readonly clients?: ClientRule;
  /** What a login that is allowed must get by config and catalog: at least one permission, or none at all. */
  readonly expects?: 'some' | 'none';
  /** For `refresh-other-audience`: the API that the refresh token was issued for. */
  readonly firstAudience?: string;
  /** What `api.roles` answers; by default the roles that the event names, as the tenant's. */
  readonly effectiveRoles?: readonly EffectiveRole[];
}

/** The tenant's domain of all simulated logins, unless `token.issuer` names another. */
const defaultDomain = 'acme.eu.auth0.com';

/** The domain that users of an audience log in at. */
export function domainOf(audience: AudienceConfig | undefined): string {
  const issuer = audience?.token.issuer;
  return issuer === undefined ? defaultDomain : new URL(issuer).hostname;
}

/** Puts a login as the trigger takes it. */
export function toTriggerLogin(
  { user, flow, audience, identifier, firstAudience, effectiveRoles, names = [], clients }: PlannedLogin,
  catalog: Catalog,
  secretNames: readonly string[],
  faults: Faults,
): TriggerLogin {
  const domain = domainOf(audience);
  const requested = user.scopes ?? requestedScopes(audience, identifier, catalog, names);
  const client = user.client ?? admittedClient(clients);
  const foreign =
    audience?.grant === 'requested' ? foreignNames(names, identifier, catalog) : new Set<string>();
  return {
    description: {
      flow,
      domain,
      ...(domain.endsWith('.auth0.com') ? {} : { customDomain: domain }),
      scopes: requested,
      ...(identifier === undefined ? {} : { audience: identifier }),
      ...(firstAudience === undefined ? {} : { firstAudience }),
      user: {
        id: user.id,
        roles: user.roles,
        profile: user.profile,
        ...('appMetadata' in user ? { appMetadata: user.appMetadata } : {}),
        ...('userMetadata' in user ? { userMetadata: user.userMetadata } : {}),
      },
      ...(user.organization === undefined ? {} : { organization: user.organization }),
      ...(client === undefined ? {} : { client: { id: client } }),
      secrets: Object.fromEntries(
        secretNames.map((name) => [name, /domain/i.test(name) ? domain : `simulated-${name}`]),
      ),
    },
    options: {
      grantedScopes: grantedScopes(requested, user, identifier, catalog, foreign),
      ...(effectiveRoles === undefined ? {} : { effectiveRoles }),
      faults: {
        ...(faults.cache === undefined ? {} : { cache: faults.cache }),
        ...(faults.roles === undefined ? {} : { roles: faults.roles }),
      },
    },
  };
}

/** The names that are no scopes of the API: permissions of others, under their prefix. */
function foreignNames(
  names: readonly string[],
  identifier: string | undefined,
  catalog: Catalog,
): ReadonlySet<string> {
  const own = catalog.permissions.filter(({ audience = identifier }) => audience === identifier);
  const scopes = new Set(own.map(({ name }) => name));
  return new Set(names.filter((name) => !scopes.has(name)));
}

/** A client whose tokens carry permissions; undefined where any client's do. */
function admittedClient(rule: ClientRule | undefined): string | undefined {
  return rule !== undefined && 'only' in rule ? rule.only[0] : undefined;
}

function requestedScopes(
  audience: AudienceConfig | undefined,
  identifier: string | undefined,
  catalog: Catalog,
  names: readonly string[],
): readonly string[] {
  const scope = audience?.token.scope ?? STANDARD_SCOPES;
  if (scope !== 'all') return scope.split(' ').filter((name) => name !== '');
  const own = catalog.permissions.filter((permission) => permission.audience === identifier);
  // Where permissions are granted on request, those of other APIs are requested under their prefix.
  const prefixed = audience?.grant === 'requested' ? names : [];
  return [...new Set([...STANDARD_SCOPES.split(' '), ...own.map(({ name }) => name), ...prefixed])];
}

/** With RBAC on, of the API's scopes those that the user's roles grant; with RBAC off, all that are requested. Auth0 ignores what is no scope of the API. */
function grantedScopes(
  requested: readonly string[],
  user: SimulatedUser,
  identifier: string | undefined,
  catalog: Catalog,
  foreign: ReadonlySet<string>,
): readonly string[] {
  const api = catalog.apis.find((candidate) => candidate.identifier === identifier);
  if (api?.enforcePolicies !== true) return requested.filter((scope) => !foreign.has(scope));
  const assigned = new Set(permissionsOf(user, catalog, identifier));
  const standard = new Set(STANDARD_SCOPES.split(' '));
  return requested.filter((scope) => standard.has(scope) || assigned.has(scope));
}

/** The names of one API's permissions that a user holds by roles or directly; those of no API in particular are any API's. */
export function permissionsOf(
  user: SimulatedUser,
  catalog: Catalog,
  identifier: string | undefined,
): readonly string[] {
  const roles = new Set(user.roles ?? []);
  const held = [
    ...user.direct.map((permission) => (typeof permission === 'string' ? { name: permission } : permission)),
    ...catalog.roles.filter(({ name }) => roles.has(name)).flatMap(({ permissions }) => permissions),
  ];
  const own = held.filter(({ audience = identifier }) => audience === identifier).map(({ name }) => name);
  return [...new Set(own)];
}
