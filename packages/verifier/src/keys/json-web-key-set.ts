// A key set as it is published: RFC 7517, section 5.

/** A JSON Web Key Set. Its keys are checked one by one; those that can't be used are passed over. */
export interface JsonWebKeySet {
  readonly keys: readonly object[];
}

/**
 * What a key-set function is told of a token's header (RFC 7515, section 4.1). A type and no interface, so that it
 * fits the index signature of the header that jose's functions ask for.
 */
export type KeyRequest = { readonly alg?: string; readonly kid?: string };
