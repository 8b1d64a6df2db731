// For user interfaces and inspection: what a payload claims to grant, with nothing verified. Bundles small,
// and without jose.
import { splitAsOf, type WrittenAsOf } from './claim/as-of.ts';
import { decodeBody } from './claim/decode-body.ts';
import type { LayoutState } from './claim/generations.ts';
import { compareLayouts, countShared, IDS, OVERFLOW_MARKER } from './claim/generations.ts';
import type { VerifierErrorCode } from './error-codes.ts';
import { isVerifierError, VerifierError } from './errors.ts';
import type { Layout } from './layout.ts';

export type { WrittenAsOf };

/**
 * What a payload that nobody verified claims to grant: enough to show or hide a button, never to allow
 * anything. `hasPermission` doesn't accept it.
 */
export interface UnverifiedPermissions<P extends string = string> extends Iterable<P> {
  readonly verified: false;
  /** How the claim's layout relates to the one given; `absent` also where the claim could not be read. */
  readonly layout: LayoutState;
  /** Why the claim could not be read, with `onUnreadable: 'none'`; undefined where it could. */
  readonly unreadable: VerifierErrorCode | undefined;
  /** When the permissions were read, where the claim says so. */
  readonly asOf: WrittenAsOf | undefined;
  has(name: P): boolean;
  readonly size: number;
  /** The names: what `JSON.stringify` writes. */
  toJSON(): P[];
}

export interface ReadOptions {
  /**
   * What to do with a claim of a layout that is unknown here, with an overflow marker, and with one that
   * claimgen never writes: throw, which is the default, or grant nothing. A tab that was loaded before a
   * rebase meets the first kind.
   */
  readonly onUnreadable?: 'throw' | 'none';
}

/**
 * Reads the permission claim of a token's payload without verifying anything. Throws a VerifierError with
 * `claim_malformed`, `claim_overflow` or `layout_unknown`, unless told otherwise.
 *
 * @example
 * const permissions = readPermissions(jwtDecode(token), orders, { onUnreadable: 'none' });
 * refundButton.hidden = !permissions.has('orders:refund');
 */
export function readPermissions<P extends string>(
  payload: object,
  layout: Layout<P>,
  options: ReadOptions = {},
): UnverifiedPermissions<P> {
  const { claim, withdrawn } = layout;
  const value: unknown = Object.hasOwn(payload, claim)
    ? (payload as Record<string, unknown>)[claim]
    : undefined;
  let reading: Reading = ['absent', []];
  let unreadable: VerifierErrorCode | undefined;
  try {
    reading = read(value, layout);
  } catch (error) {
    const quiet = Object.hasOwn(options, 'onUnreadable') && options.onUnreadable === 'none';
    if (!quiet || !isVerifierError(error)) throw error;
    unreadable = error.code;
  }
  const [state, held, asOf] = reading;
  const names = new Set(held.filter((name) => !withdrawn.includes(name)));
  return {
    verified: false,
    layout: state,
    unreadable,
    asOf,
    has: (name) => names.has(name),
    size: names.size,
    toJSON: () => [...names] as P[],
    [Symbol.iterator]: () => names.values() as IterableIterator<P>,
  };
}

type Reading = readonly [LayoutState, readonly string[], asOf?: WrittenAsOf | undefined];

/**
 * As `readClaim` of the verifier, with the same decoder, but without the tables that it builds of a layout
 * for speed.
 */
function read(value: unknown, { lineages, active }: Layout): Reading {
  if (value === undefined) return ['absent', []];
  if (value === OVERFLOW_MARKER)
    throw new VerifierError('claim_overflow', 'The permissions did not fit into the token');
  if (Array.isArray(value)) {
    const known = new Set(lineages.flat().flatMap(({ permissions }) => permissions));
    if (!value.every((name, index) => typeof name === 'string' && (index === 0 || value[index - 1] < name)))
      throw malformed();
    const held = value.filter((name) => known.has(name));
    return [held.length < value.length ? 'newer' : 'current', held];
  }
  const dot = typeof value === 'string' ? value.indexOf('.') : -1;
  const ids = dot < 0 ? '' : String(value).slice(0, dot);
  if (!IDS.test(ids)) throw malformed();
  const { text, asOf } = splitAsOf(String(value), dot + 1);
  const number = lineages.findIndex(([first]) => first?.id === ids.slice(0, 6));
  const lineage = lineages[number];
  if (lineage === undefined)
    throw new VerifierError('layout_unknown', 'The permission claim was written with an unknown layout');
  const shared = countShared(
    ids,
    lineage.map(({ id }) => id),
  );
  const names = lineage.slice(0, shared).flatMap(({ permissions }) => permissions);
  const { bits, overflow } = decodeBody(text, names.length, dot + 1);
  const named = ids.length / 6;
  if (overflow && named === shared) throw malformed();
  const state = compareLayouts(named, shared, lineage.length, number - active);
  const held = names.filter((_, place) => ((bits[place >> 3] ?? 0) & (0x80 >> (place & 7))) !== 0);
  return [state, held, asOf];
}

function malformed(): VerifierError {
  return new VerifierError('claim_malformed', 'The permission claim is malformed');
}
