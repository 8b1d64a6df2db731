import pc from 'picocolors';

const colors = pc.createColors(true);

type Paint = (text: string) => string;

/** By the words that claimgen's own lines begin with; names in a line are left as they are. */
const RULES: readonly (readonly [RegExp, Paint])[] = [
  [/^ok(?= {3})/gm, colors.green],
  [/^(?:OVER(?= {2})|FAILED(?= ))|OVER BY [\d,]+$|OVER THE BUDGET(?=:)/gm, colors.red],
  [/^warning(?= [a-z_0-9]+:)/gm, colors.yellow],
  [/^error(?= [a-z_0-9]+:)/gm, colors.red],
  [/^ *note:/gm, colors.dim],
  [/(?<=^ {2}\[)#+(?=\.)/gm, colors.green],
  [/(?<=^ {2}\[)#+(?=\])/gm, colors.red],
];

/** Text for a terminal that shows colors; nothing is said by color alone. */
export function paint(text: string): string {
  return RULES.reduce((painted, [pattern, color]) => painted.replace(pattern, color), text);
}

/** Whether to paint: on a terminal, and where NO_COLOR (no-color.org) does not object. */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
