import leven from 'leven';

/** Longer words are not misspelt names, and comparing takes time by the product of the lengths. */
const MAX_LENGTH = 400;

/** The candidate that `word` was most likely meant to be, or undefined where none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 4)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = leven(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
