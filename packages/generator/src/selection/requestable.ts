// What a claim can carry where permissions are granted on request.
import type { Permission } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';

/**
 * Of what an audience selects, what clients can come to hold: with `grant: requested` only what they request, at most `token.scope`.
 * @param selected an environment's permissions by the name they go by in the layout, which is the scope to request
 */
export function requestable(
  { grant, token }: Pick<AudienceConfig, 'grant' | 'token'>,
  selected: ReadonlyMap<string, Permission>,
): ReadonlyMap<string, Permission> {
  if (grant === 'all' || token.scope === 'all') return selected;
  const scopes = new Set(token.scope.split(' '));
  return new Map([...selected].filter(([name]) => scopes.has(name)));
}
