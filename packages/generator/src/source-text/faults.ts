// The faults that JSON and YAML can both have, in the same words.
import { SyntaxFaultError } from './parsed-text.ts';

/** The deepest file that claimgen has a use for, a whole tenant.yaml included, has about 20 levels; js-yaml reads 100. */
export const MAX_DEPTH = 100;

export function tooDeep(offset: number): SyntaxFaultError {
  return new SyntaxFaultError({
    offset,
    message: `values are nested more than ${MAX_DEPTH} levels deep here`,
    fix: 'Nothing that claimgen reads has more than a few levels: write the value out.',
  });
}

/** Whether a value that was parsed elsewhere has more levels than whoever walks it by recursion may rely on. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

export function keyTwice(name: string, offset: number): SyntaxFaultError {
  return new SyntaxFaultError({
    offset,
    message: `the key ${JSON.stringify(name)} appears here for the second time`,
    fix: 'Keep one of the two.',
  });
}
