import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonText } from '../../src/source-text/json-text.ts';
import { SyntaxFaultError } from '../../src/source-text/parsed-text.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 1000);

/** A JSON text, and whether some object in it has a key twice. */
interface Written {
  readonly text: string;
  readonly twice: boolean;
}

const strings = fc.oneof(
  fc.constantFrom('', 'a', 'b', '__proto__', ':', '":"', '{"a":1}', '\\', '\n', '0', '\ud800'),
  fc.string({ maxLength: 4 }),
);
/** Of one string, the forms in which JSON may have it. */
const literals = fc
  .tuple(strings, fc.boolean())
  .map(([string, escaped]) =>
    escaped
      ? `"${Array.from({ length: string.length }, (_, at) => `\\u${string.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
      : JSON.stringify(string),
  );
const spaces = fc.constantFrom('', ' ', '\n', '\t\r\n');

const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { maxDepth: 4 },
    fc
      .oneof(literals, fc.constantFrom('null', 'true', '0', '-1.5e3'))
      .map((text): Written => ({ text, twice: false })),
    fc.tuple(fc.array(tie('written'), { maxLength: 3 }), spaces).map(
      ([items, space]): Written => ({
        text: `[${items.map(({ text }) => space + text).join(`${space},`)}]`,
        twice: items.some(({ twice }) => twice),
      }),
    ),
    fc
      .tuple(fc.array(fc.tuple(literals, tie('written')), { maxLength: 4 }), spaces)
      .map(([entries, space]): Written => {
        const keys = entries.map(([key]) => JSON.parse(key) as string);
        return {
          text: `{${entries.map(([key, { text }]) => `${key}${space}:${space}${text}`).join(`,${space}`)}}`,
          twice: new Set(keys).size < keys.length || entries.some(([, { twice }]) => twice),
        };
      }),
  ),
}));

describe('a JSON text', () => {
  it('is refused where an object has a key twice, however it is written, and read otherwise', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(written, ({ text, twice }) => {
        seen.add(twice);
        if (twice) {
          expect(() => parseJsonText(text)).toThrow(SyntaxFaultError);
          return;
        }
        const { value, offsetOf } = parseJsonText(text);
        expect(value).toEqual(JSON.parse(text));
        expect(offsetOf([], undefined)).toBe(text.search(/\S/));
      }),
      { numRuns: runs },
    );
    expect(seen.size).toBe(2);
  });
});
