// The names of permissions as an Action carries them: in the order of their places, several a line.
import { toLiteral } from '../render/literal.ts';

/** What a line of an Action has at most, unless one literal alone is longer. */
export const COLUMNS = 100;

/** Spaces before a line of names. */
export const NAMES_INDENT = 4;

/**
 * Puts names into the fewest bytes that lines can have: what the names of a line begin with, then a space and the rest of each.
 * @param names by place; empty where there is none. None of them has a space.
 * @returns lines by the place of their first name
 */
export function nameLines(names: readonly string[]): Record<number, string> {
  // The best way to write the first so many names, and where its last line begins.
  const best: { readonly bytes: number; readonly from: number }[] = [{ bytes: 0, from: 0 }];
  for (const [to] of names.entries()) {
    best.push({ bytes: Number.POSITIVE_INFINITY, from: to });
    let common = names[to] ?? '';
    for (let from = to; from >= 0; from--) {
      common = commonStart(common, names[from] ?? '');
      const line = lineOf(names.slice(from, to + 1), from === to ? '' : common);
      const bytes = NAMES_INDENT + String(from).length + 2 + toLiteral(line).length + 1;
      if (from < to && bytes > COLUMNS) break;
      const total = (best[from]?.bytes ?? 0) + bytes + 1;
      if (total < (best[to + 1]?.bytes ?? 0)) best[to + 1] = { bytes: total, from };
    }
  }
  const lines: [number, string][] = [];
  for (let to = names.length; to > 0; to = lines.at(-1)?.[0] ?? 0) {
    const from = best[to]?.from ?? 0;
    const own = names.slice(from, to);
    lines.push([from, lineOf(own, own.length === 1 ? '' : own.reduce(commonStart))]);
  }
  return Object.fromEntries(lines.reverse());
}

function lineOf(names: readonly string[], common: string): string {
  // A resource, with the colon or slash after it: no name is broken inside a word.
  const start = /^.*[:/.]/.exec(common)?.[0] ?? '';
  return [start, ...names.map((name) => name.slice(start.length))].join(' ');
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}
