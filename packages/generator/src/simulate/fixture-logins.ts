// The logins that simulate runs where it is given no users.

import { simulatedRoleId } from '#simulator/api/effective-roles';
import { type Flow, flows } from '#simulator/event/login-description';
import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { STANDARD_SCOPES } from '../config/token.ts';
import type { AudiencePlan } from '../plan/audience-plan.ts';
import { grantedByRoles } from '../selection/granted-by-roles.ts';
import { requestable } from '../selection/requestable.ts';
import { factsOfAll } from '../sources/facts-of.ts';
import type { PlannedLogin } from './planned-login.ts';
import type { SimulatedUser } from './simulated-user.ts';

/**
 * Logins that show what an Action does in every flow: for each audience a user with all roles of the catalog (the longest claim that
 * roles can give), one without any, and two members of an organization, one with the tenant's roles and one whose roles are the
 * organization's own, by the same names; where the config limits clients or grants on request, logins that get nothing; then APIs that the
 * Action must not touch.
 */
export function fixtureLogins(
  audiences: readonly AudiencePlan[],
  catalog: Catalog,
  wanted: Flow | undefined,
): readonly PlannedLogin[] {
  const names = catalog.roles.map(({ name }) => name);
  const everyRole = user('auth0|every-role', names);
  const flow = wanted ?? 'password';
  return [
    ...audiences.flatMap(({ audience, environment, identifier, selected }): PlannedLogin[] => {
      const clients = audience.clients.get(environment);
      const login = {
        audience,
        identifier,
        names: [...selected.keys()],
        ...(clients === undefined ? {} : { clients }),
      };
      const member = {
        ...login,
        flow,
        user: { ...user('auth0|member', names), organization: { id: 'org_0000000000000001', name: 'acme' } },
        deniedByConfig: audience.sources.some(({ organizations }) => organizations === 'refuse'),
      };
      const trusts = audience.sources.some(({ organizations }) => organizations === 'trust-names');
      const grants =
        readsRoles(audience) && grantedByRoles(requestable(audience, selected), catalog).size > 0;
      return [
        ...(wanted === undefined ? flows : [wanted]).map(
          (each): PlannedLogin => ({
            ...login,
            flow: each,
            user: everyRole,
            title: 'every role',
            ...(grants && tellsScopes(audience, each) ? { expects: 'some' } : {}),
          }),
        ),
        { ...login, flow, user: user('auth0|no-role', []), title: 'no role' },
        { ...member, title: 'every role, in an organization' },
        {
          ...member,
          title: "Organization Roles by the names of the tenant's",
          effectiveRoles: names.map((name) => ({ id: simulatedRoleId(name), name, type: 'organization' })),
          ...(trusts ? {} : { expects: 'none' }),
        },
        ...limitedLogins({ ...login, flow, user: everyRole }),
      ];
    }),
    { user: everyRole, flow, audience: undefined, identifier: undefined, title: 'no API requested' },
    {
      user: everyRole,
      flow,
      audience: undefined,
      identifier: 'https://acme.eu.auth0.com/api/v2/',
      title: "Auth0's Management API",
    },
  ];
}

/** Logins that get nothing: of a client that is left out, and of one that requests no permission. */
function limitedLogins(login: PlannedLogin): PlannedLogin[] {
  const { audience, clients, user } = login;
  const client = clients !== undefined && 'except' in clients ? clients.except[0] : 'client-of-no-rule';
  return [
    ...(clients === undefined || client === undefined
      ? []
      : [
          {
            ...login,
            user: { ...user, client },
            title: 'every role, by another client',
            expects: 'none',
          } as const,
        ]),
    ...(audience?.grant === 'requested'
      ? [
          {
            ...login,
            user: { ...user, scopes: STANDARD_SCOPES.split(' ') },
            title: 'every role, no permission requested',
            expects: 'none',
          } as const,
        ]
      : []),
  ];
}

function readsRoles({ sources }: AudienceConfig): boolean {
  return factsOfAll(sources).some((source) => source.readsRoles);
}

/** Where permissions are granted on request, the event must say what is requested. */
function tellsScopes({ grant }: AudienceConfig, flow: Flow): boolean {
  return grant === 'all' || flow !== 'minimal';
}

function user(id: string, roles: readonly string[]): SimulatedUser {
  return { id, roles, direct: [], profile: {} };
}
