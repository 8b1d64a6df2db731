// The JSON of tokens, read so that no two readers can disagree about it.
import type { Tally } from './freeze.ts';
import { freezeDeeply } from './freeze.ts';

/** A parsed text, frozen deeply. */
export interface StrictJson {
  readonly value: Readonly<Record<string, unknown>>;
  /** An upper bound of the heap that the value uses. */
  readonly bytes: number;
}

/**
 * Parses the JSON text of an object (RFC 8259): no byte order mark, and no name twice (RFC 7519, section 4:
 * two readers may take different ones). Undefined for every other text.
 */
export function parseStrictJson(text: string): StrictJson | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // Two bytes for each character: one beyond Latin-1 makes all of its string that wide.
    const tally: Tally = { members: 0, bytes: 2 * text.length };
    freezeDeeply(value, tally);
    if (!namesArePlainlyDistinct(text, tally.members) && !namesAreDistinct(text)) return undefined;
    return { value: value as Readonly<Record<string, unknown>>, bytes: tally.bytes };
  } catch {
    return undefined;
  }
}

/**
 * Whether no object of a text that JSON.parse accepts has a name twice, by searching, which native code does:
 * nearly every token ends here. False means that only `namesAreDistinct` can tell.
 */
function namesArePlainlyDistinct(text: string, members: number): boolean {
  // Without escapes a quote ends or begins a string, and without space before a colon every name is followed
  // by `":`.
  if (text.includes('\\') || text.includes(' :')) return false;
  if (text.includes('\n') || text.includes('\t') || text.includes('\r')) return false;
  // There may be more of them in strings, but not fewer; a member whose name came again is not counted in
  // `members`.
  return count(text, '":') === members;
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found += 1;
  return found;
}

/** A brace, or a string; what follows it tells a name from a value. */
const TOKEN = /[{}]|("[^"\\]*(?:\\.[^"\\]*)*")([ \t\n\r]*:)?/g;

/** The same, exactly, for every text that JSON.parse accepts. */
function namesAreDistinct(text: string): boolean {
  const objects: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (string !== undefined && colon !== undefined) {
      const name: string = JSON.parse(string);
      const names = objects.at(-1);
      if (names === undefined || names.has(name)) return false;
      names.add(name);
    }
  }
  return true;
}
