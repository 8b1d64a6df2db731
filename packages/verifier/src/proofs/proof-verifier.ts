// Whether a request comes from whom its token is bound to: RFC 9449, section 7; RFC 8705, section 3.
import { VerifierError } from '../errors.ts';
import { withDeadline } from '../keys/deadline.ts';
import { toNative } from '../native-promise.ts';
import { own } from '../own-property.ts';
import type { Platform } from '../platform/platform.ts';
import { checkSignature } from '../token/check-signature.ts';
import { bindingRefused, readBinding } from './binding.ts';
import { certificateDigest } from './certificate.ts';
import { Challenges } from './challenges.ts';
import { sha256 } from './digest.ts';
import type { CheckedDpop } from './dpop-options.ts';
import type { DpopProof } from './dpop-proof.ts';
import { proofRefused, readProof } from './dpop-proof.ts';
import { normalUrl } from './normal-url.ts';
import { ProofKeys } from './proof-keys.ts';
import type { SenderRequest } from './sender-request.ts';
import { carrierOf, proofsOf } from './sender-request.ts';

/** Seconds that stores of proofs and nonces may take. */
const DEADLINE = 5;

export interface ProofExpectations extends CheckedDpop {
  /** Whether tokens that are bound to nobody are refused. */
  readonly required: boolean;
  /** Seconds since 1970. */
  readonly now: () => number;
}

export class ProofVerifier {
  readonly challenges: Challenges;
  readonly #platform: Platform;
  readonly #expected: ProofExpectations;
  readonly #keys: ProofKeys;
  /** What became of token and proof of a framework's request: its guards ask for the same request once more. */
  readonly #judged: WeakMap<object, { readonly text: string; readonly outcome: Promise<void> }> =
    new WeakMap();

  constructor(platform: Platform, expected: ProofExpectations) {
    this.challenges = new Challenges(expected.algorithms, expected.required);
    this.#platform = platform;
    this.#expected = expected;
    this.#keys = new ProofKeys(platform);
  }

  /** What can be told before the token is verified. Throws `request_malformed`, `proof_missing` and `proof_refused`. */
  checkForm(request: SenderRequest | undefined): void {
    if (request === undefined) return;
    const { scheme } = request;
    if (scheme !== 'Bearer' && scheme !== 'DPoP') throw new TypeError('scheme must be "Bearer" or "DPoP"');
    const proofs = proofsOf(request);
    // RFC 9449, section 7.2: a proof must not pass for one where nobody looks at it.
    if (scheme === 'Bearer' && proofs.length > 0)
      throw new VerifierError(
        'request_malformed',
        'A request with a DPoP proof must use the DPoP scheme, not Bearer',
      );
    if (scheme === 'Bearer') return;
    if (proofs.length === 0)
      throw new VerifierError('proof_missing', 'A request by the DPoP scheme must have a DPoP header');
    if (proofs.length > 1) throw proofRefused('The request must have one DPoP header only');
  }

  /** For a token that was verified. Rejects with the error that refuses the request. */
  async check(
    token: string,
    claims: { readonly [name: string]: unknown },
    request: SenderRequest | undefined,
  ): Promise<void> {
    const binding = readBinding(claims);
    const scheme = request?.scheme ?? 'Bearer';
    if (binding === undefined) {
      if (scheme === 'DPoP')
        throw bindingRefused('The DPoP scheme needs a token that is bound to a key ("jkt" of "cnf")');
      if (this.#expected.required)
        throw bindingRefused('The token must be bound to its sender ("cnf" claim), by DPoP or mutual TLS');
      return;
    }
    if (request === undefined) {
      throw new VerifierError(
        'token_sender_constrained',
        'the token is bound to its sender ("cnf" claim): verify must be given the request, too',
      );
    }
    const { jkt, x5t } = binding;
    if (jkt !== undefined && scheme !== 'DPoP')
      throw bindingRefused('A token that is bound to a key must be sent by the DPoP scheme, not Bearer');
    if (jkt === undefined && scheme === 'DPoP')
      throw bindingRefused(
        'A token that is bound to a certificate must be sent by the Bearer scheme, not DPoP',
      );
    if (x5t !== undefined && (await certificateDigest(request.certificate)) !== x5t)
      throw bindingRefused(
        'The certificate of the request must be the one that the token is bound to ("x5t#S256" of "cnf")',
      );
    if (jkt !== undefined) await this.#checkProofOnce(token, jkt, request);
  }

  async #checkProofOnce(token: string, jkt: string, request: SenderRequest): Promise<void> {
    const [proof] = proofsOf(request);
    const carrier = carrierOf(request);
    if (carrier === undefined) return await this.#checkProof(token, jkt, proof, request);
    const text = `${token} ${proof}`;
    const judged = this.#judged.get(carrier);
    if (judged?.text === text) return await judged.outcome;
    const outcome = this.#checkProof(token, jkt, proof, request);
    this.#judged.set(carrier, { text, outcome });
    return await outcome;
  }

  async #checkProof(token: string, jkt: string, text: unknown, request: SenderRequest): Promise<void> {
    const proof = readProof(text, this.#expected.algorithms, this.#platform);
    const { compact, alg, jwk, claims } = proof;
    const key = await this.#keys.find(jwk, alg, jkt);
    const signature = this.#platform.decodeBytes(compact.signature);
    if (signature === undefined)
      throw proofRefused('The signature of the DPoP proof must be canonical base64url');
    try {
      await checkSignature(key, compact, signature);
    } catch (error) {
      if ((error as Partial<VerifierError>).code !== 'signature_invalid') throw error;
      throw proofRefused('signature verification of the DPoP proof failed');
    }
    await this.#checkClaims(proof, token, request);
    await this.#checkNonce(own(claims, 'nonce'));
    await this.#checkReplay(proof, jkt);
  }

  async #checkClaims({ claims }: DpopProof, token: string, { method, url }: SenderRequest): Promise<void> {
    const { maxAge, clockTolerance, now } = this.#expected;
    const [jti, htm, htu, iat] = ['jti', 'htm', 'htu', 'iat'].map((name) => own(claims, name));
    if (typeof jti !== 'string' || jti === '')
      throw proofRefused('"jti" claim of the DPoP proof must be a string that is not empty');
    // RFC 9110, section 9.1: methods are case-sensitive.
    if (htm !== method) throw proofRefused('"htm" claim of the DPoP proof must be the method of the request');
    const expected = normalUrl(url);
    if (expected === undefined) throw new TypeError('url must be the absolute URL of the request');
    if (normalUrl(htu) !== expected)
      throw proofRefused(
        '"htu" claim of the DPoP proof must be the URL of the request without query and fragment',
      );
    // Written so that a clock that fails (NaN) lets no proof pass.
    const age = typeof iat === 'number' ? now() - iat : Number.NaN;
    if (!(age < maxAge + clockTolerance && age >= -clockTolerance))
      throw proofRefused('"iat" claim of the DPoP proof must be the present time, in seconds since 1970');
    if (own(claims, 'ath') !== (await sha256(token)))
      throw proofRefused(
        '"ath" claim of the DPoP proof must be the base64url of the SHA-256 digest of the token',
      );
    checkOptionalTimes(claims, now(), clockTolerance);
  }

  async #checkNonce(given: unknown): Promise<void> {
    const { nonces } = this.#expected;
    if (nonces === undefined) return;
    if (typeof given === 'string' && (await ask(() => nonces.accepts(given))) === true) return;
    const dpopNonce = await ask(() => nonces.current());
    // RFC 9449, section 8.1.
    if (typeof dpopNonce !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(dpopNonce))
      throw unavailable(new TypeError('nonces.current() must give printable ASCII'));
    throw new VerifierError('nonce_required', 'The DPoP proof must have the nonce of the DPoP-Nonce header', {
      dpopNonce,
    });
  }

  async #checkReplay({ claims }: DpopProof, jkt: string): Promise<void> {
    const { replays, maxAge, clockTolerance } = this.#expected;
    const id = await sha256(`${jkt} ${claims['jti']}`);
    const expires = (claims['iat'] as number) + maxAge + clockTolerance;
    if ((await ask(() => replays.add(id, Math.ceil(expires)))) !== true)
      throw new VerifierError(
        'proof_replayed',
        'The DPoP proof has been used before, or it is too old to know',
      );
  }
}

/** RFC 7519, sections 4.1.4 and 4.1.5: a proof needs neither, but must not be used against them. */
function checkOptionalTimes(
  claims: Readonly<Record<string, unknown>>,
  now: number,
  clockTolerance: number,
): void {
  const [exp, nbf] = [own(claims, 'exp'), own(claims, 'nbf')];
  if (exp !== undefined && !(typeof exp === 'number' && now < exp + clockTolerance))
    throw proofRefused('"exp" claim of the DPoP proof must be in the future');
  if (nbf !== undefined && !(typeof nbf === 'number' && now >= nbf - clockTolerance))
    throw proofRefused('"nbf" claim of the DPoP proof must be in the past');
}

/** Asks what the API gave us, in bounded time. Rejects with `proof_unavailable`. */
async function ask(question: () => unknown): Promise<unknown> {
  try {
    return await withDeadline(async () => await toNative(question()), DEADLINE, 'answer');
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): VerifierError {
  return new VerifierError('proof_unavailable', 'It could not be told whether the DPoP proof may be used', {
    cause,
    retryAfter: 1,
  });
}
