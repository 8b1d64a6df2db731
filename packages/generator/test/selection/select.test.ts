import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { compileGlob } from '../../src/selection/glob.ts';
import { select } from '../../src/selection/select.ts';
import { audienceOf, catalogOf, ORDERS } from './audience.ts';

const numRuns = Number(process.env['CLAIMGEN_RUNS'] ?? 150);
const BILLING = 'https://billing.acme.example';

const name = fc
  .tuple(
    fc.constantFrom('orders', 'invoices', 'reports'),
    fc.constantFrom(':', '/', '.'),
    fc.constantFrom('read', 'write', '*'),
  )
  .map((parts) => parts.join(''));
const names = fc.uniqueArray(name, { minLength: 1 });
const patterns = fc.record({
  prefixes: fc.uniqueArray(fc.constantFrom('orders', 'orders:', 'in', 'reports/'), { maxLength: 2 }),
  exact: fc.uniqueArray(name, { maxLength: 3 }),
  globs: fc.uniqueArray(
    fc.constantFrom('*', 'orders*', '*read', '{orders,reports}?*', '!*write', '!in*', '!orders:*', '!*.*'),
    { maxLength: 4 },
  ),
});

/** Union of prefixes, exact names and plain globs, less every glob that begins with !. */
function expected(
  all: readonly string[],
  { prefixes, exact, globs }: { prefixes: string[]; exact: string[]; globs: string[] },
) {
  const isIn = (plain: boolean) => (text: string) =>
    globs.some((glob) => glob.startsWith('!') !== plain && compileGlob(glob.replace(/^!/, ''))(text));
  return all
    .filter(
      (text) =>
        prefixes.some((prefix) => text.startsWith(prefix)) || exact.includes(text) || isIn(true)(text),
    )
    .filter((text) => !isIn(false)(text))
    .sort();
}

/** What is selected, or undefined where a pattern is refused because it does nothing. */
function trySelect(...args: Parameters<typeof select>): readonly string[] | undefined {
  try {
    return select(...args).names;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return undefined;
  }
}

describe('a selection', () => {
  it('is the union of what selects, less what takes away, and refused only where a pattern does nothing', () => {
    let selections = 0;
    fc.assert(
      fc.property(names, patterns, (all, own) => {
        fc.pre(
          own.prefixes.length + own.exact.length + own.globs.filter((glob) => !glob.startsWith('!')).length >
            0,
        );
        const selected = trySelect(audienceOf(own), new Map([['', catalogOf(all)]]));
        const reference = expected(all, own);
        if (selected !== undefined) {
          selections++;
          expect(selected).toEqual(reference);
          return;
        }
        const withoutOne = (['prefixes', 'exact', 'globs'] as const).flatMap((kind) =>
          own[kind].map((text) => {
            const alone = text.startsWith('!')
              ? expected(all, { ...own, globs: own.globs.filter((glob) => !glob.startsWith('!')) }).filter(
                  (candidate) => compileGlob(text.slice(1))(candidate),
                )
              : expected(all, { prefixes: [], exact: [], globs: [], [kind]: [text] });
            return alone.length;
          }),
        );
        expect(reference.length === 0 || withoutOne.includes(0)).toBe(true);
      }),
      { numRuns },
    );
    expect(selections).toBeGreaterThan(0);
  });

  it('does not depend on the order of patterns and permissions', () => {
    fc.assert(
      fc.property(names, patterns, fc.nat(), (all, own, seed) => {
        fc.pre(
          own.prefixes.length + own.exact.length + own.globs.filter((glob) => !glob.startsWith('!')).length >
            0,
        );
        const turn = <T>(list: readonly T[]) =>
          [...list.slice(seed % (list.length || 1)), ...list.slice(0, seed % (list.length || 1))].reverse();
        const turned = { prefixes: turn(own.prefixes), exact: turn(own.exact), globs: turn(own.globs) };
        expect(trySelect(audienceOf(turned), new Map([['', catalogOf(turn(all))]]))).toEqual(
          trySelect(audienceOf(own), new Map([['', catalogOf(all)]])),
        );
      }),
      { numRuns },
    );
  });

  it('takes permissions of no API and of its own API, and none of another', () => {
    const catalog = catalogOf([
      'orders:a',
      { name: 'orders:b', audience: ORDERS },
      { name: 'orders:c', audience: BILLING },
    ]);
    expect(select(audienceOf({ globs: ['*'] }), new Map([['', catalog]])).names).toEqual([
      'orders:a',
      'orders:b',
    ]);
  });

  it('takes the permissions of another API under a prefix, less what is taken away by that name', () => {
    const catalog = catalogOf([
      'orders:a',
      { name: 'read', audience: BILLING },
      { name: 'purge', audience: BILLING },
    ]);
    const audience = audienceOf({
      prefixes: ['orders:'],
      from: { [BILLING]: 'billing/' },
      globs: ['!billing/purge'],
    });
    const { names: selected, byEnvironment, patterns: counts } = select(audience, new Map([['', catalog]]));
    expect(selected).toEqual(['billing/read', 'orders:a']);
    expect(byEnvironment.get('')?.get('billing/read')).toEqual({ name: 'read', audience: BILLING });
    expect(counts).toEqual([
      { kind: 'prefix', text: 'orders:', names: 1 },
      { kind: 'negated glob', text: '!billing/purge', names: 1 },
      { kind: 'from', text: BILLING, names: 2 },
    ]);
  });

  it('reads exact names literally', () => {
    const catalog = catalogOf(['reports:*', 'reports:read', 'a[b', 'a"b', '!x']);
    const selected = select(
      audienceOf({ exact: ['reports:*', 'a[b', 'a"b', '!x'] }),
      new Map([['', catalog]]),
    ).names;
    expect(selected).toEqual(['!x', 'a"b', 'a[b', 'reports:*']);
  });

  it('unites the environments, and accepts a pattern that selects in one of them alone', () => {
    const audience = audienceOf(
      { exact: ['orders:dev', 'orders:prod'] },
      { environments: { prod: { catalog: 'prod.json', audiences: { orders: 'https://orders.acme.com' } } } },
    );
    const { names: selected, byEnvironment } = select(
      audience,
      new Map([
        ['', catalogOf([{ name: 'orders:dev', audience: ORDERS }])],
        [
          'prod',
          catalogOf([
            { name: 'orders:prod', audience: 'https://orders.acme.com' },
            { name: 'orders:dev', audience: ORDERS },
          ]),
        ],
      ]),
    );
    expect(selected).toEqual(['orders:dev', 'orders:prod']);
    expect(
      [...byEnvironment].map(([environment, permissions]) => [environment, [...permissions.keys()]]),
    ).toEqual([
      ['', ['orders:dev']],
      ['prod', ['orders:prod']],
    ]);
  });

  it("follows another audience's identifier through the environments", () => {
    const audience = audienceOf(
      { from: { [BILLING]: 'billing/' } },
      {
        audiences: { billing: { audience: BILLING, globs: ['*'] } },
        environments: { prod: { audiences: { billing: 'https://billing.acme.com' } } },
      },
    );
    const catalogs = new Map([
      ['', catalogOf([{ name: 'read', audience: BILLING }])],
      ['prod', catalogOf([{ name: 'read', audience: 'https://billing.acme.com' }])],
    ]);
    expect(select(audience, catalogs).byEnvironment.get('prod')?.get('billing/read')).toEqual({
      name: 'read',
      audience: 'https://billing.acme.com',
    });
  });

  it('treats names of object members as names', () => {
    const members = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    expect(select(audienceOf({ exact: members }), new Map([['', catalogOf(members)]])).names).toEqual(
      [...members].sort(),
    );
  });
});
