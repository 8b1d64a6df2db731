// Finds the patterns that a name matches without trying each: an audience may list thousands of names one by one.
import type { ImportedApi } from '../config/audience-config.ts';
import type { Pattern } from './pattern.ts';

/** The patterns of an audience, by what can be looked up. */
export class PatternIndex {
  readonly #patterns: readonly Pattern[];
  readonly #exact = new Map<string, number[]>();
  readonly #prefixes = new Map<string, number[]>();
  readonly #prefixLengths = new Set<number>();
  /** The others are tried one after another. */
  readonly #others: number[] = [];

  constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns;
    for (const [index, { kind, text }] of patterns.entries()) {
      if (kind === 'exact') addTo(this.#exact, text, index);
      else if (kind === 'prefix') {
        addTo(this.#prefixes, text, index);
        this.#prefixLengths.add(text.length);
      } else this.#others.push(index);
    }
  }

  /**
   * The numbers of the patterns that match, in their order.
   * @param from the API whose permission is taken under a prefix, or undefined for the audience's own
   */
  matching(name: string, from: ImportedApi | undefined): number[] {
    const found = [...(this.#exact.get(name) ?? [])];
    for (const length of this.#prefixLengths) {
      if (length <= name.length) found.push(...(this.#prefixes.get(name.slice(0, length)) ?? []));
    }
    for (const index of this.#others) {
      if (this.#patterns[index]?.matches(name, from) === true) found.push(index);
    }
    return found.sort((a, b) => a - b);
  }
}

function addTo(numbers: Map<string, number[]>, text: string, index: number): void {
  const known = numbers.get(text);
  if (known === undefined) numbers.set(text, [index]);
  else known.push(index);
}
