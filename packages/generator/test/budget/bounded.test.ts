import { encodeClaim } from '@claimgen/action-runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedClaim, largestFound } from '../../src/budget/bounded-users.ts';
import { claimBound, jsonBytes, worstClaim } from '../../src/budget/worst-claim.ts';
import { type AudienceLayout, growLayout } from '../../src/layout/layout.ts';
import { claimTable } from '../../src/plan/claim-table.ts';
import { projectFolder } from '../project-folder.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 100);

const situations = fc
  .record({
    size: fc.integer({ min: 1, max: 400 }),
    grown: fc.integer({ min: 0, max: 60 }),
    encoding: fc.constantFrom('bitset' as const, 'names' as const),
    asOf: fc.boolean(),
    mostRoles: fc.integer({ min: 0, max: 4 }),
    mostDirect: fc.integer({ min: 0, max: 6 }),
    seeds: fc.array(fc.nat(0xffffff), { minLength: 1, maxLength: 8 }),
    absent: fc.uniqueArray(fc.nat(400), { maxLength: 30 }),
  })
  .map(({ size, grown, encoding, asOf, mostRoles, mostDirect, seeds, absent }) => {
    const names = Array.from({ length: size + grown }, (_, index) => `p:${'x'.repeat(index % 13)}${index}`);
    let layout: AudienceLayout | undefined = growLayout('a', undefined, names.slice(0, size), (list) => list);
    layout = growLayout('a', layout, names, (list) => list);
    const gone = new Set(absent);
    const table = claimTable({ encoding, asOf: asOf && encoding === 'bitset', sources: [] }, layout);
    const places = table.names.flatMap((_, place) => (gone.has(place) ? [] : [place]));
    // Roles as catalogs have them: sets with some structure, from a number.
    const roles = seeds.map((seed) =>
      places.filter((place) => ((place * (1 + (seed % 97)) + seed) >>> (seed % 5)) % (2 + (seed % 11)) === 0),
    );
    return { layout, encoding, asOf, users: { table, roles, places, mostRoles, mostDirect } };
  });

describe('the bound for users of a few roles', () => {
  it('is passed by none of them', () => {
    fc.assert(
      fc.property(situations, fc.array(fc.nat(), { maxLength: 12 }), ({ users }, choices) => {
        const { roles, places, mostRoles, mostDirect, table } = users;
        const next = (below: number) => (choices.length === 0 ? 0 : (choices.shift() ?? 0) % below);
        const held = new Set<number>();
        for (let i = 0; i < mostRoles; i++)
          for (const place of roles[next(roles.length)] ?? []) held.add(place);
        for (let i = 0; i < mostDirect && places.length > 0; i++)
          held.add(places[next(places.length)] as number);
        const claim = encodeClaim(
          table,
          [...held].sort((a, b) => a - b),
        );
        expect(jsonBytes(claim)).toBeLessThanOrEqual(boundedClaim(users));
      }),
      { numRuns: runs },
    );
  });

  it('is not below the largest that a search finds', () => {
    fc.assert(
      fc.property(situations, ({ users }) => {
        expect(largestFound(users)).toBeLessThanOrEqual(boundedClaim(users));
      }),
      { numRuns: Math.ceil(runs / 10) },
    );
  });

  it('holds for every user of small role tables', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.nat(11), { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 2 }),
        (roleLists, mostRoles, mostDirect) => {
          const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
          const table = claimTable(
            { encoding: 'bitset', asOf: false, sources: [] },
            growLayout('a', undefined, names, (list) => list),
          );
          const roles = roleLists.map((list) => list.toSorted((a, b) => a - b));
          const places = names.map((_, place) => place);
          const bound = boundedClaim({ table, roles, places, mostRoles, mostDirect });
          const indexes = [...Array.from({ length: mostRoles }, () => [...roles, []])];
          const sets = indexes.reduce<number[][]>(
            (held, choices) => held.flatMap((set) => choices.map((role) => [...set, ...role])),
            [[]],
          );
          const direct = Array.from({ length: mostDirect }, () => places);
          const all = direct.reduce<number[][]>(
            (held, choices) => held.flatMap((set) => choices.map((place) => [...set, place])),
            sets,
          );
          const lengths = all.map((set) =>
            jsonBytes(
              encodeClaim(
                table,
                [...new Set(set)].sort((a, b) => a - b),
              ),
            ),
          );
          expect(Math.max(...lengths)).toBeLessThanOrEqual(bound);
        },
      ),
      { numRuns: Math.ceil(runs / 10) },
    );
  });
});

describe('the bound without a search', () => {
  it('is that of the search', () => {
    fc.assert(
      fc.property(situations, ({ layout, encoding, asOf, users }) => {
        const names = new Set(users.places.map((place) => users.table.names[place] as string));
        const audience = {
          encoding,
          asOf: asOf && encoding === 'bitset',
          sources: [],
        } as unknown as Parameters<typeof worstClaim>[0];
        expect(claimBound(users.table, names)).toBe(worstClaim(audience, layout, names).bytes);
      }),
      { numRuns: Math.ceil(runs / 3) },
    );
  });
});

describe('what a build says of users of a few roles', () => {
  const catalog = {
    permissions: Array.from({ length: 600 }, (_, index) => `orders:${index}`),
    roles: { Clerk: ['orders:1', 'orders:2'], Auditor: ['orders:300'] },
  };
  const config = (budget: object, source: unknown[] = ['roles']) => ({
    'catalog.json': JSON.stringify(catalog),
    'claimgen.config.json': JSON.stringify({
      catalog: 'catalog.json',
      claim: 'https://acme.example/permissions',
      action: { source },
      budget,
      audiences: { orders: { audience: 'https://orders.example', globs: ['*'] } },
    }),
  });
  const report = async (budget: object, source?: unknown[]) => {
    const { out } = await projectFolder(config(budget, source)).claimgen('build --json');
    return JSON.parse(out).audiences[0];
  };

  it('is smaller than the bound for any set, which decides all the same', async () => {
    const { bounded, proof } = await report({ roles: 2 });
    expect(bounded).toMatchObject({ roles: 2, direct: 0 });
    expect(bounded.line.found).toBeLessThanOrEqual(bounded.line.atMost);
    expect(bounded.line.atMost).toBeLessThan(proof.line);
    const over = await report({ roles: 2, bytes: 1150 });
    expect(over.over).toBe(Math.max(0, proof.line - 1150));
    expect(over.over).toBeGreaterThan(0);
  });

  it('is left out where users may hold any number of permissions besides', async () => {
    const source = ['roles', { event: 'user.app_metadata.permissions' }];
    expect((await report({ roles: 2 }, source)).bounded).toBeUndefined();
    expect((await report({ roles: 2, direct: 3 }, source)).bounded).toMatchObject({ roles: 2, direct: 3 });
    expect((await report({})).bounded).toBeUndefined();
  });

  it('stands in what is printed', async () => {
    const { out } = await projectFolder(config({ roles: 2 })).claimgen('check --why');
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /users of at most 2 roles and 0 more permissions: [\d,]+ at most, [\d,]+ the/,
    );
  });
});
