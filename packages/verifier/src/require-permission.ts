// To require a permission in a handler: an error in place of a boolean.
import type { Access } from './access.ts';
import { internalsOf, isAccess } from './access.ts';
import { explainDenial } from './denial.ts';
import { VerifierError } from './errors.ts';
import { JUDGED, setHidden } from './own-symbols.ts';

/** Throws a TypeError for what can be no permission, such as the undefined of a misspelt constant. */
export function checkPermission(permission: unknown): void {
  if (typeof permission === 'string' && permission !== '') return;
  throw new TypeError('the permission to require must be a string that is not empty');
}

/**
 * The access that an error of `requirePermission` is about: of several APIs in one app, it tells whose
 * refusal it is. Undefined for another error.
 */
export function judgedAccess(error: Error): Access | undefined {
  return (error as { readonly [JUDGED]?: Access })[JUDGED];
}

/**
 * Throws `insufficient_scope` (403) unless the token grants `name`, and `token_missing` (401) where there is
 * no access at all. The error's `cause` is the Denial: for logs, not for the client. Thrown in a handler, the
 * adapters answer it as `requires` does.
 *
 * @example
 * app.post('/refunds', (request, response) => {
 *   requirePermission(auth.accessOf(request), 'orders:refund');
 *   …
 * });
 */
export function requirePermission<P extends string>(access: Access<P>, name: NoInfer<P>): void {
  if (access === undefined || access === null) {
    throw new VerifierError('token_missing', 'The request has no bearer token');
  }
  if (!isAccess(access)) throw new TypeError('access must be what verify() resolves to');
  if (access.permissions.has(name)) return;
  const error = new VerifierError('insufficient_scope', 'The token does not grant the required permission', {
    required: [name],
    cause: explainDenial(access, name),
  });
  setHidden(error, JUDGED, access);
  throw internalsOf(access)?.toThrown(error) ?? error;
}
