import type { HeldPlaces } from './held-places.ts';

/** Adds runs: places skipped, places held, and so on. */
export function addRuns(held: HeldPlaces, runs: readonly number[]): void {
  let place = 0;
  for (let index = 0; index + 1 < runs.length; index += 2) {
    place += runs[index] ?? 0;
    const end = place + (runs[index + 1] ?? 0);
    held.fill(1, place, end);
    place = end;
  }
}
