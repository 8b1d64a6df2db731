/** Why a token or a claim was refused; stable across versions. */
export type VerifierErrorCode = 'claim_malformed' | 'layout_unknown';

/** The one error that verification throws. No token or claim text is ever part of the message. */
export class VerifierError extends Error {
  readonly code: VerifierErrorCode;

  constructor(code: VerifierErrorCode, message: string) {
    super(message);
    this.name = 'VerifierError';
    this.code = code;
  }
}
