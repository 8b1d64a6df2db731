import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { compileGlob, GlobError } from '../../src/selection/glob.ts';
import { select } from '../../src/selection/select.ts';
import { audienceOf, catalogOf } from './audience.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

type Patterns = Readonly<Partial<Record<'prefixes' | 'globs' | 'exact', readonly string[]>>>;

/** The fix for each pattern that does nothing. */
function fixesOf(names: readonly string[], patterns: Patterns): string[] {
  try {
    select(audienceOf({ ...structuredClone(patterns) } as object), new Map([['', catalogOf(names)]]));
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ fix }) => fix);
  }
}

const HR = ['hr:read', 'hr:impersonate', 'Reports.Admin', 'reports/export', 'hr/people.export'];

describe('a suggestion', () => {
  it.each<[Patterns, string]>([
    [{ globs: ['*', '!hr:impersonat'] }, 'Did you mean "!hr:impersonate"?'],
    [{ globs: ['hr:impersonat'] }, 'Did you mean "hr:impersonate"?'],
    [{ globs: ['HR:*'] }, 'Did you mean "hr:*"?'],
    [{ globs: ['hr:imp'] }, 'Did you mean "hr:imp*"?'],
    [{ prefixes: ['reports/', 'reports.'] }, 'Did you mean "Reports."?'],
    [{ exact: ['reports.admin'] }, 'Did you mean "Reports.Admin"?'],
    [{ exact: ['hr:raed'] }, 'Did you mean "hr:read"?'],
  ])('names what selects something, one of another case first: %j', (patterns, fix) => {
    expect(fixesOf(HR, patterns)).toEqual([fix]);
  });

  it('is none where nothing near would select a name', () => {
    expect(fixesOf(HR, { globs: ['hr/**/x'] })).toEqual([
      'Nothing is named so: correct it or take it out. There are hr:read, hr:impersonate, Reports.Admin, ….',
    ]);
  });

  it('is the place where the pattern would mean something', () => {
    expect(fixesOf(HR, { prefixes: ['hr', '!hr:impersonate'] })).toEqual([
      'Under "prefixes" a ! is a part of the name: negation goes under "globs".',
    ]);
    expect(fixesOf(HR, { globs: ['*'], exact: ['!hr:read'] })).toEqual([
      'Under "exact" a ! is a part of the name: negation goes under "globs".',
    ]);
    expect(fixesOf(HR, { prefixes: ['hr:*'] })).toEqual(['"hr:*" is a glob: move it under "globs".']);
    expect(fixesOf(HR, { exact: ['hr:*'] })).toEqual(['"hr:*" is a glob: move it under "globs".']);
  });

  it('always selects a name, or takes one away, and is not written already', () => {
    const part = fc.constantFrom('hr', 'HR', 'orders', 'order', 'people', 'Export', 'read', 'raed', 'x');
    const name = fc
      .tuple(part, fc.constantFrom(':', '/', '.', '-'), part, fc.constantFrom('', ':all', '/1'))
      .map((parts) => parts.join(''));
    const changed = fc
      .tuple(
        name,
        fc.nat(),
        fc.constantFrom('', 'x', '*', '?', '{a,b}', 'é'),
        fc.boolean(),
        fc.nat({ max: 2 }),
      )
      .map(([text, at, by, fold, cut]) => {
        const index = at % text.length;
        const typed = text.slice(0, index) + by + text.slice(index + cut);
        return (fold ? typed.toUpperCase() : typed) || 'x';
      });
    const patterns = fc.record({
      prefixes: fc.uniqueArray(changed, { maxLength: 2 }),
      globs: fc.uniqueArray(
        fc.tuple(fc.constantFrom('', '!'), changed).map((parts) => parts.join('')),
        { maxLength: 3 },
      ),
      exact: fc.uniqueArray(changed, { maxLength: 2 }),
    });
    let suggested = 0;
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), patterns, (names, own) => {
        fc.pre(
          own.prefixes.length + own.exact.length + own.globs.filter((glob) => !glob.startsWith('!')).length >
            0,
        );
        for (const fix of fixesOf(names, own)) {
          const [, text] = /^Did you mean ("(?:[^"\\]|\\.)*")\?$/.exec(fix) ?? [];
          if (text === undefined) continue;
          suggested++;
          const meant = JSON.parse(text) as string;
          const glob = meant.replace(/^!/, '');
          expect(
            names.some(
              (candidate) => candidate.startsWith(meant) || candidate === meant || matches(glob, candidate),
            ),
            `${meant} of ${names.join()}`,
          ).toBe(true);
        }
      }),
      { numRuns: numRuns * 2 },
    );
    expect(suggested).toBeGreaterThan(numRuns / 20);
  });
});

function matches(glob: string, name: string): boolean {
  try {
    return compileGlob(glob)(name);
  } catch {
    return false;
  }
}

describe('input that is wide', () => {
  it('is refused for braces that multiply, nest or go on', () => {
    const bombs = [
      '{a,b}'.repeat(2000),
      '{a,b}'.repeat(900),
      `${'{a,'.repeat(2000)}a${'}'.repeat(2000)}`,
      `{${'a,'.repeat(200_000)}a}`,
      '{'.repeat(100_000),
      `{a,b}${'.'.repeat(6000)}`,
      `${'{a,b'.repeat(1200)}${'}'.repeat(1200)}`,
    ];
    for (const bomb of bombs) expect(() => compileGlob(bomb), bomb.slice(0, 20)).toThrow(GlobError);
  });

  it('has a thousand patterns that select nothing, and says so of each', () => {
    const names = Array.from({ length: 14_000 }, (_, index) => `orders:thing${index}:read`);
    const globs = Array.from({ length: 1000 }, (_, index) => `ordres:thing${index}:*`);
    expect(fixesOf(names, { globs })).toHaveLength(1000);
  });
});
