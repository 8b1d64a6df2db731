/** The most characters of a message that a person reads. */
const MAX_LENGTH = 600;

/** A sentence that quotes foreign text, which may have any length, with its middle left out. */
export function cutLong(sentence: string): string {
  if (sentence.length <= MAX_LENGTH) return sentence;
  const half = MAX_LENGTH / 2;
  return `${sentence.slice(0, half)}[…]${sentence.slice(-half)}`;
}
