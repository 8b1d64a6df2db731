import fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { type PositionedText, parseSourceText, type ValuePath } from '../../src/source-text/source-text.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 300);

/** Values in which no two scalars and no two keys are equal, so that what begins at a place can be told from anything else. */
const value: fc.Arbitrary<unknown> = fc
  .letrec<{ node: unknown; list: unknown; map: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant('leaf'),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('node'), { maxLength: 4 }),
    map: fc
      .array(tie('node'), { maxLength: 4 })
      .map((parts) => Object.fromEntries(parts.map((part, index) => [`k${index}`, part]))),
  }))
  .map.map((root) => numbered(root, { next: 0 }));

function numbered(node: unknown, count: { next: number }): unknown {
  count.next += 1;
  const number = count.next;
  if (Array.isArray(node)) return node.map((part) => numbered(part, count));
  if (typeof node !== 'object' || node === null) return `s${number}`;
  return Object.fromEntries(
    Object.entries(node).map(([key, part]) => [`${key}x${number}`, numbered(part, count)]),
  );
}

function* paths(node: unknown, path: ValuePath = []): Generator<readonly [ValuePath, unknown]> {
  yield [path, node];
  if (typeof node !== 'object' || node === null) return;
  const entries: Iterable<[string | number, unknown]> = Array.isArray(node)
    ? node.entries()
    : Object.entries(node);
  for (const [key, part] of entries) yield* paths(part, [...path, key]);
}

/** The text from where a problem says that a value begins. */
function at(source: PositionedText, text: string, path: ValuePath, key?: string): string {
  const { line = 0, column = 0 } = source.problem('syntax', path, '', '', key);
  return text
    .split('\n')
    .slice(line - 1)
    .join('\n')
    .slice(column - 1);
}

describe('a problem', () => {
  it('names the place of each value and key of JSON', () => {
    fc.assert(
      fc.property(value, fc.nat(3), (root, indent) => {
        const text = JSON.stringify(root, null, indent);
        const source = parseSourceText('a.json', text);
        for (const [path, part] of paths(root)) {
          const begins = typeof part === 'string' ? JSON.stringify(part) : Array.isArray(part) ? '[' : '{';
          expect(at(source, text, path).startsWith(begins)).toBe(true);
          const key = path.at(-1);
          if (typeof key === 'string')
            expect(at(source, text, path.slice(0, -1), key).startsWith(JSON.stringify(key))).toBe(true);
        }
      }),
      { numRuns },
    );
  });

  it('names the place of each value and key of YAML; of what is written in the lines below its key, the key', () => {
    const options = fc.record({
      indent: fc.integer({ min: 1, max: 4 }),
      noArrayIndent: fc.boolean(),
      flowLevel: fc.integer({ min: -1, max: 3 }),
      quotingType: fc.constantFrom('"' as const, "'" as const),
      forceQuotes: fc.boolean(),
    });
    fc.assert(
      fc.property(value, options, fc.boolean(), (root, dumped, crlf) => {
        const lines = dump(root, dumped);
        const text = `# a comment\n${lines}`.replaceAll('\n', crlf ? '\r\n' : '\n');
        const source = parseSourceText('a.yaml', text);
        expect(source.value).toEqual(load(lines));
        for (const [path, part] of paths(root)) {
          const found = at(source, text, path);
          const key = path.at(-1);
          if (typeof part === 'string') expect(found).toMatch(new RegExp(`^["']?${part}\\b`));
          else if (typeof key === 'string') expect(found).toMatch(new RegExp(`^(?:[[{]|["']?${key}\\b)`));
          if (typeof key === 'string')
            expect(at(source, text, path.slice(0, -1), key)).toMatch(new RegExp(`^["']?${key}\\b`));
        }
      }),
      { numRuns },
    );
  });

  it('names the place where an alias or a merge key takes a value from', () => {
    const text = [
      'base: &base',
      '  a: s1',
      '  b: [s2, s3]',
      'one: *base',
      'two:',
      '  <<: *base',
      '  b: s4',
      'three: { <<: [{ c: s5 }, *base], d: s6 }',
      'four: [*base, s7, [k: s8], s9]',
      '? five',
      ': s10',
      '"six": !!str s11',
    ].join('\n');
    const source = parseSourceText('a.yaml', text);
    const lineOf = (...path: ValuePath) => at(source, text, path).split('\n')[0];
    expect(lineOf('one')).toBe('*base');
    expect(lineOf('one', 'b', 1)).toBe('s3]');
    expect(lineOf('two', 'a')).toBe('s1');
    expect(lineOf('two', 'b')).toBe('s4');
    expect(lineOf('three', 'c')).toBe('s5 }, *base], d: s6 }');
    expect(lineOf('three', 'a')).toBe('s1');
    expect(lineOf('three', 'd')).toBe('s6 }');
    expect(lineOf('four', 0, 'a')).toBe('s1');
    expect(lineOf('four', 1)).toBe('s7, [k: s8], s9]');
    expect(lineOf('four', 3)).toBe('s9]');
    expect(lineOf('five')).toBe('s10');
    expect(lineOf('six')).toBe('!!str s11');
    expect(lineOf('missing')).toBe('base: &base');
  });
});

describe('a text', () => {
  it('of any characters is a value or a fault with a line', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '#',
      ' #',
      '&x ',
      '*x',
      '!',
      '!!str ',
      '|',
      '>',
      '? ',
      '<<',
      '@',
      '%',
      '\t',
      '---',
      '...',
      '\0',
      '\ufeff',
      '1',
      '~',
      '`',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.constantFrom('a.yaml', 'a.json'), (pieces, file) => {
        const text = pieces.join('');
        let problems: InputError['problems'] = [];
        try {
          const source = parseSourceText(file, text);
          problems = [source.problem('syntax', ['a', 0, 'b'], 'x', 'y', 'c')];
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          problems = error.problems;
        }
        for (const { line = 0, column = 0 } of problems) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: numRuns * 10 },
    );
  });
});
