// The codes of VerifierError and the HTTP statuses that go with them; both stable across versions.

/** Why a request, token or claim was refused. docs/verifier.md says what each means. */
export type VerifierErrorCode =
  | 'request_malformed'
  | 'token_missing'
  | 'token_malformed'
  | 'token_too_long'
  | 'header_refused'
  | 'algorithm_refused'
  | 'key_unknown'
  | 'signature_invalid'
  | 'issuer_refused'
  | 'audience_refused'
  | 'subject_refused'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'time_refused'
  | 'token_sender_constrained'
  | 'claim_malformed'
  | 'claim_overflow'
  | 'layout_unknown'
  | 'insufficient_scope'
  | 'key_set_unavailable'
  | 'crypto_failed';

export type VerifierErrorStatus = 400 | 401 | 403 | 503;

/** RFC 6750, section 3.1: the error that a challenge names. */
export type ChallengeError = 'invalid_request' | 'invalid_token' | 'insufficient_scope' | '';

const OTHERS: Partial<Record<VerifierErrorCode, readonly [VerifierErrorStatus, ChallengeError]>> = {
  request_malformed: [400, 'invalid_request'],
  // "If the request lacks any authentication information", no error code is given.
  token_missing: [401, ''],
  insufficient_scope: [403, 'insufficient_scope'],
  claim_overflow: [403, 'insufficient_scope'],
  key_set_unavailable: [503, ''],
  crypto_failed: [503, ''],
};

/** Every code that isn't listed is 401 invalid_token. */
export function statusOf(code: VerifierErrorCode): readonly [VerifierErrorStatus, ChallengeError] {
  return OTHERS[code] ?? [401, 'invalid_token'];
}
