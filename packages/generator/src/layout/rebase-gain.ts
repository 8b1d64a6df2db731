import { encodeClaim } from '@claimgen/action-runtime';
import type { Catalog } from '../catalog/catalog.ts';
import type { Selection } from '../selection/select.ts';
import {
  type AudienceLayout,
  activeLineage,
  endsOf,
  type Lineage,
  namesOf,
  newLineage,
  type OrderNames,
} from './layout.ts';
import { rolesAsIndices } from './order/order-by-roles.ts';
import { modelUsers } from './order/population.ts';

/** How many characters shorter claims would be after a rebase, for modelled users of the catalogs' roles. */
export interface RebaseGain {
  readonly mean: number;
  /** For the user who gains the most. */
  readonly most: number;
}

/** Not the seed that orders are chosen with, or they would be praised by their own measure. */
const SEED = 2;

/**
 * Compares the active lineage with a fresh one.
 * @returns undefined where a fresh one would be the same: a single generation without permissions that are away
 */
export function rebaseGain(
  layout: AudienceLayout,
  selection: Selection,
  catalogs: ReadonlyMap<string, Catalog>,
  order: OrderNames,
): RebaseGain | undefined {
  const current = activeLineage(layout);
  const { names } = selection;
  if (current.length === 1 && namesOf(current).length === names.length) return undefined;
  const before = claimLengths(current, names);
  const after = claimLengths(newLineage('', 0, [order(names)]), names);
  const gains = modelUsers(names.length, rolesAsIndices(selection, catalogs, names), SEED).map(
    (held) => before(held) - after(held),
  );
  return { mean: gains.reduce((sum, gain) => sum + gain, 0) / gains.length, most: Math.max(...gains) };
}

/** Measures the claim of a user, given as indices in `names`. */
function claimLengths(lineage: Lineage, names: readonly string[]): (held: ArrayLike<number>) => number {
  const placeOfName = new Map(namesOf(lineage).map((name, place) => [name, place]));
  const placeOf = names.map((name) => placeOfName.get(name) as number);
  const table = {
    encoding: 'bitset' as const,
    names: [],
    ids: lineage.map(({ id }) => id),
    ends: endsOf(lineage),
  };
  return (held) =>
    encodeClaim(
      table,
      Array.from(held, (index) => placeOf[index] as number).sort((a, b) => a - b),
    ).length;
}
