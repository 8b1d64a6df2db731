// What a catalog suggests for a config: audiences, their names, the claim, and what to know of each API.
import { parseUrl } from '#auth0/parse-url';
import type { Api, Catalog } from '../catalog/catalog.ts';
import { claimNameProblem } from '../config/claim-name.ts';
import { audienceFileLints } from '../lint/file-name-lints.ts';

export interface ProposedAudience {
  readonly name: string;
  readonly identifier: string;
  readonly permissions: number;
  /** Of its permissions' names up to the first separator, the most frequent first. */
  readonly prefixes: readonly (readonly [prefix: string, permissions: number])[];
  /** How many of its permissions some role grants. */
  readonly granted: number;
  readonly api: Api | undefined;
}

/** The APIs of a catalog, those that roles grant most of first. */
export function proposeAudiences({ permissions, roles, apis }: Catalog): ProposedAudience[] {
  const byApi = new Map<string, string[]>();
  for (const { name, audience } of permissions) {
    if (audience === undefined) continue;
    const names = byApi.get(audience);
    if (names === undefined) byApi.set(audience, [name]);
    else names.push(name);
  }
  const granted = new Map<string, Set<string>>();
  for (const { name, audience } of roles.flatMap((role) => role.permissions)) {
    if (audience === undefined) continue;
    const names = granted.get(audience) ?? new Set();
    granted.set(audience, names.add(name));
  }
  const taken = new Set<string>();
  return [...byApi]
    .map(([identifier, names]): ProposedAudience => {
      const api = apis.find((candidate) => candidate.identifier === identifier);
      return {
        name: freeName(api?.name ?? identifier, taken),
        identifier,
        permissions: names.length,
        prefixes: prefixesOf(names),
        granted: granted.get(identifier)?.size ?? 0,
        api,
      };
    })
    .sort((a, b) => b.granted - a.granted);
}

/** Letters, digits and dashes, as keys of audiences are; no two alike where letters' case doesn't count. */
function freeName(title: string, taken: Set<string>): string {
  const words = title
    .replace(/^https?:\/\//i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const isName = /^[a-z]/.test(words) && audienceFileLints(words).length === 0;
  const base = isName ? words : `api${words === '' ? '' : `-${words}`}`;
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
  taken.add(name);
  return name;
}

function prefixesOf(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const prefix = /^[^:/.]+[:/.]/.exec(name)?.[0];
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1).sort(([, a], [, b]) => b - a);
}

/** A claim's name in the namespace of the first API that has one which Auth0 takes. */
export function proposeClaim(identifiers: readonly string[]): string | undefined {
  return identifiers
    .flatMap((identifier) => parseUrl(identifier) ?? [])
    .filter(({ protocol, hostname }) => /^https?:$/.test(protocol) && hostname !== '')
    .map(({ hostname }) => `https://${hostname}/permissions`)
    .find((claim) => claimNameProblem(claim) === undefined);
}
