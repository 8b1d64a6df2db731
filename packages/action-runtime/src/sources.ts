import type { HeldPlaces } from './held-places.ts';
import type { PostLoginEvent } from './post-login.ts';
import type { Audience, EventSource, Source } from './tables.ts';

/**
 * Adds to `held` what one source says that the user holds. Names and roles that the tables don't know are dropped.
 * @throws Error when the source can't be relied on; its message holds no user data.
 */
export function readSource(
  source: Source,
  audience: Audience,
  event: PostLoginEvent,
  held: HeldPlaces,
): void {
  if (source.kind === 'roles') {
    for (const role of event.authorization?.roles ?? []) {
      held.addRuns(audience.runsOf.get(role) ?? []);
    }
    return;
  }
  if (event.organization !== undefined && !source.tenantWide) {
    throw new Error('event.' + source.path.join('.') + ' does not know organizations');
  }
  for (const name of readNames(source, event)) {
    const place = audience.placeOf.get(name);
    if (place !== undefined) held.add(place);
  }
}

/** The list of names at the source's path; an absent list is an empty one. */
function readNames(source: EventSource, event: object): readonly string[] {
  let value: unknown = event;
  for (const key of source.path) {
    if (value === undefined || value === null) return [];
    // Own keys only: a path must not reach into a prototype.
    value =
      typeof value === 'object' && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    throw new Error('event.' + source.path.join('.') + ' is not a list of strings');
  }
  return value;
}
