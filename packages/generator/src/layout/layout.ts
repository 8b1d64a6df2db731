import { generationIds } from './ids.ts';

/** One step of a lineage's growth; its permissions take the places after those of all earlier generations. */
export interface Generation {
  readonly id: string;
  readonly permissions: readonly string[];
}

/** An ordered list of one audience's permissions that only ever grows at its end; empty once pruned. */
export type Lineage = readonly Generation[];

/** Prefixes, each with the API (as `from` in the config names it) whose permissions bear it. Pairs, as any text may be a prefix. */
export type ImportedApis = readonly (readonly [prefix: string, api: string])[];

/** The layouts of one audience: those that tokens may still carry, and the one that the Action writes. */
export interface AudienceLayout {
  readonly active: number;
  /** Of this config and all earlier ones; absent where no other API's permissions were ever taken. */
  readonly from?: ImportedApis;
  /** The keys that the audience had in the config before, each once, the first it ever had first; absent where it always had this one. */
  readonly previously?: readonly string[];
  /** Indexed by lineage number. */
  readonly lineages: readonly Lineage[];
}

/** The name that a layout's ids are computed with: the key that the audience had when its layout began. */
export function nameInIds(
  audienceName: string,
  layout: Pick<AudienceLayout, 'previously'> | undefined,
): string {
  return layout?.previously?.[0] ?? audienceName;
}

/** Chooses the order of a lineage's first generation from names in lexicographic order. */
export type OrderNames = (names: readonly string[]) => readonly string[];

export function namesOf(lineage: Lineage): readonly string[] {
  const [first, ...later] = lineage;
  // Most lineages have grown by nothing yet: their list need not be copied.
  return first !== undefined && later.length === 0
    ? first.permissions
    : lineage.flatMap(({ permissions }) => permissions);
}

/** How many places there are up to the end of each generation. */
export function endsOf(lineage: Lineage): number[] {
  let end = 0;
  return lineage.map(({ permissions }) => {
    end += permissions.length;
    return end;
  });
}

export function activeLineage(layout: AudienceLayout): Lineage {
  return layout.lineages[layout.active] ?? [];
}

/** A lineage of the given generations, with their ids. */
export function newLineage(
  audienceName: string,
  number: number,
  generations: readonly (readonly string[])[],
): Lineage {
  const ids = generationIds(audienceName, number, generations);
  return generations.map((permissions, index) => ({ id: ids[index] as string, permissions }));
}

/**
 * The layout that holds every selected name: a new one, or `layout` with what it lacks appended to the active lineage and every later one as
 * one more generation, sorted. Nothing ever moves.
 */
export function growLayout(
  audienceName: string,
  layout: AudienceLayout | undefined,
  names: readonly string[],
  order: OrderNames,
): AudienceLayout {
  if (layout === undefined) return { active: 0, lineages: [newLineage(audienceName, 0, [order(names)])] };
  const lineages = layout.lineages.map((lineage, number) => {
    if (number < layout.active) return lineage;
    const held = new Set(namesOf(lineage));
    const added = names.filter((name) => !held.has(name)).sort();
    return added.length === 0
      ? lineage
      : newLineage(nameInIds(audienceName, layout), number, [
          ...lineage.map(({ permissions }) => permissions),
          added,
        ]);
  });
  return { ...layout, lineages };
}

/** Adds a fresh lineage of the selected names for verifiers to know before the Action writes it. */
export function addLineage(
  audienceName: string,
  layout: AudienceLayout,
  names: readonly string[],
  order: OrderNames,
): AudienceLayout {
  return {
    ...layout,
    lineages: [
      ...layout.lineages,
      newLineage(nameInIds(audienceName, layout), layout.lineages.length, [order(names)]),
    ],
  };
}

/** Lets the Action write the newest lineage. */
export function activateNewest(layout: AudienceLayout): AudienceLayout {
  return { ...layout, active: layout.lineages.length - 1 };
}

/** Empties the lineages before the active one: their tokens are refused from then on. Numbers never change. */
export function pruneEarlier(layout: AudienceLayout): AudienceLayout {
  return {
    ...layout,
    lineages: layout.lineages.map((lineage, number) => (number < layout.active ? [] : lineage)),
  };
}
