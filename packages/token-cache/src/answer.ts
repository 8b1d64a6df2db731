/** What a request is answered with: RFC 6749, sections 5.1 and 5.2. No cache may keep it. */
import type { TokenCacheError } from './errors.ts';
import type { CachedToken } from './token.ts';

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' };

/** The issuer's answer, with the seconds that are left of the token. */
export function tokenAnswer({ content, expiresIn }: CachedToken): Response {
  const fields = content.kept === 0 ? content.fields : { ...content.fields, expires_in: expiresIn };
  return new Response(JSON.stringify(fields), { status: 200, headers: HEADERS });
}

/** @param isBasic whether the client has authenticated by the header, and is told of it */
export function errorAnswer({ status, fields, headers }: TokenCacheError, isBasic: boolean): Response {
  return new Response(JSON.stringify(fields), {
    status,
    headers: {
      ...HEADERS,
      ...headers,
      ...(status === 405 ? { allow: 'POST' } : {}),
      ...(status === 401 && isBasic ? { 'www-authenticate': 'Basic realm="token"' } : {}),
    },
  });
}
