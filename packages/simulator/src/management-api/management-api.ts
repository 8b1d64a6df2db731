// The stand-in of Auth0's Management API: requests in, answers out, a tenant in memory in between. No I/O.
import { type ApiAnswer, type ApiRequest, NOT_FOUND, refusal } from './answer.ts';
import { type Effect, type Fault, FaultScript } from './fault.ts';
import { type Rate, TokenBucket } from './rate-limit.ts';
import type { Behaviour, Route } from './route.ts';
import { ACTION_ROUTES } from './routes/actions.ts';
import { RBAC_ROUTES } from './routes/rbac.ts';
import { STREAM_ROUTES } from './routes/streams.ts';
import { TRIGGER_ROUTES } from './routes/triggers.ts';
import { USER_ROUTES } from './routes/users.ts';
import { Tenant } from './tenant.ts';
import { type ApiClient, Tokens } from './tokens.ts';

export interface ManagementApiOptions extends Partial<Behaviour> {
  readonly tenant?: Tenant;
  /** Who may ask for tokens; anybody by default. */
  readonly clients?: readonly ApiClient[] | 'any';
  /** Seconds; a day by default. */
  readonly tokenLifetime?: number;
  /** The plan's rate; none by default. */
  readonly rate?: Rate;
  /** Whether a 429 has Retry-After, too. Auth0 documents it for quotas of tokens alone. */
  readonly retryAfter?: boolean;
  readonly faults?: readonly Fault[];
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** What was asked, and what was answered. */
export interface Exchange {
  readonly request: ApiRequest;
  readonly answer: ApiAnswer;
  /** Whether a fault had its hand in it. */
  readonly faulty: boolean;
}

const ROUTES = [...ACTION_ROUTES, ...TRIGGER_ROUTES, ...RBAC_ROUTES, ...USER_ROUTES, ...STREAM_ROUTES].map(
  (route) => ({
    ...route,
    pattern: new RegExp(`^/api/v2${route.path.replace(/\{\w+\}/gu, '([^/]+)')}$`, 'u'),
  }),
);

const EVERY_SCOPE = [...new Set(ROUTES.flatMap(({ scopes }) => scopes))];

const BEHAVIOUR: Behaviour = {
  pageCap: 100,
  buildTime: 0,
  deployTime: 0,
  bindingLag: 0,
  builds: () => true,
  moveList: undefined,
};

/**
 * A Management API over a tenant in memory.
 *
 * @example
 * const api = new ManagementApi({ rate: PLANS.free, faults: [{ after: 3, status: 500 }] });
 * api.handle({ method: 'GET', path: '/api/v2/roles', query: new URLSearchParams(), authorization });
 */
export class ManagementApi {
  readonly tenant: Tenant;
  readonly tokens: Tokens;
  /** Where it is reached; its server sets it. */
  origin = 'https://localhost';
  /** Told of every exchange. */
  onExchange: ((exchange: Exchange) => void) | undefined;
  readonly #behaviour: Behaviour;
  readonly #now: () => number;
  readonly #bucket: TokenBucket | undefined;
  readonly #retryAfter: boolean;
  #faults: FaultScript;

  constructor(options: ManagementApiOptions = {}) {
    const { tenant, clients, tokenLifetime, rate, retryAfter, faults, now, ...behaviour } = options;
    this.tenant = tenant ?? new Tenant();
    this.#now = now ?? Date.now;
    this.#bucket = rate && new TokenBucket(rate);
    this.#retryAfter = retryAfter ?? false;
    this.#faults = new FaultScript(faults ?? []);
    this.#behaviour = { ...BEHAVIOUR, ...behaviour };
    const audience = (): string => `${this.origin}/api/v2/`;
    this.tokens = new Tokens({
      clients: clients ?? 'any',
      tokenLifetime: tokenLifetime ?? 86_400,
      audience,
      everyScope: EVERY_SCOPE,
    });
  }

  /** Replaces the script of faults. */
  fail(faults: readonly Fault[]): void {
    this.#faults = new FaultScript(faults);
  }

  /** Faults of the script that are still to come. */
  get faultsLeft(): number {
    return this.#faults.left;
  }

  /** Milliseconds since 1970, by its clock. */
  now(): number {
    return this.#now();
  }

  handle(request: ApiRequest): ApiAnswer {
    const now = this.#now();
    const effect = this.#faults.next(request, now);
    const answer = this.#answer(request, now, effect);
    this.onExchange?.({ request, answer, faulty: effect !== undefined });
    return answer;
  }

  #answer(request: ApiRequest, now: number, effect: Effect | undefined): ApiAnswer {
    if (effect?.expire) this.tokens.expireAll();
    if (effect?.instead !== undefined) return effect.instead;
    const answer =
      request.path === '/oauth/token' ? this.tokens.grant(request, now) : this.#limited(request, now);
    return effect?.change?.(answer) ?? answer;
  }

  #limited(request: ApiRequest, now: number): ApiAnswer {
    const admission = this.#bucket?.take(now);
    if (admission === undefined) return this.#authorized(request, now);
    if (admission.admitted) {
      const answer = this.#authorized(request, now);
      return { ...answer, headers: { ...answer.headers, ...admission.headers } };
    }
    const retryAfter = this.#retryAfter ? { 'retry-after': '1' } : {};
    const message = 'Global limit has been reached';
    return {
      ...refusal(429, 'Too Many Requests', message),
      headers: { ...admission.headers, ...retryAfter },
    };
  }

  #authorized(request: ApiRequest, now: number): ApiAnswer {
    const scopes = this.tokens.scopesOf(request.authorization, now);
    if (scopes === undefined) return refusal(401, 'Unauthorized', 'Invalid token');
    for (const route of ROUTES) {
      const match = route.method === request.method ? route.pattern.exec(request.path) : null;
      if (match === null) continue;
      if (!route.scopes.some((scope) => scopes.has(scope))) {
        const message = `Insufficient scope, expected any of: ${route.scopes.join(',')}`;
        return {
          status: 403,
          body: { statusCode: 403, error: 'Forbidden', message, errorCode: 'insufficient_scope' },
        };
      }
      return this.#run(route, match.slice(1), request, now);
    }
    return NOT_FOUND;
  }

  #run(route: Route, params: readonly string[], { query, body }: ApiRequest, now: number): ApiAnswer {
    let decoded: string[];
    try {
      decoded = params.map(decodeURIComponent);
    } catch {
      return NOT_FOUND;
    }
    return route.run({
      tenant: this.tenant,
      params: decoded,
      query,
      body: Object(body) as Readonly<Record<string, unknown>>,
      now,
      behaviour: this.#behaviour,
      origin: this.origin,
    });
  }
}
