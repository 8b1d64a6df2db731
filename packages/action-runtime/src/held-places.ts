/** What a user holds: a byte for each place, 1 where it is held. */
export type HeldPlaces = Uint8Array;

/** The places held, in ascending order. */
export function placesOf(held: HeldPlaces): number[] {
  const places: number[] = [];
  for (let place = 0; place < held.length; place++) if (held[place] === 1) places.push(place);
  return places;
}
