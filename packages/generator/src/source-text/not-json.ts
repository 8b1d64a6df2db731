// YAML has values that JSON has not, and a config or a token's payload can't mean.
import type { Problem } from '../errors.ts';
import type { SourceText, ValuePath } from './source-text.ts';

/** The values of a file that JSON has no form for: dates, bytes, numbers that are none. */
export function notJsonProblems(source: SourceText): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<object>();
  const walk = (value: unknown, path: ValuePath): void => {
    const what = whatIsWrong(value);
    if (what !== undefined) {
      problems.push(
        source.problem('config_invalid', path, what, 'Put quotes around it if it is meant as a string.'),
      );
      return;
    }
    // Aliases share a value: once is enough.
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
    for (const [key, part] of entries) walk(part, [...path, key]);
  };
  walk(source.value, []);
  return problems;
}

function whatIsWrong(value: unknown): string | undefined {
  if (value instanceof Date) return 'YAML reads this as a date';
  if (ArrayBuffer.isView(value)) return 'YAML reads this as binary data';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'JSON has no such number';
  return undefined;
}
