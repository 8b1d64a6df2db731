import type { Layout } from './layout.ts';
import { LAYOUT_FORMAT } from './layout.ts';

/** Throws a TypeError that says what is wrong with a value given as layout, and how to mend it. */
export function checkLayout(layout: unknown): asserts layout is Layout {
  const value = record(layout, 'layout', 'pass what the generated module exports, or its parsed .json');
  if (value['format'] !== LAYOUT_FORMAT) {
    refuse('layout.format', `must be ${LAYOUT_FORMAT}`, 'build it with a claimgen of the same major version');
  }
  text(value['name'], 'layout.name');
  text(value['claim'], 'layout.claim');
  if (value['audience'] !== undefined) text(value['audience'], 'layout.audience');
  const lineages = list(value['lineages'], 'layout.lineages');
  const firstIds = new Set<string>();
  lineages.forEach((generations, number) => {
    const first = checkLineage(generations, `layout.lineages[${number}]`);
    if (first !== undefined && firstIds.has(first)) {
      refuse(`layout.lineages[${number}]`, 'begins with the id of another lineage', REBUILD);
    }
    if (first !== undefined) firstIds.add(first);
  });
  const active = value['active'];
  const activeLineage = typeof active === 'number' ? lineages[active] : undefined;
  if (!Array.isArray(activeLineage) || activeLineage.length === 0) {
    refuse('layout.active', 'must be the number of a lineage that is not empty', REBUILD);
  }
  distinctTexts(value['withdrawn'], 'layout.withdrawn', new Set());
}

const REBUILD = 'run claimgen build';

function checkLineage(generations: unknown, path: string): string | undefined {
  const names = new Set<string>();
  const ids = list(generations, path).map((generation, number) => {
    const { id, permissions } = record(generation, `${path}[${number}]`, REBUILD);
    if (typeof id !== 'string' || !/^[\w-]{6}$/.test(id)) {
      refuse(`${path}[${number}].id`, 'must be 6 base64url characters', REBUILD);
    }
    distinctTexts(permissions, `${path}[${number}].permissions`, names);
    return id;
  });
  return ids[0];
}

function distinctTexts(value: unknown, path: string, seen: Set<string>): void {
  list(value, path).forEach((name, position) => {
    text(name, `${path}[${position}]`);
    if (seen.has(name)) refuse(`${path}[${position}]`, 'is there twice', REBUILD);
    seen.add(name);
  });
}

function record(value: unknown, path: string, mend: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(path, 'must be an object', mend);
  return value as Record<string, unknown>;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(path, 'must be a list', REBUILD);
  return value;
}

function text(value: unknown, path: string): asserts value is string {
  if (typeof value !== 'string' || value === '') refuse(path, 'must be a text that is not empty', REBUILD);
}

function refuse(path: string, what: string, mend: string): never {
  throw new TypeError(`${path} ${what}; ${mend}`);
}
