import { seededRandom } from '../../packages/generator/dist/model/random.js';

/** Numbers from 0 up to, not including, n: the same for the same seed, on every machine. */
export const seeded = seededRandom;

/** A copy of a list in random order. */
export function shuffle(list, random) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
