// "Did you mean" for patterns that select nothing: what is suggested selects something.
import leven from 'leven';
import { closest } from '../format/closest.ts';
import { compileGlob, GlobError } from './glob.ts';
import type { Pattern } from './pattern.ts';

/** What a suggestion can choose from. */
export interface SuggestInput {
  /** Every name that the audience may select. */
  readonly names: ReadonlySet<string>;
  /** Those that some pattern selects; a negated glob can take away no other. */
  readonly selected: ReadonlySet<string>;
  /** The texts of the audience's patterns of the same kind, which need no second mention. */
  readonly written: ReadonlySet<string>;
}

/**
 * The pattern that was most likely meant, as the config would write it: one that differs in case only, else the nearest.
 * @returns undefined where none is near that would select a name, or take one away
 */
export function suggestPattern(
  { kind, text }: Pick<Pattern, 'kind' | 'text'>,
  input: SuggestInput,
): string | undefined {
  const { names, selected, written } = input;
  switch (kind) {
    case 'from':
      return undefined;
    case 'exact':
      return closest(text, without(names, written));
    case 'prefix':
      return nearest(text, beginnings(text, names), (prefix) => !written.has(prefix));
    case 'glob':
      return nearGlob(text, names, (glob) => !written.has(glob) && matchesAny(glob, names));
    case 'negated glob': {
      const near = nearGlob(
        text.slice(1),
        selected,
        (glob) => !written.has(`!${glob}`) && matchesAny(glob, selected),
      );
      return near === undefined ? undefined : `!${near}`;
    }
  }
}

/** Whether a text would select some name if it were a glob. */
export function matchesAny(glob: string, names: Iterable<string>): boolean {
  try {
    const matches = compileGlob(glob);
    for (const name of names) if (matches(name)) return true;
    return false;
  } catch (error) {
    if (error instanceof GlobError) return false;
    throw error;
  }
}

/** The glob with its literal beginning as some name has it, or with the star that makes a beginning of it. */
function nearGlob(
  glob: string,
  names: Iterable<string>,
  isGood: (glob: string) => boolean,
): string | undefined {
  const literal = /^[^*?{]*/.exec(glob)?.[0] ?? '';
  const rest = glob.slice(literal.length);
  const near = nearest(literal, beginnings(literal, names), (beginning) => isGood(beginning + rest));
  if (near !== undefined) return near + rest;
  return rest === '' && isGood(`${glob}*`) ? `${glob}*` : undefined;
}

/** Fewer characters say nothing about what was meant; more are no misspelt name, and take long to compare. */
const MIN_LITERAL = 3;
const MAX_LITERAL = 400;
const SEPARATOR = /[:/._-]$/;

/** What names begin with, about as long as the literal; where that ends in a separator, they do, too. */
function beginnings(literal: string, names: Iterable<string>): Set<string> {
  const found = new Set<string>();
  if (literal.length < MIN_LITERAL || literal.length > MAX_LITERAL) return found;
  for (const name of names) {
    for (const more of [-1, 0, 1]) {
      const beginning = name.slice(0, literal.length + more);
      if (SEPARATOR.test(beginning) === SEPARATOR.test(literal)) found.add(beginning);
    }
  }
  found.delete(literal);
  return found;
}

function nearest(
  word: string,
  candidates: Iterable<string>,
  isGood: (candidate: string) => boolean,
): string | undefined {
  const most = Math.max(2, Math.floor(word.length / 4));
  const folded = word.toLowerCase();
  return [...candidates]
    .map((candidate) => ({
      candidate,
      distance: candidate.toLowerCase() === folded ? 0 : leven(word, candidate),
    }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .find(({ candidate }) => isGood(candidate))?.candidate;
}

function* without(names: Iterable<string>, left: ReadonlySet<string>): Generator<string> {
  for (const name of names) if (!left.has(name)) yield name;
}
