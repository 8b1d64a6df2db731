import { InputError, MAX_PROBLEMS, type Problem } from '../errors.ts';

/**
 * Collects what is wrong with a file. Past the number that anybody reads, problems are only counted: finding a line and a suggestion takes
 * time, and a file with a fault in each of its lines must not take hours.
 */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #seen = new Set<string>();
  #omitted = 0;

  /** @param make makes the problem, where it is one of the first; the same one twice is said once */
  add(make: () => Problem): void {
    if (this.#problems.length >= MAX_PROBLEMS) {
      this.#omitted += 1;
      return;
    }
    const problem = make();
    const key = `${problem.file}:${problem.line}:${problem.column}:${problem.message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#problems.push(problem);
  }

  /** @throws InputError where there are any */
  assertNone(): void {
    if (this.#problems.length > 0) throw new InputError(this.#problems, this.#omitted);
  }
}
