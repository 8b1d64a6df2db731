import type { Access } from './access.ts';
import { explainDenial } from './denial.ts';
import { VerifierError } from './errors.ts';

/** Throws a TypeError for what can be no permission, such as the undefined of a misspelt constant. */
export function checkPermission(permission: unknown): void {
  if (typeof permission === 'string' && permission !== '') return;
  throw new TypeError('the permission to require must be a text that is not empty');
}

/**
 * Throws `insufficient_scope` (403) unless the token grants `name`. The error's `cause` is the Denial: for logs, not
 * for the client.
 */
export function requirePermission<P extends string>(access: Access<P>, name: NoInfer<P>): void {
  if (access.permissions.has(name)) return;
  throw new VerifierError('insufficient_scope', 'The token does not grant the permission that is required', {
    required: [name],
    cause: explainDenial(access, name),
  });
}
