import { asMap } from '../source-text/as-map.ts';

/** What a machine may request of an API: the scopes stand in its tokens as they are. */
export interface ClientGrant {
  /** The client's name, as auth0-deploy-cli exports it, or its id. */
  readonly client: string;
  /** The API identifier. */
  readonly audience: string;
  /** The scopes granted; `all` for those of the API, whatever they are. */
  readonly scopes: readonly string[] | 'all';
}

/**
 * A client grant as auth0-deploy-cli exports it: `{"client_id", "audience", "scope": […]}`.
 * @returns undefined where it is none, and for grants to users, which are no tokens of machines
 */
export function readClientGrant(value: unknown): ClientGrant | undefined | 'other' {
  const map = asMap(value);
  const { client_id: client, audience, scope, subject_type: subject, allow_all_scopes: all } = map ?? {};
  if (typeof client !== 'string' || typeof audience !== 'string') return undefined;
  if (subject !== undefined && subject !== 'client') return 'other';
  if (all === true) return { client, audience, scopes: 'all' };
  const scopes: unknown = scope ?? [];
  if (!Array.isArray(scopes) || !scopes.every((name): name is string => typeof name === 'string'))
    return undefined;
  return { client, audience, scopes };
}
