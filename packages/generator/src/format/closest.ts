// "Did you mean": the name that was most likely meant.
import leven from 'leven';

/** Longer words are not misspelt names, and comparing takes time by the product of the lengths. */
const MAX_LENGTH = 400;

/**
 * The candidate that `word` was most likely meant to be, or undefined where none is near. One that differs in case alone comes first.
 * @example closest('Orders:Read', ['order:read', 'orders:read']) // 'orders:read'
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const folded = word.toLowerCase();
  let best: string | undefined;
  // Something of the word must be left.
  let bestDistance = Math.min(Math.max(2, Math.floor(word.length / 4)), word.length - 1) + 1;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    if (candidate.toLowerCase() === folded) return candidate;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = leven(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
