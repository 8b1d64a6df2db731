// Prefixes of other APIs' permissions, and the names of the audience's own: neither comes to mean what the other did.
import { describe, expect, it } from 'vitest';
import type { Catalog, Permission } from '../../src/catalog/catalog.ts';
import { readConfig } from '../../src/config/config.ts';
import { InputError } from '../../src/errors.ts';
import { importedApis } from '../../src/layout/imported-apis.ts';
import { type AudienceLayout, growLayout, type ImportedApis } from '../../src/layout/layout.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

const [API, A, B] = ['https://orders.example', 'https://a.example', 'https://b.example'] as const;

function audienceOf(from: Readonly<Record<string, string>>) {
  const config = {
    catalog: 'catalog.json',
    claim: 'pz',
    audiences: { orders: { audience: API, globs: ['*'], from } },
    environments: { prod: {} },
  };
  const { audiences } = readConfig(parseSourceText('claimgen.config.json', JSON.stringify(config)));
  return audiences[0] as (typeof audiences)[number];
}

function catalogsOf(...own: (string | Permission)[]): Map<string, Catalog> {
  const permissions = [
    ...own.map((permission) =>
      typeof permission === 'string' ? { name: permission, audience: API } : permission,
    ),
    { name: 'admin', audience: A },
    { name: 'admin', audience: B },
  ];
  return new Map([['', { permissions, roles: [], apis: [], notes: [] }]]);
}

function layoutOf(names: readonly string[], from?: ImportedApis): AudienceLayout {
  return {
    ...growLayout('orders', undefined, names, (list) => list),
    ...(from === undefined ? {} : { from }),
  };
}

/** Path, message and fix of what is refused. */
function refusal(
  from: Readonly<Record<string, string>>,
  catalogs: ReadonlyMap<string, Catalog>,
  earlier?: AudienceLayout,
): string[] {
  try {
    importedApis(audienceOf(from), catalogs, earlier);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems.every(({ code }) => code === 'name_ambiguous')).toBe(true);
    return error.problems.map(({ path, message, fix }) => `${path}: ${message}. ${fix}`);
  }
  return [];
}

describe('the prefixes of a layout', () => {
  it('are those of the config and of all configs before', () => {
    const catalogs = catalogsOf('read');
    expect(importedApis(audienceOf({}), catalogs, undefined)).toBeUndefined();
    expect(importedApis(audienceOf({}), catalogs, layoutOf(['read']))).toBeUndefined();
    expect(importedApis(audienceOf({ [A]: 'a/' }), catalogs, undefined)).toEqual([['a/', A]]);
    expect(importedApis(audienceOf({ [B]: 'b/' }), catalogs, layoutOf(['a/admin'], [['a/', A]]))).toEqual([
      ['a/', A],
      ['b/', B],
    ]);
    expect(importedApis(audienceOf({}), catalogs, layoutOf(['a/admin'], [['a/', A]]))).toEqual([['a/', A]]);
    // Again, with the names that it has.
    expect(importedApis(audienceOf({ [A]: 'a/' }), catalogs, layoutOf(['a/admin'], [['a/', A]]))).toEqual([
      ['a/', A],
    ]);
    // Two for one API.
    expect(importedApis(audienceOf({ [A]: 'x/' }), catalogs, layoutOf(['a/admin'], [['a/', A]]))).toEqual([
      ['a/', A],
      ['x/', A],
    ]);
  });

  const never = 'Choose a prefix that was never used: it belongs to one API for good.';

  it('do not pass to another API', () => {
    expect(refusal({ [B]: 'a/' }, catalogsOf('read'), layoutOf(['a/admin'], [['a/', A]]))).toEqual([
      `audiences.orders.from["${B}"]: the prefix "a/" stands for ${A} in tokens and verifiers that are in use. ${never}`,
    ]);
  });

  it.each([['a/b/'], ['a'], ['a/b']])('do not overlap, whichever is the longer: "a/" and "%s"', (prefix) => {
    const message = `the prefixes ${JSON.stringify(prefix)} and "a/" (of ${A}) overlap. ${never}`;
    expect(refusal({ [B]: prefix }, catalogsOf('read'), layoutOf(['a/admin'], [['a/', A]]))).toEqual([
      `audiences.orders.from["${B}"]: ${message}`,
    ]);
    expect(refusal({ [A]: 'a/', [B]: prefix }, catalogsOf('read'))).toEqual([
      `audiences.orders.from["${B}"]: ${message}`,
    ]);
    // Nor with another of the same API: a name would be that of two permissions.
    expect(refusal({ [A]: prefix }, catalogsOf('read'), layoutOf(['a/admin'], [['a/', A]]))).toHaveLength(1);
  });

  it('are not what a name of the layout begins with already', () => {
    expect(refusal({ [A]: 'x:' }, catalogsOf('read'), layoutOf(['read', 'x:admin']))).toEqual([
      `audiences.orders.from["${A}"]: the layout has "x:admin" already, which begins with this prefix and is no permission of ${A}. Choose a prefix that no permission begins with.`,
    ]);
    // In any lineage, also one that is active no more.
    const layout = {
      ...layoutOf(['read']),
      lineages: [...layoutOf(['x:admin']).lineages, ...layoutOf(['read']).lineages],
      active: 1,
    };
    expect(refusal({ [A]: 'x:' }, catalogsOf('read'), layout)).toHaveLength(1);
    expect(refusal({ [A]: 'y:' }, catalogsOf('read'), layout)).toEqual([]);
  });

  it('are not what a permission of the API begins with, selected or not, nor one of no API', () => {
    const message = (name: string) => [
      `audiences.orders.from: the permission "${name}" begins with "a/", which stands for ${A} here. Choose a prefix that no permission begins with, or rename the permission.`,
    ];
    expect(refusal({ [A]: 'a/' }, catalogsOf('read', 'a/own'))).toEqual(message('a/own'));
    expect(refusal({ [A]: 'a/' }, catalogsOf('read', { name: 'a/plain' }))).toEqual(message('a/plain'));
    // As long as tokens may carry it.
    expect(refusal({}, catalogsOf('a/own'), layoutOf(['a/admin'], [['a/', A]]))).toEqual(message('a/own'));
    expect(refusal({ [A]: 'a/' }, catalogsOf('own/a/', 'a'))).toEqual([]);
    // That of another environment counts as well.
    const two = new Map([...catalogsOf('read'), ['prod', catalogsOf('a/own').get('') as Catalog] as const]);
    expect(refusal({}, two, layoutOf(['a/admin'], [['a/', A]]))).toEqual(message('a/own'));
  });
});
