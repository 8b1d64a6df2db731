import { freezeDeeply } from './freeze.ts';

/**
 * Parses the JSON text of an object as one author would write it for many readers: RFC 8259 without whitespace and
 * byte order mark, no name twice (RFC 7519, section 4: two readers may take different ones).
 * Undefined for every other text. What it gives is frozen deeply.
 */
export function parseStrictJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const members = freezeDeeply(value);
    if (!isPlainlyStrict(text, members) && !isStrict(text)) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** Of two tokens of JSON one is a mark of these, so that spaces outside texts are beside one; those within hardly ever. */
const SPACE_AT_MARK = /[{}[\],:] | [{}[\],:]/;

/**
 * Whether a text that JSON.parse accepts is strict, by searching, which native code does: nearly every token ends here.
 * False means that it takes `isStrict` to tell.
 */
function isPlainlyStrict(text: string, members: number): boolean {
  // Without escapes a quote ends or begins a text.
  if (text.includes('\\') || text.includes('\n') || text.includes('\t') || text.includes('\r')) return false;
  // Where no space is outside texts, every member has its quote and colon; one whose name came again is not counted in `members`.
  return !SPACE_AT_MARK.test(text) && count(text, '":') === members;
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found += 1;
  return found;
}

/** Whether a text that JSON.parse accepts has no whitespace outside texts and no name twice in an object. */
function isStrict(text: string): boolean {
  const objects: Set<string>[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}]|[^"{}]+/gy;
  for (let [part] = token.exec(text) ?? []; part !== undefined; [part] = token.exec(text) ?? []) {
    if (part === '{') objects.push(new Set());
    else if (part === '}') objects.pop();
    else if (!part.startsWith('"')) {
      if (/\s/.test(part)) return false;
    } else if (text[token.lastIndex] === ':') {
      const name: string = JSON.parse(part);
      const names = objects.at(-1);
      if (names === undefined || names.has(name)) return false;
      names.add(name);
    }
  }
  return true;
}
