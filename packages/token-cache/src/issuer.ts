/** The issuer's token endpoint: one POST, bounded in time, bytes and number; no redirect is followed, nothing is sent twice. */
import type { Clock } from './clock.ts';
import { basicHeader, type Credentials } from './credentials.ts';
import { type ErrorFields, TokenCacheError, unavailable } from './errors.ts';
import type { TokenCacheEvent } from './events.ts';
import type { TokenParameters } from './parameters.ts';
import { Pending } from './pending.ts';
import { readBody } from './request-body.ts';

/** Bytes of an answer: a token is a few kilobytes at most. */
const MAX_ANSWER = 262_144;
/** What Auth0 says of quotas. */
const QUOTA_HEADERS = [
  'retry-after',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'auth0-client-quota-limit',
  'auth0-organization-quota-limit',
];
/** What else is handed to a client whose request was passed on. */
const PASSED_HEADERS = [...QUOTA_HEADERS, 'content-type', 'dpop-nonce', 'www-authenticate'];
/** Seconds. */
const MAX_RETRY_AFTER = 31 * 86_400;

/** What the issuer answered. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface IssuerOptions {
  readonly tokenUrl: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly on: (event: TokenCacheEvent) => void;
}

export class Issuer {
  readonly #options: IssuerOptions;
  readonly #pending: Pending = new Pending();

  constructor(options: IssuerOptions) {
    this.#options = options;
  }

  /**
   * Asks for a token.
   * @param digest of the exact credentials
   * @returns the members of the answer
   * @throws TokenCacheError
   */
  async grant(
    parameters: TokenParameters,
    credentials: Credentials,
    digest: string,
  ): Promise<Record<string, unknown>> {
    const form = new URLSearchParams([...parameters]);
    const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' });
    if (credentials.method === 'client_secret_basic') headers.set('authorization', basicHeader(credentials));
    else {
      form.set('client_id', credentials.clientId);
      if (credentials.method === 'client_secret_post') form.set('client_secret', credentials.secret);
      if (credentials.method === 'private_key_jwt') {
        form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        form.set('client_assertion', credentials.assertion);
      }
    }
    const { clientId } = credentials;
    const answer = await this.#pending.run(clientId, digest, () => this.#post(headers, form.toString()));
    const members = toObject(answer.text);
    if (answer.status !== 200) throw refusalOf(answer, members, this.#options.clock.date());
    if (members === undefined || typeof members['access_token'] !== 'string')
      throw unavailable('unavailable', 'the answer of the issuer is not a token response', 5);
    this.#pending.prove(digest);
    return members;
  }

  /** Hands a request on as it is, and the answer back. */
  async passOn(clientId: string, digest: string, headers: Headers, body: string): Promise<Response> {
    const answer = await this.#pending.run(clientId, digest, () => this.#post(headers, body));
    const passed = new Headers({ 'cache-control': 'no-store' });
    for (const name of PASSED_HEADERS) {
      const value = answer.headers.get(name);
      if (value !== null) passed.set(name, value);
    }
    // A 204 or 304 must have no body, not even an empty one.
    return new Response(answer.text === '' ? null : answer.text, { status: answer.status, headers: passed });
  }

  async #post(headers: Headers, body: string): Promise<Answer> {
    const { tokenUrl, timeout, clock, on } = this.#options;
    const start = clock.now();
    let status = 0;
    try {
      headers.set('accept', 'application/json');
      const response = await fetch(tokenUrl, {
        method: 'POST',
        headers,
        body,
        // Whoever answers elsewhere would be sent the secret.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
      });
      const { type, headers: sent } = response;
      status = response.status;
      const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400);
      const text = await readBody(response, MAX_ANSWER, timeout);
      if (isRedirect) throw unavailable('unavailable', 'the issuer answered with a redirect', 5);
      return { status, headers: sent, text };
    } catch (error) {
      if (error instanceof TokenCacheError) throw error;
      // What went wrong on the way may name addresses; the client has no use for them.
      throw unavailable('unavailable', "the issuer can't be reached, or did not answer in time", 5);
    } finally {
      on({ type: 'issuer', status, seconds: clock.since(start) / 1000 });
    }
  }
}

function toObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function refusalOf(
  { status, headers }: Answer,
  members: Record<string, unknown> | undefined,
  now: number,
): TokenCacheError {
  if (status === 429) {
    const quotas = Object.fromEntries(
      QUOTA_HEADERS.flatMap((name) => {
        const value = headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    );
    const fields = fieldsOf(members, 'too_many_requests');
    return new TokenCacheError('rate_limited', 429, fields, {
      ...quotas,
      'retry-after': String(retryAfter(headers, now)),
    });
  }
  if (status >= 400 && status < 500)
    return new TokenCacheError('refused', status, fieldsOf(members, 'invalid_request'));
  return unavailable('unavailable', `the issuer answered with status ${status}`, 5);
}

/** RFC 6749, section 5.2, and nothing else of what the issuer says. */
function fieldsOf(members: Record<string, unknown> | undefined, fallback: string): ErrorFields {
  const text = (name: string): string | undefined => {
    const value = members?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [description, uri] = [text('error_description'), text('error_uri')];
  return {
    error: text('error') ?? fallback,
    ...(description === undefined ? {} : { error_description: description }),
    ...(uri === undefined ? {} : { error_uri: uri }),
  };
}

/** Seconds: `Retry-After` in either of its forms (RFC 9110, section 10.2.3), else when the rate limit begins again. */
function retryAfter(headers: Headers, now: number): number {
  const header = headers.get('retry-after') ?? '';
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  // Date.parse alone reads `3.5` and `soon 1`, too.
  const date = / GMT$/u.test(header) ? Date.parse(header) : Number.NaN;
  const seconds = /^\d+$/u.test(header)
    ? Number(header)
    : ((Number.isNaN(date) ? reset * 1000 : date) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(MAX_RETRY_AFTER, Math.max(1, Math.ceil(seconds))) : 1;
}
