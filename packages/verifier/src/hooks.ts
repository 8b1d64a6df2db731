// What a verifier tells metrics and traces of its work: never a token, a claim, or whose it is.
import type { LayoutState } from './claim/generations.ts';
import type { ReadFrom } from './claim/read-claim.ts';
import type { VerifierErrorCode, VerifierErrorStatus } from './error-codes.ts';
import { checkFunction, readOwnOptions } from './own-options.ts';

/**
 * A token that was verified; one that the cache had is a `cacheHit` and none of these. Where its proof of possession is
 * refused then, or the resolver does not know its permissions, `refused` is told, too.
 */
export interface VerifiedEvent {
  /** The layout's name: which API it was. */
  readonly api: string;
  readonly layout: LayoutState;
  readonly readFrom: ReadFrom;
  /** How long it took, in seconds, waiting for a key included. */
  readonly seconds: number;
}

/** A token that was refused. Requests without one, and permissions that are denied, are told to the adapters' `log`. */
export interface RefusedEvent {
  readonly api: string;
  readonly code: VerifierErrorCode;
  readonly status: VerifierErrorStatus;
  readonly seconds: number;
}

/** A token that the cache had. */
export interface CacheHitEvent {
  readonly api: string;
}

/** An attempt to get a key set from a URL; a key-set function can tell for itself. */
export interface KeySetFetchedEvent {
  readonly url: string;
  readonly seconds: number;
  /** Why it failed; undefined where it did not. */
  readonly error: unknown;
}

/** Called when it happened. What a hook throws is printed, and has no effect on the token. */
export interface VerifierHooks {
  readonly verified?: (event: VerifiedEvent) => void;
  readonly refused?: (event: RefusedEvent) => void;
  readonly cacheHit?: (event: CacheHitEvent) => void;
  /** Of the key set that the verifier made for itself; one of `createKeySet` has its own `onFetched`. */
  readonly keySetFetched?: (event: KeySetFetchedEvent) => void;
}

const NAMES: Readonly<Record<keyof VerifierHooks, true>> = {
  verified: true,
  refused: true,
  cacheHit: true,
  keySetFetched: true,
};

/** Throws a TypeError for a hook that does not exist, or is no function. */
export function checkHooks(on: VerifierHooks): VerifierHooks {
  const hooks = readOwnOptions(on, Object.keys(NAMES) as (keyof VerifierHooks)[], 'on');
  for (const [name, hook] of Object.entries(hooks)) checkFunction(`on.${name}`, hook);
  return hooks;
}

/** Tells a hook. It can neither fail nor delay what it is told of. */
export function tell<E>(hook: ((event: E) => unknown) | undefined, event: E): void {
  if (hook === undefined) return;
  try {
    const told = hook(event);
    // An async function is taken for a hook, too, and its rejection must not end the process.
    if (told instanceof Object && 'then' in told) void printFault(told as PromiseLike<unknown>);
  } catch (fault) {
    console.error(fault);
  }
}

async function printFault(told: PromiseLike<unknown>): Promise<void> {
  try {
    await told;
  } catch (fault) {
    console.error(fault);
  }
}
