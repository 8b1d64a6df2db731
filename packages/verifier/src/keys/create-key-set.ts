// Key sets as users give them: an address, an object, a function, or one made before.

import { parseUrl } from '../parse-url.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import { FetchedKeySet } from './fetched-key-set.ts';
import { FixedKeySet } from './fixed-key-set.ts';
import type { JsonWebKeySet } from './json-web-key-set.ts';
import type { KeySetFunction } from './key-function.ts';
import { KeyFunction } from './key-function.ts';
import type { KeySetOptions } from './key-set-options.ts';
import { checkKeySetOptions } from './key-set-options.ts';
import type { KeySource } from './key-source.ts';
import { checkTransport } from './transport.ts';

const KEY_SET: unique symbol = Symbol.for('@claimgen/verifier/key-set') as never;

/** A key set with its cache; several verifiers of one issuer may share it. */
export interface KeySet {
  /** Gets the key set before the first token comes. Rejects with `key_set_unavailable`. */
  prefetch(): Promise<void>;
}

class SharedKeySet implements KeySet {
  readonly [KEY_SET]: KeySource;

  constructor(source: KeySource) {
    this[KEY_SET] = source;
  }

  prefetch(): Promise<void> {
    return this[KEY_SET].prefetch();
  }
}

/**
 * Makes a key set that verifiers can share, or whose times are set. Throws a TypeError for a source or an
 * option that can't work. docs/reference/key-sets.md
 *
 * @example
 * const jwks = createKeySet('https://acme.eu.auth0.com/.well-known/jwks.json', { maxAge: 300 });
 * const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders, jwks });
 */
export function createKeySet(
  source: URL | string | JsonWebKeySet | KeySetFunction,
  options: KeySetOptions = {},
): KeySet {
  return new SharedKeySet(toKeySource(source, options));
}

/** Also takes what `createKeySet` made. */
export function toKeySource(source: unknown, options: KeySetOptions = {}): KeySource {
  const checked = checkKeySetOptions(options);
  if (typeof source === 'function') return new KeyFunction(source as KeySetFunction, checked);
  const url = toUrl(source);
  if (url !== undefined) {
    checkTransport(url, 'jwks');
    return new FetchedKeySet(() => fetchKeySet(url, checked), checked, undefined, url.href);
  }
  if (typeof source === 'object' && source !== null) {
    // Also one of another copy of this package.
    if (KEY_SET in source) return (source as SharedKeySet)[KEY_SET];
    if (Object.hasOwn(source, 'keys')) return fixedKeySet(source as JsonWebKeySet);
  }
  throw new TypeError(
    'jwks must be a URL, a key set ({keys: [...]}), a function or what createKeySet returns',
  );
}

/** A copy, which nobody else can change; also of a URL of another realm, such as a test runner's. */
function toUrl(source: unknown): URL | undefined {
  const text = Object.prototype.toString.call(source) === '[object URL]' ? (source as URL).href : source;
  return typeof text === 'string' ? parseUrl(text) : undefined;
}

function fixedKeySet(keySet: JsonWebKeySet): FixedKeySet {
  try {
    return new FixedKeySet(keySet);
  } catch (cause) {
    throw new TypeError('jwks must be a key set with at least one usable public key', { cause });
  }
}
