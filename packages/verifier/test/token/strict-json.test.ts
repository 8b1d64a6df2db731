import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson } from '../../src/token/strict-json.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 1000);
const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ depthSize: 'medium' }));

test('what JSON.stringify writes of an object is parsed to the same', () => {
  fc.assert(
    fc.property(object, (value) => {
      const text = JSON.stringify(value);
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    }),
    { numRuns: runs },
  );
});

test('a space beside a mark within a text or name is none outside, which is refused beside it all the same', () => {
  const text = '{"name":"Doe, John","a, b":[": ]"]}';
  expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  for (const spaced of [text.replace(':"', ': "'), text.replace('":[', '" :['), text.replace(']}', '] }')])
    expect(parseStrictJson(spaced)).toBeUndefined();
});

test('a space, tab or line break outside of texts is refused, wherever it stands', () => {
  const outside = /"(?:[^"\\]|\\.)*"|[^"]/g;
  fc.assert(
    fc.property(object, fc.nat(), fc.constantFrom(' ', '\t', '\n', '\r'), (value, at, space) => {
      const parts = JSON.stringify(value).match(outside) ?? [];
      const spaced = parts.toSpliced(at % (parts.length + 1), 0, space).join('');
      expect(parseStrictJson(spaced)).toBeUndefined();
    }),
    { numRuns: runs },
  );
});

test('a name twice in one object is refused, at any depth and in any spelling', () => {
  const spellOut = (name: string): string =>
    [...Array(name.length).keys()]
      .map((index) => `\\u${name.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join('');
  fc.assert(
    fc.property(
      object,
      fc.string({ unit: 'grapheme' }),
      fc.boolean(),
      fc.nat(3),
      (value, name, escaped, depth) => {
        const rest = JSON.stringify({ ...value, [name]: 1 }).slice(1);
        let text = `{"${escaped ? spellOut(name) : JSON.stringify(name).slice(1, -1)}":2,${rest}`;
        for (let level = 0; level < depth; level += 1) text = `{"a":[${text}]}`;
        expect(parseStrictJson(text)).toBeUndefined();
      },
    ),
    { numRuns: runs },
  );
});

test.each([
  ['one space outside made up for by an escaped one within', '{"a":"\\u0020", "b":1}'],
  ['a name twice made up for by a space before a colon', '{"a":1,"a":2,"b" :3}'],
  ['a name twice made up for by a quote and colon within a text', '{"a":1,"a":2,"b":"\\":"}'],
])('%s', (_title, text) => {
  expect(parseStrictJson(text)).toBeUndefined();
});
