/** The tenant's Management API: requests with a deadline, fewer than a limit, and none while the tenant wants none. */
import {
  createTokenSource,
  createWire,
  type OffsetPage,
  readCheckpointList,
  readOffsetList,
  readRateLimit,
  TenantError,
  type TokenSource,
  type Transport,
} from '@claimgen/tenant';
import { ResolverError } from './errors.ts';
import type { RequestRate } from './request-rate.ts';

export interface TenantApiOptions {
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly transport: Transport;
  readonly rate: RequestRate;
}

/** Milliseconds for which nobody asks after a 429 that does not say. */
const PAUSE = 1000;

type Fields = Readonly<Record<string, unknown>>;

export class TenantApi {
  readonly #options: TenantApiOptions;
  readonly #tokens: TokenSource;
  /** By `performance.now()`: until then the tenant wants no request. */
  #heldUntil = 0;

  constructor(options: TenantApiOptions) {
    const { domain, clientId, clientSecret, transport } = options;
    this.#options = options;
    this.#tokens = createTokenSource(
      { kind: 'client', domain, clientId, clientSecret, readFrom: 'the options of createResolver' },
      { transport },
    );
  }

  /**
   * Requests of one reading.
   * @param timeout milliseconds for all of them together
   */
  open(timeout: number): TenantReading {
    const end = performance.now() + timeout;
    const wire = createWire({
      tokens: this.#tokens,
      timeout,
      transport: (request) => this.#send(request, end),
    });
    return new TenantReading(this.#options.domain, async (path, url) => {
      try {
        const authorization = `Bearer ${await this.#tokens.get()}`;
        return await read(await wire.fetch(url, { headers: { authorization } }), path);
      } catch (error) {
        throw this.#toResolverError(error);
      }
    });
  }

  async #send(request: Request, end: number): Promise<Response> {
    const wait = this.#heldUntil - performance.now();
    if (performance.now() + Math.max(0, wait) >= end) {
      throw new TenantError('rate_limited', 'the tenant wants fewer requests', 'Try again later.');
    }
    if (wait > 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
    await this.#options.rate.pass(end);
    const response = await this.#options.transport(request);
    if (response.status === 429) {
      const { retryAfter, reset } = readRateLimit(response.headers, Date.now());
      const asked = retryAfter ?? reset ?? 0;
      this.#heldUntil = Math.max(this.#heldUntil, performance.now() + (asked > 0 ? asked : PAUSE));
    }
    return response;
  }

  /** What the tenant package throws has no token and no secret in its message. */
  #toResolverError(error: unknown): unknown {
    if (!(error instanceof TenantError)) return error;
    const held = this.#heldUntil - performance.now();
    if (error.code === 'rate_limited' || (error.code === 'deadline_exceeded' && held > 0)) {
      const seconds = Math.max(1, Math.ceil(held / 1000));
      return new ResolverError('rate_limited', 'the tenant wants fewer requests', seconds);
    }
    return toResolverError(error);
  }
}

/** What is read of the tenant for one user, by path below `/api/v2`. */
export class TenantReading {
  readonly #origin: string;
  readonly #get: (path: string, url: string) => Promise<unknown>;

  constructor(domain: string, get: (path: string, url: string) => Promise<unknown>) {
    this.#origin = `https://${domain}/api/v2`;
    this.#get = get;
  }

  get(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const text = new URLSearchParams(query).toString();
    return this.#get(path, `${this.#origin}${path}${text === '' ? '' : `?${text}`}`);
  }

  /** All of a list of roles by page and number. */
  rolesByPage(path: string): Promise<ListedRole[]> {
    return this.#whole(
      readOffsetList({
        what: 'roles',
        key: ({ id }) => id,
        page: async (page, perPage): Promise<OffsetPage<ListedRole>> => {
          const query = { page: String(page), per_page: String(perPage), include_totals: 'true' };
          const { start, limit, total, roles } = Object(await this.get(path, query)) as Fields;
          if (![start, limit, total].every(Number.isInteger)) throw malformed(path);
          return { start, limit, total, items: rolesIn(roles, path) } as OffsetPage<ListedRole>;
        },
      }),
    );
  }

  /** All of a list of roles by checkpoint. */
  rolesByCheckpoint(path: string): Promise<ListedRole[]> {
    return this.#whole(
      readCheckpointList({
        what: 'roles',
        key: ({ id }) => id,
        page: async (from, take) => {
          const query = { take: String(take), ...(from === undefined ? {} : { from }) };
          const { roles, next } = Object(await this.get(path, query)) as Fields;
          if (next !== undefined && next !== null && typeof next !== 'string') throw malformed(path);
          return { items: rolesIn(roles, path), next: next ?? undefined };
        },
      }),
    );
  }

  async #whole(list: Promise<ListedRole[]>): Promise<ListedRole[]> {
    try {
      return await list;
    } catch (error) {
      throw toResolverError(error);
    }
  }
}

export interface ListedRole {
  readonly id: string;
  readonly name: string;
}

function rolesIn(value: unknown, path: string): ListedRole[] {
  if (!Array.isArray(value)) throw malformed(path);
  return value.map((role: unknown) => {
    const { id, name } = Object(role) as Fields;
    if (typeof id !== 'string' || typeof name !== 'string') throw malformed(path);
    return { id, name };
  });
}

async function read(response: Response, path: string): Promise<unknown> {
  const { status } = response;
  if (response.ok) {
    try {
      return await response.json();
    } catch {
      throw malformed(path);
    }
  }
  if (status === 429) throw new TenantError('rate_limited', `GET ${path}: 429`, 'Try again later.');
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 425;
  throw new ResolverError(
    isRefused ? 'tenant_refused' : 'tenant_unavailable',
    `GET ${path}: the tenant answered ${status}`,
  );
}

export function malformed(path: string): ResolverError {
  return new ResolverError('tenant_unavailable', `GET ${path}: the tenant did not answer as documented`);
}

function toResolverError(error: unknown): unknown {
  if (!(error instanceof TenantError)) return error;
  const isRefused = error.code === 'credentials_rejected' || error.code === 'scope_missing';
  return new ResolverError(isRefused ? 'tenant_refused' : 'tenant_unavailable', error.message);
}
