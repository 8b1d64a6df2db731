// The challenges of APIs that take tokens by both schemes: RFC 6750, section 3; RFC 9449, section 7.1.
import type { VerifierError } from '../errors.ts';
import { challengeOf } from '../errors.ts';
import type { Scheme } from './sender-request.ts';

export class Challenges {
  /** The parameter that tells clients how to sign proofs. */
  readonly #algs: string;
  readonly #required: boolean;

  constructor(algorithms: readonly string[], required: boolean) {
    this.#algs = `algs="${algorithms.join(' ')}"`;
    this.#required = required;
  }

  /**
   * Gives the error the challenge of the scheme that the token came by; without one, those of all that are accepted. Gives
   * back what is no refusal as it is.
   */
  apply<E>(error: E, scheme: Scheme | undefined): E {
    const { wwwAuthenticate } = error as Partial<VerifierError>;
    if (wwwAuthenticate !== undefined)
      Object.assign(error as object, { wwwAuthenticate: this.#of(error, scheme) });
    return error;
  }

  #of(error: unknown, scheme: Scheme | undefined): string {
    const parameters = challengeOf(error as VerifierError);
    const dpop = `DPoP ${this.#algs}`;
    if (parameters.length === 0) return this.#required ? dpop : `Bearer, ${dpop}`;
    const isProof = /"(?:invalid_dpop_proof|use_dpop_nonce)"/.test(parameters[0] ?? '');
    return scheme === 'DPoP' || isProof
      ? `DPoP ${[...parameters, this.#algs].join(', ')}`
      : `Bearer ${parameters.join(', ')}, ${dpop}`;
  }
}
