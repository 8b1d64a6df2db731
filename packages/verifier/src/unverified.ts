import type { LayoutState } from './claim/generations.ts';
import { compareLayouts, countShared, IDS, OVERFLOW_MARKER } from './claim/generations.ts';
import { VerifierError } from './errors.ts';
import type { Layout } from './layout.ts';
import { decodePlaces } from './unverified/decode-places.ts';

/**
 * What a payload that nobody verified claims to grant: enough to show or hide a button, never to allow anything.
 * `hasPermission` doesn't accept it.
 */
export interface UnverifiedPermissions<P extends string = string> extends Iterable<P> {
  readonly verified: false;
  /** How the claim's layout relates to the one given. */
  readonly layout: LayoutState;
  has(name: P): boolean;
  readonly size: number;
}

/**
 * Reads the permission claim of a token's payload without verifying anything, for user interfaces and inspection.
 * Throws a VerifierError with `claim_malformed`, `claim_overflow` or `layout_unknown`.
 */
export function readPermissions<P extends string>(
  payload: { readonly [claim: string]: unknown },
  layout: Layout<P>,
): UnverifiedPermissions<P> {
  const value = Object.hasOwn(payload, layout.claim) ? payload[layout.claim] : undefined;
  const [state, held] = readValue(value, layout);
  const names = new Set(held.filter((name) => !layout.withdrawn.includes(name)));
  return {
    verified: false,
    layout: state,
    has: (name) => names.has(name),
    size: names.size,
    [Symbol.iterator]: () => names.values() as IterableIterator<P>,
  };
}

function readValue(value: unknown, { lineages, active }: Layout): readonly [LayoutState, readonly string[]] {
  if (value === undefined) return ['absent', []];
  if (Array.isArray(value)) {
    const known = new Set(lineages.flat().flatMap(({ permissions }) => permissions));
    if (!value.every((name, index) => typeof name === 'string' && (index === 0 || value[index - 1] < name)))
      throw malformed();
    const held = value.filter((name) => known.has(name));
    return [held.length < value.length ? 'newer' : 'current', held];
  }
  if (value === OVERFLOW_MARKER) throw new VerifierError('claim_overflow', 'The permissions did not fit');
  const [ids = '', body = '', more] = typeof value === 'string' ? value.split('.') : [];
  if (!IDS.test(ids) || more !== undefined) throw malformed();
  const number = lineages.findIndex(([first]) => first?.id === ids.slice(0, 6));
  const lineage = lineages[number];
  if (lineage === undefined) throw new VerifierError('layout_unknown', 'The layout of the claim is unknown');
  const shared = countShared(
    ids,
    lineage.map(({ id }) => id),
  );
  const names = lineage.slice(0, shared).flatMap(({ permissions }) => permissions);
  const decoded = decodePlaces(body, names.length);
  const named = ids.length / 6;
  if (decoded === undefined || (decoded.overflow && named === shared)) throw malformed();
  const state = compareLayouts(named, shared, lineage.length, number - active);
  return [state, decoded.held.map((place) => names[place] ?? '')];
}

function malformed(): VerifierError {
  return new VerifierError('claim_malformed', 'The permission claim is malformed');
}
