/** The names of lines, by place: what the names of a line begin with, then how each goes on. */
export function expandNames(lines: Readonly<Record<number, string>>): string[] {
  const names = Object.values(lines).flatMap((line) => {
    const [start = '', ...ends] = line.split(' ');
    return ends.map((end) => start + end);
  });
  // Flat strings, as JSON has them, are compared fastest.
  return JSON.parse(JSON.stringify(names)) as string[];
}
