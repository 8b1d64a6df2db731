/** The options of a cache, checked once. */
import type { JSONWebKeySet } from 'jose';
import type { TokenCacheEvent } from './events.ts';
import type { Quotas } from './quotas.ts';
import type { TokenStore } from './store.ts';

/** What is known of a client beforehand. */
export interface ClientOptions extends Quotas {
  /** Its public keys: assertions that are signed by them (`private_key_jwt`) may be answered from the cache. */
  readonly keys?: JSONWebKeySet;
}

export interface TokenCacheOptions {
  /** `https://acme.eu.auth0.com/`; http on loopback only. The token endpoint is `oauth/token` below it. */
  readonly issuer: string;
  /** 32 random bytes or more, as a string of 32 characters at least; the same for all processes with one store. */
  readonly pepper: string | Uint8Array;
  /** By default in memory. */
  readonly store?: TokenStore;
  /** The client of `getToken`. */
  readonly client?: { readonly id: string; readonly secret: string };
  /** Quotas of every client. */
  readonly quotas?: Quotas;
  /** By client id: other quotas, and public keys. */
  readonly clients?: Readonly<Record<string, ClientOptions>>;
  /** Tokens a month that the tenant may issue: told at 60, 80 and 100 %. */
  readonly budget?: number;
  /** Seconds that a token is kept at most; by default until it expires. */
  readonly maxAge?: number;
  /** Milliseconds that the issuer may take, and that a caller waits for another process; 10,000 by default. */
  readonly timeout?: number;
  /** What the owner should know, without secrets; `console.warn` by default. */
  readonly log?: (message: string) => void;
  /** For metrics. */
  readonly on?: (event: TokenCacheEvent) => void;
  /** Milliseconds since 1970; by default the machine's. */
  readonly clock?: () => number;
}

export interface CheckedOptions {
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly pepper: Uint8Array<ArrayBuffer>;
  readonly clients: ReadonlyMap<string, ClientOptions>;
  readonly maxAge: number;
  readonly timeout: number;
}

const MIN_PEPPER = 32;
/** Milliseconds: a timer of 2 ** 31 would fire at once. */
const MAX_TIMEOUT = 600_000;
const QUOTAS: ReadonlySet<string> = new Set([
  'requestsPerMinute',
  'grantsPerHour',
  'grantsPerDay',
  'grantsPerMonth',
] satisfies (keyof Quotas)[]);

/** @throws TypeError for options that can't work */
export function checkOptions(options: TokenCacheOptions): CheckedOptions {
  const { pepper, quotas = {}, clients = {}, budget, maxAge, timeout = 10_000, client } = options;
  const bytes = bytesOf(pepper);
  if (bytes === undefined || bytes.length < MIN_PEPPER)
    throw new TypeError(
      `pepper must have ${MIN_PEPPER} bytes at least: openssl rand -base64 ${MIN_PEPPER} makes one`,
    );
  checkQuotas(quotas, 'quotas');
  for (const [id, { keys, ...own }] of Object.entries(clients)) {
    checkQuotas(own, `clients[${JSON.stringify(id)}]`);
    if (keys !== undefined && !Array.isArray(keys.keys))
      throw new TypeError(
        `clients[${JSON.stringify(id)}].keys must be a key set: an object with the array "keys"`,
      );
  }
  if (budget !== undefined) checkPositive(budget, 'budget');
  if (maxAge !== undefined) checkPositive(maxAge, 'maxAge');
  checkPositive(timeout, 'timeout');
  if (timeout > MAX_TIMEOUT) throw new TypeError(`timeout must be ${MAX_TIMEOUT} milliseconds at most`);
  if (client !== undefined && !(isText(client.id) && isText(client.secret)))
    throw new TypeError('client must have an id and a secret');
  const issuer = checkIssuer(options.issuer);
  return {
    issuer,
    tokenUrl: `${issuer}oauth/token`,
    pepper: bytes,
    clients: new Map(Object.entries(clients)),
    maxAge: maxAge === undefined ? Number.POSITIVE_INFINITY : maxAge * 1000,
    timeout,
  };
}

/** A copy; undefined for what is neither: of a number there would be as many zeros. */
function bytesOf(pepper: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof pepper === 'string') return new TextEncoder().encode(pepper);
  return pepper instanceof Uint8Array ? new Uint8Array(pepper) : undefined;
}

function checkQuotas(quotas: Quotas, where: string): void {
  for (const [name, value] of Object.entries(quotas)) {
    // A limit that nobody reads would look like one that holds.
    if (!QUOTAS.has(name)) throw new TypeError(`${where}.${name} is not known`);
    if (value !== undefined) checkPositive(value, `${where}.${name}`);
  }
}

function checkPositive(value: unknown, name: string): void {
  if (!Number.isSafeInteger(value) || (value as number) <= 0)
    throw new TypeError(`${name} must be a whole number above 0`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function checkIssuer(issuer: unknown): string {
  const url = typeof issuer === 'string' && URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw new TypeError('issuer must be a URL such as https://acme.eu.auth0.com/');
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    throw new TypeError('issuer must be an https URL: secrets are sent to it. http is for loopback only');
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
