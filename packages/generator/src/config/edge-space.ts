// White space around a value: a block of YAML ends in a line break, and nothing in Auth0 has a name with one. An identifier would never be that of
// a token, and a client that is excluded would not be.
import type { Problem } from '../errors.ts';
import { asMap } from '../source-text/as-map.ts';
import type { SourceText, ValuePath } from '../source-text/source-text.ts';
import type { RawConfig } from './raw-config.ts';

/** What begins or ends with white space; keywords stand for any text, and scopes have it between them. */
export function edgeSpaceProblems(source: SourceText, raw: RawConfig): Problem[] {
  const problems: Problem[] = [];
  const walk = (value: unknown, path: ValuePath): void => {
    if (typeof value === 'string' && /^[ \t\r\n]|[ \t\r\n]$/.test(value)) {
      problems.push(
        source.problem(
          'config_invalid',
          path,
          `${JSON.stringify(value)} begins or ends with white space`,
          'Remove it; in YAML, write the value on the line of its key, or after |- or >-.',
        ),
      );
    }
    const members = Array.isArray(value) ? value.entries() : Object.entries(asMap(value) ?? {});
    for (const [key, member] of members) {
      if (isFree([...path, key])) continue;
      if (typeof key === 'string') walk(key, path);
      walk(member, [...path, key]);
    }
  };
  walk(raw, []);
  return problems;
}

/** Whether a value may have it. */
function isFree(path: ValuePath): boolean {
  const isKeywords = path.length === 1 || (path.length === 3 && path[0] === 'environments');
  return path.at(-1) === 'keywords' ? isKeywords : path.at(-1) === 'scope' && path.at(-2) === 'token';
}
