// The logins that simulate runs where it is given no users.
import { simulatedRoleId } from '#simulator/api/effective-roles';
import { type Flow, flows } from '#simulator/event/login-description';
import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/config.ts';
import type { PlannedAudience } from '../pipeline.ts';
import { grantedByRoles } from '../selection/granted-by-roles.ts';
import type { PlannedLogin } from './planned-login.ts';
import type { SimulatedUser } from './simulated-user.ts';

/**
 * Logins that show what an Action does in every flow: for each audience a user with all roles of the catalog (the longest claim that
 * roles can give), one without any, and two members of an organization, one with the tenant's roles and one whose roles are the
 * organization's own, by the same names; then APIs that the Action must not touch.
 */
export function fixtureLogins(
  audiences: readonly AudienceConfig[],
  catalog: Catalog,
  environment: string,
  planned: ReadonlyMap<string, PlannedAudience>,
  wanted: Flow | undefined,
): readonly PlannedLogin[] {
  const names = catalog.roles.map(({ name }) => name);
  const everyRole = user('auth0|every-role', names);
  const flow = wanted ?? 'password';
  return [
    ...audiences.flatMap((audience): PlannedLogin[] => {
      const login = { audience, identifier: audience.identifiers.get(environment) };
      const selected = planned.get(audience.name)?.selection.byEnvironment.get(environment);
      const grants = grantedByRoles(selected ?? new Map(), catalog).size > 0;
      const reads = (kind: 'roles' | 'managementApi') =>
        audience.sources.some((source) => source.kind === kind);
      const member = {
        ...login,
        flow,
        user: { ...user('auth0|member', names), organization: { id: 'org_0000000000000001', name: 'acme' } },
        deniedByConfig: audience.sources.some(({ organizations }) => organizations === 'refuse'),
      };
      const trusts = audience.sources.some(({ organizations }) => organizations === 'trust-names');
      return [
        ...(wanted === undefined ? flows : [wanted]).map(
          (each): PlannedLogin => ({
            ...login,
            flow: each,
            user: everyRole,
            title: 'every role',
            ...(grants && (reads('roles') || reads('managementApi')) ? { expects: 'some' } : {}),
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
