import type { JSONWebKeySet } from 'jose';
import { fetchKeySet } from './fetch-key-set.ts';
import { FetchedKeySet } from './fetched-key-set.ts';
import { FixedKeySet } from './fixed-key-set.ts';
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

/** Throws a TypeError for a source or an option that can't work. */
export function createKeySet(
  source: URL | string | JSONWebKeySet | KeySetFunction,
  options: KeySetOptions = {},
): KeySet {
  return new SharedKeySet(toKeySource(source, options));
}

/** Also takes what `createKeySet` made. */
export function toKeySource(source: unknown, options: KeySetOptions = {}): KeySource {
  if (source instanceof SharedKeySet) return source[KEY_SET];
  const checked = checkKeySetOptions(options);
  if (typeof source === 'function') return new KeyFunction(source as KeySetFunction, checked);
  if (source instanceof URL || (typeof source === 'string' && URL.canParse(source))) {
    const url = checkTransport(new URL(source), 'jwks');
    return new FetchedKeySet(() => fetchKeySet(url, checked), checked);
  }
  if (typeof source === 'object' && source !== null && 'keys' in source) {
    return fixedKeySet(source as JSONWebKeySet);
  }
  throw new TypeError('jwks must be a URL, a key set ({keys: […]}), a function or what createKeySet returns');
}

function fixedKeySet(keySet: JSONWebKeySet): FixedKeySet {
  try {
    return new FixedKeySet(keySet);
  } catch (error) {
    throw new TypeError('jwks must be a key set with at least one public key', { cause: error });
  }
}
