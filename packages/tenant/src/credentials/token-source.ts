// Tokens for the Management API: from the cache, or by the client credentials grant (RFC 6749, section 4.4).
import { type Clock, systemClock } from '../clock.ts';
import { managementAudience } from '../domain.ts';
import { TenantError } from '../errors.ts';
import { exchange, type Transport } from '../wire/exchange.ts';
import { readRateLimit, waitBeforeRetry } from '../wire/rate-limit.ts';
import type { TokenSource } from '../wire/wire.ts';
import type { ClientCredentials, Credentials } from './credentials.ts';
import type { CachedToken, TokenCache } from './token-cache.ts';

/** A token is renewed so many milliseconds before it ends. */
const EARLY = 60_000;
const ATTEMPTS = 4;
const ATTEMPT_TIMEOUT = 30_000;

export interface TokenSourceOptions {
  readonly cache?: TokenCache | undefined;
  readonly transport?: Transport;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly signal?: AbortSignal;
}

/** A source that can say what its tokens allow. */
export interface ScopedTokenSource extends TokenSource {
  /** The scopes of the token; undefined where it doesn't say. */
  scopes(): Promise<ReadonlySet<string> | undefined>;
  /** Gets a new token in place of one from the cache, and says whether there was one: it allows what was granted when it was issued. */
  renewCached(): Promise<boolean>;
}

/** Makes the source of tokens for credentials. At most one request for a token is under way. */
export function createTokenSource(
  credentials: Credentials,
  options: TokenSourceOptions = {},
): ScopedTokenSource {
  if (credentials.kind === 'token') {
    const { accessToken } = credentials;
    return {
      get: async () => accessToken,
      renew: async () => undefined,
      scopes: async () => scopesOf(scopeClaim(accessToken)),
      renewCached: async () => false,
    };
  }
  return new ClientTokenSource(credentials, options);
}

class ClientTokenSource implements ScopedTokenSource {
  readonly #credentials: ClientCredentials;
  readonly #options: TokenSourceOptions;
  readonly #clock: Clock;
  #token: CachedToken | undefined;
  #isFromCache = false;
  #pending: Promise<CachedToken> | undefined;
  /** Tokens that the tenant no longer takes: the cache may still have one while another request asks. */
  readonly #refused: Set<string> = new Set();

  constructor(credentials: ClientCredentials, options: TokenSourceOptions) {
    this.#credentials = credentials;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async get(): Promise<string> {
    return (await this.#current()).accessToken;
  }

  async scopes(): Promise<ReadonlySet<string> | undefined> {
    const { scope, accessToken } = await this.#current();
    return scopesOf(scope ?? scopeClaim(accessToken));
  }

  async renew(refused: string): Promise<string | undefined> {
    this.#refused.add(refused);
    if (this.#token?.accessToken === refused) {
      this.#token = undefined;
      await this.#options.cache?.delete(this.#key());
    }
    return this.get();
  }

  async renewCached(): Promise<boolean> {
    const { accessToken } = await this.#current();
    if (!this.#isFromCache) return false;
    await this.renew(accessToken);
    return true;
  }

  async #current(): Promise<CachedToken> {
    if (this.#isFresh(this.#token)) return this.#token;
    this.#pending ??= this.#obtain().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  #isFresh(token: CachedToken | undefined): token is CachedToken {
    if (token === undefined || this.#refused.has(token.accessToken)) return false;
    return token.expiresAt - EARLY > this.#clock.now();
  }

  async #obtain(): Promise<CachedToken> {
    const { cache } = this.#options;
    const cached = await cache?.get(this.#key());
    this.#isFromCache = this.#isFresh(cached);
    if (this.#isFresh(cached)) {
      this.#token = cached;
      return cached;
    }
    const token = await this.#grant();
    this.#token = token;
    await cache?.set(this.#key(), token);
    return token;
  }

  #key(): { domain: string; clientId: string; audience: string } {
    const { domain, clientId } = this.#credentials;
    return { domain, clientId, audience: managementAudience(domain) };
  }

  async #grant(): Promise<CachedToken> {
    const { random = Math.random, signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const response = await this.#ask().catch((error: unknown) => {
        if (attempt >= ATTEMPTS) throw error;
      });
      const status = response?.status ?? 0;
      if (response?.ok === true) return this.#read(await response.json());
      if (status !== 0 && status !== 429 && status < 500) throw this.#rejected(status);
      if (attempt >= ATTEMPTS) throw this.#unreachable(status);
      const limit = readRateLimit(response?.headers ?? new Headers(), this.#clock.now());
      await this.#clock.sleep(waitBeforeRetry(limit, attempt, random()), signal);
    }
  }

  async #ask(): Promise<Response> {
    const { transport = (request: Request) => fetch(request), signal } = this.#options;
    const { domain, clientId, clientSecret } = this.#credentials;
    const body = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: managementAudience(domain),
    };
    const headers = { 'content-type': 'application/json' };
    const request = new Request(`https://${domain}/oauth/token`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    try {
      return await exchange(transport, request, ATTEMPT_TIMEOUT, signal);
    } catch (error) {
      throw error instanceof TenantError ? error : this.#unreachable(0);
    }
  }

  #read(answer: unknown): CachedToken {
    const { access_token, expires_in, scope } = Object(answer) as Readonly<Record<string, unknown>>;
    if (typeof access_token !== 'string' || access_token === '' || typeof expires_in !== 'number') {
      throw new TenantError(
        'answer_invalid',
        'POST /oauth/token: the answer has no access token',
        'Is AUTH0_DOMAIN the domain of an Auth0 tenant?',
      );
    }
    return {
      accessToken: access_token,
      expiresAt: this.#clock.now() + expires_in * 1_000,
      scope: typeof scope === 'string' ? scope : undefined,
    };
  }

  // What the tenant says of it is left out: it may quote what was sent.
  #rejected(status: number): TenantError {
    const { domain, readFrom } = this.#credentials;
    return new TenantError(
      'credentials_rejected',
      `${domain} rejects the client id and secret of ${readFrom} (${status})`,
      "Check both, that the domain is the tenant's own (a custom domain has no Management API), and that the application is authorized for the Auth0 Management API and has the client credentials grant.",
      status,
    );
  }

  #unreachable(status: number): TenantError {
    const { domain } = this.#credentials;
    return new TenantError(
      'tenant_unreachable',
      `no access token can be had from ${domain} (${status === 0 ? 'no connection' : status})`,
      'Check AUTH0_DOMAIN and the network; behind a proxy that re-encrypts, set NODE_EXTRA_CA_CERTS.',
      status === 0 ? undefined : status,
    );
  }
}

function scopesOf(scope: string | undefined): ReadonlySet<string> | undefined {
  return scope === undefined ? undefined : new Set(scope.split(' ').filter((name) => name !== ''));
}

/** The `scope` claim of a token, unverified: it is only asked to say early what the tenant would say later. */
function scopeClaim(token: string): string | undefined {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { scope } = Object(JSON.parse(payload)) as Readonly<Record<string, unknown>>;
    return typeof scope === 'string' ? scope : undefined;
  } catch {
    return undefined;
  }
}
