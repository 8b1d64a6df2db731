import fc from 'fast-check';
import micromatch from 'micromatch';
import { describe, expect, it } from 'vitest';
import { compileGlob, GlobError } from '../../src/selection/glob.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

/** The definition: * any run of characters, ? one, {a,b} either, everything else itself. */
function matches(glob: string, name: string): boolean {
  const rest = glob.slice(1);
  if (glob === '') return name === '';
  if (glob.startsWith('{')) {
    const [inside = '', after = ''] = rest.split(/\}(.*)/s);
    return inside.split(',').some((alternative) => matches(alternative + after, name));
  }
  if (glob.startsWith('*')) return matches(rest, name) || (name !== '' && matches(glob, name.slice(1)));
  return name !== '' && (glob[0] === '?' || glob[0] === name[0]) && matches(rest, name.slice(1));
}

const literal = fc.constantFrom(
  'a',
  'b',
  ':',
  '/',
  '.',
  '-',
  '_',
  '#',
  '@',
  '$',
  '^',
  '+',
  '!',
  '~',
  'ü',
  '\u{1F600}',
);
const run = fc.array(literal, { maxLength: 3 }).map((characters) => characters.join(''));
const braces = fc.array(run, { minLength: 2, maxLength: 3 }).map((parts) => `{${parts.join(',')}}`);
const piece = fc.oneof(
  { weight: 4, arbitrary: run },
  { weight: 3, arbitrary: fc.constant('*') },
  { weight: 1, arbitrary: fc.constant('?') },
  { weight: 1, arbitrary: braces },
);
const glob = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''))
  .filter((text) => !text.includes('${'));
const name = fc.array(literal, { maxLength: 8 }).map((characters) => characters.join(''));

/** Names that a glob is likely to match: its wildcards filled in. */
const globAndName = glob.chain((text) =>
  fc.tuple(
    fc.constant(text),
    fc.oneof(
      name,
      fc.array(run, { minLength: 8, maxLength: 8 }).map((fillings) => {
        let next = 0;
        return text
          .replace(/\{([^,}]*)[^}]*\}/g, '$1')
          .replace(/[*?]/g, (wildcard) => (wildcard === '?' ? 'a' : (fillings[next++ % 8] ?? '')));
      }),
    ),
  ),
);

describe('a glob', () => {
  it('selects what the definition selects', () => {
    let hits = 0;
    fc.assert(
      fc.property(globAndName, ([text, candidate]) => {
        const selected = compileGlob(text)(candidate);
        if (selected) hits++;
        expect(selected).toBe(matches(text, candidate));
      }),
      { numRuns },
    );
    expect(hits).toBeGreaterThan(numRuns / 10);
  });

  it('selects what micromatch selects', () => {
    // In micromatch these mean something of their own: a star next to a slash or a star, ! + @ ^ $ and a dot, an empty glob; and so do the
    // folders . and .. in a name.
    const special = /\*[*/]|\/\*|[!+@^$.]/;
    const dotFolder = /(?:^|\/)\.\.?(?:\/|$)/;
    const isPlain = ([text, candidate]: [string, string]) =>
      text !== '' &&
      candidate !== '' &&
      !special.test(text) &&
      !dotFolder.test(candidate) &&
      !(text.includes('?') && candidate.includes('/'));
    fc.assert(
      fc.property(globAndName.filter(isPlain), ([text, candidate]) => {
        const expected = micromatch.isMatch(candidate, text, { bash: true, dot: true, nonegate: true });
        expect(compileGlob(text)(candidate)).toBe(expected);
      }),
      { numRuns },
    );
  });

  it('is an error wherever it has syntax that is not ours', () => {
    fc.assert(
      fc.property(glob, fc.constantFrom(...'[]()|"\'`\\'), fc.nat(), (text, other, at) => {
        const index = at % (text.length + 1);
        const broken = text.slice(0, index) + other + text.slice(index);
        expect(() => compileGlob(broken)).toThrow(GlobError);
      }),
      { numRuns },
    );
  });

  it('nests alternatives', () => {
    const selects = compileGlob('{orders,{invoices,bills}:{read,write}}:*');
    expect(
      ['orders:a', 'invoices:read:a', 'bills:write:', 'bills:a', 'orders'].map((text) => selects(text)),
    ).toEqual([true, true, true, false, false]);
  });

  it('reads two dots in braces as dots', () => {
    expect(compileGlob('{v1..v3,x}')('v1..v3')).toBe(true);
    expect(compileGlob('{v1..v3,x}')('v2')).toBe(false);
    expect(compileGlob('{a..,,}*')('a')).toBe(true);
  });

  it('reads no name as a pattern, and no character as a special one', () => {
    for (const text of ['.', '^a$', '$&', 'a+', '#', '@@x@@', '\u2028', '\ud800', '__proto__']) {
      expect(compileGlob(text)(text)).toBe(true);
      expect(compileGlob(text)(`${text}x`)).toBe(false);
    }
  });

  it('ends on names and globs that make a backtracking matcher run for minutes', () => {
    const stars = (count: number) => '*a'.repeat(count);
    const globs = [
      '*a*a*a*a*b',
      `${stars(139)}*b`,
      `${stars(60)}?b`,
      `*{a,aa,aaa}${stars(20)}b`,
      '*'.repeat(280),
    ];
    const names = ['a'.repeat(280), `${'a'.repeat(279)}c`, 'ab'.repeat(140), `${'a'.repeat(279)}b`];
    const answers = globs.map((text) => names.map((candidate) => compileGlob(text)(candidate)));
    expect(answers).toEqual([
      [false, false, true, true],
      [false, false, true, true],
      [false, false, false, true],
      [false, false, true, true],
      [true, true, true, true],
    ]);
  });
});
