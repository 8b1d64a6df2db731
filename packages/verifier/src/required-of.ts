// Requirements as options, for adapters that wrap a handler.
import type { Check, Requirement } from './requirement.ts';
import { checkAllOf, checkAnyOf } from './requirement.ts';

/** Throws a TypeError at once for what is there and can be no requirement: a misspelt constant is undefined. */
export interface RequiredOf<P extends string, C> {
  /** A permission, a condition, or an array of them, of which all must be met. */
  readonly requires?: Requirement<P, C> | readonly Requirement<P, C>[];
  /** Permissions of which one must be granted. */
  readonly requiresAny?: readonly P[];
}

/** The check of both options, where they are there. */
export function checkRequired<P extends string, C>(options: RequiredOf<P, C>): Check<P, C> {
  const all = Object.hasOwn(options, 'requires') ? checkAllOf<P, C>(toArray(options.requires)) : undefined;
  const any = Object.hasOwn(options, 'requiresAny') ? checkAnyOf(toArray(options.requiresAny)) : undefined;
  return (access, context) => {
    // This one first, as it never waits: while a promise is pending, nothing else may throw.
    any?.(access, undefined);
    return all?.(access, context);
  };
}

function toArray<T>(given: T | readonly T[] | undefined): readonly T[] {
  if (Array.isArray(given)) return given;
  // Also what is undefined, and then refused.
  return [given as T];
}
