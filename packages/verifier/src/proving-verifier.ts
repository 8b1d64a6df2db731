// The verifier of an API that takes tokens which are bound to their sender: first the token, then the proof.
import type { Access } from './access.ts';
import type { FreshnessReport } from './changes/freshness.ts';
import { isVerifierError } from './errors.ts';
import type { ProofsWanted } from './header-lookup.ts';
import { PROOFS } from './header-lookup.ts';
import { tell } from './hooks.ts';
import type { CommonOptions } from './options.ts';
import type { Challenger } from './proofs/challenger.ts';
import type { ProofVerifier } from './proofs/proof-verifier.ts';
import type { SenderRequest } from './proofs/sender-request.ts';
import type { Verifier } from './verifier-type.ts';

/** `tokens` verifies the token alone; nobody else may be given it. */
export function createProvingVerifier<P extends string>(
  tokens: Verifier<P>,
  proofs: ProofVerifier,
  options: CommonOptions,
): Verifier<P> & ProofsWanted {
  return new ProvingVerifier<P>(tokens, proofs, options);
}

/** It has no HeaderLookup: where proofs are verified, a header is never all of the question. */
class ProvingVerifier<P extends string> implements Verifier<P>, ProofsWanted {
  readonly #tokens: Verifier<P>;
  readonly #proofs: ProofVerifier;
  readonly #options: CommonOptions;

  constructor(tokens: Verifier<P>, proofs: ProofVerifier, options: CommonOptions) {
    this.#tokens = tokens;
    this.#proofs = proofs;
    this.#options = options;
  }

  get [PROOFS](): Challenger {
    return this.#proofs.challenges;
  }

  async verify(token: string, request?: SenderRequest): Promise<Access<P>> {
    const began = performance.now();
    try {
      await this.#telling(began, () => this.#proofs.checkForm(request));
      const access = await this.#tokens.verify(token);
      await this.#telling(began, () => this.#proofs.check(token, access.claims, request));
      return access;
    } catch (error) {
      throw this.#proofs.challenges.apply(error, request?.scheme ?? 'Bearer');
    }
  }

  prefetch(): Promise<void> {
    return this.#tokens.prefetch();
  }

  freshness(): FreshnessReport | undefined {
    return this.#tokens.freshness();
  }

  async #telling(began: number, check: () => void | Promise<void>): Promise<void> {
    try {
      await check();
    } catch (error) {
      if (isVerifierError(error)) {
        const { layout, on } = this.#options;
        const seconds = (performance.now() - began) / 1000;
        tell(on?.refused, { api: layout.name, code: error.code, status: error.status, seconds });
      }
      throw error;
    }
  }
}
