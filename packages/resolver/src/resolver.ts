/** Makes the resolver of an API. */
import { createHash } from 'node:crypto';
import { type Audience, admitsClient, decodeBody, encodeClaim, sizeOf } from '@claimgen/action-runtime';
import { Guard } from '@claimgen/token-cache/fleet';
import type { PermissionAnswer, PermissionQuery, PermissionResolver } from '@claimgen/verifier';
import { ResolverError } from './errors.ts';
import { Flight } from './flight.ts';
import { Sealer } from './kept.ts';
import { type CheckedOptions, checkOptions, type ResolverOptions } from './options.ts';
import { RequestRate } from './request-rate.ts';
import { RoleTypes } from './role-types.ts';
import { TenantApi } from './tenant-api.ts';
import { readPlaces, type Wanted } from './user-source.ts';

export interface Resolver extends PermissionResolver {
  /** Forgets what is kept in this process, and closes the store. */
  close(): Promise<void>;
}

/**
 * Makes a resolver: what a user holds, by the tables and the code of the Action, read from the Management API and kept for a while.
 * Throws a TypeError for options that can't work. docs/guide/resolver.md
 *
 * @example
 * const resolver = createResolver({ tables, domain: 'acme.eu.auth0.com', clientId, clientSecret });
 * const verifier = createVerifier({ issuer, layout: orders, resolver });
 */
export function createResolver(options: ResolverOptions): Resolver {
  return new TableResolver(checkOptions(options));
}

/** Milliseconds between two lines about one and the same. */
const LOG_EVERY = 60_000;

class TableResolver implements Resolver {
  readonly #options: CheckedOptions;
  readonly #flight: Flight;
  readonly #api: TenantApi;
  readonly #types = new RoleTypes();
  /** Of the tables: another build has other entries. */
  readonly #digest: string;
  readonly #logged: Map<string, number> = new Map();
  #isClosed = false;

  constructor(options: CheckedOptions) {
    const { store, log, requestsPerSecond, tables, ...rest } = options;
    this.#options = options;
    this.#digest = createHash('sha256').update(tables.text).digest('base64url');
    const guard =
      store &&
      new Guard(store, (isUp) =>
        log(isUp ? 'the store is back' : 'the store is down: each process asks the tenant for itself'),
      );
    const rate = new RequestRate(requestsPerSecond, guard);
    this.#api = new TenantApi({ ...rest, transport: options.fetch, rate });
    this.#flight = new Flight({
      ...rest,
      guard,
      sealer: new Sealer(options.clientSecret),
      read: (wanted) => this.#read(wanted),
      onStale: () => this.#log("the tenant can't be asked: answers past their ttl are given (staleIfError)"),
    });
  }

  async resolve({
    issuer,
    subject,
    organization,
    client,
    audience,
    newerThan,
  }: PermissionQuery): Promise<PermissionAnswer> {
    if (this.#isClosed) throw new ResolverError('closed', 'the resolver was closed');
    if (!this.#options.issuers.has(issuer)) {
      throw new ResolverError(
        'unknown_issuer',
        `the token is of ${issuer}: name the tenant's custom domains as issuers`,
      );
    }
    const found = this.#options.tables.audiences.get(audience);
    if (found === undefined) {
      throw new ResolverError(
        'unknown_api',
        `the tables are not of the API ${audience}: pass those of its audience`,
      );
    }
    const { clients } = found.table;
    // As in the Action: tokens of other clients carry no permissions.
    if (
      clients !== undefined &&
      !admitsClient(clients, client === undefined ? {} : { client: { client_id: client } })
    )
      return { claim: [], readAt: Date.now() };
    const key = JSON.stringify([issuer, subject, organization ?? null, audience, this.#digest]);
    const kept = await this.#flight.get({ key, audience: found, userId: subject, organization, newerThan });
    return { claim: claimOf(found, kept.body), readAt: kept.readAt };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#flight.clear();
    await this.#options.store?.close();
  }

  /** All or nothing, in time: a reading that is late is given up, whoever holds it up. */
  async #read(wanted: Wanted): Promise<readonly number[]> {
    const { timeout } = this.#options;
    const reading = this.#api.open(timeout);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(new ResolverError('tenant_unavailable', `the tenant did not answer within ${timeout} ms`)),
        timeout,
      );
    });
    try {
      const onUnknownRoles = (api: string): void =>
        this.#log(`${api}: users have roles that are unknown since the last claimgen build`);
      return await Promise.race([readPlaces(wanted, reading, { types: this.#types, onUnknownRoles }), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #log(line: string): void {
    const now = performance.now();
    if (now - (this.#logged.get(line) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY) return;
    this.#logged.set(line, now);
    this.#options.log(line);
  }
}

/** The claim's value, as the Action writes it. */
function claimOf({ table }: Audience, body: string): string | readonly string[] {
  const { encoding, ids } = table;
  if (encoding === 'bitset') return `${ids.join('')}.${body}`;
  const { ends, names = [] } = table;
  return encodeClaim({ encoding, ids, ends, names }, decodeBody(body, sizeOf(table)));
}
