// Refusals that handlers of an Express app throw.
import type { Application, ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import { isVerifierError } from '../../errors.ts';
import type { PassedRequests } from '../../passed-requests.ts';
import { ThrownRefusals } from '../../thrown-refusals.ts';

export type Answer = (error: unknown, request: Request, response: Response, next: NextFunction) => void;

/** What there is of an app's router in Express 4 (`_router`) and 5. */
interface AppInternals {
  readonly _router?: { readonly stack: readonly { readonly handle?: object }[] };
  readonly router?: AppInternals['_router'];
}

const refusalsOf = new WeakMap<object, ThrownRefusals<Request, Answer>>();
const ANSWERS_REFUSALS: unique symbol = Symbol.for('@claimgen/verifier/express') as never;

/**
 * Has the app answer refusals that its handlers throw. Its own error handlers come first: this one is added
 * after them, when the first request comes, and once more should the app have grown since.
 */
export function answerThrownRefusals<P extends string>(
  app: Application | undefined,
  passed: PassedRequests<Request, P>,
  answer: Answer,
): void {
  if (app === undefined) return;
  const known = refusalsOf.get(app);
  const refusals = known ?? new ThrownRefusals<Request, Answer>();
  refusalsOf.set(app, refusals);
  if (!refusals.has(passed)) refusals.add(passed, answer);
  const internals: AppInternals = app;
  const last = (internals._router ?? internals.router)?.stack.at(-1)?.handle;
  if (known !== undefined && last !== undefined && ANSWERS_REFUSALS in last) return;
  const handler: ErrorRequestHandler = (error, request, response, next) => {
    const responsible = isVerifierError(error) ? refusals.answerFor(error, request) : undefined;
    if (responsible === undefined) return next(error);
    responsible(error, request, response, next);
  };
  app.use(Object.assign(handler, { [ANSWERS_REFUSALS]: true }));
}
