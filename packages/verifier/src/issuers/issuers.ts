// Whose tokens a verifier accepts: one issuer, several, or those that a function knows.

import type { KeySet } from '../keys/create-key-set.ts';
import type { JsonWebKeySet } from '../keys/json-web-key-set.ts';
import type { KeySetFunction } from '../keys/key-function.ts';
import type { KeySource } from '../keys/key-source.ts';

/** What `jwks` can be. */
export type Jwks = URL | string | JsonWebKeySet | KeySetFunction | KeySet;

/** One of several issuers, with its own keys: they are trusted for no other issuer's tokens. */
export interface IssuerOptions {
  /** The `iss` claim of its tokens, exactly. */
  readonly issuer: string;
  /** By default the issuer's own. */
  readonly jwks?: Jwks | undefined;
}

/**
 * Says whether an issuer is trusted, for tenants that are known at run time only: true, or `{jwks}` where its keys are
 * elsewhere; anything else refuses the token. `issuer` is what a token says that nobody verified: compare it with what
 * you know, and never answer true for what only looks right. Asked again after ten minutes.
 */
export type IssuerFunction = (issuer: string) => IssuerAnswer | Promise<IssuerAnswer>;

export type IssuerAnswer = boolean | { readonly jwks: Jwks } | undefined | null;

/** Options that were checked: the key source of each issuer, or the function that knows them. */
export type CheckedIssuers =
  | { readonly issuer: string; readonly keys: KeySource }
  | { readonly list: ReadonlyMap<string, KeySource> }
  | { readonly ask: IssuerFunction };
