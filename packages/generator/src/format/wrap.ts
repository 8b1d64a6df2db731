/** What a terminal is at least wide. */
export const COLUMNS = 80;

/** Breaks text between words so that no line passes `width`; words that are longer stand alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Text under a first part, the lines after the first indented to its width. */
export function hang(first: string, text: string): string {
  return wrap(text, Math.max(20, COLUMNS - first.length))
    .map((line, index) => `${index === 0 ? first : ' '.repeat(first.length)}${line}`)
    .join('\n');
}
