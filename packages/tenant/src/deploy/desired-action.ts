// The Action as it shall be in the tenant: what `claimgen build` wrote, and what only the environment knows.
import { createHash } from 'node:crypto';

export interface ActionDependency {
  readonly name: string;
  readonly version: string;
}

export interface DesiredAction {
  readonly name: string;
  readonly code: string;
  /** `node22`. */
  readonly runtime: string;
  /** The trigger that it runs in: `{ id: 'post-login', version: 'v3' }`. */
  readonly trigger: { readonly id: string; readonly version: string };
  readonly dependencies: readonly ActionDependency[];
  /** Tenants never tell the values: they are sent where the Action is new, a name is new, or {@link updateSecrets} says so. */
  readonly secrets: readonly ActionSecret[];
  readonly updateSecrets?: boolean;
}

export interface ActionSecret {
  readonly name: string;
  /** Undefined where the environment doesn't have it: then it can't be sent. */
  readonly value: string | undefined;
}

/** SHA-256 of code, in hexadecimal: how deployed code and the code in git are compared. */
export function codeHash(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
