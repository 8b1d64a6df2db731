import type { Access } from './access.ts';
import { explainDenial } from './denial.ts';
import { VerifierError } from './errors.ts';

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
