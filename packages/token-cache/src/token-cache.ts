/** The cache: requests in, tokens out. Everything else here is a part of it. */
import { errorAnswer, tokenAnswer } from './answer.ts';
import { Assertions } from './assertion.ts';
import { Clock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import { TokenCacheError } from './errors.ts';
import type { RequestOutcome, TokenCacheEvent } from './events.ts';
import { Flight } from './flight.ts';
import { Generations } from './generations.ts';
import { Guard } from './guard.ts';
import { Issuer } from './issuer.ts';
import { Keys } from './key.ts';
import { Leases } from './leases.ts';
import { memoryStore } from './memory-store.ts';
import { type CheckedOptions, checkOptions, type TokenCacheOptions } from './options.ts';
import type { TokenParameters } from './parameters.ts';
import { QuotaKeeper } from './quotas.ts';
import { Refusals } from './refusals.ts';
import { Sealer } from './sealed.ts';
import type { CachedToken } from './token.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';

/** What a service of one's own asks for. */
export interface WantedToken {
  readonly audience: string;
  /** With spaces between. */
  readonly scope?: string;
  readonly organization?: string;
}

export interface Token {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** What was granted, with spaces between; undefined where the issuer doesn't say. */
  readonly scope: string | undefined;
}

export interface TokenCache {
  /** Answers a request to `/oauth/token`, at any path that it is mounted at. Never rejects. */
  readonly handle: (request: Request) => Promise<Response>;
  /**
   * A token for the client of the options, the same as `handle` would answer with.
   * @throws TokenCacheError
   */
  getToken(wanted: WantedToken): Promise<Token>;
  /** Makes every token of a client that is kept unusable, in all processes within a second. Rejects where the store is down. */
  purge(clientId: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes a cache of client-credentials tokens. Throws a TypeError for options that can't work.
 *
 * @example
 * const cache = createTokenCache({ issuer: 'https://acme.eu.auth0.com/', pepper: process.env.TOKEN_CACHE_PEPPER });
 * app.post('/oauth/token', (context) => cache.handle(context.req.raw));
 */
export function createTokenCache(options: TokenCacheOptions): TokenCache {
  return new Cache(options, checkOptions(options));
}

class Cache implements TokenCache {
  readonly #client: TokenCacheOptions['client'];
  readonly #keys: Keys;
  readonly #guard: Guard;
  readonly #generations: Generations;
  readonly #quotas: QuotaKeeper;
  readonly #issuer: Issuer;
  readonly #assertions: Assertions;
  readonly #flight: Flight;
  readonly #on: (event: TokenCacheEvent) => void;
  readonly #log: (message: string) => void;

  constructor(
    options: TokenCacheOptions,
    { issuer, tokenUrl, pepper, clients, maxAge, timeout }: CheckedOptions,
  ) {
    const {
      client,
      store = memoryStore(options.clock),
      quotas = {},
      budget,
      log = console.warn,
      on = () => {},
    } = options;
    const clock = new Clock(options.clock);
    this.#client = client;
    // Whoever listens must not end a request.
    this.#on = silently(on);
    this.#log = silently(log);
    this.#keys = new Keys(pepper, tokenUrl);
    this.#guard = new Guard(store, (isUp, reason) => this.#storeChanged(isUp, reason));
    this.#generations = new Generations(this.#guard, this.#keys);
    this.#quotas = new QuotaKeeper(this.#guard, {
      quotas,
      byClient: clients,
      budget,
      clock,
      onBudget: (used, total, reached) => this.#budget(used, total, reached),
    });
    this.#issuer = new Issuer({ tokenUrl, timeout, clock, on: this.#on });
    const keySets = new Map(
      [...clients].flatMap(([id, { keys }]) => (keys === undefined ? [] : [[id, keys] as const])),
    );
    this.#assertions = new Assertions(
      keySets,
      { issuer, tokenUrl },
      { guard: this.#guard, keys: this.#keys, clock },
    );
    this.#flight = new Flight({
      guard: this.#guard,
      generations: this.#generations,
      leases: new Leases(this.#guard, timeout),
      refusals: new Refusals(clock),
      quotas: this.#quotas,
      issuer: this.#issuer,
      sealer: new Sealer(pepper),
      keys: this.#keys,
      clock,
      maxAge,
      wait: timeout,
      onGrant: (clientId) => this.#on({ type: 'grant', clientId }),
    });
  }

  readonly handle = async (request: Request): Promise<Response> => {
    try {
      const wanted = await readTokenRequest(request);
      const secret = await this.#secretOf(wanted);
      if (secret === undefined) return await this.#passOn(wanted);
      return tokenAnswer(await this.#token(wanted.parameters, wanted.credentials, secret));
    } catch (error) {
      const known = error instanceof TokenCacheError ? error : this.#bug(error);
      this.#tell(known.status === 500 ? 'internal' : known.code);
      return errorAnswer(known, request.headers.has('authorization'));
    }
  };

  async getToken({ audience, scope, organization }: WantedToken): Promise<Token> {
    if (this.#client === undefined) throw new TypeError('getToken needs the option client');
    const { id, secret } = this.#client;
    const entries = Object.entries({ grant_type: 'client_credentials', audience, scope, organization });
    const parameters = new Map(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
    const credentials = { method: 'client_secret_post', clientId: id, secret } as const;
    const { content, expiresIn } = await this.#token(parameters, credentials, secret).catch(
      (error: unknown) => {
        if (error instanceof TokenCacheError) this.#tell(error.code);
        throw error;
      },
    );
    const { access_token, scope: granted, expires_in } = content.fields;
    return {
      accessToken: String(access_token),
      expiresIn: content.kept === 0 ? Number(expires_in ?? 0) : expiresIn,
      scope: typeof granted === 'string' ? granted : undefined,
    };
  }

  purge(clientId: string): Promise<void> {
    return this.#generations.purge(clientId);
  }

  close(): Promise<void> {
    return this.#guard.store.close();
  }

  async #token(parameters: TokenParameters, credentials: Credentials, secret: string): Promise<CachedToken> {
    const { clientId, method } = credentials;
    const generation = await this.#generations.current(clientId);
    const key = await this.#keys.token({ parameters, clientId, secret, method, generation });
    const { token, wasKept } = await this.#flight.token({ key, parameters, credentials, secret });
    await this.#quotas.request(clientId, token.digest);
    this.#tell(wasKept ? 'cached' : 'fetched');
    return token;
  }

  /** What the token's value is sealed under; undefined for a request that the issuer has to see. */
  async #secretOf({ credentials, isBound }: TokenRequest): Promise<string | undefined> {
    if (isBound || credentials.method === 'other') return undefined;
    return credentials.method === 'private_key_jwt'
      ? this.#assertions.prove(credentials)
      : credentials.secret;
  }

  /** A token that is not kept counts as well. */
  async #passOn({ credentials, headers, body }: TokenRequest): Promise<Response> {
    const { clientId } = credentials;
    const digest = await this.#keys.credentials(clientId, 'secret' in credentials ? credentials.secret : '');
    const reservation = await this.#quotas.reserve(clientId, digest);
    let isGranted = false;
    try {
      const response = await this.#issuer.passOn(clientId, digest, headers, body);
      isGranted = response.status === 200;
      if (isGranted) {
        this.#on({ type: 'grant', clientId });
        await this.#quotas.granted();
      }
      this.#tell('passed_on');
      return response;
    } finally {
      if (!isGranted) await reservation.cancel();
    }
  }

  #tell(outcome: RequestOutcome): void {
    this.#on({ type: 'request', outcome });
  }

  #storeChanged(isUp: boolean, reason: string | undefined): void {
    this.#on({ type: 'store', isUp });
    this.#log(
      isUp
        ? 'the store of the token cache is back'
        : `the store of the token cache is down (${reason}): each process asks for tokens by itself until it is back`,
    );
  }

  #budget(used: number, budget: number, reached: number | undefined): void {
    this.#on({ type: 'budget', used, budget });
    if (reached !== undefined)
      this.#log(`${used} of this month's ${budget} tokens are used (${Math.round(reached * 100)} %)`);
  }

  /** What is thrown and not known may hold anything: its kind only is told. */
  #bug(error: unknown): TokenCacheError {
    this.#log(
      `a token request has failed, and this is a bug: ${error instanceof Error ? error.name : typeof error}`,
    );
    return new TokenCacheError('unavailable', 500, {
      error: 'server_error',
      error_description: 'the token cache has failed',
    });
  }
}

function silently<T>(tell: (value: T) => void): (value: T) => void {
  return (value) => {
    try {
      const told: unknown = tell(value);
      // An async function is taken, too, and its rejection must not end the process.
      if (told instanceof Object && 'then' in told) Promise.resolve(told).catch(() => {});
    } catch {
      // It is not the client's fault.
    }
  };
}
