import { assertNoProblems, InputError, type Problem } from '../errors.ts';
import { asMap } from '../source-text/as-map.ts';
import { parseSourceText, type SourceText, type ValuePath } from '../source-text/source-text.ts';
import { generationIds } from './ids.ts';
import {
  type AudienceLayout,
  type Generation,
  type ImportedApis,
  type Lineage,
  nameInIds,
} from './layout.ts';

/** The layouts by audience name, as `claimgen.lock.json` keeps them. */
export type Lock = ReadonlyMap<string, AudienceLayout>;

/** The lock beside the config. */
export const LOCK_FILE = 'claimgen.lock.json';

const VERSION = 1;
const FIX = "Take the deployed branch's claimgen.lock.json, then run claimgen build.";

/** The lock's text: one permission a line, audiences sorted, so that git shows what a build added. */
export function formatLock(lock: Lock): string {
  const audiences = Object.fromEntries([...lock].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ lockfileVersion: VERSION, audiences }, null, 2)}\n`;
}

/**
 * Reads the lock and recomputes every id, so that a hand edit or a wrong merge can't move a permission to another's place.
 * @throws InputError naming the line
 */
export function readLock(file: string, text: string): Lock {
  const source = parseSourceText(file, text);
  const root = asMap(source.value);
  if (root?.['lockfileVersion'] !== VERSION) {
    throw new InputError([
      source.problem(
        'lock_invalid',
        ['lockfileVersion'],
        `the lock's version is ${JSON.stringify(root?.['lockfileVersion']) ?? 'missing'}, and this claimgen reads ${VERSION}`,
        Number(root?.['lockfileVersion']) > VERSION ? 'Update claimgen.' : FIX,
      ),
    ]);
  }
  const audiences = asMap(root['audiences']);
  if (audiences === undefined) {
    throw new InputError([
      source.problem(
        'lock_invalid',
        ['audiences'],
        'this must be an object, with an audience by each key',
        FIX,
      ),
    ]);
  }
  const problems: Problem[] = [];
  const lock = new Map(
    Object.entries(audiences).map(([name, value]) => [
      name,
      readAudienceLayout(source, ['audiences', name], name, value, problems),
    ]),
  );
  assertNoProblems([...problems, ...sharedNameProblems(source, lock)]);
  return lock;
}

/** Two layouts under one name come of a merge that kept an audience under its old key and under its new one. */
function sharedNameProblems(source: SourceText, lock: Lock): Problem[] {
  const seen = new Map<string, string>();
  return [...lock].flatMap(([audience, layout]) => {
    const name = nameInIds(audience, layout);
    const other = seen.get(name);
    seen.set(name, audience);
    if (other === undefined) return [];
    return [
      source.problem(
        'lock_invalid',
        ['audiences'],
        `the layouts of ${JSON.stringify(other)} and ${JSON.stringify(audience)} are one: the ids of both are computed with the name ${JSON.stringify(name)}`,
        FIX,
        audience,
      ),
    ];
  });
}

/**
 * Checks the shape and ids of one audience's layouts, in the lock or in a verifier's `.json`.
 * @param problems takes what is wrong
 */
export function readAudienceLayout(
  source: SourceText,
  path: ValuePath,
  name: string,
  value: unknown,
  problems: Problem[],
  fix: string = FIX,
): AudienceLayout {
  const at = (below: ValuePath, message: string) =>
    problems.push(source.problem('lock_invalid', [...path, ...below], message, fix));
  const { active, lineages, previously, from } = asMap(value) ?? {};
  if (!Array.isArray(lineages) || lineages.length === 0) {
    at([], 'there are no lineages here');
    return { active: 0, lineages: [] };
  }
  if (previously !== undefined && !isNames(previously)) {
    at(['previously'], 'this is not an array of earlier keys');
    return { active: 0, lineages: [] };
  }
  const earlierKeys = previously === undefined ? {} : { previously };
  const named = nameInIds(name, earlierKeys);
  const before = problems.length;
  const read = (lineages as unknown[]).map((lineage, number) =>
    readLineage(named, number, lineage, (below, message) => at(['lineages', number, ...below], message)),
  );
  if (
    !Number.isInteger(active) ||
    read[active as number] === undefined ||
    read[active as number]?.length === 0
  ) {
    if (problems.length === before)
      at(['active'], `${JSON.stringify(active) ?? 'nothing'} is not the number of a lineage`);
    return { active: 0, lineages: read };
  }
  const firstIds = read.flatMap((lineage) => lineage[0]?.id ?? []);
  if (new Set(firstIds).size < firstIds.length) at(['lineages'], 'two lineages begin alike');
  if (from === undefined) return { active: active as number, ...earlierKeys, lineages: read };
  if (!Array.isArray(from) || !from.every(isPair)) {
    at(['from'], 'this is not an array of prefixes with their APIs');
    return { active: active as number, lineages: read };
  }
  return { active: active as number, from: from as unknown as ImportedApis, ...earlierKeys, lineages: read };
}

function isNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => typeof name === 'string' && name !== '') &&
    new Set(value).size === value.length
  );
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((text) => typeof text === 'string');
}

function readLineage(
  name: string,
  number: number,
  value: unknown,
  at: (below: ValuePath, message: string) => void,
): Lineage {
  if (!Array.isArray(value)) {
    at([], 'this is not an array of generations');
    return [];
  }
  const generations = (value as unknown[]).map((generation, index): Generation | undefined => {
    const { id, permissions } = asMap(generation) ?? {};
    if (
      typeof id === 'string' &&
      Array.isArray(permissions) &&
      permissions.length > 0 &&
      permissions.every((entry) => typeof entry === 'string' && entry !== '')
    ) {
      return { id, permissions };
    }
    at([index], 'this is not a generation: {"id", "permissions"}');
    return undefined;
  });
  if (generations.includes(undefined)) return [];
  const lineage = generations as Generation[];
  const seen = new Set<string>();
  const ids = generationIds(
    name,
    number,
    lineage.map(({ permissions }) => permissions),
  );
  for (const [index, { id, permissions }] of lineage.entries()) {
    const twin = permissions.findIndex((permission) => seen.size === seen.add(permission).size);
    if (twin !== -1) {
      at([index, 'permissions', twin], `the permission ${JSON.stringify(permissions[twin])} has two places`);
      break;
    }
    if (id !== ids[index]) {
      at(
        [index, 'id'],
        `the id ${JSON.stringify(id)} does not fit the permissions up to here: they were edited by hand or merged`,
      );
      // Every later id differs, too, and says nothing new.
      break;
    }
  }
  return lineage;
}
