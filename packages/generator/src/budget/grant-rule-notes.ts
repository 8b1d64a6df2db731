// What `grant` and `clients` of an audience mean for its users, and what they leave open.

import type { Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { describeClients } from '../config/clients.ts';
import { count } from '../format/count.ts';

/** @param selected the environment's permissions by the name they go by in the layout */
export function grantRuleNotes(
  audience: AudienceConfig,
  environment: string,
  selected: ReadonlyMap<string, Permission>,
): string[] {
  const rule = audience.clients.get(environment);
  return [
    ...(rule === undefined
      ? []
      : [
          `Tokens carry permissions ${describeClients(rule, (id) => id)}; those of other clients have a claim without any.`,
        ]),
    ...(audience.grant === 'requested' ? requestNotes(audience, environment, selected) : []),
  ];
}

function requestNotes(
  audience: AudienceConfig,
  environment: string,
  selected: ReadonlyMap<string, Permission>,
): string[] {
  const own = audience.identifiers.get(environment);
  const others = [...selected.values()].filter(
    ({ audience: api }) => api !== undefined && api !== own,
  ).length;
  return [
    'The claim carries permissions that the client requests as scopes, and no others. Whether the client may have them is not asked: Auth0 decides that after Actions, and only for scope.',
    'Where a refresh token is exchanged, the event says what was requested on Enterprise plans only (event.refresh_token); elsewhere such tokens have a claim without permissions.',
    ...(others === 0
      ? []
      : [
          others === 1
            ? '1 permission is taken from other APIs: clients request it under its prefix, and Auth0 asks no user to consent to it, as it is not a scope of this API.'
            : `${count(others)} permissions are taken from other APIs: clients request them under their prefix, and Auth0 asks no user to consent to them, as they are not scopes of this API.`,
        ]),
  ];
}
