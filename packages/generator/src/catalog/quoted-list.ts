// Names in a sentence, of which there may be many.

/** How many names a sentence has room for. */
const MAX_NAMES = 5;

/** `"Clerk", "Buyer" and 3 more`, each name by `format`, in quotes by default. */
export function quotedList(
  names: readonly string[],
  format: (name: string) => string = (name) => JSON.stringify(name),
): string {
  const shown = names.slice(0, MAX_NAMES).map(format);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
