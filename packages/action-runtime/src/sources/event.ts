import type { HeldPlaces } from '../held-places.ts';
import type { Login } from '../login.ts';
import { SourceFailure } from '../source-failure.ts';
import type { EventSource } from '../tables.ts';

/** The source event: a list of names that the tenant's administrators write. */
export function readEvent(source: EventSource, { audience, event }: Login, held: HeldPlaces): void {
  for (const name of namesAt(source.path, event)) {
    const place = audience.placeOf.get(name);
    if (place !== undefined) held[place] = 1;
  }
}

/** The list of names at a path of the event; an absent list is an empty one. */
function namesAt(path: readonly string[], event: object): readonly string[] {
  let value: unknown = event;
  for (const key of path) {
    if (value === undefined || value === null) return [];
    if (typeof value !== 'object' || Array.isArray(value)) throw notNames();
    // Own keys only: a path must not reach into a prototype.
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  const names = value ?? [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) throw notNames();
  return names;
}

function notNames(): SourceFailure {
  return new SourceFailure('not a list of strings');
}
