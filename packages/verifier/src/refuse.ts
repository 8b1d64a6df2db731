// What all adapters do with a request that they refuse: answer as RFC 6750 says, and tell the log why.
import { toRefusal } from './bearer.ts';
import type { VerifierError } from './errors.ts';
import { isVerifierError } from './errors.ts';
import type { Challenger } from './proofs/challenger.ts';
import type { Refusal } from './refusal.ts';

/** Told of every request that is refused; C is what the framework has of it. */
export type Log<C> = (error: VerifierError, context: C) => void;

/**
 * What to answer. Throws what is no refusal but a fault: an error of another kind, and what the log throws. The
 * `challenger` is for who came without a token, whom no access can tell the schemes.
 */
export function refuse<C>(
  error: unknown,
  log: Log<C> | undefined,
  context: C,
  challenger?: Challenger | undefined,
): Refusal {
  try {
    return refuseOrThrow(error, log, context, challenger);
  } catch (fault) {
    throw toFault(fault);
  }
}

/**
 * What is thrown on. A condition may reject with nothing: to Express and Fastify that would be nothing wrong, and `'route'` a way round the
 * guard.
 */
export function toFault(thrown: unknown): unknown {
  if (typeof thrown === 'function' || (typeof thrown === 'object' && thrown !== null)) return thrown;
  return new TypeError('what was thrown is no error', { cause: thrown });
}

function refuseOrThrow<C>(
  error: unknown,
  log: Log<C> | undefined,
  context: C,
  challenger: Challenger | undefined,
): Refusal {
  if (challenger !== undefined && isVerifierError(error) && error.code === 'token_missing')
    challenger.apply(error, undefined);
  const refusal = toRefusal(error);
  const told: unknown = log?.(error as VerifierError, context);
  // An async function is taken for a log, too. Nobody waits for it, and its rejection must not end the
  // process.
  if (told instanceof Object && 'then' in told) void report(told as PromiseLike<unknown>);
  return refusal;
}

async function report(told: PromiseLike<unknown>): Promise<void> {
  try {
    await told;
  } catch (fault) {
    console.error(fault);
  }
}

/** Throws a TypeError for what is no verifier, such as the options of the adapter in its place. */
export function checkVerifier(verifier: unknown, owner: string): void {
  if (typeof verifier === 'object' && verifier !== null && 'verify' in verifier) {
    if (typeof verifier.verify === 'function') return;
  }
  throw new TypeError(`${owner} must be given what createVerifier returns`);
}

/** Headers that describe a body, RFC 9110, section 8: of the one that the handler began to prepare. */
const OF_A_BODY =
  /^(?:content-(?:type|length|encoding|language|location|disposition|range)|etag|last-modified|accept-ranges|expires|transfer-encoding|trailer)$/i;

/** Removes the headers that a handler set for another body than the refusal's. */
export function dropBodyHeaders(names: readonly string[], remove: (name: string) => void): void {
  for (const name of names) if (OF_A_BODY.test(name)) remove(name);
}
