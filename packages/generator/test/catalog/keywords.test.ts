import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyFor, replaceKeywords } from '../../src/catalog/keywords.ts';
import { InputError } from '../../src/errors.ts';
import { replaceAsDeployCli } from './reference/deploy-cli.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 150);

/** Names, regular expressions among them, and names of which one begins another. */
const key = fc.constantFrom(
  'KEY',
  'KEY_2',
  'api-host',
  'A.B',
  'A|B',
  'X+',
  '(A)(B)?',
  '[A-Z]',
  'Ä Ö',
  '1',
  '$&',
  '\\w',
  '',
);
const keywordValue = fc.oneof(
  fc.string(),
  fc.constantFrom('##KEY##', '@@api-host@@', '$& $1 $`', 'a "b"', "'@@KEY@@'", '\n'),
  fc.jsonValue({ maxDepth: 2 }),
);
const mappings = fc.dictionary(key, keywordValue, { noNullPrototype: true });
const piece = fc.oneof(
  fc.tuple(key, fc.constantFrom('##', '@@', '"@@', "'@@")).map(([name, open]) => {
    const close = open.startsWith('#') ? '##' : `@@${open.slice(0, -2)}`;
    return open + name + close;
  }),
  fc.constantFrom('##A##', '@@B@@', '##', '@@', '"', "'", '\n', 'text', '##AB##', '@@XX@@'),
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

describe('keywords are replaced', () => {
  it('as auth0-deploy-cli does it, whatever their names and values', () => {
    fc.assert(
      fc.property(text, mappings, (file, keywords) => {
        const expected = attempt(() => replaceAsDeployCli(file, keywords));
        // Of an object with a toString of its own there is no text.
        if (expected instanceof TypeError) expect(() => replaceKeywords(file, keywords)).toThrow(InputError);
        else expect(replaceKeywords(file, keywords).text).toBe(expected);
      }),
      { numRuns },
    );
  });

  it('so that it is still known where in the file each character was', () => {
    // Values of characters that the file does not have.
    const values = fc.dictionary(
      fc.constantFrom('KEY', 'KEY_2', 'api-host', 'A.B', 'Ä Ö'),
      fc.stringMatching(/^[\u4e00-\u4e20]{0,5}$/),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(text, values, (file, keywords) => {
        const replaced = replaceKeywords(file, keywords);
        Array.from(replaced.text, (character, offset) => ({
          character,
          at: replaced.offsetOf(offset),
        })).forEach(({ character, at }, offset) => {
          if (/[\u4e00-\u4e20"]/.test(character)) expect(/[#@'"]/.test(file.charAt(at))).toBe(true);
          else expect(file.charAt(at)).toBe(character);
          if (offset > 0) expect(at).toBeGreaterThanOrEqual(replaced.offsetOf(offset - 1));
        });
      }),
      { numRuns },
    );
  });

  it('within bounds, however their values multiply', () => {
    const keywords = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `K${String(index).padStart(2, '0')}`,
        `##K${String(index + 1).padStart(2, '0')}##`.repeat(10),
      ]),
    );
    expect(() => replaceKeywords('##K00##', keywords)).toThrow(InputError);
  });
});

describe('the key for a keyword', () => {
  it('is its name, with what a regular expression would read as syntax escaped', () => {
    expect(['KEY', 'api-host', 'api.host', 'a+b', '(x', '$A'].map(keyFor)).toEqual([
      'KEY',
      'api-host',
      'api.host',
      'a\\+b',
      '\\(x',
      '\\$A',
    ]);
    for (const name of ['KEY', 'api-host', 'a+b', '(x', '$A', 'a|b', '[a]', '\\w', 'Ä Ö?']) {
      expect(replaceKeywords(`##${name}##`, { [keyFor(name)]: 'found' }).text).toBe('found');
    }
  });
});

function attempt(replace: () => string): unknown {
  try {
    return replace();
  } catch (error) {
    return error;
  }
}
