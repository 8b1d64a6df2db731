import type { Catalog } from '../catalog/catalog.ts';
import type { AudienceConfig } from '../config/audience-config.ts';
import { assertNoProblems, type Problem } from '../errors.ts';
import { candidatesOf } from '../selection/select.ts';
import { type AudienceLayout, type ImportedApis, namesOf } from './layout.ts';

/**
 * Ids name what a permission is called, not which API it is taken from: a name must never come to mean another API's. So a
 * prefix under `from` belongs to one API for good, and nothing else of the layout begins with it.
 * @param earlier the audience's layout in the lock
 * @returns the prefixes of the layout and their APIs, those that left the config included; undefined for none
 * @throws InputError
 */
export function importedApis(
  audience: AudienceConfig,
  catalogs: ReadonlyMap<string, Catalog>,
  earlier: AudienceLayout | undefined,
): ImportedApis | undefined {
  const known = new Map(earlier?.from ?? []);
  const problems = audience.from.flatMap(({ key, prefix }) => {
    const other = [...known].find(
      ([taken, api]) => overlap(taken, prefix) && !(taken === prefix && api === key),
    );
    const isNew = !known.has(prefix);
    known.set(prefix, key);
    if (other !== undefined) return [takenPrefix(audience, key, prefix, other)];
    const own = isNew
      ? earlier?.lineages.flatMap(namesOf).find((name) => name.startsWith(prefix))
      : undefined;
    return own === undefined ? [] : [prefixOfName(audience, key, own)];
  });
  assertNoProblems([...problems, ...ownNameProblems(audience, catalogs, known)]);
  return known.size === 0 ? undefined : [...known];
}

function overlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function takenPrefix(
  audience: AudienceConfig,
  key: string,
  prefix: string,
  [taken, api]: readonly [string, string],
): Problem {
  return audience.problem(
    'name_ambiguous',
    ['from', key],
    taken === prefix
      ? `the prefix ${JSON.stringify(prefix)} stands for ${api} in tokens and verifiers that are in use`
      : `the prefixes ${JSON.stringify(prefix)} and ${JSON.stringify(taken)} (of ${api}) overlap`,
    'Choose a prefix that was never used: it belongs to one API for good.',
  );
}

function prefixOfName(audience: AudienceConfig, key: string, name: string): Problem {
  return audience.problem(
    'name_ambiguous',
    ['from', key],
    `the layout has ${JSON.stringify(name)} already, which begins with this prefix and is no permission of ${key}`,
    'Choose a prefix that no permission begins with.',
  );
}

/** The audience's own permissions, selected or not: Auth0's stock claim would name them, too. */
function ownNameProblems(
  audience: AudienceConfig,
  catalogs: ReadonlyMap<string, Catalog>,
  taken: ReadonlyMap<string, string>,
): Problem[] {
  if (taken.size === 0) return [];
  for (const [environment, catalog] of catalogs) {
    for (const { name, from } of candidatesOf(audience, environment, catalog)) {
      if (from !== undefined) continue;
      const match = [...taken].find(([prefix]) => name.startsWith(prefix));
      if (match === undefined) continue;
      const [prefix, api] = match;
      return [
        audience.problem(
          'name_ambiguous',
          ['from'],
          `the permission ${JSON.stringify(name)} begins with ${JSON.stringify(prefix)}, which stands for ${api} here`,
          'Choose a prefix that no permission begins with, or rename the permission.',
        ),
      ];
    }
  }
  return [];
}
