// What all adapters share: their options, and the way from a request to its access.
import type { Access } from './access.ts';
import { demandAccess, hasNoToken, readAuthorization } from './bearer.ts';
import { VerifierError } from './errors.ts';
import { challengerOf } from './header-lookup.ts';
import type { OptionalAccess } from './optional-access.ts';
import { authenticateRequest, checkOptional } from './optional-access.ts';
import { checkFunction, readOwnOptions } from './own-options.ts';
import type { Challenger } from './proofs/challenger.ts';
import type { ProofOptions } from './proofs/described-request.ts';
import { checkProofOptions, describeRequest } from './proofs/described-request.ts';
import type { RequestParts } from './proofs/request-parts.ts';
import type { Scheme, SenderRequest } from './proofs/sender-request.ts';
import { checkVerifier } from './refuse.ts';
import type { Verifier } from './verifier.ts';

/** What every adapter can be told. */
export interface AdapterOptions<R, L, O extends boolean = boolean>
  extends OptionalAccess<O>,
    ProofOptions<R> {
  /** Called for every request that is refused; the cause of a 403 explains it. Nothing of it reaches the client. */
  readonly log?: (error: VerifierError, context: L) => void;
}

/** The access of a request, at once where the verifier's cache has it; undefined where none is needed. */
export type Authenticate<P extends string, R> = (
  request: R,
  authorization: string | null | undefined,
) => Access<P> | Promise<Access<P>> | undefined;

/** Options that were checked. */
export interface ReadOptions<P extends string, R, O> {
  readonly own: Partial<O>;
  readonly authenticate: Authenticate<P, R>;
  /** For `refuse`. */
  readonly challenger: Challenger | undefined;
}

/** The function of an adapter, and the adapter's own options, of which `more` are the names. */
export function readAdapterOptions<P extends string, R, O extends AdapterOptions<R, never>>(
  verifier: Verifier<P>,
  options: O,
  owner: string,
  parts: RequestParts<R>,
  more: readonly (keyof O & string)[] = [],
): ReadOptions<P, R, O> {
  checkVerifier(verifier, owner);
  const own = readOwnOptions(options, ['log', 'optional', 'url', 'certificate', ...more], owner);
  checkFunction('log', own.log);
  const optional = checkOptional(own.optional);
  const challenger = challengerOf(verifier);
  const { url, certificate } = own;
  if (challenger === undefined) {
    if (url !== undefined || certificate !== undefined)
      throw new TypeError(
        'url and certificate are for a verifier with senderConstrained: "verify" or "require"',
      );
    return {
      own,
      challenger,
      authenticate: (_request, header) => authenticateRequest(verifier, header, optional),
    };
  }
  const proofs: ProofOptions<R> = {
    ...(url !== undefined && { url }),
    ...(certificate !== undefined && { certificate }),
  };
  checkProofOptions(proofs);
  const authenticate: Authenticate<P, R> = (request, header) =>
    optional && hasNoToken(header)
      ? undefined
      : authenticateSender(verifier, challenger, header, (scheme) => {
          // A server that looks at one of two headers is not the one that looks at the other.
          if (parts.header(request, 'authorization').length > 1)
            throw new VerifierError(
              'request_malformed',
              'The request must have one Authorization header only',
            );
          return describeRequest(request, scheme, parts, proofs);
        });
  return { own, challenger, authenticate };
}

async function authenticateSender<P extends string>(
  verifier: Verifier<P>,
  challenger: Challenger,
  authorization: string | null | undefined,
  describe: (scheme: Scheme) => SenderRequest,
): Promise<Access<P>> {
  let read: ReturnType<typeof readAuthorization>;
  let request: SenderRequest;
  try {
    read = readAuthorization(authorization);
    request = describe(read.scheme);
  } catch (error) {
    throw challenger.apply(error, undefined);
  }
  return await demandAccess(verifier.verify(read.token, request));
}
