import { expect, it } from 'vitest';
import { placesOf } from '../src/held-places.ts';

it('the places held are those of a one, in ascending order', () => {
  expect(placesOf(Uint8Array.of(1, 0, 0, 1, 1))).toEqual([0, 3, 4]);
  expect(placesOf(new Uint8Array(3))).toEqual([]);
  expect(placesOf(new Uint8Array(0))).toEqual([]);
});
