// What a guard requires of an access: permissions, or a condition of the API's own.
import type { Access } from './access.ts';
import { VerifierError } from './errors.ts';
import { checkPermission, fail, requireAllPermissions, requireAnyPermission } from './require-permission.ts';
import type { TokenAge } from './token-age.ts';
import { checkTokenAge, requireTokenAge } from './token-age.ts';

/**
 * A condition of the API's own, told the access and what the framework has of the request. Only `true`, or a promise
 * of it, lets the request pass.
 */
export type Condition<P extends string, C> = (access: Access<P>, context: C) => boolean | Promise<boolean>;

/** A permission, a condition, or how old the token may be. */
export type Requirement<P extends string, C> = P | Condition<P, C> | TokenAge;

/** At least one: a guard that requires nothing would look like one that guards. */
export type Requirements<P extends string, C> = readonly [Requirement<P, C>, ...Requirement<P, C>[]];

/**
 * Throws `insufficient_scope`, and `token_missing` where there is no access, or gives a promise that rejects with
 * them. A promise only where a condition gave one.
 */
export type Check<P extends string, C> = (
  access: Access<P> | undefined,
  context: C,
) => Promise<void> | undefined;

/** The check that all of `requirements` are met. Throws a TypeError for what can be none. */
export function checkAllOf<P extends string, C>(requirements: readonly Requirement<P, C>[]): Check<P, C> {
  if (requirements.length === 0) throw new TypeError('requires must be given a permission or a condition');
  const conditions = requirements.filter((each) => typeof each === 'function');
  const ages = requirements.filter(isAge).map(checkTokenAge);
  const permissions = requirements.filter((each) => typeof each !== 'function' && !isAge(each)) as P[];
  for (const permission of permissions) checkPermission(permission);
  return (access, context) => {
    requireAllPermissions<string>(access as Access, permissions);
    for (const age of ages) requireTokenAge(access as Access, age);
    return conditions.length === 0 ? undefined : meetAll(conditions, access as Access<P>, context);
  };
}

/** The check that at least one of `permissions` is granted. Throws a TypeError for what can be none. */
export function checkAnyOf<P extends string>(permissions: readonly P[]): Check<P, unknown> {
  if (permissions.length === 0) throw new TypeError('requiresAny must be given a permission');
  for (const permission of permissions) checkPermission(permission);
  return (access) => {
    requireAnyPermission<string>(access as Access, permissions);
    return undefined;
  };
}

function isAge(requirement: unknown): requirement is TokenAge {
  return typeof requirement === 'object' && requirement !== null;
}

async function meetAll<P extends string, C>(
  conditions: readonly Condition<P, C>[],
  access: Access<P>,
  context: C,
): Promise<void> {
  for (const condition of conditions) {
    if ((await condition(access, context)) !== true) {
      fail(
        access,
        new VerifierError('insufficient_scope', 'The token does not meet the condition of this request'),
      );
    }
  }
}
