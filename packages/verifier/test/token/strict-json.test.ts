import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson } from '../../src/token/strict-json.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 1000);

/** A JSON value that remembers the names of its members one by one, so that it can have one twice. */
type Tree =
  | { readonly members: readonly (readonly [string, Tree])[] }
  | { readonly items: readonly Tree[] }
  | string;

/** Names that come again, and strings that look like what the reader searches for. */
const string = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'b',
    'exp',
    '__proto__',
    'constructor',
    '":',
    ':',
    '" :',
    ' : ',
    '{',
    '}',
    '\\',
    ',',
    '\n',
    ' a',
  ),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const { object } = fc.letrec<{ object: Tree; tree: Tree }>((tie) => ({
  object: fc.array(fc.tuple(string, tie('tree')), { maxLength: 4 }).map((members) => ({ members })),
  tree: fc.oneof(
    { maxDepth: 3 },
    string,
    tie('object'),
    fc.array(tie('tree'), { maxLength: 3 }).map((items) => ({ items })),
  ),
}));

/** How a tree is written: what comes of it is the same text for everybody who reads JSON. */
interface Hand {
  /** What stands between two tokens. */
  space(): string;
  /** Whether to write a string in escapes alone. */
  escapes(): boolean;
}

const spelling = fc.array(fc.constantFrom('', '', ' ', '\t', '\n', '\r', '  ', '\r\n'), {
  minLength: 1,
  maxLength: 7,
});
const escaping = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });
const hand = fc.tuple(spelling, escaping).map(([spaces, escapes]): Hand => {
  let turn = 0;
  const next = <T>(list: readonly T[]): T => list[turn++ % list.length] as T;
  return { space: () => next(spaces), escapes: () => next(escapes) };
});

function write(tree: Tree, by: Hand): string {
  if (typeof tree === 'string') return by.escapes() ? spellOut(tree) : JSON.stringify(tree);
  const spaced = (parts: readonly string[]): string =>
    parts.map((part) => by.space() + part + by.space()).join(',') || by.space();
  if ('items' in tree) return `[${spaced(tree.items.map((item) => write(item, by)))}]`;
  const members = tree.members.map(
    ([name, value]) => `${write(name, by)}${by.space()}:${by.space()}${write(value, by)}`,
  );
  return `{${spaced(members)}}`;
}

function spellOut(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}

function repeatsName(tree: Tree): boolean {
  if (typeof tree === 'string') return false;
  if ('items' in tree) return tree.items.some(repeatsName);
  const names = new Set(tree.members.map(([name]) => name));
  return names.size < tree.members.length || tree.members.some(([, value]) => repeatsName(value));
}

test('an object is read as by everybody, whatever the space and escapes, and refused where any object in it has a name twice', () => {
  const seen = { read: 0, refused: 0 };
  fc.assert(
    fc.property(object, hand, (tree, by) => {
      const text = write(tree, by);
      const repeats = repeatsName(tree);
      seen[repeats ? 'refused' : 'read'] += 1;
      expect(parseStrictJson(text)?.value).toEqual(repeats ? undefined : JSON.parse(text));
    }),
    { numRuns: runs },
  );
  // The property is about both.
  expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(runs / 20);
});

test('what JSON.stringify writes of an object is read to the same', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ depthSize: 'medium' })),
      (value) => {
        const text = JSON.stringify(value);
        expect(parseStrictJson(text)?.value).toEqual(JSON.parse(text));
      },
    ),
    { numRuns: runs },
  );
});

test('what is no space of JSON, or no object, is refused', () => {
  for (const space of ['\u000b', '\u000c', '\u00a0', '\u2028', '\ufeff', '\u0000', '/**/']) {
    for (const text of [`${space}{"a":1}`, `{${space}"a":1}`, `{"a"${space}:1}`, `{"a":1}${space}`])
      expect(parseStrictJson(text)).toBeUndefined();
  }
  for (const text of ['', '[]', 'null', '1', '"a"', '{}{}', '{"a":1,}', "{'a':1}"])
    expect(parseStrictJson(text)).toBeUndefined();
});

test.each([
  ['a name twice made up for by a space before a colon', '{"a":1,"a":2,"b" :3}'],
  ['a name twice made up for by a line before a colon', '{"a":1,"a":2,"b"\n:3}'],
  ['a name twice made up for by a quote and colon within a string', '{"a":1,"a":2,"b":"\\":"}'],
  ['a name twice beside a string of a colon', '{"a":1,"a":2,"b":":"}'],
  ['a name twice, once in escapes', '{"a":1,"\\u0061":2}'],
  ['a name twice with space before both colons', '{"a" :1,"a" :2}'],
])('%s is refused', (_title, text) => {
  expect(parseStrictJson(text)).toBeUndefined();
});

test('a string of a million characters, and as many braces and escapes within one, are read', () => {
  for (const long of ['x'.repeat(1e6), '{'.repeat(1e6), '\\'.repeat(5e5), '"'.repeat(5e5)]) {
    const text = JSON.stringify({ a: long, b: 1 });
    expect(parseStrictJson(text)?.value['a'] === long).toBe(true);
  }
});
