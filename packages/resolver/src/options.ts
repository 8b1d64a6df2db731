/** What createResolver can be told, checked once. */
import { parseDomain } from '@claimgen/tenant';
import type { TokenStore } from '@claimgen/token-cache/fleet';
import { tell } from '@claimgen/verifier/changes';
import { type CheckedTables, checkTables, type ResolverTables } from './tables.ts';

export interface ResolverOptions {
  /** What `claimgen build` writes for the audience with `resolver: true`, parsed: `resolver/<audience>.json` of the environment. */
  readonly tables: ResolverTables;
  /** The tenant's own domain, such as `acme.eu.auth0.com`. */
  readonly domain: string;
  /**
   * The `iss` of the tokens whose users are this tenant's: its custom domain, with a slash at the end. By default
   * `https://<domain>/`. Users of different tenants may have the same id.
   */
  readonly issuers?: readonly string[] | undefined;
  /** Of a machine-to-machine application with the scopes that docs/guide/resolver.md names. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where a fleet shares what it has read, and its requests a second: `@claimgen/resolver/valkey`. By default each process for itself. */
  readonly store?: TokenStore | undefined;
  /** Seconds for which an answer counts, 1 to 3600. By default 60. */
  readonly ttl?: number | undefined;
  /** Seconds for which an answer counts after that where Auth0 can't be asked, 0 to 86,400. By default 0. */
  readonly staleIfError?: number | undefined;
  /** Milliseconds that reading one user may take, all requests together, 100 to 8000. By default 3000. */
  readonly timeout?: number | undefined;
  /** Requests a second to the tenant, of all processes that share a store, 1 to 1000. By default 10. */
  readonly requestsPerSecond?: number | undefined;
  /** How many users are kept in this process. By default 10,000. */
  readonly entries?: number | undefined;
  /** In place of the global `fetch`, such as for a proxy. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** Told what an operator should know, in one line: never a token, a secret or whose permissions they are. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface CheckedOptions {
  readonly tables: CheckedTables;
  readonly issuers: ReadonlySet<string>;
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly store: TokenStore | undefined;
  /** Milliseconds. */
  readonly ttl: number;
  readonly staleIfError: number;
  readonly timeout: number;
  readonly requestsPerSecond: number;
  readonly entries: number;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly log: (line: string) => void;
}

const NAMES: Readonly<Record<keyof ResolverOptions, true>> = {
  tables: true,
  domain: true,
  issuers: true,
  clientId: true,
  clientSecret: true,
  store: true,
  ttl: true,
  staleIfError: true,
  timeout: true,
  requestsPerSecond: true,
  entries: true,
  fetch: true,
  log: true,
};

/** Throws a TypeError that says which option is wrong and how to fix it. */
export function checkOptions(options: ResolverOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('the options of createResolver must be an object');
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(NAMES, name)) throw new TypeError(`${name} is not an option of createResolver`);
  }
  const domain = domainOf(options.domain);
  const { store, log = () => undefined } = options;
  const transport = options.fetch ?? ((request: Request) => fetch(request));
  if (store !== undefined && typeof store?.read !== 'function')
    throw new TypeError('store must be a store of @claimgen/resolver/valkey');
  for (const [name, value] of Object.entries({ fetch: transport, log })) {
    if (typeof value !== 'function') throw new TypeError(`${name} must be a function`);
  }
  return {
    tables: checkTables(options.tables, domain),
    issuers: issuersOf(options.issuers ?? [`https://${domain}/`]),
    domain,
    clientId: textOf('clientId', options.clientId),
    clientSecret: textOf('clientSecret', options.clientSecret),
    store,
    ttl: numberOf('ttl', options.ttl ?? 60, 1, 3600) * 1000,
    staleIfError: numberOf('staleIfError', options.staleIfError ?? 0, 0, 86_400) * 1000,
    timeout: numberOf('timeout', options.timeout ?? 3000, 100, 8000),
    requestsPerSecond: numberOf('requestsPerSecond', options.requestsPerSecond ?? 10, 1, 1000),
    entries: Math.floor(numberOf('entries', options.entries ?? 10_000, 1, 1_000_000)),
    fetch: transport,
    log: (line) => tell(log, line),
  };
}

function domainOf(value: unknown): string {
  try {
    return parseDomain(typeof value === 'string' ? value : '');
  } catch {
    throw new TypeError("domain must be the tenant's own domain, such as acme.eu.auth0.com");
  }
}

function issuersOf(value: unknown): ReadonlySet<string> {
  const isList = Array.isArray(value) && value.length > 0;
  if (isList && value.every((issuer) => typeof issuer === 'string' && /^https?:\/\/./.test(issuer)))
    return new Set(value);
  throw new TypeError('issuers must be an array of URLs, such as https://login.acme.example/');
}

/** The value is never part of the message: it may be a secret. */
function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${name} must be a string that is not empty`);
}

function numberOf(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new TypeError(`${name} must be a number from ${least} to ${most}`);
}
