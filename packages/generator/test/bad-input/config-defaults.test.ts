import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { parseSourceText } from '../../src/source-text/source-text.ts';

type Schema = { readonly [key: string]: unknown };

const root = JSON.parse(
  readFileSync(new URL('../../schema/config.schema.json', import.meta.url), 'utf8'),
) as Schema;

/** Every default of the schema, with the keys that lead to it in a config. */
function* defaultsIn(schema: Schema, path: readonly string[] = []): Generator<[readonly string[], unknown]> {
  if ('default' in schema) yield [path, schema['default']];
  const below = (key: string): Schema[] => {
    const value = schema[key];
    return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Schema[];
  };
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const target = reference.replace('#/', '').split('/');
    yield* defaultsIn(
      target.reduce((at, key) => at[key] as Schema, root),
      path,
    );
  }
  for (const key of ['allOf', 'anyOf', 'then', 'else'])
    for (const part of below(key)) yield* defaultsIn(part, path);
  for (const items of below('items')) yield* defaultsIn(items, [...path, '0']);
  for (const [key, part] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>))
    yield* defaultsIn(part, [...path, key]);
  const more = schema['additionalProperties'];
  if (typeof more === 'object' && more !== null) yield* defaultsIn(more as Schema, [...path, 'orders']);
}

/** What a default below a source needs beside it. */
const AROUND: Readonly<Record<string, object>> = {
  roles: { roles: {} },
  trusted: { event: 'user.app_metadata.permissions' },
  managementApi: { managementApi: { domain: 'acme.eu.auth0.com' } },
};

function configOf(
  path: readonly string[],
  value: unknown,
): { readonly without: object; readonly with: object } {
  const without = {
    catalog: 'catalog.json',
    claim: 'pz',
    ...(path[0] === 'package' ? { package: { name: 'perms' } } : {}),
    audiences: { orders: { audience: 'https://orders.example', globs: ['*'] } },
  };
  const written = structuredClone(without);
  let at = written as Record<string, unknown>;
  for (const [index, key] of path.slice(0, -1).entries()) {
    const next = path[index + 1];
    if (next === '0' && at[key] === undefined) {
      // A source has a key that says what it is.
      const source = structuredClone(AROUND[path[index + 2] ?? '']);
      at[key] = [source];
      const plain = path.slice(0, index).reduce(
        (inner, part) => {
          inner[part] ??= {};
          return inner[part] as Record<string, unknown>;
        },
        without as Record<string, unknown>,
      );
      plain[key] = [structuredClone(source)];
    }
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[path.at(-1) as string] = value;
  return { without, with: written };
}

function read(config: object): string {
  return JSON.stringify(
    readConfig(parseSourceText('claimgen.config.json', JSON.stringify(config))),
    (_, value: unknown) => (value instanceof Map ? [...value] : value),
  );
}

const defaults = [...defaultsIn(root)];

describe('a default of the published schema', () => {
  it('is written for most settings', () => {
    expect(defaults.length).toBeGreaterThan(40);
  });

  it.each(defaults.map(([path, value]) => [path.join('.'), path, value] as const))(
    'is what the config means without the key: %s',
    (_, path, value) => {
      const configs = configOf(path, value);
      expect(read(configs.with)).toBe(read(configs.without));
      // Another value means something else, where nothing but this key decides about it.
      if (/(?:trusted|otherHeaders|keyBits)$/.test(path.join('.'))) return;
      if (typeof value === 'number' || typeof value === 'boolean') {
        const other = configOf(path, typeof value === 'number' ? value + 1 : !value).with;
        expect(read(other)).not.toBe(read(configs.without));
      }
    },
  );
});
