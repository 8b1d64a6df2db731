// The codes of VerifierError and the HTTP statuses that go with them; both stable across versions.

/** Why a request, token or claim was refused. */
export type VerifierErrorCode =
  /** 400: the `Authorization` header is not `Bearer <token>`. */
  | 'request_malformed'
  /** 401: the request has no bearer token. */
  | 'token_missing'
  /**
   * 401: the token is no JWS in compact serialization, or its header or payload is no JSON object without
   * duplicate names.
   */
  | 'token_malformed'
  /** 401: the token is longer than `maxTokenLength`. */
  | 'token_too_long'
  /** 401: `typ`, `kid` or another parameter of the header (`crit`, `jwk`, `jku` …) is not accepted. */
  | 'header_refused'
  /** 401: `alg` is not one of the accepted algorithms. */
  | 'algorithm_refused'
  /** 401: no usable key of the key set has the `kid` and algorithm of the token. */
  | 'key_unknown'
  /** 401: the signature is wrong. */
  | 'signature_invalid'
  /** 401: `iss` is not the issuer, in every character. */
  | 'issuer_refused'
  /** 401: `aud` is not the audience, and does not contain it. */
  | 'audience_refused'
  /** 401: `sub` is absent or empty. */
  | 'subject_refused'
  /** 401: `exp` is over. A client gets the reason `expired`, and may refresh. */
  | 'token_expired'
  /**
   * 401: permissions have changed since the token was issued, or it is older than `maxAge`. A client gets the reason
   * `stale`, and may refresh after `Retry-After`.
   */
  | 'token_stale'
  /** 401: `nbf` is still to come. */
  | 'token_not_yet_valid'
  /** 401: `exp`, `nbf` or `iat` is no number of seconds, or `iat` is in the future. */
  | 'time_refused'
  /** 401: the token is bound to its sender (`cnf`), and nothing here checks the proof. */
  | 'token_sender_constrained'
  /** 401: the token is bound to another key or certificate than the request's, or the scheme is not that of the token. */
  | 'binding_refused'
  /** 401: the scheme is DPoP, and there is no `DPoP` header. */
  | 'proof_missing'
  /** 401: the proof of DPoP is malformed, wrongly signed, too old, or made for another request or token. */
  | 'proof_refused'
  /** 401: the proof of DPoP was used before. */
  | 'proof_replayed'
  /** 401: the proof of DPoP has no nonce, or an old one; the answer's `DPoP-Nonce` is the one to use. */
  | 'nonce_required'
  /** 401: the permission claim, or the stock claim read in its place, is not in its format. */
  | 'claim_malformed'
  /** 403: the permissions did not fit into the token, the Action wrote so (`onOverflow: marker`), and there is no resolver. */
  | 'claim_overflow'
  /**
   * 401: the claim was written with a layout that this verifier does not have: after a rebase, deploy
   * verifiers first.
   */
  | 'layout_unknown'
  /** 403: the token does not grant the required permission. `cause` is the Denial. */
  | 'insufficient_scope'
  /** 503: the key set could not be fetched. `cause` says why. */
  | 'key_set_unavailable'
  /** 503: it is not known what has changed (`changes`), and no token passes meanwhile. */
  | 'changes_unavailable'
  /** 503: the resolver could not say what the user holds. `cause` says why. */
  | 'permissions_unavailable'
  /** 503: the store of used proofs, or the source of nonces, failed. `cause` says why. */
  | 'proof_unavailable'
  /** 503: the policy engine could not be asked (`@claimgen/verifier/authzen`). `cause` says why. */
  | 'decision_unavailable'
  /** 503: the crypto library failed in place of answering. `cause` is its error. */
  | 'crypto_failed';

export type VerifierErrorStatus = 400 | 401 | 403 | 503;

/** RFC 6750, section 3.1, and RFC 9449, section 12.2: the error that a challenge names. */
export type ChallengeError = 'invalid_request' | 'invalid_token' | 'insufficient_scope' | DpopError | '';
type DpopError = 'invalid_dpop_proof' | 'use_dpop_nonce';

const OTHERS: Partial<Record<VerifierErrorCode, readonly [VerifierErrorStatus, ChallengeError]>> = {
  request_malformed: [400, 'invalid_request'],
  // "If the request lacks any authentication information", no error code is given.
  token_missing: [401, ''],
  insufficient_scope: [403, 'insufficient_scope'],
  claim_overflow: [403, 'insufficient_scope'],
  nonce_required: [401, 'use_dpop_nonce'],
  proof_unavailable: [503, ''],
  key_set_unavailable: [503, ''],
  changes_unavailable: [503, ''],
  permissions_unavailable: [503, ''],
  decision_unavailable: [503, ''],
  crypto_failed: [503, ''],
};

/** Every code that isn't listed is 401: invalid_token, or invalid_dpop_proof where its name says so. */
export function statusOf(code: VerifierErrorCode): readonly [VerifierErrorStatus, ChallengeError] {
  return OTHERS[code] ?? [401, code.startsWith('proof_') ? 'invalid_dpop_proof' : 'invalid_token'];
}
