// Issuers that are all known when the verifier is made.
import type { KeySource } from '../keys/key-source.ts';
import type { TokenVerifier } from '../token-verifier.ts';
import type { FindVerifier, MakeVerifier } from './issuers-verifier.ts';

export class ListedIssuers<P extends string> implements FindVerifier<P> {
  readonly #verifiers: ReadonlyMap<string, TokenVerifier<P>>;

  constructor(list: ReadonlyMap<string, KeySource>, make: MakeVerifier<P>) {
    this.#verifiers = new Map([...list].map(([issuer, keys]) => [issuer, make(issuer, keys)]));
  }

  find(issuer: string): TokenVerifier<P> | undefined {
    return this.#verifiers.get(issuer);
  }

  async prefetch(): Promise<void> {
    await Promise.all([...this.#verifiers.values()].map((verifier) => verifier.prefetch()));
  }
}
