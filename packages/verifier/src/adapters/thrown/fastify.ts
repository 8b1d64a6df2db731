// Refusals that handlers of a Fastify scope throw.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isVerifierError } from '../../errors.ts';
import type { PassedRequests } from '../../passed-requests.ts';
import { ThrownRefusals } from '../../thrown-refusals.ts';

export type Answer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

const refusalsOf = new WeakMap<object, ThrownRefusals<FastifyRequest, Answer>>();

/**
 * Has the scope answer refusals that its handlers throw, unless it has an error handler of its own; other
 * errors go on to the error handler of the scope around.
 */
export function answerThrownRefusals<P extends string>(
  app: FastifyInstance,
  passed: PassedRequests<FastifyRequest, P>,
  answer: Answer,
): void {
  const refusals = refusalsOf.get(app) ?? new ThrownRefusals<FastifyRequest, Answer>();
  refusals.add(passed, answer);
  if (refusalsOf.has(app)) return;
  refusalsOf.set(app, refusals);
  if (hasErrorHandler(app)) return;
  // Async: what it rejects with is handled as an error, even if it is no Error.
  app.setErrorHandler(async (error, request, reply) => {
    const responsible = isVerifierError(error) ? refusals.answerFor(error, request) : undefined;
    if (responsible === undefined) throw error;
    responsible(error, request, reply);
    return reply;
  });
}

/** A scope inherits from the one around, and the outermost begins with Fastify's. */
function hasErrorHandler(app: FastifyInstance): boolean {
  const around: Partial<FastifyInstance> = Object.getPrototypeOf(app);
  return around.errorHandler === undefined
    ? app.errorHandler.name !== 'defaultErrorHandler'
    : app.errorHandler !== around.errorHandler;
}
