import type { PageAudience, PlaceRuns } from '../src/report/page-data.ts';

/** The places of runs: places skipped, places held, and so on. */
export function placesOf(runs: PlaceRuns): number[] {
  const places: number[] = [];
  let place = 0;
  runs.forEach((length, index) => {
    if (index % 2 === 1) for (let i = 0; i < length; i++) places.push(place + i);
    place += length;
  });
  return places;
}

/** The names of the lineage that the Action writes, by place. */
export function namesOf({ layout }: PageAudience): readonly string[] {
  return (layout.lineages[layout.active] ?? []).flatMap(({ permissions }) => permissions);
}

/** By place, which of the titled runs hold it. */
export function holdersByPlace(
  titled: readonly (readonly [string, PlaceRuns])[],
): ReadonlyMap<number, readonly string[]> {
  const holders = new Map<number, string[]>();
  for (const [title, runs] of titled) {
    for (const place of placesOf(runs)) {
      const list = holders.get(place);
      if (list === undefined) holders.set(place, [title]);
      else list.push(title);
    }
  }
  return holders;
}
