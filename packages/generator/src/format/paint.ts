import { createRequire } from 'node:module';

type Color = 'green' | 'red' | 'yellow' | 'dim';

/** By the words that claimgen's own lines begin with; names in a line are left as they are. */
const RULES: readonly (readonly [RegExp, Color])[] = [
  [/^ok(?= {3})/gm, 'green'],
  [/^(?:OVER(?= {2})|FAILED(?= ))|OVER BY [\d,]+$|OVER THE BUDGET(?=:)/gm, 'red'],
  [/^warning(?= [a-z_0-9]+:)/gm, 'yellow'],
  [/^error(?= [a-z_0-9]+:)/gm, 'red'],
  [/^ *note:/gm, 'dim'],
  [/(?<=^ {2}\[)#+(?=\.)/gm, 'green'],
  [/(?<=^ {2}\[)#+(?=\])/gm, 'red'],
];

/** Text for a terminal that shows colors; nothing is said by color alone. */
export function paint(text: string): string {
  // Loaded where there are colors: a pipe and a CI system's log have none.
  const picocolors: typeof import('picocolors') = createRequire(import.meta.url)('picocolors');
  const colors = picocolors.createColors(true);
  return RULES.reduce((painted, [pattern, color]) => painted.replace(pattern, colors[color]), text);
}

/** Whether to paint: on a terminal, and where NO_COLOR (no-color.org) does not object. */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
