// To require a permission in a handler: an error in place of a boolean.
import type { Access } from './access.ts';
import { internalsOf, isAccess } from './access.ts';
import { explainDenial } from './denial.ts';
import { stateOf, VerifierError } from './errors.ts';
import { noAnswerFor } from './permission-state.ts';
import { schemeOf } from './proofs/scheme-of.ts';
import { longest, staleError } from './stale.ts';

/** Throws a TypeError for what can be no permission, such as the undefined of a misspelt constant. */
export function checkPermission(permission: unknown): void {
  if (typeof permission === 'string' && permission !== '') return;
  throw new TypeError('the permission to require must be a string that is not empty');
}

/**
 * The access that an error of `requirePermission` is about: of several APIs in one app, it tells whose
 * refusal it is. Undefined for another error.
 */
export function judgedAccess(error: VerifierError): object | undefined {
  return stateOf(error).judged;
}

/**
 * Throws `insufficient_scope` (403) unless the token grants `name`, `token_stale` (401) where the permission has changed
 * since the token was issued (option `changes`), and `token_missing` (401) where there is no access at all; a TypeError for what can be no permission, such as the undefined of a misspelt constant. The error's `cause` is the Denial: for logs, not for the client. Thrown in a handler, the
 * adapters answer it as `requires` does.
 *
 * @example
 * app.post('/refunds', (request, response) => {
 *   requirePermission(auth.accessOf(request), 'orders:refund');
 *   …
 * });
 */
export function requirePermission<P extends string>(access: Access<P>, name: NoInfer<P>): void {
  requireAllPermissions(access, [name]);
}

/**
 * As `requirePermission`, for all of `names`. The error's `required` has all of them, its `cause` explains the
 * first that is missing.
 *
 * @example
 * requireAllPermissions(auth.accessOf(request), ['orders:read', 'orders:refund']);
 */
export function requireAllPermissions<P extends string>(
  access: Access<P>,
  names: readonly NoInfer<P>[],
): void {
  checkAccess(access);
  const missing = names.filter((name) => !access.permissions.has(name));
  for (const name of missing) checkPermission(name);
  const [first] = missing;
  if (first === undefined) return;
  // A newer token changes nothing of a sure no.
  const denied = missing.find((name) => noAnswerFor(access, name) === undefined);
  if (denied === undefined) refuseStale(access, missing, first);
  deny(access, names, denied ?? first, 'The token does not grant the required permission');
}

/**
 * As `requirePermission`, for at least one of `names`. The error's `required` has all of them, its `cause` explains
 * the first.
 *
 * @example
 * requireAnyPermission(auth.accessOf(request), ['orders:read', 'orders:read-own']);
 */
export function requireAnyPermission<P extends string>(
  access: Access<P>,
  names: readonly NoInfer<P>[],
): void {
  checkAccess(access);
  const [first] = names;
  if (first === undefined) throw new TypeError('requireAnyPermission must be given a permission');
  for (const name of names) if (access.permissions.has(name)) return;
  const stale = names.filter((name) => noAnswerFor(access, name) !== undefined);
  if (stale[0] !== undefined) refuseStale(access, stale, stale[0]);
  deny(access, names, first, 'The token grants none of the permissions of which one is required');
}

function checkAccess(access: Access): void {
  if (access === undefined || access === null) {
    throw new VerifierError('token_missing', 'The request has no bearer token');
  }
  if (!isAccess(access)) throw new TypeError('access must be what verify() resolves to');
}

function refuseStale<P extends string>(
  access: Access<P>,
  names: readonly NoInfer<P>[],
  first: NoInfer<P>,
): void {
  const answer = longest(names.flatMap((name) => noAnswerFor(access, name) ?? []));
  // Undefined where the last change has been forgotten since the question: then the answer is no.
  if (answer !== undefined) fail(access, staleError(answer, explainDenial(access, first)));
}

function deny<P extends string>(
  access: Access<P>,
  required: readonly string[],
  missing: NoInfer<P>,
  message: string,
): never {
  const cause = explainDenial(access, missing);
  fail(access, new VerifierError('insufficient_scope', message, { required, cause }));
}

/** Throws `error` as what the access is about, in the form that its framework answers. */
export function fail(access: Access, error: VerifierError): never {
  Object.assign(stateOf(error), { judged: access });
  const internals = internalsOf(access);
  internals?.source?.challenger?.apply(error, schemeOf(access.claims));
  throw internals?.toThrown(error) ?? error;
}
