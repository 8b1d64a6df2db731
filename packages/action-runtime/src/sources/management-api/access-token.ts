// The Action's own access token for the Management API.
import type { PostLoginApi, PostLoginEvent } from '../../post-login.ts';
import { SourceFailure } from '../../source-failure.ts';
import type { ManagementApiSource } from '../../tables.ts';
import type { Requests } from './requests.ts';

/** Seconds before its end at which a token is no longer used. */
const TOKEN_MARGIN = 60;

/** The Action's own access token for the Management API. */
export interface AccessToken {
  readonly value: string;
  /** Whether it comes from the cache, where it may have been revoked meanwhile. */
  readonly cached: boolean;
  /** Whether the next login will find it. */
  readonly kept: boolean;
}

/**
 * From the cache, or by the client credentials grant (RFC 6749, section 4.4).
 * @param key of the cache
 * @throws SourceFailure
 */
export async function accessToken(
  source: ManagementApiSource,
  event: PostLoginEvent,
  cache: PostLoginApi['cache'],
  requests: Requests,
  key: string,
): Promise<AccessToken> {
  const found = cache.get(key);
  if (found !== undefined) return { value: found.value, cached: true, kept: true };
  const answer = await requests.json('the token endpoint', 'https://' + source.domain + '/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: secret(event, source.clientIdSecret),
      client_secret: secret(event, source.clientSecretSecret),
      audience: 'https://' + source.domain + '/api/v2/',
    }),
  });
  const { access_token: value, expires_in: seconds } = (answer ?? {}) as Record<string, unknown>;
  // As RFC 6750, section 2.1, has it; anything else would not even be a header.
  if (typeof value !== 'string' || !/^[\w.~+/-]+=*$/.test(value)) {
    throw new SourceFailure('the token endpoint answered without a token');
  }
  const lifetime = typeof seconds === 'number' ? seconds - TOKEN_MARGIN : 0;
  const kept = lifetime > 0 && cache.set(key, value, { ttl: lifetime * 1000 }).type === 'success';
  return { value, cached: false, kept };
}

/** @throws SourceFailure when the Action has no such secret. */
export function secret({ secrets }: PostLoginEvent, name: string): string {
  const value = secrets !== undefined && Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (typeof value !== 'string' || value === '')
    throw new SourceFailure('the secret ' + name + ' is not set');
  return value;
}
