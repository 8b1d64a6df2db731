import { report } from './log.ts';
import type { PostLoginEvent } from './post-login.ts';
import type { Audience } from './tables.ts';

/** Flows in which the client itself asks the token endpoint, and the body is what it asks. */
const DIRECT_FLOWS = new Set<string | undefined>([
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
  // A parameter without a value is one that was left out: RFC 6749, section 3.2.
  const scope = event.request?.body?.['scope'] || undefined;
  if (protocol === 'oauth2-refresh-token') return refreshedScopes(event, api, scope);
  if (Array.isArray(requested)) return requested;
  return DIRECT_FLOWS.has(protocol) ? scopesIn(scope) : undefined;
}

/**
 * What the refresh token was issued for, and what the client's policy adds without asking the user,
 * as far as the exchange asks for it: it may ask for more.
 * Source: Auth0, "Multi-Resource Refresh Token", evaluation logic.
 */
function refreshedScopes(
  { refresh_token: token, client }: PostLoginEvent,
  api: string,
  scope: unknown,
): readonly string[] | undefined {
  const isOfApi = ({ audience }: { readonly audience?: string }) => audience === api;
  const issued = scopesIn(token?.resource_servers?.find(isOfApi)?.scopes);
  const added = client?.refresh_token?.policies?.find(isOfApi)?.scope;
  if (issued === undefined && added === undefined) return undefined;
  const allowed = [issued ?? [], added ?? []].flat();
  return scope === undefined ? allowed : allowed.filter((name) => scopesIn(scope)?.includes(name));
}

function scopesIn(text: unknown): readonly string[] | undefined {
  return typeof text === 'string' ? text.split(' ') : undefined;
}
