import { report } from './log.ts';
import type { PostLoginEvent } from './post-login.ts';
import type { Audience } from './tables.ts';

/** Flows in which the client itself asks the token endpoint, and the body is what it asks. */
const DIRECT_FLOWS = new Set([
  'oauth2-password',
  'oauth2-resource-owner',
  'oauth2-resource-owner-jwt-bearer',
  'oauth2-token-exchange',
]);

/** Of the places held, those whose permission the client requests as a scope. */
export function keepRequested(
  places: readonly number[],
  { table, placeOf }: Audience,
  event: PostLoginEvent,
): number[] {
  const scopes = requestedScopes(event, table.audience);
  if (scopes === undefined) report(table.name, 'the event does not say which scopes are requested');
  const requested = new Set(scopes?.map((scope) => placeOf.get(scope)));
  return places.filter((place) => requested.has(place));
}

/** Undefined where the event doesn't say. */
function requestedScopes(event: PostLoginEvent, api: string): readonly string[] | undefined {
  const { protocol, requested_scopes: requested } = event.transaction ?? {};
  const asked = scopesIn(event.request?.body?.['scope']);
  // An exchange may ask for more than the user has agreed to at login: the refresh token decides.
  if (protocol === 'oauth2-refresh-token') return refreshedScopes(event, api, asked);
  if (Array.isArray(requested)) return requested;
  return DIRECT_FLOWS.has(protocol ?? '') ? asked : undefined;
}

/** What the refresh token was issued for, or the client's policy has of another API, as asked. */
function refreshedScopes(
  { refresh_token: token, client }: PostLoginEvent,
  api: string,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  const issued = token?.resource_servers?.find(({ audience }) => audience === api);
  if (issued !== undefined) {
    return scopesIn(issued.scopes)?.filter((scope) => asked === undefined || asked.includes(scope));
  }
  const policy = client?.refresh_token?.policies?.find(({ audience }) => audience === api);
  return asked?.filter((scope) => policy?.scope?.includes(scope));
}

function scopesIn(text: unknown): readonly string[] | undefined {
  return typeof text === 'string' ? text.split(' ') : undefined;
}
