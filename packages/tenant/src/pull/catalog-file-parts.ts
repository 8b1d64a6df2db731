// Reads a catalog.json as `catalogFile` writes it, line by line: one of a large tenant takes gigabytes as a whole.
import type { CatalogPermission, ComparedApi, ComparedGrant } from './catalog-diff.ts';

/** A part of a catalog, small enough for memory. */
export type CatalogPart =
  /** Permissions of one API that are listed one after the other. */
  | { readonly kind: 'permissions'; readonly permissions: readonly CatalogPermission[] }
  | { readonly kind: 'role'; readonly name: string; readonly permissions: readonly CatalogPermission[] }
  | { readonly kind: 'apis'; readonly apis: readonly ComparedApi[] }
  | { readonly kind: 'clientGrants'; readonly clientGrants: readonly ComparedGrant[] };

/** The file is of another form: somebody has written it by hand, or with another tool. */
export class OtherForm extends Error {}

/**
 * The parts of a catalog, in the order of the file.
 * @param lines without their line breaks
 * @throws OtherForm
 */
export function* catalogParts(lines: Iterable<string>): Generator<CatalogPart> {
  const reader = new LineReader(lines);
  try {
    reader.expect('{');
    yield* permissionsIn(reader);
    yield* rolesIn(reader);
    const apis = [...entries<ComparedApi>(reader, 'apis', ',')];
    yield { kind: 'apis', apis: apis.map((api) => assertKeys(api, API, 'identifier')) };
    const clientGrants = [...entries<ComparedGrant>(reader, 'clientGrants', '')];
    yield {
      kind: 'clientGrants',
      clientGrants: clientGrants.map((grant) => assertKeys(grant, GRANT, 'client')),
    };
    reader.expect('}');
    reader.expectEnd();
  } finally {
    reader.close();
  }
}

function* permissionsIn(reader: LineReader): Generator<CatalogPart> {
  let permissions: CatalogPermission[] = [];
  for (const permission of entries<CatalogPermission>(reader, 'permissions', ',')) {
    if (permissions.length > 0 && permissions[0]?.audience !== permission.audience) {
      yield { kind: 'permissions', permissions };
      permissions = [];
    }
    permissions.push(assertPermission(permission));
  }
  if (permissions.length > 0) yield { kind: 'permissions', permissions };
}

function* rolesIn(reader: LineReader): Generator<CatalogPart> {
  if (reader.next('  "roles": {},')) return;
  reader.expect('  "roles": {');
  for (;;) {
    const [, key, isEmpty, isLast] =
      /^ {4}("(?:[^"\\]|\\.)*"): \[(?:(\])(,?))?$/u.exec(reader.take()) ?? refuse();
    const name = String(parse(key ?? ''));
    let more = isLast === ',';
    const permissions: CatalogPermission[] = [];
    if (isEmpty === undefined) {
      for (;;) {
        permissions.push(assertPermission(parseEntry<CatalogPermission>(reader.take(), 6)));
        if (reader.next('    ],')) more = true;
        else if (!reader.next('    ]')) continue;
        break;
      }
    }
    yield { kind: 'role', name, permissions };
    if (more) continue;
    reader.expect('  },');
    return;
  }
}

/** The entries of an array, one a line. */
function* entries<T extends object>(reader: LineReader, key: string, end: '' | ','): Generator<T> {
  if (reader.next(`  "${key}": []${end}`)) return;
  reader.expect(`  "${key}": [`);
  do yield parseEntry<T>(reader.take(), 4);
  while (!reader.next(`  ]${end}`));
}

function parseEntry<T extends object>(line: string, indent: number): T {
  if (!line.startsWith(`${' '.repeat(indent)}{`)) refuse();
  const value: unknown = parse(line.endsWith(',') ? line.slice(0, -1) : line);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as T) : refuse();
}

/** The keys that an entry may have; a key that is added to the type is missed here. */
type Keys<T> = Readonly<Record<keyof T, true>>;

const PERMISSION: Keys<CatalogPermission & { readonly description: string }> = {
  name: true,
  audience: true,
  description: true,
};
const API: Keys<ComparedApi> = {
  identifier: true,
  name: true,
  enforcePolicies: true,
  tokenDialect: true,
  signingAlgorithm: true,
  encrypted: true,
  tokenLifetime: true,
  tokenLifetimeForWeb: true,
};
const GRANT: Keys<ComparedGrant> = { client: true, audience: true, scopes: true };

/** @param name what it must have, as a string */
function assertKeys<T extends object>(entry: T, keys: Keys<T>, name: keyof T): T {
  const isKnown = Object.keys(entry).every((key) => Object.hasOwn(keys, key));
  return isKnown && typeof entry[name] === 'string' ? entry : refuse();
}

function assertPermission(permission: CatalogPermission): CatalogPermission {
  const { name, audience } = assertKeys(permission, PERMISSION, 'name');
  if (audience !== undefined && typeof audience !== 'string') refuse();
  return { name, ...(audience === undefined ? {} : { audience }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse();
  }
}

function refuse(): never {
  throw new OtherForm();
}

class LineReader {
  readonly #lines: Iterator<string>;
  #ahead: string | undefined;

  constructor(lines: Iterable<string>) {
    this.#lines = lines[Symbol.iterator]();
    this.#ahead = this.#read();
  }

  #read(): string | undefined {
    const { done, value } = this.#lines.next();
    return done === true ? undefined : value;
  }

  take(): string {
    const line = this.#ahead ?? refuse();
    this.#ahead = this.#read();
    return line;
  }

  /** Passes over a line if it is the next one. */
  next(line: string): boolean {
    if (this.#ahead !== line) return false;
    this.take();
    return true;
  }

  expect(line: string): void {
    if (!this.next(line)) refuse();
  }

  /** Lets go of the file that the lines come from. */
  close(): void {
    this.#lines.return?.();
  }

  expectEnd(): void {
    while (this.#ahead === '') this.take();
    if (this.#ahead !== undefined) refuse();
  }
}
