import { type Flow, flows } from '#simulator/event/login-description';
import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';
import type { PlannedLogin } from './planned-login.ts';
import type { SimulatedUser } from './simulated-user.ts';

/**
 * Logins that show what an Action does in every flow: for each audience a user with all roles of the catalog (the longest claim that
 * roles can give), one without any, and a member of an organization; then APIs that the Action must not touch.
 */
export function fixtureLogins(
  audiences: readonly AudienceConfig[],
  catalog: Catalog,
  environment: string,
  wanted: Flow | undefined,
): readonly PlannedLogin[] {
  const everyRole = user(
    'auth0|every-role',
    catalog.roles.map(({ name }) => name),
  );
  const flow = wanted ?? 'password';
  return [
    ...audiences.flatMap((audience): PlannedLogin[] => {
      const login = { audience, identifier: audience.identifiers.get(environment) };
      return [
        ...(wanted === undefined ? flows : [wanted]).map(
          (each): PlannedLogin => ({ ...login, flow: each, user: everyRole, title: 'every role' }),
        ),
        { ...login, flow, user: user('auth0|no-role', []), title: 'no role' },
        {
          ...login,
          flow,
          user: {
            ...user('auth0|member', everyRole.roles ?? []),
            organization: { id: 'org_0000000000000001', name: 'acme' },
          },
          title: 'every role, in an organization',
          deniedByConfig: audience.sources.some(({ organizations }) => organizations === 'refuse'),
        },
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

function user(id: string, roles: readonly string[]): SimulatedUser {
  return { id, roles, direct: [], profile: {} };
}
