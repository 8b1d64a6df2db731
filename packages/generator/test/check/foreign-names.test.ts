// Names from tenants, clients and configs are data in everything that a comparison prints.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatAnnotation } from '../../src/check/annotations.ts';
import { changeAnnotations } from '../../src/check/change-annotations.ts';
import { renderChanges } from '../../src/check/change-markdown.ts';
import type { BaseChange } from '../../src/check/checked.ts';
import { formatChanges } from '../../src/check/format-changes.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '::error::x',
        '\n',
        '\r\n',
        '\u2028',
        ' ',
        '##[group]',
        '|',
        '`',
        '<script>',
        '<!--',
        '%0A',
        '\t',
        '\u0007',
        'a',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

const names = fc.uniqueArray(hostile, { maxLength: 3 });
const change = fc
  .record({ gained: names, lost: names })
  .filter(({ gained, lost }) => gained.length + lost.length > 0);

const changes = fc.record({
  base: hostile,
  commit: fc.constant('0123456789abcdef'),
  behind: fc.constant(false),
  notes: names,
  roles: fc.record({ added: names, removed: names }),
  settings: fc.array(fc.record({ setting: fc.constant('action.name'), before: hostile, after: hostile }), {
    maxLength: 1,
  }),
  audiences: fc.array(
    fc.record({
      name: fc.constant('orders'),
      state: fc.constant('kept' as const),
      permissions: fc.record({ added: names, removed: names }),
      roles: fc.array(
        fc.tuple(hostile, change).map(([role, own]) => ({ role, ...own })),
        { maxLength: 2 },
      ),
      machines: fc.array(
        fc
          .tuple(hostile, change)
          .map(([client, own]) => ({ client, all: { before: false, after: true }, ...own })),
        { maxLength: 2 },
      ),
      settings: fc.array(fc.record({ setting: fc.constant('audience'), before: hostile, after: hostile }), {
        maxLength: 1,
      }),
      layout: fc.constant('same' as const),
      line: fc.constant({ before: 1, after: 1 }),
      budget: fc.constant({ before: 1, after: 1 }),
    }),
    { maxLength: 2 },
  ),
}) satisfies fc.Arbitrary<BaseChange>;

/** What is not foreign. */
const OWN = ['kept', 'same'];

/** The same with harmless names, one for each. */
function tamed(value: unknown): unknown {
  if (typeof value === 'string') return OWN.includes(value) ? value : 'x';
  if (Array.isArray(value)) return value.map(tamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, tamed(below)]));
}

it('no name adds a line to the terminal, or begins one that GitHub takes for a command', () => {
  fc.assert(
    fc.property(changes, (value) => {
      const wide = Number.POSITIVE_INFINITY;
      const lines = formatChanges(value, wide).split(/[\n\r\u2028\u2029]/);
      const narrow = formatChanges(value, 40).split('\n');
      expect([...lines, ...narrow].filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
      // Groups are made of equal changes, which taming makes of any two.
      const single = {
        ...value,
        audiences: value.audiences
          .slice(0, 1)
          .map((own) => ({ ...own, roles: own.roles.slice(0, 1), machines: own.machines.slice(0, 1) })),
      };
      expect(formatChanges(single, wide).split(/[\n\r\u2028\u2029]/).length).toBe(
        formatChanges(tamed(single) as BaseChange, wide).split('\n').length,
      );
    }),
    { numRuns: 300 },
  );
});

it('an annotation is one line, a notice of claimgen at the config', () => {
  const places = { config: 'claimgen.config.yaml', lineOf: () => 4, pathOf: (file: string) => file };
  fc.assert(
    fc.property(changes, (value) => {
      for (const annotation of changeAnnotations(value, places)) {
        const text = formatAnnotation(annotation);
        expect(text).toMatch(/^::notice file=claimgen\.config\.yaml,line=\d+,title=claimgen%3A [^\n\r]*$/);
      }
    }),
    { numRuns: 300 },
  );
});

it('in the summary every row of a table has its cells, and no element begins', () => {
  fc.assert(
    fc.property(changes, (value) => {
      for (const section of renderChanges(value)) {
        if (section.startsWith('<details>')) continue;
        expect(section).not.toMatch(/<(?!code>|\/code>)/);
        const rows = section.split('\n').filter((line) => line.startsWith('| '));
        const cells = rows.map((row) => row.split(/(?<!\\)\|/).length);
        expect(new Set(cells).size).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 300 },
  );
});
