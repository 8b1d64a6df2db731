// Holds what is given as a layout to the form that claimgen build writes.
import type { Generation, Layout } from './layout.ts';
import { LAYOUT_FORMAT } from './layout.ts';

/**
 * The layout that a value is, from its own properties only. Throws a TypeError that says what is wrong with
 * it, and how to fix it.
 */
export function readLayout(value: unknown): Layout {
  const fields = record(value, 'layout', 'pass what the generated module exports, or its parsed .json');
  if (fields['format'] !== LAYOUT_FORMAT) {
    refuse('layout.format', `must be ${LAYOUT_FORMAT}`, 'build it with a claimgen of the same major version');
  }
  const name = string(fields['name'], 'layout.name');
  const claim = string(fields['claim'], 'layout.claim');
  const audience =
    fields['audience'] === undefined ? {} : { audience: string(fields['audience'], 'layout.audience') };
  const lineages = array(fields['lineages'], 'layout.lineages').map((lineage, number) =>
    readLineage(lineage, `layout.lineages[${number}]`),
  );
  checkFirstIds(lineages);
  const active = fields['active'];
  if (typeof active !== 'number' || (lineages[active]?.length ?? 0) === 0) {
    refuse('layout.active', 'must be the number of a lineage that is not empty', REBUILD);
  }
  const withdrawn = distinctStrings(fields['withdrawn'], 'layout.withdrawn', new Set());
  return { format: LAYOUT_FORMAT, name, ...audience, claim, active, lineages, withdrawn };
}

const REBUILD = 'run claimgen build';

function readLineage(generations: unknown, path: string): Generation[] {
  const names = new Set<string>();
  return array(generations, path).map((generation, number) => {
    const { id, permissions } = record(generation, `${path}[${number}]`, REBUILD);
    if (typeof id !== 'string' || !/^[\w-]{6}$/.test(id)) {
      refuse(`${path}[${number}].id`, 'must be 6 base64url characters', REBUILD);
    }
    return { id, permissions: distinctStrings(permissions, `${path}[${number}].permissions`, names) };
  });
}

function checkFirstIds(lineages: readonly (readonly Generation[])[]): void {
  const firstIds = new Set<string>();
  lineages.forEach(([first], number) => {
    if (first === undefined) return;
    if (firstIds.has(first.id)) {
      refuse(`layout.lineages[${number}]`, 'begins with the id of another lineage', REBUILD);
    }
    firstIds.add(first.id);
  });
}

function distinctStrings(value: unknown, path: string, seen: Set<string>): string[] {
  return array(value, path).map((item, position) => {
    const name = string(item, `${path}[${position}]`);
    if (seen.has(name)) refuse(`${path}[${position}]`, 'is there twice', REBUILD);
    seen.add(name);
    return name;
  });
}

/** The own properties of an object; what it inherits is not in the layout. */
function record(value: unknown, path: string, fix: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(path, 'must be an object', fix);
  return Object.assign(Object.create(null), value);
}

function array(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(path, 'must be an array', REBUILD);
  return value;
}

function string(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') refuse(path, 'must be a string that is not empty', REBUILD);
  return value;
}

function refuse(path: string, what: string, fix: string): never {
  throw new TypeError(`${path} ${what}; ${fix}`);
}
