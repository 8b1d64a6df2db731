// Turns what Auth0's client throws into our errors: theirs print the whole body and keep the answer with its headers.
import { TenantError, type TenantErrorCode } from '../errors.ts';
import { failureOf } from './failure.ts';

/**
 * Awaits a call of the client.
 * @param what the request as messages name it: "reading the roles"
 * @param secrets that the request carries: what a tenant says of it may quote what was sent
 * @throws TenantError
 */
export async function call<T>(
  what: string,
  promise: PromiseLike<T>,
  secrets: readonly string[] = [],
): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw toTenantError(what, error, secrets);
  }
}

function toTenantError(what: string, error: unknown, secrets: readonly string[]): TenantError {
  // The wire's own errors arrive as the cause of the client's.
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof TenantError) return at;
  }
  const { statusCode, body } = Object(error) as { readonly statusCode?: unknown; readonly body?: unknown };
  const failure = failureOf(statusCode, body);
  if (failure !== undefined) {
    if (failure.error instanceof TenantError) return failure.error;
    throw failure.error;
  }
  if (typeof statusCode !== 'number') throw error;
  const said = messageOf(body, secrets);
  return new TenantError(
    codeOf(statusCode),
    `${what}: the tenant answered ${statusCode}${said}`,
    fixOf(statusCode, said),
    statusCode,
  );
}

function codeOf(status: number): TenantErrorCode {
  if (status === 401) return 'credentials_rejected';
  if (status === 403) return 'scope_missing';
  if (status === 404) return 'not_found';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'tenant_unreachable' : 'request_refused';
}

function fixOf(status: number, said: string): string {
  if (status === 401)
    return 'Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, or get a new AUTH0_ACCESS_TOKEN.';
  if (status === 403) {
    return 'Grant the scope to the application under Applications > APIs > Auth0 Management API > Machine to Machine Applications.';
  }
  if (status === 404) return 'Check that it is there in the Auth0 dashboard, in this tenant.';
  if (status === 429) return 'Run the command again later, or with a lower --rps.';
  if (status >= 500) return 'Run the command again later; https://status.auth0.com tells of outages.';
  if (said === QUOTES_SECRET) return 'Correct the values of the secrets that were sent.';
  return said === ''
    ? 'Please report this: claimgen sent what the tenant does not accept.'
    : 'Correct what the tenant names.';
}

/** In place of a message that is not shown. */
const QUOTES_SECRET = ', and quotes a secret';

/** The `message` of Auth0's errors, on one line and not longer than a line or two. */
function messageOf(body: unknown, secrets: readonly string[]): string {
  const { message } = Object(body) as { readonly message?: unknown };
  if (typeof message !== 'string' || message === '') return '';
  if (secrets.some((secret) => hasPartOf(secret, message))) return QUOTES_SECRET;
  const line = message.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return `: ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`;
}

/** Characters of a secret that give nothing away. */
const FEW = 7;

/** Whether a text has a part of a secret: it may be cut off, or escaped, and then the whole of it is not found. */
function hasPartOf(secret: string, text: string): boolean {
  if (secret === '') return false;
  if (text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1))) return true;
  for (let start = 0; start + FEW < secret.length; start++)
    if (text.includes(secret.slice(start, start + FEW + 1))) return true;
  return false;
}
